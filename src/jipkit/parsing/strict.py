"""The strictness that all parsers share: read what is there, and stumble over everything else."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import Any, NoReturn, Protocol, TypeVar

from jipkit.observation import NotParsed
from jipkit.reasons import Reason, because

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V")

LONGEST_ANSWER = 8_000_000
"""Characters. A router with a thousand interfaces answers with about one million."""

EXCERPT = 200
LONGEST_NAME = 255

_WHITESPACE = {"\n", "\r", "\t"}
_REFUSALS = (
    (re.compile(r"% ?Unknown command"), "unknown-command"),
    (re.compile(r"% ?Command incomplete"), "incomplete-command"),
    (re.compile(r"(?P<what>\w+d) is not running"), "not-running"),
)


class Parser(Protocol[T_co]):
    """A parser as the rest of jipkit sees it."""

    def __call__(self, answer: object, command: str) -> T_co | NotParsed: ...


class SurpriseError(Exception):
    """The answer is not what the command gives; stays inside this package."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def excerpt(answer: object) -> str:
    r"""Return the start of an answer for a person to see: one line, printable, at most 200 characters.

    >>> excerpt("\x1b[31mno\r\n  such   thing")
    '?[31mno such thing'
    """
    start = str(answer[:2000] if isinstance(answer, (str, bytes)) else answer)[:2000]
    return printable(" ".join(start.split()), EXCERPT)


def printable(text: str, longest: int = LONGEST_NAME) -> str:
    """Return ``text`` with a question mark for each character that could act on a terminal, and not too long."""
    return "".join(character if character.isprintable() else "?" for character in text[:longest])


def strict(parse: Callable[[Any], V]) -> Parser[V]:
    """Return a parser that answers `NotParsed` for whatever ``parse`` stumbles over."""

    @functools.wraps(parse)
    def parser(answer: object, command: str) -> V | NotParsed:
        try:
            return parse(answer)
        except SurpriseError as surprise:
            return NotParsed(command, surprise.reason, excerpt(answer))

    return parser


def plain_text(answer: object, *, escapes: bool = False) -> str:
    """Return the answer when it is text that a program would print to another, with ``escapes`` to a terminal."""
    if not isinstance(answer, str):
        surprise(because("not-text", kind=type(answer).__name__))
    if len(answer) > LONGEST_ANSWER:
        surprise(because("too-long", count=len(answer)))
    if not answer.strip():
        surprise(because("empty"))
    if (
        not escapes
        and not answer.isprintable()
        and (odd := {c for c in set(answer) - _WHITESPACE if not c.isprintable()})
    ):
        surprise(because("control-characters", character=repr(min(odd))))
    return answer


def surprise(reason: Reason) -> NoReturn:
    """Give up on the answer: it is not what the command gives."""
    raise SurpriseError(reason)


def document(answer: object) -> Any:
    """Return the one JSON document that an answer is."""
    text = plain_text(answer)
    try:
        return json.loads(text, parse_constant=lambda name: surprise(because("not-a-number", name=name)))
    except RecursionError:
        surprise(because("too-deep"))
    except json.JSONDecodeError as error:
        surprise(refusal(text) or because("not-json", line=error.lineno, column=error.colno))
    except ValueError:  # what Python says of a number of more than 4300 digits
        surprise(because("no-number"))


def refusal(text: str) -> Reason | None:
    """Return why a router refused a command, if that is what it says at the start of ``text``."""
    for pattern, code in _REFUSALS:
        if found := pattern.search(text[:2000]):
            return because(code, **found.groupdict())
    return None


def an_object(value: object, what: str) -> Mapping[str, Any]:
    """Return ``value`` when it is a JSON object."""
    if not isinstance(value, dict):
        surprise(because("not-an-object", what=what))
    return value


def a_list(value: object, what: str) -> list[Any]:
    """Return ``value`` when it is a JSON list."""
    if not isinstance(value, list):
        surprise(because("not-a-list", what=what))
    return value


def text_of(of: Mapping[str, Any], *keys: str) -> str:
    """Return the first of ``keys`` that is there: names differ between versions."""
    for key in keys:
        if key in of:
            if not isinstance(of[key], str):
                surprise(because("not-a-text", what=key))
            return printable(of[key])
    surprise(because("missing", what=keys[0]))


def count_of(of: Mapping[str, Any], key: str) -> int:
    """Return a number that only ever grows."""
    value = of.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        surprise(because("not-a-count", what=key))
    return value


def one_of(of: Mapping[str, Any], key: str, *choices: str) -> str:
    """Return a text that can only be one of ``choices``."""
    value = text_of(of, key)
    if value not in choices:
        surprise(because("not-a-choice", what=key, value=repr(value), choices="/".join(choices)))
    return value


def an_address(text: str) -> IPv4Address:
    """Return the address that ``text`` is."""
    try:
        return IPv4Address(text)
    except ValueError:
        surprise(because("not-an-address", what=repr(text)))
