"""How running rows differ from the intended ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jipkit.menus import Rules
from jipkit.platforms import PlatformFacts
from jipkit.rows.pairing import Pairs, chain_of, pair
from jipkit.rows.reading import Row, row_again
from jipkit.statement import Edit, Statement


class MenuRows(NamedTuple):
    """The rows of one menu on one side, each with the statement that says it."""

    rows: tuple[Row, ...] = ()
    statements: tuple[Statement, ...] = ()


def by_menu(found: Sequence[Statement], facts: PlatformFacts, version: str | None) -> dict[str, MenuRows]:
    """Return rows by menu, without what is the default in ``version``; ``set`` twice of the same is one row."""
    menus: dict[str, dict[object, tuple[Row, Statement]]] = {}
    seen: set[str] = set()
    for statement in found:
        row = row_again(statement.text, facts.menu_table, version)
        if statement.text in seen:
            row = Row(*row)  # two rows that say the same are still two
        seen.add(statement.text)
        if row.verb == "set":
            if not row.properties:
                continue
            known = menus.setdefault(row.menu, {})
            if row.which in known:
                row = row._replace(properties={**known[row.which][0].properties, **row.properties})
            known[row.which] = row, statement
        else:
            menu = menus.setdefault(row.menu, {})
            menu[len(menu)] = row, statement
    return {
        menu: MenuRows(tuple([r for r, _ in known.values()]), tuple([s for _, s in known.values()]))
        for menu, known in menus.items()
    }


def differences(
    wanted: Sequence[Statement], found: Sequence[Statement], facts: PlatformFacts, version: str | None
) -> list[Edit]:
    """Return how ``found`` (running) differs from ``wanted`` (intended), in the order of the intended one."""
    ours, theirs = by_menu(wanted, facts, version), by_menu(found, facts, version)
    edits = [
        edit
        for menu in dict.fromkeys([*ours, *theirs])
        for edit in _in_menu(
            ours.get(menu, MenuRows()), theirs.get(menu, MenuRows()), facts.menu_table.rules(menu, version)
        )
    ]
    return sorted(edits, key=_place)


def _place(edit: Edit) -> tuple[bool, int]:
    statement = edit.intended or edit.running
    return edit.intended is None, statement.line if statement else 0


def _in_menu(ours: MenuRows, theirs: MenuRows, rules: Rules) -> Iterator[Edit]:
    if ours.rows == theirs.rows:
        return
    pairs = pair(ours.rows, theirs.rows, rules)
    counterpart = dict(pairs.both)
    moved = set(moves(ours.rows, pairs, rules))
    for i, statement in enumerate(ours.statements):
        if i not in counterpart:
            yield Edit("missing", statement, None)
            continue
        running = theirs.statements[counterpart[i]]
        if not ours.rows[i].says_the_same_as(theirs.rows[counterpart[i]]):
            yield Edit("changed", statement, running)
        if i in moved:
            yield Edit("misordered", statement, running)
    for j in pairs.extra:
        yield Edit("extra", None, theirs.statements[j])


def moves(ours: Sequence[Row], pairs: Pairs, rules: Rules) -> Iterator[int]:
    """Yield the places of wanted rows whose counterpart stands elsewhere among its chain: as few as possible."""
    if not rules.ordered:
        return
    chains: dict[str | None, list[tuple[int, int]]] = {}
    for i, j in pairs.both:
        if ours[i].verb == "add":
            chains.setdefault(chain_of(ours[i], rules), []).append((i, j))
    for members in chains.values():
        stay = set(_rising([j for _, j in members]))
        yield from (i for i, j in members if j not in stay)


def _rising(numbers: Sequence[int]) -> list[int]:
    """Return a longest rising part of different numbers.

    >>> _rising([3, 0, 1, 2])
    [0, 1, 2]
    """
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    found: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]
