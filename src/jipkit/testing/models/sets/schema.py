"""What a device with a set-style configuration knows: what stands in what, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["container", "flag", "leaf", "values", "entries"]
Words = tuple[str, ...]

_KINDS: dict[str, Kind] = {"!": "flag", "=": "leaf", "*": "values", "@": "entries"}
_ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*"
_TYPES = {
    "number": r"\d+",
    "ip": _ADDRESS,
    "area": r"\d+|(?:\d{1,3}\.){3}\d{1,3}",
    "prefix": rf"(?:{_ADDRESS})/\d{{1,3}}",
    "interface": r"[a-z]+[0-9]*|[a-z]+-\d+/\d+/\d+",
    "severity": r"any|alert|critical|debug|emergency|error|info|none|notice|warning",
    "": r"(?s:.)+",
    "name": r"(?s:.)+",
    "hash": r"(?s:.)+",
    "hidden": r"(?s:.)+",
    "localized": r"(?s:.)+",
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One statement that a device knows.

    ``name`` is empty where any word of the type ``word`` begins it. ``type`` is that of its value, or of its first
    key. Of entries, ``joints`` are the words between their keys. ``choice``: of those of one choice there is one.
    ``named``: where what it names must be defined. ``kept_as``: the name it is kept under, as a hash or a key.
    """

    name: str
    kind: Kind
    type: str = ""
    word: str = ""
    joints: Words = ()
    choice: str = ""
    ordered: bool = False
    named: tuple[Words, ...] = ()
    kept_as: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many words name it, keys included and values not."""
        keys = 1 + 2 * len(self.joints) if self.kind in ("entries", "values") else 0
        return keys + (1 if self.name or not keys else 0)

    @property
    def stays(self) -> bool:
        """Whether it is there by itself, with nothing in it."""
        return self.kind != "container"

    def find(self, word: str) -> Node | None:
        """Return what ``word`` begins in it: a name comes before a value without one."""
        named = next((child for child in self.children if child.name and child.name == word), None)
        return named or next((child for child in self.children if not child.name and fits(child.word, word)), None)

    def misfit(self, words: Words) -> str | None:
        """Return the word that is wrong in a full name; None when none is."""
        keys = words[1 if self.name else 0 :]
        wrong = next((word for word, joint in zip(keys[1::2], self.joints, strict=False) if word != joint), None)
        if wrong is not None or not keys or self.kind not in ("entries", "values"):
            return wrong
        return None if fits(self.type or self.word, keys[0]) else keys[0]


def fits(type_: str, word: str) -> bool:
    """Return whether a word is a value of that type: one of the known ones, or words with bars between them."""
    return re.fullmatch(_TYPES.get(type_, type_), word) is not None


@cache
def load(name: str) -> Node:
    """Return what ``NAME.tree`` beside this module says: a container of everything."""
    text = files(__package__).joinpath(f"{name}.tree").read_text("utf-8")
    top = Node("", "container")
    path = [top]
    for depth, words in _lines(text):
        node = _node(words)
        del path[depth + 1 :]
        path[depth].children.append(node)
        path.append(node)
    return top


def _lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield (len(line) - len(line.lstrip())) // 2, line.split()


def _node(words: Sequence[str]) -> Node:
    name, word_type, type_ = words[0], "", ""
    kind: Kind = "container"
    if name.startswith("<"):
        name, word_type = "", name[1:-1]
    joints: list[str] = []
    more: dict[str, str] = {}
    ordered = False
    for word in words[1:]:
        if word == ">":
            ordered = True
        elif word.startswith(">>"):
            more["kept_as"] = word[2:]
        elif word[0] in "~&":
            more[word[0]] = word[1:]
        elif word[0] in _KINDS and kind == "container":
            kind = _KINDS[word[0]]
            type_, reference, place = word[1:].partition("&")
            if reference:
                more["&"] = place
        elif word != "@":
            joints.append(word)
    named = tuple(tuple(place.split(".")) for place in more["&"].split("|")) if "&" in more else ()
    return Node(
        name,
        kind,
        type_,
        word_type,
        tuple(joints),
        choice=more.get("~", ""),
        ordered=ordered,
        named=named,
        kept_as=more.get("kept_as", ""),
    )
