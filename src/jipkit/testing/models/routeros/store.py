"""The tables of a simulated RouterOS: what is there from the beginning, and what a name means."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Self

from jipkit.testing.models.routeros.commands import Item, Query
from jipkit.testing.models.routeros.menus import Catalogue, Menu, Property
from jipkit.testing.models.routeros.query import compiled
from jipkit.testing.models.routeros.rows import Part, Row, Value, Wrong, address_of, canonical, printed
from jipkit.testing.models.routeros.text import SyntaxFault

PORTS = (*(f"ether{n}" for n in range(1, 11)), "sfp1", "sfp-sfpplus1", "sfp-sfpplus2")
"""The ports of a router of which nothing else is known; one that a configuration speaks of is there, too."""

_PORT = re.compile(r"(?:ether|sfp|combo|qsfp)[A-Za-z0-9-]*\d")
_ETHERNET = "/interface ethernet"
_ANY = frozenset({"all", "none", "dynamic", "static"})


class Store:
    """Rows of every menu. While it is ``lenient`` it believes what it is told, as a reading of a router is believed."""

    def __init__(self, catalogue: Catalogue, ports: Sequence[str]) -> None:
        self.catalogue = catalogue
        self.lenient = False
        self._loose: set[str] = set()
        self._identities = 0
        self.tables: dict[str, list[Row]] = {m.path: self._factory(m, ports) for m in catalogue.menus.values()}

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        made = object.__new__(type(self))
        memo[id(self)] = made
        for name, value in vars(self).items():  # menus are never changed
            setattr(made, name, value if name == "catalogue" else copy.deepcopy(value, memo))
        return made

    def identity(self) -> int:
        """Return the number of a new row: none is ever given twice."""
        self._identities += 1
        return self._identities

    # ------------------------------------------------------------------ what is there from the beginning
    def _factory(self, menu: Menu, ports: Sequence[str]) -> list[Row]:
        if menu.settings:
            return [Row(menu, self.identity())]
        if menu.by == "default-name":
            return [self._port(menu, name) for name in ports]
        return [self._builtin(menu, name, index) for index, name in enumerate(menu.builtin)]

    def _port(self, menu: Menu, name: str) -> Row:
        factory = {"name": name, "default-name": name}
        return Row(menu, self.identity(), dict(factory), f"[ find default-name={name} ]", factory)

    def _new_port(self, name: str) -> list[Row]:
        made = self._port(self.catalogue.menus[_ETHERNET], name)
        self.tables[_ETHERNET].append(made)
        return [made]

    def _builtin(self, menu: Menu, name: str, index: int) -> Row:
        said = dict(menu.builtin[name])
        identity = said.pop(".id", "")
        how = {"number": str(index), "default": "[ find default=yes ]", "id": identity}.get(menu.by, name)
        factory = {"name": name, **said} if "name" in menu.properties else said
        return Row(menu, int(identity[1:], 16) if identity else self.identity(), dict(factory), how, factory)

    # ------------------------------------------------------------------ which rows
    def found(self, item: Item, menu: Menu) -> list[Row]:
        """Return the rows that a command is about.

        Raises:
            Wrong: it names one that is not there; a query may find none.
        """
        table = self.tables[menu.path]
        if isinstance(item, Query):
            return self._query(item, menu, table)
        rows = [row for row in table if self._is(row, item, table)]
        if not rows and self.lenient and menu.path == _ETHERNET:
            return self._new_port(item)
        if not rows:
            raise Wrong("no such item")
        return rows

    def _is(self, row: Row, item: str, table: list[Row]) -> bool:
        if item.startswith("*"):
            return f"*{row.identity:X}" == item.upper()
        if item.isdigit() and row.menu.by:  # numbers of other rows are those of the last print, which a script has not
            return int(item) < len(table) and table[int(item)] is row
        return printed(row.values.get("name", "")) == item

    def _query(self, query: Query, menu: Menu, table: list[Row]) -> list[Row]:
        known = {"dynamic": "b", "default": "b", ".id": "", **{p.name: p.kind for p in menu.properties.values()}}
        known |= {name: "" for row in table for name in row.values if name not in known}
        try:
            test = compiled(query.text, known, lambda name, text: self.canonical(menu, name, text), query.column)
        except SyntaxFault as fault:
            raise Wrong(fault.what) from None
        found = [row for row in table if test(row.everything())]
        if not found and self.lenient and menu.path == _ETHERNET:
            return self._new_port(query.text.rpartition("=")[2].strip('"'))
        return found if query.pick is None else found[query.pick : query.pick + 1]

    # ------------------------------------------------------------------ values
    def canonical(self, menu: Menu, name: str, text: str) -> str:
        """Return a value in the one form in which it is kept.

        Raises:
            Wrong: the property cannot have it.
        """
        known = menu.properties.get(name, Property(name))
        if menu.path == "/ip address" and name == "address":
            return address_of(text)[0]
        return canonical(known, text) if text and not known.refers else text

    def value(self, menu: Menu, known: Property, text: str | None) -> Value | None:
        """Return what a property becomes; None where it is unset.

        Raises:
            Wrong: it cannot be.
        """
        if text is None or (not text and known.default is None):
            if known.default is not None:
                raise Wrong("expected end of command")
            return None
        if not text:
            if known.default:
                raise Wrong(f"invalid value for argument {known.name}")
            return ""
        if known.refers is not None:
            parts = text.split(",") if known.several else [text]
            return tuple(self._part(known, known.refers, part) for part in parts)
        return self.canonical(menu, known.name, text)

    def _part(self, known: Property, kind: str, text: str) -> Part:
        negated = known.negatable and text.startswith("!")
        name = text.removeprefix("!") if negated else text
        row = self._named(kind, name)
        if row is not None:
            return Part(row, negated)
        if not self.lenient and name not in self._loose and name not in _ANY:
            raise Wrong(f"input does not match any value of {known.name}")
        self._loose.add(name)
        return Part(name, negated)

    def _named(self, kind: str, name: str) -> Row | None:
        kinds = ("interface", "interface-list") if kind == "interface-or-list" else (kind,)
        for row in (row for one in kinds for path in self.catalogue.kinds.get(one, ()) for row in self.tables[path]):
            if row.name == name:
                return row
        if "interface" in kinds and self.lenient and _PORT.fullmatch(name):
            return self._new_port(name)[0]
        return None

    # ------------------------------------------------------------------ what no two rows have in common
    def require_unique(self, row: Row, trial: Mapping[str, Value]) -> None:
        """Make sure that no other row is what ``row`` is about to be.

        Raises:
            Wrong: one is.
        """
        for names in () if self.lenient else row.menu.unique:
            key = tuple(printed(trial[name]) if name in trial else "" for name in names)
            if any(key) and any(key == _key(other, names) for other in self._rivals(row, names)):
                raise Wrong(f"failure: {row.menu.refusal}")

    def _rivals(self, row: Row, names: tuple[str, ...]) -> list[Row]:
        """Return the rows that must not be like ``row``: interfaces of all kinds have their names in common."""
        shared = names == ("name",) and row.menu.rows == "interface"
        paths = self.catalogue.kinds["interface"] if shared else (row.menu.path,)
        return [other for path in paths for other in self.tables[path] if other is not row]


def _key(row: Row, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(printed(row.values.get(name, "")) for name in names)
