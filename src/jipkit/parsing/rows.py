r"""Rows of ``key=value``, as RouterOS prints them: ``0 R name=ether1 mtu=1500 comment=to the core``.

Which key is which field of a record is data (``fields`` of a command in ``platform.yaml``): the name of a key, or of
several with ``|`` between them, the first that is there. ``flag R`` is ``yes`` when the row has that flag, else ``no``;
``no flag X`` the other way round; ``address unless XI`` is only there in a row with neither of these flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jipkit.parsing.fsm import Row
from jipkit.parsing.strict import surprise
from jipkit.reasons import because

_START = re.compile(r"\s{0,4}(?:\*?\d+|\*[0-9A-F]+)(?P<flags>(?:\s+[A-Za-z]{1,8}(?=\s))*)\s+(?=;;;|[\w.-]+=)")
_COMMENT = re.compile(r"\s*;;;(.*)")
_KEY = re.compile(r"(?:^|\s)([\w.-]*\w)=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(?=\s|$)', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9A-F]{2})|(.))", re.DOTALL)
_NAMED = {"n": " ", "r": " ", "t": " "}


@dataclass(frozen=True, slots=True)
class Item:
    """One row: its flags, and its values by key."""

    flags: str
    values: Mapping[str, str]


def read_items(text: str, *, folded: bool = True) -> list[Item]:
    """Return the rows of ``text``; a surprise where a line belongs to none, or a row says something twice.

    ``folded``: a row may go on in lines that are indented, as it does unless ``terse`` was asked for.
    """
    return [Item(flags, {**_comment(lines), **_values(_words(lines))}) for flags, lines in _items(text, folded=folded)]


def read_rows(text: str, fields: Mapping[str, str], *, folded: bool = True) -> list[Row]:
    """Return a record for each row, with those of ``fields`` that it has."""
    return [dict(_chosen(item, fields)) for item in read_items(text, folded=folded)]


def _chosen(item: Item, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, sources in fields.items():
        value = next((v for source in sources.split("|") if (v := _value(item, source.strip()))), None)
        if value is not None:
            yield field, value


def _value(item: Item, source: str) -> str | None:
    source, _, excluding = source.partition(" unless ")
    wanted, is_flag, letter = source.rpartition("flag ")
    if is_flag:
        return "yes" if (letter in item.flags) != (wanted == "no ") else "no"
    return None if any(flag in item.flags for flag in excluding) else item.values.get(source)


def _items(text: str, *, folded: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield flags and lines of each row."""
    flags, lines = "", list[str]()
    for line in text.splitlines():
        if start := _START.match(line):
            if lines:
                yield flags, lines
            flags, lines = "".join(start["flags"].split()), [line[start.end() :]]
        elif lines and folded and line[:1] in (" ", "\t"):
            lines.append(line.strip())
        elif line.strip():
            surprise(because("line-not-understood", line=repr(line[:80])))
    if lines:
        yield flags, lines


def _words(lines: list[str]) -> str:
    return " ".join(line for line in lines if not _COMMENT.match(line))


def _comment(lines: list[str]) -> dict[str, str]:
    found = [comment[1].strip() for line in lines if (comment := _COMMENT.match(line))]
    return {"comment": " ".join(found)} if found else {}


def _values(words: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    prefix, key = "", _KEY.search(words)
    _nothing_but_blanks(words[: key.start()] if key else words)
    while key:
        name = prefix + key[1] if key[1].startswith(".") else key[1]
        prefix = name.rpartition(".")[0] or prefix
        if name in found:
            surprise(because("said-twice", what=name))
        found[name], key = _value_at(words, key.end())
    return found


def _value_at(words: str, start: int) -> tuple[str, re.Match[str] | None]:
    """Return the value that begins at ``start``, and the key after it."""
    quoted = _QUOTED.match(words, start)
    following = _KEY.search(words, quoted.end() if quoted else start)
    if quoted is None:
        return words[start : following.start() if following else None].strip(), following
    _nothing_but_blanks(words[quoted.end() : following.start() if following else None])
    return _ESCAPE.sub(_character, quoted[1]), following


def _nothing_but_blanks(words: str) -> None:
    if words.strip():
        surprise(because("line-not-understood", line=repr(words.strip()[:80])))


def _character(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    return chr(int(code, 16)) if code else _NAMED.get(letter, letter)
