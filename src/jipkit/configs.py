"""Running text into statements: what a configuration says, without what two readings of it may differ in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from jipkit import indented, sets
from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.readings import without_session
from jipkit.reasons import because
from jipkit.statement import Statement

MAX_CHARACTERS = 20_000_000
MAX_LINES = 200_000
RUBBISH = "\ufffd"
"""Stands for a control character, or for a byte that is no text."""

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")
_USUAL = bytes([*range(ord(" "), ord("~") + 1), ord("\n")])
_UNUSUAL = re.compile(r"[^\n -~]")


def plain(text: str) -> str:
    r"""Return ``text`` without terminal sequences and carriage returns; other control characters become `RUBBISH`.

    >>> plain("\x1b[1mhostname\x1b[m r1\r\n")
    'hostname r1\n'
    """
    if text.isascii() and not text.encode().translate(None, _USUAL):
        return text
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    return _UNUSUAL.sub(_visible, text.replace("\r", ""))


def _visible(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\t":
        return " "
    return character if character.isprintable() else RUBBISH


READERS: Mapping[str | None, Callable[[str, PlatformFacts], tuple[Statement, ...]]] = {
    "indented": indented.statements,
    "set": sets.statements,
}
"""What reads each syntax; the text is `checked`. What is not known is read as if it were indented."""


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what ``text`` says, each block before what stands in it.

    What two readings of one configuration may differ in is left out: noise, comments, spelling.

    Raises:
        ConfigTextError: it says nothing at all, is too large or too deep, was cut short, or is not text.
    """
    found = READERS.get(facts.syntax, indented.statements)(checked(text), facts)
    if not found:
        raise ConfigTextError(because("no-statement"))
    return found


def normalise(text: str, facts: PlatformFacts) -> str:
    """Return ``text`` in the one form that every reading of the same configuration has, one statement a line.

    Raises:
        ConfigTextError: as `statements` does.
    """
    return as_text(statements(text, facts), facts.leave)


def as_text(found: Sequence[Statement], leave: str = "exit") -> str:
    """Return statements as text: one a line, one blank of indentation a level, blocks that hold nothing closed."""
    lines = []
    for statement, following in zip_longest(found, found[1:]):
        indent = " " * len(statement.path)
        lines.append(f"{indent}{statement.text}\n")
        if statement.block and (following is None or len(following.path) <= len(statement.path)):
            lines.append(f"{indent}{leave}\n")
    return "".join(lines)


def checked(text: str) -> str:
    """Return ``text`` as `plain` does, without what the session added, if it can be a configuration.

    Raises:
        ConfigTextError: it is too large, or is not text.
    """
    if len(text) > MAX_CHARACTERS:
        raise ConfigTextError(because("too-many-characters", count=len(text), most=MAX_CHARACTERS))
    text = plain(text)
    if (lines := text.count("\n")) > MAX_LINES:
        raise ConfigTextError(because("too-many-lines", count=lines, most=MAX_LINES))
    if RUBBISH in text:
        line = text.count("\n", 0, text.index(RUBBISH)) + 1
        raise ConfigTextError(because("control-character", line=line))
    return without_session(text)
