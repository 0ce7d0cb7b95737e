"""RouterOS commands as text: how a line is cut into words, and how a value is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


class Refused(Exception):  # noqa: N818 - what a router does, not what went wrong with us
    """RouterOS would not take ``line``; ``message`` is what it says, ``number`` the line's, from 1.

    ``syntax``: it is found out before anything is carried out, as by a dry run.
    """

    def __init__(self, line: str, message: str, number: int = 0, *, syntax: bool = False) -> None:
        self.line, self.message, self.number, self.syntax = line, message, number, syntax
        super().__init__(f"{message}: {line}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, as it was meant and where it began (from 1).

    ``key`` is what stood before ``=``. ``query``: ``text`` is what stood in square brackets. ``quoted``: any of it.
    """

    text: str
    column: int
    key: str | None = None
    query: bool = False
    quoted: bool = False


class SyntaxFault(Exception):  # noqa: N818 - turned into `Refused` where the line is known
    """What RouterOS says of a line that it cannot read."""

    def __init__(self, what: str, column: int) -> None:
        self.what, self.column = what, column
        super().__init__(what)


_ESCAPES = {'"': '"', "\\": "\\", "$": "$", "?": "?", "n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "\a", "b": "\b"}
_ESCAPES |= {"f": "\f", "v": "\v"}
_BARE = re.compile(r"[A-Za-z0-9_.,:/!*%@+<>~^&-]+")
_WRITTEN = {'"': '\\"', "\\": "\\\\", "$": "\\$", "\n": "\\n", "\r": "\\r", "\t": "\\t", "?": "\\?"}
_HEX = re.compile(r"[0-9A-F]{2}")
_KEY = re.compile(r"(!?\.?[A-Za-z][A-Za-z0-9.-]*)=")
_PLAIN = re.compile(r"[^\s\"\[\](){};$\\]+")
_PIECE = re.compile(r"\\(?:[0-9A-F]{2}|.)|[^\\]", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")


def commands(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    r"""Yield each command with the number of its first line; lines that end in ``\`` go on in the next."""
    begun, number = "", 0
    for count, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        number = number or count
        if (len(line) - len(line.rstrip("\\"))) % 2:
            begun += line[:-1] if not begun else line[:-1].lstrip()
            continue
        whole = begun + line.lstrip() if begun else line.strip()
        if whole and not whole.startswith("#"):
            yield number, whole
        begun, number = "", 0
    if begun:
        yield number, begun


def words(command: str) -> list[Word]:
    """Return the words of a command.

    Raises:
        SyntaxFault: a quotation or a bracket has no end, or there is something of the scripting language in it.
    """
    found, at = [], 0
    while at < len(command):
        if command[at].isspace():
            at += 1
            continue
        word, at = _word(command, at)
        found.append(word)
    return found


def _word(command: str, at: int) -> tuple[Word, int]:
    start = at
    key = _KEY.match(command, at)
    if key is not None:
        at = key.end()
    name = key[1] if key else None
    if at < len(command) and command[at] == "[":
        end = _bracket(command, at)
        return Word(command[at + 1 : end].strip(), start + 1, name, query=True), end + 1
    text, quoted = "", False
    while at < len(command) and not command[at].isspace():
        if command[at] == '"':
            piece, at = unquoted(command, at)
            text, quoted = text + piece, True
        elif plain := _PLAIN.match(command, at):
            text, at = text + plain[0], plain.end()
        else:
            raise SyntaxFault("syntax error", at + 1)
    return Word(text, start + 1, name, quoted=quoted), at


def _bracket(command: str, at: int) -> int:
    """Return where the bracket that opens at ``at`` closes."""
    depth, start = 0, at
    while at < len(command):
        if command[at] == '"':
            _, at = unquoted(command, at)
            continue
        depth += {"[": 1, "]": -1}.get(command[at], 0)
        if not depth:
            return at
        at += 1
    raise SyntaxFault("expected closing bracket", start + 1)


def unquoted(command: str, at: int) -> tuple[str, int]:
    """Return what the quotation that opens at ``at`` means, and where the text goes on.

    Raises:
        SyntaxFault: it has no end, or an escape that means nothing, or a variable in it.
    """
    start, data = at, bytearray()
    at += 1
    while at < len(command):
        character = command[at]
        if character == '"':
            return data.decode(errors="surrogateescape"), at + 1
        if character == "$":
            raise SyntaxFault("syntax error", at + 1)
        if character != "\\":
            data += character.encode(errors="surrogateescape")
            at += 1
            continue
        following = command[at + 1 : at + 2]
        if digits := _HEX.match(command, at + 1):
            data.append(int(digits[0], 16))
            at += 3
        elif following in _ESCAPES and following:
            data += _ESCAPES[following].encode()
            at += 2
        else:
            raise SyntaxFault("syntax error", at + 1)
    raise SyntaxFault("expected end of string", start + 1)


def written(value: str) -> str:
    r"""Return a value as an export writes it.

    >>> written("ether1"), written("to pop-1"), written('say "5$"')
    ('ether1', '"to pop-1"', '"say \\"5\\$\\""')
    """
    if _BARE.fullmatch(value):
        return value
    return '"' + "".join(_written(character) for character in value) + '"'


def _written(character: str) -> str:
    if character in _WRITTEN:
        return _WRITTEN[character]
    if character.isascii() and character.isprintable():
        return character
    return "".join(f"\\{byte:02X}" for byte in character.encode(errors="surrogateescape"))


def folded(command: str, width: int = 80) -> str:
    r"""Return a command in lines as a plain export breaks them: with ``\`` at the end, and four blanks before the rest.

    It is broken at a blank, or after ``=`` where a word is longer than a line, or inside a quotation.
    """
    lines: list[str] = []
    rest, room, inside = command, width - 1, False
    while len(rest) > room:
        cut = _cut(rest, room)
        inside ^= _inside_quotes(rest[:cut])
        cut += rest[cut] == " " and not inside
        lines.append(rest[:cut] + "\\")
        rest, room = rest[cut:], width - 5
        if rest[:1] == " ":  # blanks at the start of a line are not read
            rest = f"\\_{rest[1:]}"
    lines.append(rest)
    return "\n    ".join(lines)


def _cut(text: str, room: int) -> int:
    blank = text.rfind(" ", 0, room) + 1
    equals = text.rfind("=", 0, room) + 1
    if equals > blank and text[equals : equals + 1] not in ("", '"'):
        return equals
    if blank > 1 and not _inside_quotes(text[:blank]):
        return blank
    return max(found.end() for found in _PIECE.finditer(text) if found.end() <= room)


def _inside_quotes(text: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1
