"""Running text into statements: what a configuration says, without what two readings of it may differ in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from jipkit import indented, spelling
from jipkit.errors import AnswerError, ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.printable import RUBBISH, plain
from jipkit.readings import check_whole, check_whose, without_session
from jipkit.reasons import because
from jipkit.rows import cutting as rows
from jipkit.statement import Statement

MAX_CHARACTERS = 20_000_000
MAX_LINES = 200_000

READERS: Mapping[str | None, Callable[[str, PlatformFacts], tuple[Statement, ...]]] = {
    "indented": indented.statements,
    "set": spelling.statements,
    "rows": rows.statements,
}
"""What reads each syntax; the text is `checked`. What is not known is read as if it were indented."""


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what ``text`` says, each block before what stands in it.

    What two readings of one configuration may differ in is left out: noise, comments, spelling.

    Raises:
        ConfigTextError: it says nothing at all, is too large or too deep, was cut short, or is not text.
    """
    return _statements(checked(text), facts)


def own_statements(text: str, facts: PlatformFacts, router: str) -> tuple[Statement, ...]:
    """Return what ``router`` answered with: its whole configuration; a part of it, or another's, is none.

    Raises:
        AnswerError: ``text`` is empty, rubbish, too large, cut short, another router's or another platform's.
    """
    try:
        return whole_statements(text, facts, router)
    except ConfigTextError as error:
        raise AnswerError(router, because("no-configuration", reason=error.reason), because("ask-again")) from error


def whole_statements(text: str, facts: PlatformFacts, router: str) -> tuple[Statement, ...]:
    """Return what the whole configuration of ``router`` says, wherever it comes from.

    Raises:
        ConfigTextError: as `statements` does, or ``text`` was cut short.
        AnswerError: it is another router's, or another platform's.
    """
    text = checked(text)
    said = _statements(text, facts)
    check_whole(text, facts)
    check_whose(text, facts, router, advice=because("whose-address"))
    if facts.sections and not any(facts.section(statement.text) for statement in said if not statement.path):
        raise AnswerError(router, because("foreign-configuration", platform=facts.platform), because("ask-again"))
    return said


def _statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    found = READERS.get(facts.syntax, indented.statements)(text, facts)
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
