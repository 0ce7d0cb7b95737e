"""What sets platforms with set-style configurations apart, beside their statements."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jipkit.testing.models.sets.schema import Node, Words, load

_DIGITS = re.compile(r"(\d+)")
_JUNOS_PLAIN = re.compile(r"[A-Za-z0-9._:/@%+=*,!~^|-]+")
_FAMILIES = "QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T"
_LETTERS = "".join(_FAMILIES)
_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


@dataclass(frozen=True, slots=True)
class Rules:
    """How a platform takes lines, prints them, and refuses some.

    ``keeps_empty``: what a statement stood in stays when it goes. ``one_line_for_several``: after a value there may
    follow another statement of the same place. ``edits``: whether it can deactivate, insert and rename.
    ``absent`` is said of what is to be deleted and is not there; ``lets_absent``: it is said, and all goes on.
    """

    name: str
    keeps_empty: bool
    one_line_for_several: bool
    edits: bool
    lets_absent: bool
    absent: str
    unknown: Callable[[Words, str], str]
    wrong: Callable[[Words, Node, str], str]
    incomplete: Callable[[Words], str]
    undefined: Callable[[Words, str], str]
    word: Callable[[str, bool], str]
    place: Callable[[Node | None, Words, Sequence[Node]], tuple[object, ...]]
    secrets: Mapping[str, Callable[[str], str]]

    @property
    def top(self) -> Node:
        return load(self.name)


# ------------------------------------------------------------------ Junos


def _junos_wrong(words: Words, node: Node, word: str) -> str:
    del words
    said = {
        "number": f"invalid numeric value: '{word}'",
        "ip": f"invalid ip address or hostname: {word}",
        "prefix": f"invalid ip address or hostname: {word}",
    }
    return said.get(node.type or node.word, "syntax error")


def _junos_word(word: str, is_value: bool) -> str:
    del is_value
    if _JUNOS_PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _junos_place(node: Node | None, words: Words, siblings: Sequence[Node]) -> tuple[object, ...]:
    del words
    return (next((n for n, one in enumerate(siblings) if one is node), len(siblings)),)


def _junos_undefined(words: Words, name: str) -> str:
    if "filter" in words:
        return f"Referenced filter '{name}' is not defined"
    kind = "Prefix-list" if words[-2:-1] == ("prefix-list",) or "source-prefix-list" in words else "Policy"
    return f"Policy error: {kind} {name} referenced but not defined"


def _hidden(secret: str) -> str:
    """Return a secret as Junos prints it, ``$9$``, which can be read back; always with the same salt."""
    if secret.startswith("$9$"):
        return secret
    before, written = "Q", "QzF3"
    for number, letter in enumerate(secret):
        rest, gaps = ord(letter), list[int]()
        for weight in reversed(_WEIGHTS[number % len(_WEIGHTS)]):
            gap, rest = divmod(rest, weight)
            gaps.insert(0, gap)
        for gap in gaps:
            before = _LETTERS[(_LETTERS.index(before) + gap + 1) % len(_LETTERS)]
            written += before
    return f"$9${written}"


def _digest(secret: str) -> str:
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


JUNOS = Rules(
    name="junos",
    keeps_empty=False,
    one_line_for_several=True,
    edits=True,
    lets_absent=True,
    absent="statement not found",
    unknown=lambda _, __: "syntax error",
    wrong=_junos_wrong,
    incomplete=lambda _: "missing argument",
    undefined=_junos_undefined,
    word=_junos_word,
    place=_junos_place,
    secrets={
        "hidden": _hidden,
        "hash": lambda secret: f"$6$rekaan${_digest(secret)}",
        "localized": lambda secret: _hidden(_digest(secret)),
    },
)
"""Junos: empty containers go with the last thing in them, entries and flags stay; a list keeps its order.

Deleting what is not there is a warning. A password becomes a hash, and a key is disguised, as soon as it is taken.
"""

# ------------------------------------------------------------------ VyOS


def _vyos_place(node: Node | None, words: Words, siblings: Sequence[Node]) -> tuple[object, ...]:
    del siblings
    name, *keys = words
    if node is not None and node.kind == "values":
        keys = []
    return tuple(int(part) if part.isdigit() else part for part in _DIGITS.split(" ".join((name, *keys))))


VYOS = Rules(
    name="vyos",
    keeps_empty=True,
    one_line_for_several=False,
    edits=False,
    lets_absent=False,
    absent="Nothing to delete (the specified node does not exist)",
    unknown=lambda words, _: f"Configuration path: [{' '.join(words)}] is not valid",
    wrong=lambda _, __, word: f"Invalid value: {word}\nValue validation failed",
    incomplete=lambda words: f"Configuration path: [{' '.join(words)}] requires a value",
    undefined=lambda words, name: f"{words[-2] if len(words) > 1 else ''} {name} does not exist",
    word=lambda word, is_value: f"'{word}'" if is_value or not re.fullmatch(r"[^\s'\"]+", word) else word,
    place=_vyos_place,
    secrets={
        "hash": lambda secret: f"$6$rekaan${_digest(secret)}",
        "localized": lambda secret: f"0x{_digest(secret)}",
    },
)
"""VyOS: what something stood in stays when it goes, and is printed; everything is printed in the order of its name.

Deleting what is not there is refused. A password becomes a hash when it is committed.
"""
