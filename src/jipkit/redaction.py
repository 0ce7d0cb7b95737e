"""Secrets in text: how they are written where they must not stand, found where they do, and put in for a push.

A rendered text holds ``<secret:NAME>``. A text from a router holds values; before anybody sees it each becomes
``<secret>``, or ``<digest:HEX>`` where two readings have to be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.printable import plain
from jipkit.rows.quoting import in_quotes, quoted
from jipkit.rows.reading import joined

HIDDEN = "<secret>"
"""Stands for a value that was found and is not shown."""

_NAME = r"[^<>\s]+"
_PLACEHOLDER = re.compile(f"<secret:({_NAME})>")
DIGEST = re.compile(f"<digest:{_NAME}>")
"""Stands in what is kept of a router for a secret: equal for equal secrets under one key."""
_TOKEN = re.compile(f"<secret>|<secret:{_NAME}>|{DIGEST.pattern}")


class Masked(NamedTuple):
    """A statement with `HIDDEN` where its secrets were, and the secrets in order, without quotes.

    ``alike`` is the text without what says how a secret is written: two statements that say the same but for their
    secrets are alike.
    """

    text: str
    values: tuple[str, ...]
    alike: str


class _Span(NamedTuple):
    """Where a secret stands, and what says how it is written (an empty stretch where nothing does)."""

    start: int
    end: int
    kind: tuple[int, int]


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


def anonymous(text: str) -> str:
    """Return ``text`` with one name for all of its secrets.

    >>> anonymous("password <secret:login/a>")
    'password <secret:x>'
    """
    return _PLACEHOLDER.sub("<secret:x>", text)


def blanked(text: str) -> str:
    """Return ``text`` with `HIDDEN` for whatever stands for a secret: what two readings say but for their secrets.

    >>> blanked("password <digest:0011aabb>")
    'password <secret>'
    """
    return _TOKEN.sub(HIDDEN, text)


def is_token(value: str) -> bool:
    """Return whether ``value`` stands for a secret rather than being one."""
    return value[:1] == "<" and _TOKEN.fullmatch(value) is not None


def fill(text: str, resolve: Callable[[str], str], facts: PlatformFacts | None = None) -> str:
    """Return ``text`` with every placeholder replaced by its secret. Only what goes to a router is filled.

    With ``facts`` a secret is written as the platform reads it: RouterOS takes a bare ``;`` for the end of a command.

    Raises:
        SecretError: a secret is not known, would break the line it stands in, or was hidden from us for good.
    """
    filled = _PLACEHOLDER.sub(lambda found: _fitting(found, resolve(found[1]), facts), text)
    for number, line in enumerate(text.split("\n"), 1):
        if _TOKEN.search(_PLACEHOLDER.sub("", line)):
            raise SecretError(
                f"line {number}: needs a secret that only the router knows; enter it there, or give the secret a name"
            )
    return filled


def _fitting(found: re.Match[str], value: str, facts: PlatformFacts | None) -> str:
    """Return a value that stays one word where its placeholder stands."""
    if not value or not value.isprintable():
        raise SecretError(f"secret {found[1]}: is empty, or holds a newline or a control character; set it anew")
    before = found.string[: found.start()][-1:]
    if facts is not None and facts.syntax == "rows":
        return in_quotes(value)[1:-1] if before == '"' else quoted(value)
    if before and before in "'\"" and (before in value or "\\" in value):
        raise SecretError(f"secret {found[1]}: holds a quote or a backslash, which would end it early; set it anew")
    return value


def mask(statement: str, facts: PlatformFacts) -> Masked:
    """Return ``statement`` (without its indentation) without its secrets, and the secrets beside it.

    What already stands for a secret counts as one, so that an intended statement and the running one that fulfils
    it are alike.
    """
    spans = _spans(statement, facts)
    if not spans:
        return Masked(statement, (), statement)
    return Masked(
        _replaced(statement, [(start, end, HIDDEN) for start, end, _kind in spans]),
        tuple(unquoted(statement[start:end]) for start, end, _kind in spans),
        _replaced(statement, sorted(cut for start, end, kind in spans for cut in ((start, end, HIDDEN), (*kind, "")))),
    )


def _replaced(text: str, cuts: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with each stretch replaced, in order; one that begins inside the last is left out."""
    parts, last = [], 0
    for start, end, instead in cuts:
        if start >= last:
            parts += [text[last:start], instead]
            last = end
    return "".join([*parts, text[last:]])


def unquoted(value: str) -> str:
    """Return a value without the quotes around it.

    >>> unquoted("'hunter 2'")
    'hunter 2'
    """
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def redact(text: str, facts: PlatformFacts, digest: Callable[[str], str] | None = None) -> str:
    """Return ``text`` as it may be shown and stored: no value that a secret pattern finds is left in it.

    Each becomes ``<secret>``, or ``<digest:HEX>`` by ``digest``; placeholders stay. Terminal sequences and carriage
    returns are dropped and other control characters made visible first, so that none of them can split a secret.
    """
    text = joined(plain(text)) if facts.syntax == "rows" else plain(text)
    known: dict[str, str] = {}
    return "\n".join(
        known[line] if line in known else known.setdefault(line, _redact_line(line, facts, digest))
        for line in text.split("\n")
    )


def _redact_line(line: str, facts: PlatformFacts, digest: Callable[[str], str] | None) -> str:
    statement = line.lstrip()
    spans = _spans(statement, facts)
    if not spans:
        return line
    cuts = [(start, end, _shown(statement[start:end], digest)) for start, end, _kind in spans]
    return line[: len(line) - len(statement)] + _replaced(statement, cuts)


def _shown(value: str, digest: Callable[[str], str] | None) -> str:
    bare = unquoted(value)
    if is_token(bare):
        return value
    return f"<digest:{digest(bare)}>" if digest else HIDDEN


def _spans(statement: str, facts: PlatformFacts) -> list[_Span]:
    """Return where secrets stand in ``statement``, in order; two that overlap are one."""
    if "\n" in statement:
        return list(_spans_of_lines(statement, facts))
    found = [
        _Span(*_with_quotes(statement, *match.span("secret"), facts), _kind(match))
        for pattern in facts.secret_patterns
        for match in pattern.finditer(statement)
        if match["secret"]
    ]
    found.sort(key=lambda span: (span.start, span.kind[0] == span.kind[1], span))
    merged: list[_Span] = []
    for span in found:
        if merged and span.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _spans_of_lines(statement: str, facts: PlatformFacts) -> Iterator[_Span]:
    start = 0
    for line in statement.split("\n"):
        bare = line.lstrip()
        shift = start + len(line) - len(bare)
        for span in _spans(bare, facts):
            yield _Span(span.start + shift, span.end + shift, (span.kind[0] + shift, span.kind[1] + shift))
        start += len(line) + 1


def _kind(match: re.Match[str]) -> tuple[int, int]:
    """Return where it is said how a secret is written."""
    start, end = match.span("kind") if "kind" in match.re.groupindex else (-1, -1)
    return (start, end) if start >= 0 else (match.start(), match.start())


def _with_quotes(statement: str, start: int, end: int, facts: PlatformFacts) -> tuple[int, int]:
    """Return where a secret stands, with the quotes around it, in a set-style statement."""
    if not facts.positive:
        return start, end
    before = statement[start - 1 : start]
    if statement[start] in "'\"":
        closing = statement.find(statement[start], start + 1) + 1
        return start, max(closing, end)
    if before and before in "'\"":
        closing = statement.find(before, start) + 1
        return (start - 1, max(closing, end)) if closing else (start, end)
    return start, end
