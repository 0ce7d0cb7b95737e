"""Running text into statements: what a configuration says, without what two readings of it may differ in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.statement import MAX_DEPTH, MAX_LINE, Path, Statement, gathered

MAX_CHARACTERS = 20_000_000
MAX_LINES = 200_000
RUBBISH = "\ufffd"
"""Stands for a control character, or for a byte that is no text."""

_COMMENTS = "!#"
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")
_UNUSUAL = re.compile(r"[^\n -~]")


Known = dict[str, tuple[Statement, ...]]
"""What parts of a text say that were read before."""


def plain(text: str) -> str:
    r"""Return ``text`` without terminal sequences and carriage returns; other control characters become `RUBBISH`.

    >>> plain("\x1b[1mhostname\x1b[m r1\r\n")
    'hostname r1\n'
    """
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    return _UNUSUAL.sub(_visible, text.replace("\r", ""))


def _visible(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\t":
        return " "
    return character if character.isprintable() else RUBBISH


def statements(text: str, facts: PlatformFacts, known: Known | None = None) -> tuple[Statement, ...]:
    """Return what ``text`` says, each block before what stands in it; a section that is written twice is one section.

    Noise, comments, blank lines and the lines that close a block are dropped, repeated blanks folded. What is
    indented under nothing (its block was closed before) stands on its own, as the router itself would take it.

    ``known`` remembers what was read, so that a text that is nearly the same costs only what is new in it: its
    statements then have the line numbers of the first.

    Raises:
        ConfigTextError: it says nothing at all, is too large or too deep, or is not text.
    """
    known = {} if known is None else known
    found: list[Statement] = []
    line = 1
    for part in _parts(_checked(text), facts):
        if (said := known.get(part)) is None:
            said = known[part] = _Reader(facts, line).read(part)
        found += said
        line += part.count("\n")
    if not found:
        raise ConfigTextError(because("no-statement"))
    heads = [s.text for s in found if not s.path]
    return tuple(found) if len(heads) == len(set(heads)) else gathered(found)


def normalise(text: str, facts: PlatformFacts) -> str:
    """Return ``text`` in the one form that every reading of the same configuration has, one statement a line.

    Raises:
        ConfigTextError: as `statements` does.
    """
    return as_text(statements(text, facts))


def as_text(found: Sequence[Statement]) -> str:
    """Return statements as text: one a line, one blank of indentation a level, blocks that hold nothing closed."""
    lines = []
    for statement, following in zip_longest(found, found[1:]):
        indent = " " * len(statement.path)
        lines.append(f"{indent}{statement.text}\n")
        if statement.block and (following is None or len(following.path) <= len(statement.path)):
            lines.append(f"{indent}exit\n")
    return "".join(lines)


def _checked(text: str) -> str:
    """Return ``text`` as `plain` does, if it can be a configuration."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigTextError(because("too-many-characters", count=len(text), most=MAX_CHARACTERS))
    text = plain(text)
    if (lines := text.count("\n")) > MAX_LINES:
        raise ConfigTextError(because("too-many-lines", count=lines, most=MAX_LINES))
    if RUBBISH in text:
        line = text.count("\n", 0, text.index(RUBBISH)) + 1
        raise ConfigTextError(because("control-character", line=line))
    return text


def _parts(text: str, facts: PlatformFacts) -> Iterator[str]:
    """Yield ``text`` cut before each line that begins a top-level statement."""
    cuts = [0, *(match.start() for match in facts.heading_pattern.finditer(text)), len(text)]
    return (text[start:end] for start, end in pairwise(cuts))


class _Reader:
    """Reads a part of a text that begins at the margin, and keeps what it says."""

    def __init__(self, facts: PlatformFacts, line: int) -> None:
        self._noise = facts.noise_pattern.match
        self._closes = facts.closing_pattern.fullmatch
        self._line = line
        self._found: dict[Path, Statement] = {}
        self._open: list[tuple[int, Path]] = []
        self._last: Path = ()
        self._bare = False
        self._again = False

    def read(self, part: str) -> tuple[Statement, ...]:
        """Return what ``part`` says; a block is open until a line stands no deeper than its own first."""
        for number, line in enumerate(part.split("\n"), self._line):
            text = line.strip()
            if not text or text[0] in _COMMENTS:
                self._bare = True
            elif not self._noise(text):
                indent = line.index(text[0])
                if self._closes(text):
                    self._close(indent)
                else:
                    self._say(number, indent, text)
        said = tuple(self._found.values())
        return gathered(said) if self._again else said

    def _say(self, number: int, indent: int, text: str) -> None:
        opened = self._open
        while opened and opened[-1][0] >= indent:
            opened.pop()
        if "  " in text:
            text = " ".join(text.split())
        parents = opened[-1][1] if opened else ()
        path = (*parents, text)
        if len(text) > MAX_LINE:
            raise ConfigTextError(because("line-too-long", line=number, count=len(text), most=MAX_LINE))
        if len(path) > MAX_DEPTH:
            raise ConfigTextError(because("line-too-deep", line=number, count=len(path), most=MAX_DEPTH))
        if path in self._found:
            self._again = True  # a block is entered once more: what follows in it belongs to what was said before
        else:
            self._found[path] = Statement(parents, text, number)
        opened.append((indent, path))
        self._last, self._bare = path, False

    def _close(self, indent: int) -> None:
        """Take the innermost open statement at ``indent`` as a block that ends here."""
        while self._open and self._open[-1][0] >= indent:
            level, path = self._open.pop()
            if level == indent and not (self._bare and path == self._last):
                self._found[path] = self._found[path]._replace(block=True)
        self._bare = True
