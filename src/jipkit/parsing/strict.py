"""The strictness that all parsers share: read what is there, and stumble over everything else."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import Any, NoReturn, Protocol, TypeVar

from jipkit.observation import NotParsed

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V")

LONGEST_ANSWER = 8_000_000
"""Characters. A router with a thousand interfaces answers with about one million."""

EXCERPT = 200
LONGEST_NAME = 255

_WHITESPACE = {"\n", "\r", "\t"}
_REFUSALS = (
    (re.compile(r"% ?Unknown command"), "the router does not know the command"),
    (re.compile(r"% ?Command incomplete"), "the router finds the command incomplete"),
    (re.compile(r"(?P<what>\w+d) is not running"), "{what} is not running"),
)


class Parser(Protocol[T_co]):
    """A parser as the rest of jipkit sees it."""

    def __call__(self, answer: object, command: str) -> T_co | NotParsed: ...


class SurpriseError(Exception):
    """The answer is not what the command gives; stays inside this package."""


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
            return NotParsed(command, printable(str(surprise), EXCERPT), excerpt(answer))

    return parser


def _plain_text(answer: object) -> str:
    """Return the answer when it is text that a program would print to another program."""
    if not isinstance(answer, str):
        surprise(f"not text but {type(answer).__name__}")
    if len(answer) > LONGEST_ANSWER:
        surprise(f"{len(answer)} characters, more than any true answer")
    if not answer.strip():
        surprise("an empty answer")
    if not answer.isprintable() and (odd := {c for c in set(answer) - _WHITESPACE if not c.isprintable()}):
        surprise(f"holds control characters, such as {min(odd)!r}")
    return answer


def surprise(reason: str) -> NoReturn:
    """Give up on the answer: it is not what the command gives."""
    raise SurpriseError(reason)


def document(answer: object) -> Any:
    """Return the one JSON document that an answer is."""
    text = _plain_text(answer)
    try:
        return json.loads(text, parse_constant=lambda name: surprise(f"holds {name}, which is no JSON"))
    except RecursionError:
        surprise("JSON nested deeper than any true answer")
    except ValueError as error:
        for pattern, reason in _REFUSALS:
            if found := pattern.search(text[:2000]):
                surprise(reason.format(**found.groupdict()))
        surprise(f"not JSON: {error}"[:EXCERPT])


def an_object(value: object, what: str) -> Mapping[str, Any]:
    """Return ``value`` when it is a JSON object."""
    if not isinstance(value, dict):
        surprise(f"{what} is not an object")
    return value


def a_list(value: object, what: str) -> list[Any]:
    """Return ``value`` when it is a JSON list."""
    if not isinstance(value, list):
        surprise(f"{what} is not a list")
    return value


def text_of(of: Mapping[str, Any], *keys: str) -> str:
    """Return the first of ``keys`` that is there: names differ between versions."""
    for key in keys:
        if key in of:
            if not isinstance(of[key], str):
                surprise(f"{key} is not text")
            return printable(of[key])
    surprise(f"{keys[0]} is missing")


def count_of(of: Mapping[str, Any], key: str) -> int:
    """Return a number that only ever grows."""
    value = of.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        surprise(f"{key} is not a count")
    return value


def one_of(of: Mapping[str, Any], key: str, *choices: str) -> str:
    """Return a text that can only be one of ``choices``."""
    value = text_of(of, key)
    if value not in choices:
        surprise(f"{key} is {value!r}, not {' or '.join(choices)}")
    return value


def an_address(text: str) -> IPv4Address:
    """Return the address that ``text`` is."""
    try:
        return IPv4Address(text)
    except ValueError:
        surprise(f"{text!r} is not an IPv4 address")
