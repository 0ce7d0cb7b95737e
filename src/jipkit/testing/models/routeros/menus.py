"""The menus of RouterOS and their properties, as ``menus.yaml`` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

_PROPERTY = re.compile(
    r"(?P<name>[\w.-]+)(?::(?P<kind>[bitfs]|e\{(?P<choices>[^}]*)\}))?(?:@(?P<to>[a-z-]+)(?P<how>[+!]*))?"
    r"(?P<secret>\*)?(?:(?P<sign>==?)(?P<default>.*))?"
)
_AMOUNT = re.compile(r"(?P<amount>\d+)(?P<unit>ms|[wdhms])")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of the rows of a menu; ``default`` is None where it can be unset."""

    name: str
    kind: str = ""
    choices: tuple[str, ...] = ()
    refers: str | None = None
    several: bool = False
    negatable: bool = False
    secret: bool = False
    default: str | None = None
    always: bool = False

    @property
    def flag(self) -> bool:
        """Whether it is said without a value."""
        return self.kind == "f"


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu: a list of rows, or settings of which there is one set."""

    path: str
    properties: Mapping[str, Property]
    settings: bool = False
    rows: str | None = None
    needs: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    refusal: str = "already have such entry"
    ordered: bool = False
    fixed: bool = False
    explicit: bool = False
    by: str = ""
    builtin: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, ...]:
        """The words of its path."""
        return tuple(self.path[1:].split(" "))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The menus of a version by their path, in the order of an export.

    ``places``: every beginning of a path. ``kinds``: the menus whose rows have names of that kind.
    """

    menus: Mapping[str, Menu]
    places: frozenset[tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]


@cache
def catalogue(major: int) -> Catalogue:
    """Return the menus of a major version."""
    menus = _menus(major)
    kinds: dict[str, tuple[str, ...]] = {}
    for menu in menus.values():
        if menu.rows is not None:
            kinds[menu.rows] = (*kinds.get(menu.rows, ()), menu.path)
    places = frozenset(menu.place[:n] for menu in menus.values() for n in range(len(menu.place) + 1))
    return Catalogue(menus, places, kinds)


def _menus(major: int) -> dict[str, Menu]:
    text = resources.files(__package__).joinpath("menus.yaml").read_text(encoding="utf-8")
    said: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {
        (path := key.partition("@")[0]): _menu(path, entry)
        for key, entry in said.items()
        if entry.get("since", 0) <= major < entry.get("until", 99)
    }


def _menu(path: str, said: dict[str, Any]) -> Menu:
    settings = said.get("settings", False)
    properties = {p.name: p for p in map(_property, said["properties"].split())}
    if not settings and said.get("comment", True):
        properties["comment"] = Property("comment")
    if not settings and said.get("disable", True):
        default = Property("disabled", "b", default=said.get("disabled", "no"), always=bool(said.get("explicit")))
        properties["disabled"] = default
    unique = tuple((u,) if isinstance(u, str) else tuple(u) for u in said.get("unique", ()))
    if "rows" in said and "name" in properties:
        unique = (("name",), *unique)
    builtin = said.get("builtin", {})
    return Menu(
        path,
        properties,
        settings,
        said.get("rows"),
        tuple(said.get("needs", "").split()),
        tuple(dict.fromkeys(unique)),
        _refusal(said),
        said.get("ordered", False),
        said.get("fixed", False),
        said.get("explicit", False),
        builtin.get("by", ""),
        _builtin(builtin.get("names", {})),
    )


def _refusal(said: dict[str, Any]) -> str:
    usual = "already have interface with such name" if said.get("rows") == "interface" else "already have such entry"
    return str(said.get("refusal", usual))


def _builtin(names: Any) -> dict[str, dict[str, str]]:
    if isinstance(names, list):
        return {name: {} for name in names}
    if isinstance(names, dict):
        return {str(name): values if isinstance(values, dict) else {".id": values} for name, values in names.items()}
    return {}


def _property(said: str) -> Property:
    found = _PROPERTY.fullmatch(said)
    if found is None:
        raise ValueError(f"menus.yaml: {said!r} is no property")
    kind = (found["kind"] or "")[:1]
    how = found["how"] or ""
    return Property(
        found["name"],
        kind,
        tuple((found["choices"] or "").split(",")) if kind == "e" else (),
        found["to"],
        "+" in how,
        "!" in how,
        found["secret"] is not None,
        found["default"],
        found["sign"] == "==",
    )


def duration(text: str) -> str | None:
    """Return a time as RouterOS writes it; None when it is none.

    >>> duration("90"), duration("00:01:30"), duration("1d2h"), duration("100ms"), duration("soon")
    ('1m30s', '1m30s', '1d2h', '100ms', None)
    """
    left = milliseconds(text)
    if left is None:
        return None
    parts = []
    for unit, size in (("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        amount, left = divmod(left, size)
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts) or "0s"


_SIZES = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


def milliseconds(text: str) -> int | None:
    """Return how long a time is; None when it is none."""
    if re.fullmatch(r"\d+", text):
        return int(text) * 1000
    if clock := re.fullmatch(r"((?:\d+[wd])*)(\d+):(\d\d)(?::(\d\d))?", text):
        days = sum(int(a) * _SIZES[u] for a, u in _AMOUNT.findall(clock[1]))
        hours, minutes, seconds = int(clock[2]), int(clock[3]), int(clock[4] or 0)
        return days + hours * 3_600_000 + minutes * 60_000 + seconds * 1000
    if re.fullmatch(r"(?:\d+(?:ms|[wdhms]))+", text):
        return sum(int(amount) * _SIZES[unit] for amount, unit in _AMOUNT.findall(text))
    return None
