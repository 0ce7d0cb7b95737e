"""Which secrets of a running configuration are the intended ones, found out without showing any."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.redaction import fill, is_token, mask
from jipkit.reveal import revealed
from jipkit.statement import Disclosed, Doubt, Path, Statement


class _Intended(NamedTuple):
    """An intended statement with secrets, and what stands for them."""

    statement: Statement
    placeholders: tuple[str, ...]


def disclose(
    said: Sequence[Statement],
    wanted: Sequence[Statement],
    facts: PlatformFacts,
    resolve: Callable[[str], str] | None,
    *,
    bare: bool = False,
) -> Disclosed:
    """Return what ``said`` says without its secrets, each compared with the one that ``wanted`` has in its place.

    ``bare``: one that is not the intended one keeps its value.
    """
    harmless = {s.text for s in wanted}
    secretive: dict[tuple[Path, str], list[_Intended]] = {}
    answered = {s.text for s in said}
    for statement in wanted:
        if "<secret:" in statement.text and statement.text not in answered:
            masked = mask(statement.text, facts)
            secretive.setdefault((statement.path, masked.alike), []).append(_Intended(statement, masked.values))
    shown, doubts, renamed = [], [], dict[Path, Path]()
    for statement in said:
        text = statement.text
        if text in harmless and not renamed:
            shown.append(statement)
            continue
        path = renamed.get(statement.path, statement.path)
        if text not in harmless and (masked := mask(text, facts)).values:
            text = text if bare else masked.text
            if found := _taken(secretive.get((path, masked.alike), []), masked.values, facts, resolve):
                intended, answer = found
                if isinstance(answer, Reason):
                    doubts.append(Doubt(intended, masked.text, answer))
                text = intended.text
        if path is not statement.path or text is not statement.text:
            renamed[*statement.path, statement.text] = (*path, text)
            statement = statement._replace(path=path, text=text)  # noqa: PLW2901 - the shown one takes its place
        shown.append(statement)
    return Disclosed(tuple(shown), tuple(doubts))


def _taken(
    some: list[_Intended], values: Sequence[str], facts: PlatformFacts, resolve: Callable[[str], str] | None
) -> tuple[Statement, bool | Reason] | None:
    """Take of ``some`` the statement whose secrets the running ones are, else one whose they may be: once each."""
    answers = [_answer(one.placeholders, values, facts, resolve) for one in some]
    place = min(range(len(some)), key=lambda n: (answers[n] is not True, answers[n] is False), default=None)
    if place is None or answers[place] is False:
        return None
    return some.pop(place).statement, answers[place]


def _answer(
    placeholders: Sequence[str], values: Sequence[str], facts: PlatformFacts, resolve: Callable[[str], str] | None
) -> bool | Reason:
    """Return whether the running secrets are the intended ones; a reason where that cannot be known."""
    answers = [equal(one, value, facts, resolve) for one, value in zip(placeholders, values, strict=True)]
    if False in answers:
        return False
    return next((answer for answer in answers if isinstance(answer, Reason)), True)


def equal(intended: str, value: str, facts: PlatformFacts, resolve: Callable[[str], str] | None) -> bool | Reason:
    """Return whether ``value`` is the secret that ``intended`` stands for; a reason where that cannot be known."""
    if is_token(value):
        return value == intended or because("secret-hidden")
    veiled = any(re.match(pattern, value) for pattern in facts.veiled)
    try:
        expected = fill(intended, resolve or _nobody)
    except SecretError:
        expected = None
    if expected is not None and expected in (value, revealed(value, facts)):
        return True
    if veiled:
        return because("secret-veiled")
    return because("secret-unknown") if expected is None else False


def _nobody(name: str) -> str:
    raise SecretError(f"secret {name}: nobody to ask")
