"""Commands into rows: properties by alphabet, values always quoted alike, without what is the default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from jipkit.errors import ConfigTextError
from jipkit.menus import Rules, Table
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.rows.quoting import canonical
from jipkit.statement import MAX_LINE, Statement

Properties = dict[str, str | None]
"""What a row says, by property; None for one that is written without a value."""

MOST_REMEMBERED = 50_000

_CONTINUED = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n {0,4}")
_COMMAND = re.compile(r"/([a-z0-9][a-z0-9 /-]*?)[ /](add|set)(?: |$)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s"\[])+')
_FIND = re.compile(r"\[\s*find\s*(?:where\s+)?(.*?)\s*\]")


class Row(NamedTuple):
    """One row of a menu. ``which`` is what a ``set`` names: a number, a name, ``[ find default=yes ]``, or nothing."""

    menu: str
    verb: str
    which: str
    properties: Mapping[str, str | None]

    @property
    def text(self) -> str:
        """The row as a whole command, always written in the same way."""
        head = f"{self.menu} {self.verb} {self.which}" if self.which else f"{self.menu} {self.verb}"
        properties = self.properties
        said = [n if (v := properties[n]) is None else f"{n}={v}" for n in sorted(properties)]
        return " ".join([head, *said])

    def says_the_same_as(self, other: Row) -> bool:
        """Return whether two rows have the same properties; those that were read from the same words share them."""
        return self.properties is other.properties or self.properties == other.properties


def joined(text: str) -> str:
    r"""Return an export with every command on one line: a backslash ends a line that goes on after four blanks.

    >>> joined('add comment="a \\\n    b" list=x')
    'add comment="a b" list=x'
    """
    return _CONTINUED.sub(r"\1", text) if "\\\n" in text or "\\\r" in text else text


class Reader:
    """Reads commands; what a menu's rules are, it has looked up once."""

    def __init__(self, facts: PlatformFacts, version: str | None, *, remember: bool = False) -> None:
        self._row = row_again if remember else row_of
        self._table = facts.menu_table
        self._version = version
        self._noise = facts.noise_pattern.match

    def read(self, number: int, command: str) -> tuple[Statement, ...]:
        if len(command) > MAX_LINE:
            raise ConfigTextError(because("line-too-long", line=number, count=len(command), most=MAX_LINE))
        if self._noise(command):
            return ()
        row = self._row(command, self._table, self._version, number)
        return (Statement((), row.text, number),) if row.verb == "add" or row.properties else ()


def row_of(command: str, table: Table, version: str | None, line: int = 0) -> Row:
    """Return the row of a whole command.

    Raises:
        ConfigTextError: it is none: a string in it has no end, or a property no value.
    """
    found = _COMMAND.match(command)
    if found is None:
        raise ConfigTextError(because("no-row", line=line))
    menu = "/" + found[1].replace("/", " ") if "/" in found[1] else f"/{found[1]}"
    rules = table.rules(menu, version)
    words = _words(command[found.end() :], line)
    which = ""
    if found[2] == "set" and words and (named := _names(words[0], rules)):
        which = named
        words = words[1:]
    said = _properties(words, rules, which, line)
    return Row(menu, found[2], which, said)


def row_again(text: str, table: Table, version: str | None, line: int = 0) -> Row:
    """Return the row of a command that holds no secret any more; it is remembered."""
    rows: dict[tuple[str, str | None], Row] = table.remembered
    if (row := rows.get((text, version))) is None:
        if len(rows) > MOST_REMEMBERED:
            rows.clear()
        usual = rows.get((text, None))
        if usual is None or table.rules(usual.menu, version) is not table.rules(usual.menu, None):
            usual = row_of(text, table, version, line)
        row = rows[text, version] = usual
    return row


def _words(text: str, line: int) -> list[str]:
    if '"' not in text and "[" not in text and "]" not in text:
        return text.split()
    rest = _BRACKETS.sub("", _STRING.sub("", text))
    if any(sign in rest for sign in '"[]'):
        raise ConfigTextError(because("row-cut-short", line=line))
    return _WORD.findall(text)


def _names(word: str, rules: Rules) -> str:
    """Return what a ``set`` names by its first word; nothing if that is a property already."""
    if word[0] == "[":
        found = _FIND.fullmatch(word)
        return f"[ find {found[1]} ]" if found and found[1] else word
    if word[0] == '"':
        return canonical(word)
    if "=" in word or word[0] == "!":
        return ""
    return rules.aliases.get(word, word)


def _properties(words: list[str], rules: Rules, which: str, line: int) -> Properties:
    """Return what the words say, by property, without what is the default and what nobody intends."""
    said: Properties = {}
    family = ""
    for word in words:
        name, equals, value = word.partition("=")
        unset = not equals and name[0] == "!"
        if "." in name:
            name = name.removeprefix("!")
            name = family + name if name[0] == "." else name
            family = name[: name.index(".")]
        if not equals:
            if not unset:
                said[name] = None
            continue
        if not name:
            raise ConfigTextError(because("no-row", line=line))
        if not value or value[0] == '"' or "\\" in value or not value.isascii():
            value = canonical(value)
        if name not in rules.special:
            said[name] = value
            continue
        told = _value(name, value, rules)
        if name in rules.ignored or default_of(name, which, rules) == told:
            said.pop(name, None)
        elif name not in rules.flags or told == "yes":
            said[name] = None if name in rules.flags else told
    return said


def _value(name: str, value: str, rules: Rules) -> str:
    """Return the value of a property in the one of its spellings that is written here."""
    if name in rules.hosts:
        return value.removesuffix("/32")
    return _sorted(value) if name in rules.lists else value


def default_of(name: str, which: str, rules: Rules) -> str | None:
    """Return the value that a property has when nobody set it, as far as that is known."""
    defaults = rules.defaults
    if not which:
        return defaults.get(name)
    found = defaults.get(f"{named_in(which)} {name}", defaults.get(name))
    return named_in(which) if found == "{which}" else found


def named_in(which: str) -> str:
    """Return the name by which a ``set`` finds its row: ``ether1`` in ``[ find default-name=ether1 ]``."""
    return which[:-2].rpartition("=")[2] if which[:1] == "[" else which


def _sorted(value: str) -> str:
    if "," not in value:
        return value
    inner = value[1:-1] if value[:1] == '"' else value
    return canonical(f'"{",".join(sorted(inner.split(",")))}"')
