"""A command as RouterOS reads it: where it acts, what it does, and to which rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jipkit.testing.models.routeros.menus import Catalogue, Menu
from jipkit.testing.models.routeros.text import Refused, SyntaxFault, Word, words

Place = tuple[str, ...]

_ROWS = ("add", "set", "remove", "move", "unset", "enable", "disable")
_PICK = re.compile(r":pick\s+\[(?P<query>.*)\]\s+(?P<index>\d+)")


@dataclass(frozen=True, slots=True)
class Query:
    """``[find ...]``: what follows ``find``, and which of the rows found is meant, if not all."""

    text: str
    column: int
    pick: int | None = None


Item = str | Query
"""A row by its name, number or identity, or those that a query finds."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Without a verb, it goes to ``place`` and does nothing else."""

    line: str
    number: int
    place: Place
    menu: Menu
    verb: str | None
    items: tuple[Item, ...] = ()
    before: tuple[Item, ...] = ()
    settings: tuple[tuple[str, str | None], ...] = ()
    unset: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)

    def column(self, name: str) -> int:
        """Return where a property is spoken of, from 1."""
        return self.columns.get(name, 1)


def parsed(
    line: str,
    number: int,
    here: Place,
    catalogue: Catalogue,
    seen: Mapping[str, set[str]],
    *,
    lenient: bool = False,
) -> Command:
    """Return what a line says; ``seen`` are properties of menus that are not in the catalogue and yet are there.

    Raises:
        Refused: RouterOS cannot read it.
    """
    try:
        return _Reader(line, number, catalogue, seen, lenient=lenient).read(here)
    except SyntaxFault as fault:
        message = f"{fault.what} (line {number} column {fault.column})"
        raise Refused(line, message, number, syntax=True) from None


class _Reader:
    """Reads one command from left to right."""

    def __init__(
        self, line: str, number: int, catalogue: Catalogue, seen: Mapping[str, set[str]], *, lenient: bool
    ) -> None:
        self._line, self._number, self._catalogue, self._seen = line, number, catalogue, seen
        self._lenient = lenient

    def read(self, here: Place) -> Command:
        said = list(_segments(words(self._line)))
        place = () if self._line.startswith("/") else here
        while said and said[0].key is None and (*place, said[0].text) in self._catalogue.places:
            place = (*place, said.pop(0).text)
        menu = self._catalogue.menus.get("/" + " ".join(place))
        if not said:
            return Command(self._line, self._number, place, menu or Menu("/", {}), None)
        verb = said.pop(0)
        if menu is None or verb.key is not None or not self._can(menu, verb.text):
            raise SyntaxFault(f"bad command name {verb.text}", verb.column)
        return self._arguments(place, menu, verb.text, said)

    def _can(self, menu: Menu, verb: str) -> bool:
        if menu.settings:
            return verb == "set"
        if verb == "move":
            return menu.ordered
        if verb in ("enable", "disable"):
            return "disabled" in menu.properties
        return verb in _ROWS and not (menu.fixed and verb in ("add", "remove"))

    def _arguments(self, place: Place, menu: Menu, verb: str, said: list[Word]) -> Command:
        items: tuple[Item, ...] = ()
        before: tuple[Item, ...] = ()
        settings: list[tuple[str, str | None]] = []
        unset: list[str] = []
        columns: dict[str, int] = {}
        family, unnamed = "", 0
        for word in said:
            name = word.key
            if name is not None and name.startswith("."):
                name = family + name if name != ".id" else name
            elif name is not None:
                family = name.partition(".")[0]
            if name == "numbers" or (name is None and not unnamed and self._takes_rows(menu, verb, word)):
                items, unnamed = _items(word), unnamed + 1
            elif name in ("place-before", "destination") and menu.ordered and verb in ("add", "move"):
                before = _items(word)
            elif name is None and verb == "move" and unnamed == 1:
                before, unnamed = _items(word), 2
            elif verb == "unset":
                unset += self._names(menu, word)
            else:
                settings.append(self._setting(menu, verb, word, name))
                columns[settings[-1][0]] = word.column
        self._require_rows(menu, verb, items, said)
        return Command(
            self._line, self._number, place, menu, verb, items, before, tuple(settings), tuple(unset), columns
        )

    def _takes_rows(self, menu: Menu, verb: str, word: Word) -> bool:
        return not menu.settings and verb != "add" and not (verb == "set" and word.text.startswith("!"))

    def _require_rows(self, menu: Menu, verb: str, items: tuple[Item, ...], said: list[Word]) -> None:
        if verb != "add" and not menu.settings and not items and not any(w.key == "numbers" for w in said):
            raise SyntaxFault("missing value(s) of argument(s) numbers", len(self._line) + 1)

    def _names(self, menu: Menu, word: Word) -> Iterable[str]:
        if word.key not in (None, "value-name"):
            raise SyntaxFault("expected end of command", word.column)
        for name in word.text.split(","):
            known = menu.properties.get(name)
            if known is None or known.default is not None:
                raise SyntaxFault("input does not match any value of value-name", word.column)
            yield name

    def _setting(self, menu: Menu, verb: str, word: Word, name: str | None) -> tuple[str, str | None]:
        if verb not in ("add", "set") or word.query:
            raise SyntaxFault("expected end of command", word.column)
        if name is not None:
            self._require_known(menu, name, word)
            return name, word.text
        if word.text.startswith("!"):
            self._require_known(menu, word.text[1:], word)
            return word.text[1:], None
        known = menu.properties.get(word.text)
        if known is None or not known.flag:
            raise SyntaxFault("expected end of command", word.column)
        return word.text, "yes"

    def _require_known(self, menu: Menu, name: str, word: Word) -> None:
        if not self._lenient and name not in menu.properties and name not in self._seen.get(menu.path, ()):
            raise SyntaxFault("expected end of command", word.column)


def _segments(said: list[Word]) -> Iterable[Word]:
    """Yield words, with the path before the command cut at its slashes."""
    leading = True
    for word in said:
        leading = leading and word.key is None and not word.query and not word.quoted
        if leading and "/" in word.text:
            column = word.column
            for piece in word.text.split("/"):
                if piece:
                    yield Word(piece, column)
                column += len(piece) + 1
        else:
            yield word
        leading = leading and word.text not in _ROWS and not word.text.endswith(tuple(f"/{verb}" for verb in _ROWS))


def _items(word: Word) -> tuple[Item, ...]:
    if not word.query:
        return tuple(word.text.split(",")) if word.text else ()
    picked = _PICK.fullmatch(word.text)
    text = picked["query"].strip() if picked else word.text
    found = re.fullmatch(r"(?:/[a-z0-9 /-]+[ /])?find\b(?P<where>.*)", text, re.DOTALL)
    if found is None:
        raise SyntaxFault("syntax error", word.column)
    return (Query(found["where"], word.column, int(picked["index"]) if picked else None),)
