"""What is known of the menus of a platform whose configuration is rows: keys, order, defaults, for each version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from jipkit.model import Entry

VersionNumber = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9A-Za-z_]+)*$")]
Number = tuple[int, ...]

EVERY = "*"
"""The menu whose facts are those of every menu that does not say otherwise."""


def number_of(version: str) -> Number:
    """Return a version as what can be compared; a trial build counts as the version that it tries.

    >>> number_of("7.16.2"), number_of("7.20beta4") < number_of("7.20.1")
    ((7, 16, 2), True)
    """
    return tuple([int(digits) for part in version.split(".") if (digits := re.match("[0-9]*", part)[0])])  # type: ignore[index]


class Lasting(Entry):
    """Something that holds from one version on, or until another; without either always."""

    since: VersionNumber | None = None
    before: VersionNumber | None = None

    @property
    def always(self) -> bool:
        return self.since is None and self.before is None

    def holds(self, version: Number) -> bool:
        """Return whether it holds in ``version``."""
        return (self.since is None or number_of(self.since) <= version) and (
            self.before is None or version < number_of(self.before)
        )


class Default(Lasting):
    """The value that a property has when nobody set it: one that the device does not print unless it is told to.

    ``{which}`` stands for what a ``set`` names: ``set [ find default-name=ether1 ]`` has ``ether1``.
    """

    value: str
    which: str | None = None
    """Only in the row that a ``set`` names so: the port of ``telnet``."""


def _defaults(value: Any) -> Any:
    """Read ``name: value`` as a default that always holds, and one mapping as a list of one."""
    if not isinstance(value, dict):
        return value
    return {
        name: _several({"value": given or ""} if given is None or isinstance(given, str) else given)
        for name, given in value.items()
    }


def _several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Menu(Lasting):
    """What is known of one menu.

    Rows of one menu with the same ``key`` are one row. Without a key a row is told by its comment, or by how much it
    looks like another.
    """

    key: tuple[str, ...] = ()
    find: tuple[str, ...] = ()
    """The properties that find a row on the device, where that are others than those of the key."""
    ordered: bool = False
    """The order of its rows is meaning."""
    chain: str | None = None
    """Only among the rows that have the same value of this property."""
    late: bool = False
    """Its rows go when all that comes has come: others refer to them, or nothing is let through without them."""
    defaults: Annotated[Mapping[str, tuple[Default, ...]], BeforeValidator(_defaults)] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Properties that are nobody's intention: what the hardware or an upgrade writes there."""
    flags: tuple[str, ...] = ()
    """Properties that are written without a value: ``passive``."""
    hosts: tuple[str, ...] = ()
    """Properties that hold an address, of which a single host may be written with its length or without."""
    lists: tuple[str, ...] = ()
    """Properties whose values, between commas, are in no order."""
    shown: tuple[str, ...] = ()
    """Secrets that are shown even where secrets are hidden: keys that are public, and known to us by name alone."""
    aliases: Mapping[str, str] = Field(default_factory=dict)
    """What a ``set`` may name in two ways, and which of them is kept: ``{remote: "3"}``."""


Menus = Annotated[Mapping[str, Annotated[tuple[Menu, ...], BeforeValidator(_several)]], Field(default_factory=dict)]


class Rules(NamedTuple):
    """What is known of one menu in one version."""

    key: tuple[str, ...] = ()
    find: tuple[str, ...] = ()
    ordered: bool = False
    chain: str | None = None
    late: bool = False
    defaults: Mapping[str, str] = {}
    ignored: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = {}
    special: frozenset[str] = frozenset()
    """Properties of which more is known than that they are there."""


class Table:
    """The rules of every menu, in the versions that were asked for."""

    def __init__(self, menus: Mapping[str, tuple[Menu, ...]]) -> None:
        self._menus = menus
        self._found: dict[tuple[str, str | None], Rules] = {}
        self.remembered: dict[tuple[str, str | None], Any] = {}
        """What commands were read as, for whoever reads them."""

    def rules(self, menu: str, version: str | None) -> Rules:
        """Return what is known of ``menu`` in ``version``; without a version only what holds in all of them.

        It is the same object where the version makes no difference.
        """
        if (found := self._found.get((menu, version))) is None:
            found = self._rules(menu, number_of(version) if version else None)
            if version and found == (usual := self.rules(menu, None)):
                found = usual
            self._found[menu, version] = found
        return found

    def _rules(self, menu: str, version: Number | None) -> Rules:
        known = self._pick(menu, version)
        defaults = {}
        for name, given in {**self._every.defaults, **known.defaults}.items():
            for default in given:
                if default.always or (version and default.holds(version)):
                    defaults[f"{default.which} {name}" if default.which else name] = default.value or '""'
        ignored = frozenset((*self._every.ignored, *known.ignored))
        flags = frozenset((*self._every.flags, *known.flags))
        hosts = frozenset(known.hosts)
        lists = frozenset((*self._every.lists, *known.lists))
        return Rules(
            key=known.key,
            find=known.find or known.key,
            ordered=known.ordered or known.chain is not None,
            chain=known.chain,
            late=known.late,
            defaults=defaults,
            ignored=ignored,
            flags=flags,
            hosts=hosts,
            lists=lists,
            shown=frozenset(known.shown),
            aliases=known.aliases,
            special=ignored | flags | hosts | lists | {name.rpartition(" ")[2] for name in defaults},
        )

    def _pick(self, menu: str, version: Number | None) -> Menu:
        """Return the last variant that holds in ``version``; that of the newest where it is not known."""
        variants = [m for m in self._menus.get(menu, ()) if version is None or m.holds(version)]
        return variants[-1] if variants else Menu()

    @cached_property
    def _every(self) -> Menu:
        return self._pick(EVERY, None)
