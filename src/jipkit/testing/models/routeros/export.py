"""``/export``: what a simulated RouterOS prints of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from jipkit.testing.models.routeros.menus import Menu
from jipkit.testing.models.routeros.rows import Row
from jipkit.testing.models.routeros.text import folded, written

Kind = Literal["terse", "plain", "verbose"]
Opaque = tuple[str, str]
"""A menu that the model does not know, and a command in it, both as they were read."""


def exported(tables: Iterable[tuple[Menu, list[Row]]], opaque: Iterable[Opaque], kind: Kind, *, sensitive: bool) -> str:
    """Return what the tables hold, as one whole command a line (terse), or a menu and its commands below."""
    found = [(menu.path, c) for menu, rows in tables for c in _commands(menu, rows, kind, sensitive)]
    found += opaque
    if kind == "terse":
        return "".join(f"{path} {command}\n" for path, command in found)
    return "".join(_under_headings(found))


def _under_headings(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    heading = ""
    for path, command in found:
        if path != heading:
            yield f"{path}\n"
            heading = path
        yield f"{folded(command)}\n"


def _commands(menu: Menu, rows: list[Row], kind: Kind, sensitive: bool) -> Iterator[str]:
    for row in rows:
        if row.builtin is not None and menu.by == "hidden":
            continue
        said = _assignments(row, verbose=kind == "verbose", sensitive=sensitive)
        if menu.settings:
            yield from [f"set {said}"] if said else []
        elif row.builtin is not None:
            yield from [f"set {row.builtin} {said}"] if said else []
        else:
            yield f"add {said}".rstrip()


def _assignments(row: Row, *, verbose: bool, sensitive: bool) -> str:
    words, family = [], ""
    for name in sorted({*row.menu.properties, *row.values}):
        word = _word(row, name, verbose, sensitive)
        if word is None:
            continue
        dotted = f"{name.partition('.')[0]}." if "." in name else ""
        words.append(word.removeprefix(dotted[:-1]) if dotted and dotted == family else word)
        family = dotted
    return " ".join(words)


def _word(row: Row, name: str, verbose: bool, sensitive: bool) -> str | None:
    known = row.menu.properties.get(name)
    value, usual = row.said(name), row.fallback(name)
    if known is not None and known.secret and not sensitive:  # a secret that is not to be seen is not mentioned
        return None
    if name == "default-name" or (value is None and (not verbose or name == "comment")):
        return None
    if value is None:
        return f"!{name}"
    ours = row.builtin is None
    always = known is not None and known.always and (ours or row.touched)
    shown = verbose or always or value != usual or (ours and row.menu.explicit and name in row.values)
    if not shown:
        return None
    if known is not None and known.flag:
        return name if value == "yes" else None
    return f"{name}={written(value)}"
