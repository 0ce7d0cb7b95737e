"""What a simulated RouterOS holds: rows with values, some of which refer to other rows."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from jipkit.testing.models.routeros.menus import Menu, Property, duration

_TRUTHS = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}
_STATES = ("invalid", "established", "related", "new", "untracked")


@dataclass(eq=False, slots=True)
class Row:
    """One row of a menu, or its settings.

    ``builtin`` is how an export names a row that is always there; ``factory`` what it says unless it is changed.
    """

    menu: Menu
    identity: int
    values: dict[str, Value] = field(default_factory=dict)
    builtin: str | None = None
    factory: Mapping[str, str] = field(default_factory=dict)
    removed: bool = False

    @property
    def name(self) -> str:
        """What it is called; a row that has gone leaves its number behind."""
        return f"*{self.identity:X}" if self.removed else printed(self.values.get("name", ""))

    @property
    def touched(self) -> bool:
        """Whether a row that is always there says anything but what it said in the beginning."""
        return any(printed(value) != self.fallback(name) for name, value in self.values.items())

    def said(self, name: str) -> str | None:
        """Return a property as it is printed: its value, else the default, None where it is unset."""
        if name in self.values:
            return printed(self.values[name])
        return self.fallback(name)

    def fallback(self, name: str) -> str | None:
        """Return what a property is when nobody has set it."""
        if name in self.factory:
            return self.factory[name]
        known = self.menu.properties.get(name)
        return None if known is None else known.default

    def everything(self) -> dict[str, str]:
        """Return what a query sees."""
        found = {name: value for name in self.menu.properties if (value := self.said(name)) is not None}
        found |= {name: printed(value) for name, value in self.values.items()}
        flags = {"dynamic": "no", "default": "yes" if self.builtin and self.menu.by != "hidden" else "no"}
        return {**flags, ".id": f"*{self.identity:X}", **found}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the rows, or of the words, that a value refers to."""

    target: Row | str
    negated: bool = False

    def __str__(self) -> str:
        return ("!" if self.negated else "") + (self.target if isinstance(self.target, str) else self.target.name)


Value = str | tuple[Part, ...]


def printed(value: Value) -> str:
    """Return a value as it is printed now: rows that were renamed have their new names."""
    return value if isinstance(value, str) else ",".join(str(part) for part in value)


class Wrong(Exception):  # noqa: N818 - turned into `Refused` where the line is known
    """A value that a property cannot have."""


def canonical(known: Property, text: str) -> str:
    """Return a value in the one form in which RouterOS keeps it.

    Raises:
        Wrong: the property cannot have it.
    """
    match known.kind:
        case "b" | "f":
            if text not in _TRUTHS:
                raise Wrong("syntax error")
            return _TRUTHS[text]
        case "t":
            return _time(known, text)
        case "i":
            if not text.isdigit() and not text.startswith("0x"):
                raise Wrong(f"invalid value for argument {known.name}")
        case "e":
            if text not in known.choices:
                raise Wrong(f"input does not match any value of {known.name}")
    if known.name == "connection-state":
        return _states(text)
    return text


def _time(known: Property, text: str) -> str:
    found = duration(text)
    if found is None:
        raise Wrong(f"invalid value for argument {known.name}")
    return found


def _states(text: str) -> str:
    bare = text.removeprefix("!")
    states = bare.split(",")
    if any(state not in _STATES for state in states):
        raise Wrong("input does not match any value of connection-state")
    return text[: len(text) - len(bare)] + ",".join(sorted(dict.fromkeys(states), key=_STATES.index))


def address_of(text: str) -> tuple[str, str]:
    """Return an address of ``/ip address`` as it is kept, and its network.

    Raises:
        Wrong: it is no address.

    >>> address_of("10.160.0.5/32"), address_of("10.162.2.1/25")
    (('10.160.0.5', '10.160.0.5'), ('10.162.2.1/25', '10.162.2.0'))
    """
    try:
        interface = ipaddress.IPv4Interface(text)
    except ValueError:
        raise Wrong("invalid value for argument address") from None
    alone = interface.network.prefixlen == 32
    return str(interface.ip if alone else interface), str(interface.network.network_address)
