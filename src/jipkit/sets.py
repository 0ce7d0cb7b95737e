"""Set-style configurations, one whole command a line: their text into statements, and what turns one into another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from jipkit.blobs import spelled
from jipkit.disclosure import disclose
from jipkit.errors import ConfigTextError
from jipkit.idiom import Idiom, Key
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.statement import MAX_LINE, Edit, Statement

__all__ = ["commands", "differences", "disclose", "remarks", "statements"]

Words = tuple[str, ...]

_PLAIN = r"[A-Za-z0-9._:/,@%+=~^*-]+"
_NEEDLESS = re.compile(rf"(?<= )(?:'({_PLAIN})'|\"({_PLAIN})\")(?=[ \n]|$)")
_SIMPLE = re.compile(rf"{_PLAIN}(?: {_PLAIN})*")
_WORD = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|([^\s'\"]\S*)")
_REMARK = re.compile(r"[ ]*;?[ ]*## SECRET-DATA[ ]*$", re.MULTILINE)


# ------------------------------------------------------------------ reading


def statements(text: str, facts: PlatformFacts, known: Mapping[str, Statement] | None = None) -> tuple[Statement, ...]:
    """Return the lines of ``text``, each once, in order; none stands in another.

    Noise, comments and blank lines are dropped. Quotes stand where a word needs them and nowhere else, and are those
    of the platform; a list in brackets is a line for each of its members. Lines that are in ``known`` are taken from
    it, with the line numbers they have there.

    Raises:
        ConfigTextError: a line is too long.
    """
    known = known or {}
    found: dict[str, Statement] = {}
    for number, line in enumerate(_unquoted(text).split("\n"), 1):
        if (said := known.get(line)) is not None:
            found.setdefault(line, said)
        elif line:
            for text_said in _said(line, number, facts):
                found.setdefault(text_said, Statement((), text_said, number))
    return tuple(found.values())


def _unquoted(text: str) -> str:
    if "##" in text:
        text = _REMARK.sub("", text)
    single, double = "'" in text, '"' in text
    if single and double:  # one may stand inside the other: left to those who look at single lines
        return text
    return _NEEDLESS.sub(r"\1\2", text) if single or double else text


def _said(line: str, number: int, facts: PlatformFacts) -> Iterable[str]:
    """Return what a line says in the one form of all spellings: nothing where it is noise."""
    text = line.strip()
    if not text or text[0] in "!#" or facts.noise_pattern.match(text):
        return ()
    if len(text) > MAX_LINE:
        raise ConfigTextError(because("line-too-long", line=number, count=len(text), most=MAX_LINE))
    said = (text,) if _SIMPLE.fullmatch(text) else _spelled(text, facts.quote)
    return [one for text in said for one in spelled(text, facts)] if facts.ranges else said


def _spelled(text: str, quote: str) -> Sequence[str]:
    words = _quoted_words(text)
    if words is None:
        return (" ".join(text.split()),)
    if "[" in words and words[-1] == "]":
        start = words.index("[")
        return [" ".join(_quoted(word, quote) for word in (*words[:start], one)) for one in words[start + 1 : -1]]
    return (" ".join(_quoted(word, quote) for word in words),)


def words_of(text: str) -> Words:
    """Return the words of a statement without their quotes.

    >>> words_of("set system host-name 'r 1'")
    ('set', 'system', 'host-name', 'r 1')
    """
    if "'" not in text and '"' not in text:
        return tuple(text.split())
    words = _quoted_words(text)
    return tuple(text.split()) if words is None else words


def _quoted_words(text: str) -> Words | None:
    """Return the words of ``text``; None where a quote is not closed."""
    words: list[str] = []
    position = 0
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        found = _WORD.match(text, position)
        if found is None or (found.end() < len(text) and text[found.end()] != " "):
            return None
        words.append(next(group for group in found.groups() if group is not None))
        position = found.end()
    return tuple(words)


def _quoted(word: str, quote: str) -> str:
    if re.fullmatch(_PLAIN, word) or word in ("[", "]"):
        return word
    if quote in word and not re.search(rf"\\{quote}", word):
        quote = "'" if quote == '"' else '"'
    return f"{quote}{word}{quote}"


# ------------------------------------------------------------------ comparing


def differences(
    wanted: Sequence[Statement],
    found: Sequence[Statement],
    facts: PlatformFacts,
    version: str | None = None,  # noqa: ARG001 - the lines of all versions are compared alike
) -> Iterator[Edit]:
    """Yield what differs, in the order of the intended lines.

    A line that only names what another one says more of (``set interfaces eth0``) is implied by it on either side.
    """
    idiom = Idiom(facts)
    ours, theirs = {s.text: s for s in wanted}, {s.text: s for s in found}
    missing, extra = [s for s in wanted if s.text not in theirs], [s for s in found if s.text not in ours]
    missing = _unimplied(missing, found) if missing else []
    extra = _unimplied(extra, wanted) if extra else []
    others: dict[Key, Statement] = {}
    for statement in extra:
        others.setdefault(idiom.key(statement.text, ""), statement)
    changed = {s.text: other for s in missing if (other := others.pop(idiom.key(s.text, ""), None))}
    moved = _moved(wanted, found, facts)
    lacking = {s.text for s in missing}
    for statement in wanted:
        if statement.text in changed:
            yield Edit("changed", statement, changed[statement.text])
        elif statement.text in lacking:
            yield Edit("missing", statement, None)
        elif statement.text in moved:
            yield Edit("misordered", statement, theirs.get(statement.text, statement))
    gone = {s.text for s in changed.values()}
    yield from (Edit("extra", None, s) for s in extra if s.text not in gone)


def _unimplied(some: Sequence[Statement], others: Sequence[Statement]) -> list[Statement]:
    """Return those of ``some`` that no one of ``others`` says more of."""
    longer = sorted(words_of(s.text) for s in others)

    def implied(words: Words) -> bool:
        place = bisect_left(longer, words)
        return place < len(longer) and longer[place][: len(words)] == words

    return [s for s in some if not implied(words_of(s.text))]


Lists = dict[tuple[str, str], dict[str, Statement]]
"""Ordered lists: pattern and list, to the items in order, each with its first statement."""


def _lists(found: Sequence[Statement], facts: PlatformFacts) -> Lists:
    lists: Lists = {}
    for statement in found:
        bare = statement.text.removeprefix(facts.positive)
        for pattern in facts.ordered_patterns:
            if match := pattern.match(bare):
                groups = match.groupdict()
                items = lists.setdefault((pattern.pattern, groups.get("list") or ""), {})
                items.setdefault(groups.get("item") or match[0], statement)
    return lists


def _moved(wanted: Sequence[Statement], found: Sequence[Statement], facts: PlatformFacts) -> set[str]:
    """Return the first statements of the items that stand elsewhere in their list on the router."""
    if not facts.ordered:
        return set()
    running = _lists(found, facts)
    moved: set[str] = set()
    for name, items in _lists(wanted, facts).items():
        there = running.get(name, {})
        intended = [item for item in items if item in there]
        actual = [item for item in there if item in items]
        if intended != actual:
            moved |= {items[item].text for item in intended if item not in _placed(intended, actual)}
    return moved


def _placed(intended: Sequence[str], actual: Sequence[str]) -> set[str]:
    """Return the items that can stay where they are."""
    blocks = SequenceMatcher(None, intended, actual, autojunk=False).get_matching_blocks()
    return {item for block in blocks for item in intended[block.a : block.a + block.size]}


# ------------------------------------------------------------------ changing


def commands(
    source: Sequence[Statement],
    target: Sequence[Statement],
    facts: PlatformFacts,
    version: str | None = None,  # noqa: ARG001 - the lines of all versions are written alike
    kept: Sequence[Statement] = (),
) -> tuple[str, ...]:
    """Return the lines that turn ``source`` into ``target``: what goes, then what comes, then what moves.

    What goes is deleted as far up as nothing else stays below it, so that no empty block is left behind.
    """
    idiom = Idiom(facts)
    have, want = {s.text for s in source}, {s.text for s in target}
    leaving, coming = [s for s in source if s.text not in want], [s for s in target if s.text not in have]
    if leaving:
        leaving = _unimplied(leaving, target)
    overwritten = {idiom.key(s.text, "") for s in coming if idiom.overwrites(s.text, "")}
    gone = [s for s in leaving if idiom.key(s.text, "") not in overwritten]
    lost = {s.text for s in gone}
    deletions = list(_deletions(gone, [*target, *kept], idiom)) if gone else []
    leaving_order = sorted(deletions, key=lambda line: -idiom.place(line.removeprefix(facts.negation)))
    arriving = sorted((s.text for s in coming), key=lambda line: idiom.place(line.removeprefix(facts.positive)))
    return (*dict.fromkeys(leaving_order), *arriving, *_moves(source, target, lambda s: s.text not in lost, facts))


def _deletions(gone: Sequence[Statement], stays: Sequence[Statement], idiom: Idiom) -> Iterator[str]:
    facts = idiom.facts
    remaining = sorted(_bare_words(s.text, facts) for s in stays)
    for statement in gone:
        if (own := idiom.own_removal(statement.text, "")) is not None:
            yield from [own] if own else []
        elif not statement.text.startswith(facts.positive):
            yield facts.negation + statement.text
        else:
            bare = _bare_words(statement.text, facts)
            words, end = [_quoted(word, facts.quote) for word in bare], _shared(bare, remaining) + 1
            while end < len(words) and facts.unfinished_pattern.fullmatch(" ".join(words[:end])):
                end += 1
            yield facts.negation + " ".join(words[:end])


def _bare_words(text: str, facts: PlatformFacts) -> Words:
    return words_of(text.removeprefix(facts.positive))


def _shared(words: Words, others: Sequence[Words]) -> int:
    """Return how many words from the start the closest of the sorted ``others`` shares."""
    place = bisect_left(others, words)
    near = others[max(place - 1, 0) : place + 1]
    return max((_common(words, other) for other in near), default=0)


def _common(left: Words, right: Words) -> int:
    return next((n for n, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(right))


def _moves(
    source: Sequence[Statement], target: Sequence[Statement], stay: Callable[[Statement], bool], facts: PlatformFacts
) -> Iterator[str]:
    """Yield the lines that put the items of ordered lists where they belong, from the last to the first."""
    if not facts.ordered:
        return
    before, staying = _lists(source, facts), _lists([s for s in source if stay(s)], facts)
    for (pattern, name), items in _lists(target, facts).items():
        left = staying.get((pattern, name), {})
        there = [item for item in before.get((pattern, name), {}) if item in items and item in left]
        there += [item for item in items if item not in there]
        intended = list(items)
        if there == intended:
            continue
        if facts.insert is None:
            yield from _anew(name, [s for s in target if _listed(s, pattern, name, facts)], facts)
        else:
            yield from _inserts(name, intended, there, facts.insert.format)


def _listed(statement: Statement, pattern: str, name: str, facts: PlatformFacts) -> bool:
    match = re.match(pattern, statement.text.removeprefix(facts.positive))
    return match is not None and (match.groupdict().get("list") or "") == name


def _anew(name: str, items: Sequence[Statement], facts: PlatformFacts) -> Iterator[str]:
    yield facts.negation + name
    yield from (s.text for s in items)


def _inserts(name: str, intended: Sequence[str], there: Sequence[str], line: Callable[..., str]) -> Iterator[str]:
    """Yield a move for each item that does not stand rightly before the last one, which stays where it is."""
    last = intended[-1]
    placed = _placed(intended[:-1], there[: there.index(last)])
    for item, before in reversed(list(pairwise(intended))):
        if item not in placed:
            yield line(list=name, item=item, other=before)


def remarks(said: Sequence[Statement]) -> tuple[Reason, ...]:  # noqa: ARG001 - nothing is odd by itself
    """Return nothing: there is nothing odd that a statement shows by itself."""
    return ()
