"""Which secrets of a running configuration are the intended ones, found out without showing any."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.redaction import fill, is_token, mask
from jipkit.reveal import revealed
from jipkit.statement import Disclosed, Doubt, Path, Statement


def disclose(
    said: Sequence[Statement],
    wanted: Sequence[Statement],
    facts: PlatformFacts,
    resolve: Callable[[str], str] | None,
) -> Disclosed:
    """Return what ``said`` says without its secrets, each compared with the one that ``wanted`` has in its place."""
    harmless = {s.text for s in wanted}
    secretive = {}
    answered = {s.text for s in said}
    for statement in wanted:
        if "<secret:" in statement.text and statement.text not in answered:
            masked = mask(statement.text, facts)
            secretive[statement.path, masked.alike] = statement, masked.values
    shown, doubts, renamed = [], [], dict[Path, Path]()
    for statement in said:
        text = statement.text
        if text in harmless and not renamed:
            shown.append(statement)
            continue
        path = renamed.get(statement.path, statement.path)
        if text not in harmless and (masked := mask(text, facts)).values:
            text = masked.text
            if counterpart := secretive.get((path, masked.alike)):
                intended, placeholders = counterpart
                answer = _answer(placeholders, masked.values, facts, resolve)
                if isinstance(answer, Reason):
                    doubts.append(Doubt(intended, masked.text, answer))
                if answer is not False:
                    text = intended.text
        if path is not statement.path or text is not statement.text:
            renamed[*statement.path, statement.text] = (*path, text)
            statement = statement._replace(path=path, text=text)  # noqa: PLW2901 - the shown one takes its place
        shown.append(statement)
    return Disclosed(tuple(shown), tuple(doubts))


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
    """Return whether a running value is the intended secret; a reason where that cannot be known."""
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
