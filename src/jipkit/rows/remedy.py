"""The commands that turn rows into others: first everything that goes, then everything that comes or changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jipkit.menus import Rules
from jipkit.platforms import PlatformFacts
from jipkit.rows.differences import MenuRows, by_menu, moves
from jipkit.rows.finding import AmbiguousRowError, everything, find, matches, written
from jipkit.rows.pairing import Pairs, chain_of, pair
from jipkit.rows.quoting import in_quotes, unquoted
from jipkit.rows.reading import Row, default_of
from jipkit.statement import Statement

_PLAIN = re.compile(r"!?[A-Za-z0-9_.:/,+@-]+")


class Change(NamedTuple):
    """What has to be told to one menu: ``going`` before anything comes, ``coming``, and ``leaving`` after all that."""

    going: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()


def commands(
    source: Sequence[Statement],
    target: Sequence[Statement],
    facts: PlatformFacts,
    version: str | None,
    kept: Sequence[Statement] = (),
) -> tuple[str, ...]:
    """Return the commands that turn ``source`` into ``target``; ``kept`` is there as well, and stays.

    Menus are told in the order in which the platform adds, and rows go in the reverse of it: what is referred to is
    there before, and longer than, what refers to it. Some go only when everything has come.
    """
    old, new, rest = (by_menu(side, facts, version) for side in (source, target, kept))
    menus = sorted(dict.fromkeys([*new, *old]), key=lambda menu: _place(menu, facts))
    changes, names = [], _names(old, facts, version) - _names(new, facts, version)
    for menu in menus:
        before, after = old.get(menu, MenuRows()).rows, new.get(menu, MenuRows()).rows
        if before != after:
            rules = facts.menu_table.rules(menu, version)
            changes.append(_change(menu, before, after, rest.get(menu, MenuRows()).rows, rules, names))
    going = [line for change in reversed(changes) for line in change.going]
    leaving = [line for change in reversed(changes) for line in change.leaving]
    return (*going, *[line for change in changes for line in change.coming], *leaving)


def _names(menus: Mapping[str, MenuRows], facts: PlatformFacts, version: str | None) -> frozenset[str]:
    """Return the names of what goes before anything comes, and that rows may refer to: interfaces, bridges, areas."""
    early = [held for menu, held in menus.items() if not facts.menu_table.rules(menu, version).late]
    rows = [row for held in early for row in held.rows]
    return frozenset(unquoted(name) for row in rows if (name := row.properties.get("name")))


def _place(menu: str, facts: PlatformFacts) -> int:
    place = facts.order_patterns.first(f"{menu} ")
    return len(facts.order) if place is None else place


def _change(  # noqa: PLR0917 - the three sides, and what is known of them
    menu: str, before: Sequence[Row], after: Sequence[Row], kept: Sequence[Row], rules: Rules, gone: frozenset[str]
) -> Change:
    """Return the change of one menu, each of its chains by itself; ``gone`` are names that are there no more."""
    chains: dict[tuple[str, str | None], tuple[list[Row], list[Row], list[Row]]] = {}
    for side, rows in enumerate((before, after, kept)):
        for row in rows:
            sign = row.verb, chain_of(row, rules)
            if sign not in chains:
                chains[sign] = [], [], []
            chains[sign][side].append(row)
    parts = [_of_chain(menu, chain, rules, gone) for chain in chains.values() if chain[0] != chain[1]]
    return Change(
        tuple(x for part in parts for x in part.going),
        tuple(x for part in parts for x in part.coming),
        tuple(x for part in parts for x in part.leaving),
    )


def _of_chain(
    menu: str, chain: tuple[Sequence[Row], Sequence[Row], Sequence[Row]], rules: Rules, gone: frozenset[str]
) -> Change:
    """Return the change of one chain: with its rows there as long as can be, as long as each can be named."""
    for late in (True, False) if rules.late else (False,):
        try:
            return _Chain(menu, *chain, rules).step_by_step(gone if late else None)
        except AmbiguousRowError:
            continue
    return _Chain(menu, *chain, rules).anew()


class _Chain:
    """Rows of one menu among which order may be meaning, on their way from ``before`` to ``after``."""

    def __init__(
        self, menu: str, before: Sequence[Row], after: Sequence[Row], kept: Sequence[Row], rules: Rules
    ) -> None:
        self._menu, self._rules = menu, rules
        self._before, self._after, self._kept = list(before), list(after), list(kept)
        self._now = {id(row): row for row in (*before, *kept)}
        """What is there, command after command."""

    def step_by_step(self, gone: frozenset[str] | None = None) -> Change:
        """Return the fewest commands: nothing is told of a row that stays as and where it is.

        With ``gone`` rows leave when the others have come, but for those that name something of it.

        Raises:
            AmbiguousRowError: a row has to be named that cannot be told from another.
        """
        pairs = self._pairs()
        extra = [self._before[j] for j in reversed(pairs.extra)]
        late = [] if gone is None else [row for row in extra if self._can_wait(row, gone)]
        going = [line for row in extra if not any(row is other for other in late) for line in self._remove(row)]
        coming = [line for i, j in pairs.both for line in self._set(self._before[j], self._after[i])]
        counterpart = dict(pairs.both)
        moved = set(moves(self._after, pairs, self._rules))
        following: Row | None = None
        added: list[str] = []
        for i in reversed(range(len(self._after))):
            row = self._after[i]
            if row.verb == "set":
                if i not in counterpart:
                    coming += self._set(Row(self._menu, "set", row.which, {}), row)
                continue
            if i not in counterpart:
                added.append(self._add(row, following))
            elif i in moved:
                added.append(self._move(row, following))
            following = row
        leaving = [line for row in late for line in self._remove(row)]
        return Change(tuple(going), (*coming, *(added if self._rules.ordered else reversed(added))), tuple(leaving))

    def _can_wait(self, row: Row, gone: frozenset[str]) -> bool:
        """Return whether a row can be there, and be found, until all others have come."""
        named = {word for value in row.properties.values() for word in re.split(r"[,!\"]", value or "")}
        return row.verb == "add" and not named & gone and all(row.properties != new.properties for new in self._after)

    def anew(self) -> Change:
        """Return the commands that take every row of the chain away and add all of them again, in order."""
        going: list[str] = []
        left, lost = [*self._before, *self._kept], list[Row]()
        for row in reversed(self._before):
            if any(row is other for other in left):
                conditions = everything(row, self._rules)
                gone = [other for other in left if matches(other, conditions, self._rules)]
                left = [other for other in left if not any(other is one for one in gone)]
                lost += [one for one in gone if any(one is other for other in self._kept)]
                going.append(f"{self._menu} remove {written(conditions)}")
        added = [_command(self._menu, "add", row.properties) for row in (*lost, *self._after)]
        return Change(tuple(going), tuple(added))

    def _pairs(self) -> Pairs:
        """Return which rows become which; one that says the same as one that goes has to go with it, and come back."""
        pairs = pair(self._after, self._before, self._rules)
        gone = [self._before[j].properties for j in pairs.extra]
        twins = [(i, j) for i, j in pairs.both if self._before[j].verb == "add" and self._before[j].properties in gone]
        if not twins:
            return pairs
        return Pairs(
            tuple([both for both in pairs.both if both not in twins]),
            tuple(sorted([*pairs.missing, *(i for i, _ in twins)])),
            tuple(sorted([*pairs.extra, *(j for _, j in twins)])),
        )

    def _name(self, row: Row) -> str:
        return find(row, self._now.values(), self._rules)

    def _remove(self, row: Row) -> list[str]:
        """Return the command that takes a row away with all that say the same; none where it is gone already."""
        if row.verb == "set":
            return self._set(row, Row(self._menu, "set", row.which, {}))
        if id(row) not in self._now:
            return []
        twins = {id(other) for other in self._before if other.properties == row.properties}
        name = find(row, [other for place, other in self._now.items() if place not in twins], self._rules)
        self._now = {place: other for place, other in self._now.items() if place not in twins}
        return [f"{self._menu} remove {name}"]

    def _set(self, old: Row, new: Row) -> list[str]:
        """Return the command that gives a row the properties of another; none where it has them."""
        same = old.says_the_same_as(new)
        name = "" if same else self._name(old)
        self._now.pop(id(old), None)
        self._now[id(new)] = new
        if same:
            return []
        said = [
            _said(p, new.properties[p]) if p in new.properties else self._unset(p, new.which)
            for p in sorted({*old.properties, *new.properties})
            if p not in new.properties or p not in old.properties or old.properties[p] != new.properties[p]
        ]
        return [" ".join(word for word in (self._menu, "set", name, *said) if word)]

    def _unset(self, name: str, which: str) -> str:
        default = default_of(name, which, self._rules)
        return f"!{name}" if default is None else _said(name, default)

    def _add(self, row: Row, following: Row | None) -> str:
        line = _command(self._menu, "add", row.properties)
        if self._rules.ordered and following:
            line += f" place-before={self._name(following)}"
        self._now[id(row)] = row
        return line

    def _move(self, row: Row, following: Row | None) -> str:
        place = f" destination={self._name(following)}" if following else ""
        return f"{self._menu} move {self._name(row)}{place}"


def _command(menu: str, verb: str, properties: Mapping[str, str | None]) -> str:
    return " ".join([menu, verb, *(_said(name, value) for name, value in sorted(properties.items()))])


def _said(name: str, value: str | None) -> str:
    """Return a property as a command tells it: in quotes where the console would read more into it, as into a key."""
    if value is None:
        return name
    return f"{name}={value}" if value[0] == '"' or _PLAIN.fullmatch(value) else f"{name}={in_quotes(value)}"
