"""A configuration as its statements, and what an edit of it has to be called: nothing here knows how drift is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from random import Random
from typing import NamedTuple

Path = tuple[str, ...]

PLACEHOLDER = re.compile(r"<secret:([^<>\s]+)>")


class Finding(NamedTuple):
    """What drift has to say: the kind, the parents, the statement as it is intended, and as it runs."""

    kind: str
    path: Path
    intended: str | None
    running: str | None


@dataclass(eq=False)
class Node:
    """A statement. ``raw`` is what the device prints, ``text`` the same as it is shown: folded, without secrets.

    ``wanted`` is the intended statement, placeholders and all; None where nobody intends it.
    """

    raw: str
    text: str
    wanted: str | None
    above: Node | None = None
    inside: list[Node] = field(default_factory=list)
    secrets: tuple[str, ...] = ()
    """The names of the secrets in it."""
    veiled: bool = False
    """What the device prints of its secrets tells nothing of them."""
    touched: bool = False
    opened: bool = False
    """Something came into it or went out of it."""

    @property
    def path(self) -> Path:
        return () if self.above is None else (*self.above.path, self.above.wanted or self.above.text)

    @property
    def doubt(self) -> Finding | None:
        """What is said of a secret of which the device prints only a veil."""
        if not self.veiled or self.wanted is None:
            return None
        return Finding("not assessable", self.path, self.wanted, self.text)

    def whole(self) -> Iterator[Node]:
        """Yield the statement and all that stands in it."""
        yield self
        for node in self.inside:
            yield from node.whole()

    @property
    def free(self) -> bool:
        """Nothing has been done yet to it, to what stands in it, or to what it stands in."""
        above = self.above
        while above is not None:
            if above.touched:
                return False
            above = above.above
        return not any(node.touched or node.opened for node in self.whole())

    def touch(self) -> None:
        for node in self.whole():
            node.touched = True


def varied(word: str, chance: Random) -> str:
    """Return another value of the same sort: an address, a prefix, a mask, a number, words in quotes, a word."""
    number = chance.randint(100, 999)
    if word[:1] in "'\"" and " " not in word:
        return f"{word[0]}{varied(word[1:-1], chance)}{word[0]}"
    if end := next((end for end in ("^C", "\nEOF", "'", '"') if word.endswith(end)), ""):
        return f"{word.removesuffix(end)} {number}{end}"
    if found := re.fullmatch(r"(\d+)([a-z]*)", word):
        return f"{int(found[1]) + number % 9 + 1}{found[2]}"
    return _other_address(word, chance) or f"{word}-{number}"


def _other_address(word: str, chance: Random) -> str | None:
    """Return another address, prefix or mask; None where ``word`` is none."""
    address, slash, length = word.partition("/")
    try:
        first = int(IPv4Address(address)) >> 24
    except AddressValueError:
        return None
    if first == 255:
        return "255.255.255.252" if word != "255.255.255.252" else "255.255.255.248"
    return f"192.0.2.{chance.randrange(1, 250)}{slash}{length}"


class Rule:
    r"""A way to write a statement: ``ip ospf cost =``.

    ``=`` is the word with the value, ``=a|b`` one of these words, ``=+`` a value to the end of the line. ``*`` is any
    one word, ``a|b`` one of two.
    """

    def __init__(self, sign: str) -> None:
        words = sign.split()
        self._options = next((word[1:].split("|") for word in words if word[0] == "=" and "|" in word), [])
        self._pattern = re.compile(" ".join([_SIGNS.get(word) or _one_of(word) for word in words]), re.DOTALL)

    def match(self, text: str) -> re.Match[str] | None:
        return self._pattern.fullmatch(text)

    def other(self, found: re.Match[str], chance: Random) -> str:
        """Return the statement with another value."""
        options = [f"{word}" for word in self._options if word not in found["value"]]
        value = chance.choice(options) if options else varied(found["value"], chance)
        return replaced(found, value)


def _one_of(word: str) -> str:
    options = "|".join(re.escape(option) for option in word.removeprefix("=").split("|"))
    return f"(?P<value>{options})" if word[0] == "=" else f"(?:{options})"


_WORD = r"(?:\"[^\"]*\"|'[^']*'|\S+)"
_SIGNS: Mapping[str, str] = {"=": f"(?P<value>{_WORD})", "=+": "(?P<value>.+)", "*": _WORD}


def rules(text: str) -> tuple[Rule, ...]:
    return tuple(Rule(line.strip()) for line in text.strip().splitlines())


def replaced(found: re.Match[str], value: str) -> str:
    """Return the statement with another value."""
    return found.string[: found.start("value")] + value + found.string[found.end("value") :]
