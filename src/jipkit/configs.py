"""Running text into statements: what a configuration says, without what two readings of it may differ in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts

MAX_CHARACTERS = 20_000_000
MAX_LINES = 200_000
MAX_LINE = 20_000
MAX_DEPTH = 12
RUBBISH = "\ufffd"
"""Stands for a control character, or for a byte that is no text."""

_COMMENTS = "!#"
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")
_UNUSUAL = re.compile(r"[^\n -~]")


class Statement(NamedTuple):
    """One statement: the statements it stands in, outermost first, and the line (from 1) it was read from."""

    path: tuple[str, ...]
    text: str
    line: int = 0
    block: bool = False
    """It was opened and closed, whether or not anything stands in it."""


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


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what ``text`` says, each block before what stands in it; a section that is written twice is one section.

    Noise, comments, blank lines and the lines that close a block are dropped, repeated blanks folded. What is
    indented under nothing (its block was closed before) stands on its own, as the router itself would take it.

    Raises:
        ConfigTextError: it says nothing at all, is too large or too deep, or is not text.
    """
    reader = _Reader(facts)
    for number, line in enumerate(_checked(text).split("\n"), 1):
        reader.read(number, line)
    if not reader.found:
        raise ConfigTextError("holds no statement: an empty configuration is no answer; ask the router again")
    return reader.statements()


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
        raise ConfigTextError(f"{len(text)} characters; no router has more than {MAX_CHARACTERS} of configuration")
    text = plain(text)
    if (lines := text.count("\n")) > MAX_LINES:
        raise ConfigTextError(f"{lines} lines; no router has more than {MAX_LINES} of configuration")
    if RUBBISH in text:
        line = text.count("\n", 0, text.index(RUBBISH)) + 1
        raise ConfigTextError(f"line {line}: holds a control character; this is not the text of a configuration")
    return text


class _Reader:
    """Reads lines one by one and keeps what they say."""

    def __init__(self, facts: PlatformFacts) -> None:
        self.found: dict[tuple[str, ...], Statement] = {}
        self._noise = facts.noise_pattern.match
        self._closes = facts.closing_pattern.fullmatch
        self._open: list[tuple[int, tuple[str, ...]]] = []
        self._torn = False
        self._last: tuple[str, ...] = ()
        self._bare = False

    def read(self, number: int, line: str) -> None:
        text = line.strip(" ")
        if not text or text[0] in _COMMENTS:
            self._bare = True
        elif not self._noise(text):
            indent = len(line) - len(line.lstrip(" "))
            if self._closes(text):
                self._close(indent)
            else:
                self._say(number, indent, text)

    def statements(self) -> tuple[Statement, ...]:
        """Return what was read; a section that was left and entered again is put together."""
        return _gathered(self.found) if self._torn else tuple(self.found.values())

    def _say(self, number: int, indent: int, text: str) -> None:
        if len(text) > MAX_LINE:
            raise ConfigTextError(f"line {number}: {len(text)} characters; no statement is longer than {MAX_LINE}")
        opened = self._open
        while opened and opened[-1][0] >= indent:
            opened.pop()
        if "  " in text:
            text = " ".join(text.split())
        parents = opened[-1][1] if opened else ()
        path = (*parents, text)
        if len(path) > MAX_DEPTH:
            raise ConfigTextError(f"line {number}: {len(path)} levels deep; no statement is deeper than {MAX_DEPTH}")
        if path in self.found:
            self._torn = True
        else:
            self.found[path] = Statement(parents, text, number)
        opened.append((indent, path))
        self._last, self._bare = path, False

    def _close(self, indent: int) -> None:
        """Take the innermost open statement at ``indent`` as a block that ends here."""
        while self._open and self._open[-1][0] >= indent:
            level, path = self._open.pop()
            if level == indent and not (self._bare and path == self._last):
                self.found[path] = self.found[path]._replace(block=True)
        self._bare = True


def _gathered(found: Mapping[tuple[str, ...], Statement]) -> tuple[Statement, ...]:
    """Return statements with everything that stands in a block right after the block."""
    inside: dict[tuple[str, ...], list[Statement]] = {}
    for statement in found.values():
        inside.setdefault(statement.path, []).append(statement)
    gathered: list[Statement] = []
    waiting = inside.get((), [])[::-1]
    while waiting:
        statement = waiting.pop()
        gathered.append(statement)
        waiting += inside.get((*statement.path, statement.text), [])[::-1]
    return tuple(gathered)
