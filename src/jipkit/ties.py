"""Which differences of a router cannot be made good one without the other, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network
from typing import Literal

from jipkit.drift import Difference, Drift
from jipkit.idiom import Idiom
from jipkit.platforms import PlatformFacts
from jipkit.redaction import HIDDEN, anonymous
from jipkit.rollout.risk_hits import met
from jipkit.rollout.risk_ports import prefixes_in
from jipkit.rows.pairing import chain_of, key_of
from jipkit.rows.quoting import unquoted
from jipkit.rows.reading import Row, row_again
from jipkit.spelling import words_of
from jipkit.statement import Path

Tie = Literal["statement", "block", "setting", "list", "name", "address", "link"]
"""Why differences belong together.

``statement``: they are about one, or it speaks of several links. ``block``: one is the head of what the other stands
in. ``setting``: they are values of one setting, or one takes the other along. ``list``: their order is meaning.
``name``: one brings or takes what the other refers to. ``address``: one takes a network that the other gives up.
``link``: they are about one link.
"""

STRUCTURE = ("missing", "extra", "misordered")
"""Kinds of differences that change what stands in a list, or its order."""
_WORD = re.compile(r"[^\s=,\"';\[\]]+")
_NAME = re.compile(r"[A-Za-z][\w-]*")


@dataclass(frozen=True, slots=True)
class Together:
    """Differences by their numbers, rising, that are made good together, and why."""

    numbers: tuple[int, ...]
    why: frozenset[Tie] = frozenset()


def grouped(count: int, ties: Iterable[tuple[int, int, Tie]]) -> tuple[Together, ...]:
    """Return the numbers below ``count`` in the groups that ``ties`` make of them, by their first numbers.

    >>> [one.numbers for one in grouped(4, [(0, 2, "list")])]
    [(0, 2), (1,), (3,)]
    """
    members = {number: [number] for number in range(count)}
    reasons = {number: set[Tie]() for number in range(count)}
    first = list(range(count))
    for one, other, tie in ties:
        near, far = sorted((first[one], first[other]))
        if one != other:
            reasons[near].add(tie)
        if near != far:
            members[near] += members.pop(far)
            reasons[near] |= reasons.pop(far)
            for number in members[near]:
                first[number] = near
    return tuple(Together(tuple(sorted(members[n])), frozenset(reasons[n])) for n in sorted(members))


def list_of(path: Path, text: str, idiom: Idiom, version: str | None) -> Hashable | None:
    """Return the list, whose order is meaning, that a statement stands in or begins; None where it is in none."""
    facts = idiom.facts
    if facts.syntax == "set":
        bare = text.removeprefix(facts.positive)
        matches = ((pattern.pattern, pattern.match(bare)) for pattern in facts.ordered_patterns)
        return next(((pattern, match.groupdict().get("list")) for pattern, match in matches if match), None)
    if facts.syntax == "rows":
        row = row_again(text, facts.menu_table, version)
        rules = facts.menu_table.rules(row.menu, version)
        return (row.menu, chain_of(row, rules)) if rules.ordered and row.verb == "add" else None
    head = (*path, text)[0]
    return head if idiom.is_ordered(head) else None


def ties_of(drift: Drift, facts: PlatformFacts) -> Iterator[tuple[int, int, Tie]]:
    """Yield the pairs of differences, by their numbers in ``drift``, of which each needs the other, and why."""
    yield from _Ties(drift, facts).all()


class _Ties:
    """Finds what ties the differences of one drift."""

    def __init__(self, drift: Drift, facts: PlatformFacts) -> None:
        self._drift, self._facts, self._idiom = drift, facts, Idiom(facts)
        self._found = [
            (number, difference)
            for number, difference in enumerate(drift.differences)
            if difference.kind not in ("unmanaged", "not assessable")
        ]

    def all(self) -> Iterator[tuple[int, int, Tie]]:
        """Yield every tie, some of them more than once."""
        yield from self._in_one("statement", _statements)
        yield from self._in_one("setting", self._settings)
        yield from self._in_one("list", self._lists)
        yield from self._inside()
        yield from self._carried()
        yield from self._referring()
        yield from self._addresses()

    def _in_one(self, tie: Tie, signs: Callable[[Difference], Iterable[Hashable]]) -> Iterator[tuple[int, int, Tie]]:
        """Yield those that have a sign in common."""
        seen: dict[Hashable, int] = {}
        for number, difference in self._found:
            for sign in signs(difference):
                yield seen.setdefault(sign, number), number, tie

    def _row(self, text: str) -> Row:
        return row_again(text, self._facts.menu_table, self._drift.version)

    def _settings(self, difference: Difference) -> Iterator[Hashable]:
        """Yield what the values of one setting have in common; of rows, by what they are taken for one row."""
        for text in (_nameless(text) for text in _texts(difference)):
            if self._facts.syntax != "rows":
                parent = difference.path[-1] if difference.path else ""
                yield self._place(difference.path), self._idiom.key(text, parent)
                if not parent and self._facts.syntax == "indented":
                    yield "top", *text.split()[:2]  # a new value may take the place of one of another key
                kind, _, number = text.rpartition(" ")
                if number.isdigit() and text in self._blocks:
                    yield kind  # a process, of which there is one: another number is another one
                continue
            row = self._row(text)
            rules = self._facts.menu_table.rules(row.menu, self._drift.version)
            yield from (
                (row.menu, sign) for sign in (key_of(row, rules), row.properties.get("comment")) if sign is not None
            )

    def _place(self, path: Path) -> Hashable:
        """Return a path in which the head of a block may have any value."""
        return (self._idiom.key(path[0], ""), *path[1:]) if path else path

    def _lists(self, difference: Difference) -> Iterator[Hashable]:
        """Yield the lists of which a difference changes more than the words of a row."""
        if self._facts.syntax == "rows" and difference.kind not in STRUCTURE:
            return
        for text in _texts(difference):
            if (found := list_of(difference.path, text, self._idiom, self._drift.version)) is not None:
                yield found

    def _inside(self) -> Iterator[tuple[int, int, Tie]]:
        """Yield each head that comes, goes or changes with what differs in its block."""
        heads = {(*d.path, text): number for number, d in self._found for text in _texts(d)}
        for number, difference in self._found:
            for depth in range(len(difference.path)):
                if (head := heads.get(difference.path[: depth + 1])) is not None:
                    yield head, number, "block"

    def _carried(self) -> Iterator[tuple[int, int, Tie]]:
        """Yield what is changed by a removal that takes other statements along, with those."""
        inside: dict[Hashable, list[tuple[int, Difference]]] = {}
        for number, difference in self._found:
            inside.setdefault(difference.path[:1], []).append((number, difference))
        for number, carrier in self._found:
            for prefix in self._prefixes_of(carrier):
                for other, difference in inside[carrier.path[:1]]:
                    if any(self._idiom.bare(text).startswith(prefix) for text in _texts(difference)):
                        yield number, other, "setting"

    def _prefixes_of(self, carrier: Difference) -> Iterator[str]:
        for text in _texts(carrier):
            known = self._idiom.setting(text, carrier.path[-1] if carrier.path else "")
            if known and known[0].carries:
                yield known[0].carries.format(known[1][0], *known[1].groups())

    def _referring(self) -> Iterator[tuple[int, int, Tie]]:
        """Yield what brings or takes a name with everything that says it."""
        brought: dict[str, list[int]] = {}
        for number, difference in self._found:
            for name in self._brought(difference):
                brought.setdefault(name, []).append(number)
        for number, difference in self._found:
            for name in self._said(difference):
                yield from ((other, number, "name") for other in brought.get(name, ()))

    def _brought(self, difference: Difference) -> Iterator[str]:
        """Yield the names of lists, blocks and rows that a difference is about."""
        for text in _texts(difference):
            if self._facts.syntax == "rows":
                row = self._row(text)
                if row.verb == "add" and (name := row.properties.get("name")):
                    yield unquoted(name)
            elif self._facts.syntax == "set":
                yield from (word for word in words_of(text)[3:-1] if _NAME.fullmatch(word))
            elif not difference.path:
                names = [name for key in self._idiom.names(text) for name in key if isinstance(name, str)]
                words = text.split()[1:] if text in self._blocks else []
                yield from names or (word for word in words if not word.isdigit())

    @cached_property
    def _blocks(self) -> frozenset[str]:
        """The heads in which something differs."""
        return frozenset(d.path[0] for _, d in self._found if d.path)

    def _said(self, difference: Difference) -> Iterator[str]:
        """Yield the words of a difference that may be names; of a set-style line only its value is."""
        for text in _texts(difference):
            if self._facts.syntax == "set":
                yield words_of(text)[-1]
            else:
                yield from _WORD.findall(text)

    def _addresses(self) -> Iterator[tuple[int, int, Tie]]:
        """Yield addresses that come or go with others of the same network."""
        numbers = {difference: number for number, difference in self._found}
        held: list[tuple[IPv4Network, int]] = []
        for one in met(self._drift, self._facts):
            if any(hit.hazard and hit.hazard.reason == "address-changed" for hit in one.hits):
                number = numbers[one.difference]
                held += [(net, number) for text in _texts(one.difference) for net in prefixes_in(text)]
        around: tuple[IPv4Network, int] | None = None
        for net, number in sorted(held, key=lambda pair: (pair[0].network_address, pair[0].prefixlen)):
            if around and net.subnet_of(around[0]):
                yield around[1], number, "address"
            else:
                around = net, number


def _texts(difference: Difference) -> Iterator[str]:
    yield from (text for text in (difference.intended, difference.running) if text is not None)


def _statements(difference: Difference) -> Iterator[Hashable]:
    yield from ((difference.path, text) for text in _texts(difference))


def _nameless(text: str) -> str:
    """Return a statement with one sign for all secrets: those of both sides may be the same one."""
    return anonymous(text).replace("<secret:x>", HIDDEN) if "<secret" in text else text
