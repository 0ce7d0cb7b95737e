"""The model of RouterOS: it holds a configuration and takes commands."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from jipkit.testing.models.routeros.commands import Command, Item, Place, Query, parsed
from jipkit.testing.models.routeros.export import Kind, Opaque, exported
from jipkit.testing.models.routeros.menus import Menu, Property, catalogue
from jipkit.testing.models.routeros.rows import Row, Value, Wrong, address_of, printed
from jipkit.testing.models.routeros.store import PORTS, Store
from jipkit.testing.models.routeros.text import Refused, commands

_VERSION = re.compile(r"^#.*by RouterOS (?P<version>\d+\.\S+)", re.MULTILINE)
_IN_A_MENU = re.compile(r"(?P<path>/[a-z0-9 /-]+?)\s+(?P<rest>(?:add|set|remove|enable|disable|unset)\b.*)")
_AUTOMATIC = {"/interface vlan": "vlan", "/ip dhcp-server": "dhcp", "/queue simple": "queue"}


class Model:
    """A router that holds a configuration and takes commands, line by line, as ``/import`` does.

    It stands for RouterOS 6.49 and 7 as far as their configuration goes; what it is not sure of it refuses. ``text`` is
    any export; what that says of menus that are not known is kept and printed again, and never touched. ``version`` is
    that of the export's header unless it is given.
    """

    def __init__(self, text: str = "", *, version: str | None = None, ports: Sequence[str] = PORTS) -> None:
        found = _VERSION.search(text)
        self.version = version or (found["version"] if found else "7.16.2")
        self.header = "".join(f"{line}\n" for line in _header(text))
        self._store = Store(catalogue(int(self.version.partition(".")[0])), ports)
        self._opaque: list[Opaque] = []
        self._seen: dict[str, set[str]] = {}
        self._load(text)

    # ------------------------------------------------------------------ for everybody
    def apply(self, lines: Iterable[str]) -> None:
        """Take commands one after the other.

        Raises:
            Refused: RouterOS would not take one; what came before it is in force.
        """
        here: Place = ()
        for number, line in commands(lines):
            here = self._take(line, number, here)

    def check(self, lines: Iterable[str]) -> list[Refused]:
        """Return what a dry run of ``/import`` finds: every line that cannot be read, and nothing of what it does."""
        found: list[Refused] = []
        here: Place = ()
        for number, line in commands(lines):
            try:
                command = self._parsed(line, number, here)
                here = command.place if command.verb is None else here
                self._values(command)
            except Refused as refused:
                found += [refused] if refused.syntax else []
        return found

    def text(self, kind: Kind = "terse", *, sensitive: bool = True) -> str:
        """Return the configuration as ``/export`` prints it, with the header that it was loaded with."""
        tables = [(self._menus[path], rows) for path, rows in self._store.tables.items()]
        return self.header + exported(tables, self._opaque, kind, sensitive=sensitive)

    def copy(self) -> Self:
        """Return another router that holds the same, as a backup does."""
        return copy.deepcopy(self)

    def rows(self, path: str) -> tuple[Mapping[str, str], ...]:
        """Return what stands in a menu, every property as it is printed."""
        return tuple(row.everything() for row in self._store.tables[path])

    def setting(self, path: str, name: str) -> str:
        """Return one value of a menu that is settings."""
        return self._store.tables[path][0].said(name) or ""

    def settings(self, path: str) -> Mapping[str, str] | None:
        """Return all values of a menu that is settings; None if it is none."""
        menu = self._menus.get(path)
        if menu is None or not menu.settings:
            return None
        found = self._store.tables[path][0].everything()
        return {name: value for name, value in found.items() if name in menu.properties}

    def is_menu(self, line: str) -> bool:
        """Return whether a line goes to a menu and does nothing else."""
        place = tuple(line.replace("/", " ").split())
        return place in self._store.catalogue.places

    def lists(self) -> tuple[str, ...]:
        """Return the paths of the menus that are lists of rows."""
        return tuple(path for path, menu in self._menus.items() if not menu.settings)

    def find(self, path: str, query: str) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a menu that a query finds: what stands in ``[find ...]``, without the brackets.

        Raises:
            Refused: it cannot be read.
        """
        try:
            rows = self._store.found(Query(query, 1), self._menus[path])
        except Wrong as wrong:
            raise Refused(query, str(wrong), syntax=True) from None
        return tuple(row.everything() for row in rows)

    @property
    def _menus(self) -> Mapping[str, Menu]:
        return self._store.catalogue.menus

    # ------------------------------------------------------------------ reading an export
    def _load(self, text: str) -> None:
        self._store.lenient = True
        here: Place = ()
        for number, line in commands(text.splitlines()):
            try:
                here = self._take(line, number, here)
            except Refused:
                here = self._kept(line, here)
        self._store.lenient = False

    def _kept(self, line: str, here: Place) -> Place:
        """Remember a line that is not understood, with its menu; return the menu of the lines that follow."""
        if found := _IN_A_MENU.match(line):
            self._opaque.append((found["path"], found["rest"]))
        elif line.startswith("/"):
            return tuple(line[1:].replace("/", " ").split())
        else:
            self._opaque.append(("/" + " ".join(here), line))
        return here

    # ------------------------------------------------------------------ commands
    def _parsed(self, line: str, number: int, here: Place) -> Command:
        return parsed(line, number, here, self._store.catalogue, self._seen, lenient=self._store.lenient)

    def _take(self, line: str, number: int, here: Place) -> Place:
        command = self._parsed(line, number, here)
        if command.verb is None:
            return command.place
        values = self._values(command)
        try:
            self._act(command, values)
        except Wrong as wrong:
            raise Refused(line, str(wrong), number) from None
        return here

    def _values(self, command: Command) -> dict[str, Value | None]:
        """Return what a command sets; None where it takes a value away.

        Raises:
            Refused: a property cannot have such a value.
        """
        found: dict[str, Value | None] = {}
        for name, text in command.settings:
            known = command.menu.properties.get(name) or self._new_property(command.menu, name)
            try:
                found[name] = self._store.value(command.menu, known, text)
            except Wrong as wrong:
                if self._store.lenient:
                    found[name] = text
                    continue
                reference = known.refers is not None
                message = str(wrong) if reference else f"{wrong} (line {command.number} column {command.column(name)})"
                raise Refused(command.line, message, command.number, syntax=not reference) from None
        return found

    def _new_property(self, menu: Menu, name: str) -> Property:
        self._seen.setdefault(menu.path, set()).add(name)
        return Property(name)

    def _act(self, command: Command, values: dict[str, Value | None]) -> None:
        match command.verb:
            case "add":
                self._add(command, values)
            case "move":
                self._move(command)
            case "remove":
                for row in self._targets(command):
                    self._remove(row)
            case "enable" | "disable":
                self._change_all(command, {"disabled": "no" if command.verb == "enable" else "yes"})
            case "unset":
                self._change_all(command, dict.fromkeys(command.unset))
            case _:
                self._change_all(command, values)

    def _add(self, command: Command, values: dict[str, Value | None]) -> None:
        menu, table = command.menu, self._store.tables[command.menu.path]
        lacking = [name for name in menu.needs if not values.get(name)]
        if lacking and not self._store.lenient:
            raise Wrong(f"missing value(s) of argument(s) {' '.join(lacking)}")
        row = Row(menu, self._store.identity())
        if menu.path in _AUTOMATIC and not values.get("name"):
            values["name"] = _free_name(_AUTOMATIC[menu.path], table)
        if menu.path == "/ip address" and "network" not in values:
            values["network"] = address_of(printed(values["address"] or ""))[1]
        before = self._destination(command.before, menu) if command.before else None
        self._change(row, values)
        table.insert(len(table) if before is None else table.index(before), row)

    def _change_all(self, command: Command, values: Mapping[str, Value | None]) -> None:
        for row in self._targets(command):
            self._change(row, values)

    def _change(self, row: Row, values: Mapping[str, Value | None]) -> None:
        """Give a row values; None takes one away.

        Raises:
            Wrong: another row has them already, or there would be nothing left where something has to be.
        """
        trial = {**row.values, **{name: value for name, value in values.items() if value is not None}}
        for name in [name for name, value in values.items() if value is None]:
            if name in row.menu.needs:
                raise Wrong(f"missing value(s) of argument(s) {name}")
            trial.pop(name, None)
        self._store.require_unique(row, trial)
        row.values = trial

    def _remove(self, row: Row) -> None:
        if row.builtin is not None:
            raise Wrong("failure: can not remove default item")
        self._store.tables[row.menu.path].remove(row)
        row.removed = True

    def _move(self, command: Command) -> None:
        table, moved = self._store.tables[command.menu.path], self._targets(command)
        before = self._destination(command.before, command.menu) if command.before else None
        if before is not None and any(row is before for row in moved):  # what RouterOS makes of it is not known
            raise Wrong("failure: can not move an item before itself")
        for row in moved:
            table.remove(row)
        at = len(table) if before is None else table.index(before)
        table[at:at] = moved

    def _targets(self, command: Command) -> list[Row]:
        if command.menu.settings:
            return self._store.tables[command.menu.path]
        return [row for item in command.items for row in self._store.found(item, command.menu)]

    def _destination(self, items: Sequence[Item], menu: Menu) -> Row:
        found = [row for item in items for row in self._store.found(item, menu)]
        if len(found) != 1:  # what RouterOS makes of several is not known
            raise Wrong("no such item")
        return found[0]


def _free_name(start: str, table: list[Row]) -> str:
    taken = {row.name for row in table}
    return next(name for n in range(1, len(table) + 2) if (name := f"{start}{n}") not in taken)


def _header(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line.rstrip()
