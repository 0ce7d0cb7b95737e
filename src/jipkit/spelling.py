"""Set-style lines, one whole command each, in the one form of all their spellings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from jipkit.blobs import spelled
from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.statement import MAX_LINE, Statement

Words = tuple[str, ...]

_PLAIN = r"[A-Za-z0-9._:/,@%+=~^*-]+"
_QUOTED = r"'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\""
_BARE = re.compile(_PLAIN)
_SIMPLE = re.compile(rf"{_PLAIN}(?: {_PLAIN})*(?: '{_PLAIN}'| \"{_PLAIN}\")?")
"""Words that need no quotes, of which the last may have some."""
_PHRASE = re.compile(rf"(?:{_PLAIN} )+(?:'[^'\\\[\]]*'|\"[^\"\\\[\]]*\")")
"""Words that need no quotes, and a last one that does."""
_LINE = re.compile(rf" *(?:(?:{_QUOTED}|[^\s'\"]\S*)(?: +|$))+")
_WORD = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|(\S+)")
_REMARK = re.compile(r"[ ]*;?[ ]*## SECRET-DATA[ ]*$")
_USUAL = bytes(code for code in range(128) if chr(code) == " " or _BARE.fullmatch(chr(code)))


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return the lines of ``text``, each once, in order; none stands in another.

    Noise, comments and blank lines are dropped. Quotes stand where a word needs them and nowhere else, and are those
    of the platform; a list in brackets is a line for each of its members.

    Raises:
        ConfigTextError: a line is too long.
    """
    lines = cut(text, facts)
    return read(lines, range(1, len(lines) + 1), facts)


def cut(text: str, facts: PlatformFacts) -> list[str]:
    """Return the lines of ``text`` without the remarks on those that hold a secret.

    Raises:
        ConfigTextError: a line is too long.
    """
    lines = text.split("\n")
    if "## SECRET-DATA" in text:
        lines = [_REMARK.sub("", line) if "## SECRET-DATA" in line else line for line in lines]
    if len(max(lines, key=len)) > MAX_LINE:
        _check_lengths(lines, facts)
    return lines


def _check_lengths(lines: Sequence[str], facts: PlatformFacts) -> None:
    for number, line in enumerate(lines, 1):
        if (count := len(line.strip())) > MAX_LINE and not _is_noise(line.strip(), facts):
            raise ConfigTextError(because("line-too-long", line=number, count=count, most=MAX_LINE))


def read(lines: Sequence[str], numbers: Sequence[int], facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what ``lines`` say, each statement once with the number of the first line that says it."""
    found: dict[str, Statement] = {}
    for number, said in zip(numbers, said_by_each(lines, facts), strict=True):
        for text in said:
            if text not in found:
                found[text] = Statement((), text, number)
    return tuple(found.values())


def said_by_each(lines: Collection[str], facts: PlatformFacts) -> Iterator[Sequence[str]]:
    """Yield what each of ``lines`` says, as `said_by` does."""
    quote, noise = facts.quote, facts.noise_pattern.match
    one_quoted = (quote * 2).encode()
    for line, signs in zip(lines, _signs(lines), strict=True):
        if facts.ranges or (signs and signs != one_quoted) or not line:
            yield said_by(line, facts)
        elif noise(line):
            yield ()
        elif not signs:
            yield (line,)
        else:
            head, blank, word = line[:-1].partition(f" {quote}")
            if line[-1] != quote or not blank:
                yield said_by(line, facts)
            else:
                yield (f"{head} {word}",) if word and " " not in word else (line,)


def _signs(lines: Iterable[str]) -> list[bytes]:
    """Return what in each of ``lines`` is no letter, no digit, and none of the other characters of a plain word."""
    text = "\n".join(["", *lines, ""]).replace("  ", "!").replace("\n ", "\n!").replace(" \n", "!\n")
    return text.encode(errors="replace").translate(None, _USUAL).split(b"\n")[1:-1]


def said_by(line: str, facts: PlatformFacts) -> Sequence[str]:
    """Return what a line says in the one form of all spellings: nothing where it is noise."""
    text = line.strip()
    if _is_noise(text, facts):
        return ()
    said = one_form(text, facts.quote)
    return [one for text in said for one in spelled(text, facts)] if facts.ranges else said


def _is_noise(text: str, facts: PlatformFacts) -> bool:
    return not text or text[0] in "!#" or facts.noise_pattern.match(text) is not None


def one_form(text: str, quote: str) -> Sequence[str]:
    """Return a line in the form of all its spellings; several where it sets a list in brackets.

    >>> one_form("set system host-name 'r1'", "'"), one_form('set a [ "b c" d ]', "'")
    (('set system host-name r1',), ["set a 'b c'", 'set a d'])
    """
    if _SIMPLE.fullmatch(text):
        last = text[-1]
        return (text[:-1].replace(f" {last}", " "),) if last in "'\"" else (text,)
    if text[-1] == quote and _PHRASE.fullmatch(text):
        return (text,)
    words = words_of(text)
    if "[" in words and words[-1] == "]":
        start = words.index("[")
        return [" ".join(quoted(word, quote) for word in (*words[:start], one)) for one in words[start + 1 : -1]]
    return (" ".join([quoted(word, quote) for word in words]),)


def words_of(text: str) -> Words:
    """Return the words of a statement without their quotes; where one is not closed, quotes are letters.

    >>> words_of("set system host-name 'r 1'")
    ('set', 'system', 'host-name', 'r 1')
    """
    if ("'" in text or '"' in text) and _LINE.fullmatch(text):
        return tuple([one or two or three for one, two, three in _WORD.findall(text)])
    return tuple(text.split())


def quoted(word: str, quote: str) -> str:
    """Return a word in quotes if it needs them."""
    if _BARE.fullmatch(word) or word in ("[", "]"):
        return word
    if quote in word and f"\\{quote}" not in word:
        quote = "'" if quote == '"' else '"'
    return f"{quote}{word}{quote}"


def is_listed(statement: str, facts: PlatformFacts) -> bool:
    """Return whether a statement is in an ordered list."""
    return facts.list_patterns.first(statement.removeprefix(facts.positive)) is not None
