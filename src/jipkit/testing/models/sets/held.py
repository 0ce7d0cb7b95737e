"""What a device with a set-style configuration holds: a tree of statements, each with what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jipkit.testing.models.sets.schema import Node, Words

Meaning = dict[object, object]

_WORD = re.compile(r"""\s*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]\S*))(?=\s|$)""")


@dataclass(slots=True)
class Held:
    """One statement that is held; ``raw`` is how it was printed where the device's rules do not know it."""

    words: Words
    node: Node | None = None
    value: str | None = None
    inactive: bool = False
    raw: str = ""
    children: dict[Words, Held] = field(default_factory=dict)

    def locate(self, words: Sequence[str]) -> tuple[Held, ...] | None:
        """Return what leads to a statement that is held, and itself; None where there is none."""
        if not words:
            return ()
        for name, child in self.children.items():
            if tuple(words[: len(name)]) != name:
                continue
            rest = words[len(name) :]
            if child.value is not None and list(rest) == [child.value]:
                return (child,)
            deeper = child.locate(rest)
            if deeper is not None:
                return (child, *deeper)
        return None

    def stays(self, keeps_empty: bool) -> bool:
        """Return whether it is there by itself, with nothing in it."""
        return keeps_empty or (self.node is not None and self.node.stays) or bool(self.raw)

    def entries(self, name: str) -> list[Words]:
        """Return all entries in it that begin with one name."""
        return [words for words in self.children if words[0] == name and len(words) > 1]

    def meaning(self) -> Meaning:
        """Return what it says, where only the order that is meaning counts."""
        found: Meaning = {}
        orders: dict[str, list[Words]] = {}
        for words, child in self.children.items():
            found[words] = (child.value, child.inactive, child.meaning())
            if child.node is not None and child.node.ordered:
                orders.setdefault(child.node.name, []).append(words)
        return {**found, **{("order", name): tuple(items) for name, items in orders.items()}}

    def everything(self, before: tuple[Held, ...] = ()) -> Iterator[tuple[Held, ...]]:
        """Yield every statement in it, with what it stands in before it."""
        for child in self.children.values():
            yield (*before, child)
            yield from child.everything((*before, child))

    def copy(self) -> Held:
        """Return the same once more."""
        return replace(self, children={words: child.copy() for words, child in self.children.items()})


def words_of(text: str) -> Words | None:
    """Return the words of a line without their quotes; None where a quote is not closed."""
    words: list[str] = []
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _WORD.match(text, position)
        if found is None:
            return None
        single, double, plain = found.groups()
        words.append(plain if plain is not None else single if single is not None else re.sub(r"\\(.)", r"\1", double))
        position = found.end()
    return tuple(words)


def moved(children: dict[Words, Held], name: Words, other: Words, *, behind: bool) -> dict[Words, Held]:
    """Return what is held with one of them before, or behind, another."""
    item = children[name]
    found: dict[Words, Held] = {}
    for words, child in children.items():
        if words == name:
            continue
        pair: Iterable[tuple[Words, Held]] = (
            ((words, child), (name, item)) if behind else ((name, item), (words, child))
        )
        found.update(pair if words == other else [(words, child)])
    return found
