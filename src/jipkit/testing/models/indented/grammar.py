"""Tables of configuration commands: what a line sets, what it opens, and what a later one takes the place of.

A table has a part for each mode, headed ``[mode]``, and a line for each command:

- a plain word is itself, ``{in,out}`` is one of these: both tell what is set;
- ``$`` is a word that tells what is set (a name, an address), ``#`` a number that does, ``$*`` one or more such words;
- ``_`` is a word of the value, ``<permit,deny>`` one of these words, ``+`` one or more words, ``*`` any number of them;
- ``&`` one or more values that come on top of those that are set already;
- ``|`` is where a removal may stop to take away all that begins so.

``-`` before a command: it is in force unless it is taken back, and shown only then; ``~``: it is shown either way;
``?``: it is taken and never shown. ``> mode``: it opens a block. After ``!`` words that say more (`Command.traits`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Key = tuple[str, ...]
Shown = Literal["set", "either", "never"]

_LINE = re.compile(r"(?P<sign>[-~?]?)(?P<pattern>.*?)(?: > (?P<opens>\S+))?(?: ! (?P<traits>.*))?")
_REST = ("*", "+", "&", "$*")


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a mode knows."""

    parts: tuple[str, ...]
    stops: frozenset[int] = frozenset()
    """After how many parts a removal may end, and takes away all that begins so."""
    shown: Shown = "set"
    implied: bool = False
    """In force unless it is taken back."""
    opens: str | None = None
    traits: frozenset[str] = field(default_factory=frozenset)
    """``occupied``: another value is refused while one is set; ``fixed``: it cannot be taken back; ``alone``: only
    one block of its kind; others mean something to one platform."""

    @property
    def heaps(self) -> bool:
        """Whether its values come on top of each other."""
        return self.parts[-1] == "&"

    @property
    def numbered(self) -> bool:
        """Whether statements of this kind stand in the order of their number."""
        return "#" in self.parts

    @property
    def number_at(self) -> int:
        """Where the number stands in a key."""
        return sum(_tells(part) for part in self.parts[: self.parts.index("#")])

    def key(self, words: Sequence[str]) -> Key | None:
        """Return what ``words`` set, where they are this command in full."""
        key, rest = self._read(words)
        return key if rest is not None and not rest else None

    def removed(self, words: Sequence[str]) -> tuple[Key, bool] | None:
        """Return what a removal of ``words`` takes away, and whether it is all that begins so."""
        key, rest = self._read(words)
        if rest is None:
            return None
        count = len(self.parts) - len(rest)
        if rest and count in self.stops:
            return key, True
        return None if any(_tells(part) for part in rest) else (key, False)

    def _read(self, words: Sequence[str]) -> tuple[Key, tuple[str, ...] | None]:
        """Return the key in ``words`` and the parts that were not reached; None instead where they do not fit."""
        key: list[str] = []
        for place, part in enumerate(self.parts):
            left = words[place:]
            if part in _REST:
                if not left:
                    return tuple(key), () if part == "*" else self.parts[place:]
                return (*key, *(left if part == "$*" else ())), ()
            if not left:
                return tuple(key), self.parts[place:]
            if not _fits(part, left[0]):
                return (), None
            if _tells(part):
                key.append(left[0])
        return tuple(key), () if len(words) <= len(self.parts) else None


def _tells(part: str) -> bool:
    """Return whether a word in this place tells what is set, not its value."""
    return part in ("$", "#", "$*") or not (part in ("_", *_REST) or part.startswith("<"))


def _fits(part: str, word: str) -> bool:
    if part in ("$", "_"):
        return True
    if part == "#":
        return word.isdecimal()
    if part[0] in "{<":
        return word in part[1:-1].split(",")
    return word == part


Table = Mapping[str, Sequence[Command]]


def table(text: str) -> Table:
    """Return the commands of each mode; ``""`` is the mode one begins in."""
    modes: dict[str, list[Command]] = {}
    mode = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("[") and line.endswith("]"):
            mode = line[1:-1]
        else:
            modes.setdefault(mode, []).append(_command(line))
    return modes


def _command(line: str) -> Command:
    found = _LINE.fullmatch(line)
    assert found is not None  # noqa: S101 - it matches any text
    parts, stops = [], set()
    for part in found["pattern"].split():
        parts.append(part.rstrip("|") or part)
        if part.endswith("|"):
            stops.add(len(parts))
    shown: Mapping[str, Shown] = {"": "set", "-": "either", "~": "either", "?": "never"}
    return Command(
        tuple(parts),
        frozenset(stops),
        shown[found["sign"]],
        found["sign"] == "-",
        found["opens"],
        frozenset((found["traits"] or "").split()),
    )


def find(commands: Sequence[Command], words: Sequence[str]) -> tuple[Command, Key] | None:
    """Return the first command that ``words`` are, and what they set."""
    for command in commands:
        key = command.key(words)
        if key is not None:
            return command, key
    return None


def removals(commands: Sequence[Command], words: Sequence[str]) -> Iterator[tuple[Command, Key, bool]]:
    """Yield what a removal of ``words`` may mean."""
    for command in commands:
        meant = command.removed(words)
        if meant is not None:
            yield command, *meant
