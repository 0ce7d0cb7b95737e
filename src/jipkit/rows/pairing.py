"""Which row of a running menu is which of the intended one: by natural key, by comment, by likeness."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from jipkit.menus import Rules
from jipkit.rows.reading import Row

ALIKE = 0.6
"""The share of properties that two rows without a key have to have in common to be one row that was changed."""

MOST_COMPARED = 40_000
"""Pairs of rows that are compared for likeness: more than that are taken for different rows."""


class Pairs(NamedTuple):
    """Rows of one menu, wanted and found, by their places: ``both`` are one row, the others have no counterpart."""

    both: tuple[tuple[int, int], ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]


def key_of(row: Row, rules: Rules) -> Hashable | None:
    """Return what tells ``row`` from others of its menu; None where only its looks do."""
    if row.verb == "set":
        return row.which, "set"
    if not rules.key:
        return None
    return tuple([row.properties.get(name, rules.defaults.get(name)) for name in rules.key])


def chain_of(row: Row, rules: Rules) -> str | None:
    """Return the chain in which the order of a row is meaning; None where there is but one."""
    return row.properties.get(rules.chain) if rules.chain else None


def pair(wanted: Sequence[Row], found: Sequence[Row], rules: Rules) -> Pairs:
    """Return which rows of one menu belong together; each has at most one counterpart."""
    left, right = dict(enumerate(wanted)), dict(enumerate(found))
    both: dict[int, int] = {}

    def match(sign: Callable[[Row], Hashable | None], *, unique: bool = False) -> None:
        if not (left and right):
            return
        for i, j in _matches(left.items(), right.items(), sign, unique=unique):
            both[i] = j
            del left[i], right[j]

    match(lambda row: id(row.properties))  # rows that were read from the same words share what they say
    match(lambda row: (row.verb, row.which, frozenset(row.properties.items())))
    match(lambda row: key_of(row, rules))
    match(lambda row: _remark(row, rules), unique=True)
    if left and right and not rules.key:
        for i, j in _alike(left, right, rules):
            both[i] = j
            del left[i], right[j]
    return Pairs(tuple(sorted(both.items())), tuple(left), tuple(right))


def _matches(
    left: Iterable[tuple[int, Row]],
    right: Iterable[tuple[int, Row]],
    sign: Callable[[Row], Hashable | None],
    *,
    unique: bool,
) -> list[tuple[int, int]]:
    """Return the places of rows with the same sign, the first with the first; ``unique``: only where each has one."""
    ours, theirs = _by_sign(left, sign), _by_sign(right, sign)
    return [
        pair
        for mark in ours.keys() & theirs.keys()
        if not (unique and len(ours[mark]) + len(theirs[mark]) > 2)
        for pair in zip(ours[mark], theirs[mark], strict=False)
    ]


def _by_sign(rows: Iterable[tuple[int, Row]], sign: Callable[[Row], Hashable | None]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place, row in rows:
        if (mark := sign(row)) is not None:
            if mark in found:
                found[mark].append(place)
            else:
                found[mark] = [place]
    return found


def _remark(row: Row, rules: Rules) -> Hashable | None:
    comment = row.properties.get("comment")
    return (comment, chain_of(row, rules)) if comment and row.verb == "add" else None


def _alike(left: dict[int, Row], right: dict[int, Row], rules: Rules) -> list[tuple[int, int]]:
    """Return the places of rows that look alike enough, the likest first."""
    if len(left) * len(right) > MOST_COMPARED:
        return []
    likeness = sorted(
        (
            (-_likeness(ours, theirs), i, j)
            for i, ours in left.items()
            for j, theirs in right.items()
            if ours.verb == theirs.verb == "add" and chain_of(ours, rules) == chain_of(theirs, rules)
        ),
    )
    taken: set[int] = set()
    gone: set[int] = set()
    pairs = []
    for share, i, j in likeness:
        if -share >= ALIKE and i not in taken and j not in gone:
            taken.add(i)
            gone.add(j)
            pairs.append((i, j))
    return pairs


def _likeness(ours: Row, theirs: Row) -> float:
    """Return the share of properties (0.0 to 1.0) that two rows have in common."""
    common = ours.properties.items() & theirs.properties.items()
    return len(common) / max(len(ours.properties), len(theirs.properties), 1)
