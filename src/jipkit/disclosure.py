"""Which secrets of a running configuration are the intended ones, found out without showing any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.redaction import is_token, mask, names_in
from jipkit.statement import Path, Statement


class Doubt(NamedTuple):
    """A secret that could not be compared: the intended statement, and the running one without its value."""

    intended: Statement
    running: str


class Disclosed(NamedTuple):
    """Running statements as they may be shown.

    A statement whose secret is the intended one has become the intended statement, placeholder and all; so has one
    whose secret is in doubt. Another secret has left `HIDDEN` behind, so that its statement differs.
    """

    statements: tuple[Statement, ...]
    doubts: tuple[Doubt, ...]


def disclose(
    said: Sequence[Statement],
    wanted: Sequence[Statement],
    facts: PlatformFacts,
    resolve: Callable[[str], str] | None,
) -> Disclosed:
    """Return what ``said`` says without its secrets, each compared with the one that ``wanted`` has in its place."""
    harmless = {s.text for s in wanted}
    secretive = {}
    for statement in wanted:
        if names_in(statement.text):
            masked = mask(statement.text, facts)
            secretive[statement.path, masked.text] = statement, masked.values
    shown, doubts, renamed = [], [], dict[Path, Path]()
    for statement in said:
        path = renamed.get(statement.path, statement.path)
        text = statement.text
        if text not in harmless and (masked := mask(text, facts)).values:
            text = masked.text
            if counterpart := secretive.get((path, masked.text)):
                intended, placeholders = counterpart
                same = _same(placeholders, masked.values, resolve)
                if same is None:
                    doubts.append(Doubt(intended, masked.text))
                if same is not False:
                    text = intended.text
        if path is not statement.path or text is not statement.text:
            renamed[*statement.path, statement.text] = (*path, text)
            statement = statement._replace(path=path, text=text)  # noqa: PLW2901 - the shown one takes its place
        shown.append(statement)
    return Disclosed(tuple(shown), tuple(doubts))


def _same(placeholders: Sequence[str], values: Sequence[str], resolve: Callable[[str], str] | None) -> bool | None:
    """Return whether the running secrets are the intended ones; None where that cannot be known."""
    answers = [_equal(intended, value, resolve) for intended, value in zip(placeholders, values, strict=True)]
    return False if False in answers else None if None in answers else True


def _equal(placeholder: str, value: str, resolve: Callable[[str], str] | None) -> bool | None:
    if is_token(value):
        return True if value == placeholder else None
    if resolve is None:
        return None
    names = names_in(placeholder)
    try:
        return value == resolve(names[0]) if names else None
    except SecretError:
        return None
