"""Secrets in text: how they are written where they must not stand, found where they do, and put in for a push.

A rendered text holds ``<secret:NAME>``. A text from a router holds values; before anybody sees it each becomes
``<secret>``, or ``<digest:HEX>`` where two readings have to be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from jipkit.configs import plain
from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts

HIDDEN = "<secret>"
"""Stands for a value that was found and is not shown."""

_NAME = r"[^<>\s]+"
_PLACEHOLDER = re.compile(f"<secret:({_NAME})>")
_TOKEN = re.compile(f"<secret>|<secret:{_NAME}>|<digest:{_NAME}>")


class Masked(NamedTuple):
    """A statement with `HIDDEN` where its secrets were, and the secrets in order."""

    text: str
    values: tuple[str, ...]


def placeholder(name: str) -> str:
    """Return what stands in a rendered text for the secret ``name``.

    >>> placeholder("ospf/core-1--kec-cengal/1")
    '<secret:ospf/core-1--kec-cengal/1>'

    Raises:
        ValueError: ``name`` is empty, or holds a blank or an angle bracket.
    """
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"{name!r} is no name of a secret: blanks and angle brackets cannot stand in it")
    return f"<secret:{name}>"


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of the secrets that ``text`` has placeholders for, each once, in order.

    >>> names_in("password <secret:login/a> / <secret:login/b> / <secret:login/a>")
    ('login/a', 'login/b')
    """
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text))) if "<secret:" in text else ()


def is_token(value: str) -> bool:
    """Return whether ``value`` stands for a secret rather than being one."""
    return _TOKEN.fullmatch(value) is not None


def fill(text: str, resolve: Callable[[str], str]) -> str:
    """Return ``text`` with every placeholder replaced by its secret. Only what goes to a router is filled.

    Raises:
        SecretError: a secret is not known, would break the line it stands in, or was hidden from us for good.
    """
    filled = _PLACEHOLDER.sub(lambda found: _one_line(found[1], resolve(found[1])), text)
    for number, line in enumerate(text.split("\n"), 1):
        if _TOKEN.search(_PLACEHOLDER.sub("", line)):
            raise SecretError(
                f"line {number}: needs a secret that only the router knows; enter it there, or give the secret a name"
            )
    return filled


def _one_line(name: str, value: str) -> str:
    if not value or not value.isprintable():
        raise SecretError(f"secret {name}: is empty, or holds a newline or a control character; set it anew")
    return value


def mask(statement: str, facts: PlatformFacts) -> Masked:
    """Return ``statement`` (one line, no indentation) without its secrets, and the secrets beside it.

    What already stands for a secret counts as one, so that an intended statement and the running one that fulfils
    it have the same text.
    """
    spans = _spans(statement, facts)
    if not spans:
        return Masked(statement, ())
    parts, values, last = [], [], 0
    for start, end in spans:
        parts += [statement[last:start], HIDDEN]
        values.append(statement[start:end])
        last = end
    return Masked("".join([*parts, statement[last:]]), tuple(values))


def redact(text: str, facts: PlatformFacts, digest: Callable[[str], str] | None = None) -> str:
    """Return ``text`` as it may be shown and stored: no value that a secret pattern finds is left in it.

    Each becomes ``<secret>``, or ``<digest:HEX>`` by ``digest``; placeholders stay. Terminal sequences and carriage
    returns are dropped and other control characters made visible first, so that none of them can split a secret.
    """
    return "\n".join(_redact_line(line, facts, digest) for line in plain(text).split("\n"))


def _redact_line(line: str, facts: PlatformFacts, digest: Callable[[str], str] | None) -> str:
    statement = line.lstrip()
    masked = mask(statement, facts)
    if not masked.values:
        return line
    shown = iter([v if is_token(v) else f"<digest:{digest(v)}>" if digest else HIDDEN for v in masked.values])
    text, last = [], 0
    for start, end in _spans(statement, facts):
        text += [statement[last:start], next(shown)]
        last = end
    return line[: len(line) - len(statement)] + "".join([*text, statement[last:]])


def _spans(statement: str, facts: PlatformFacts) -> list[tuple[int, int]]:
    """Return where secrets stand in ``statement``, in order; two that overlap are one."""
    found = sorted(
        match.span("secret")
        for pattern in facts.secret_patterns
        for match in pattern.finditer(statement)
        if match["secret"]
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
