"""Set-style configurations, one whole command a line: how two differ, and what turns one into another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from jipkit.disclosure import disclose
from jipkit.idiom import Idiom, Key
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason
from jipkit.spelling import Words, is_listed, quoted, words_of
from jipkit.statement import Edit, Statement

__all__ = ["commands", "differences", "disclose", "remarks"]

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
    missing = unimplied(missing, sorted(theirs)) if missing else []
    extra = unimplied(extra, sorted(ours)) if extra else []
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


def unimplied(some: Iterable[Statement], longer: Sequence[str]) -> list[Statement]:
    """Return those of ``some`` that none of ``longer`` (in alphabetical order) says more of."""

    def implied(text: str) -> bool:
        place = bisect_left(longer, text := f"{text} ")
        return place < len(longer) and longer[place].startswith(text)

    return [s for s in some if not implied(s.text)]


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


def _touches_order(one: Sequence[Statement], other: Sequence[Statement], facts: PlatformFacts) -> bool:
    """Return whether any list may be in another order: its lines differ, or what both hold is in another order."""
    if not facts.ordered:
        return False
    left, right = {s.text: None for s in one}, {s.text: None for s in other}
    if any(is_listed(text, facts) for text in left.keys() ^ right.keys()):
        return True
    return [text for text in left if text in right] != [text for text in right if text in left]


def _moved(wanted: Sequence[Statement], found: Sequence[Statement], facts: PlatformFacts) -> set[str]:
    """Return the first statements of the items that stand elsewhere in their list on the router."""
    if not _touches_order(wanted, found, facts):
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
    stays = sorted([*want, *(s.text for s in kept)]) if leaving else []
    leaving = unimplied(leaving, stays)
    overwritten = {idiom.key(s.text, "") for s in coming if idiom.overwrites(s.text, "")}
    gone = [s for s in leaving if idiom.key(s.text, "") not in overwritten]
    deletions = list(_deletions(gone, stays, idiom)) if gone else []
    leaving_order = sorted(deletions, key=lambda line: _leaving_place(line, idiom))
    arriving = sorted((s.text for s in coming), key=lambda line: idiom.place(line.removeprefix(facts.positive)))
    return (*dict.fromkeys(leaving_order), *arriving, *_moves(source, target, facts))


def _leaving_place(line: str, idiom: Idiom) -> tuple[bool, int]:
    """Return where a line that takes away stands: what is not deleted (``activate``) must still be there by then."""
    negation = idiom.facts.negation
    return line.startswith(negation), -idiom.place(line.removeprefix(negation))


def _deletions(gone: Sequence[Statement], stays: Sequence[str], idiom: Idiom) -> Iterator[str]:
    """Yield the lines that delete what is ``gone``, as far up as none of ``stays`` (in alphabetical order) is below."""
    facts = idiom.facts
    for statement in gone:
        own = idiom.own_removal(statement.text, "")
        usual = _deletion(statement.text, stays, facts)
        if own is None or own.startswith(f"{usual} "):
            yield usual
        elif own:
            yield own


def _deletion(text: str, stays: Sequence[str], facts: PlatformFacts) -> str:
    if not text.startswith(facts.positive):
        return facts.negation + text
    bare = words_of(text.removeprefix(facts.positive))
    words, end = [quoted(word, facts.quote) for word in bare], _shared(text, stays, facts) + 1
    while end < len(words) and facts.unfinished_pattern.fullmatch(" ".join(words[:end])):
        end += 1
    return facts.negation + " ".join(words[:end])


def _shared(text: str, stays: Sequence[str], facts: PlatformFacts) -> int:
    """Return how many words from the start, after ``set``, the closest of ``stays`` has in common with ``text``."""
    place = bisect_left(stays, text)
    words, sign = words_of(text), len(facts.positive.split())
    near = stays[max(place - 1, 0) : place + 1]
    return max([0, *(_common(words, words_of(other)) - sign for other in near)])


def _common(left: Words, right: Words) -> int:
    return next((n for n, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(right))


def _moves(source: Sequence[Statement], target: Sequence[Statement], facts: PlatformFacts) -> Iterator[str]:
    """Yield the lines that put the items of ordered lists where they belong, from the last to the first.

    An item keeps its place even if all that is said of it changes: it is not deleted itself.
    """
    if not _touches_order(source, target, facts):
        return
    before = _lists(source, facts)
    for (pattern, name), items in _lists(target, facts).items():
        there = [item for item in before.get((pattern, name), {}) if item in items]
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
