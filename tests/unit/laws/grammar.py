"""Configurations from a grammar: two of one router at a time, which have much in common and differ in places.

A grammar is lines as a router takes them; what is indented deeper stands inside. A line may begin with marks:

- ``?``: it is there or not; ``~``: what stands inside may be in any order; ``!``: its secret never differs;
- ``+name``: it gives a name to being there; ``&name``: it is there only if that is.

A line of marks alone holds lines together. ``{a|b}`` is one of these values; ``{=pool}`` one that nothing else in the
configuration has, of a pool that a line ``$pool a|b`` fills: if none is left the line is not there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

OLD = "Dahulu-Kala77"
"""The value of every secret that is not the intended one."""

_MARKED = re.compile(
    r"(?P<maybe>\?)?(?:\+(?P<gives>\w+))?(?:&(?P<needs>\w+))?(?P<shuffled>~)?(?P<kept>!)?(?: (?P<text>.*))?$"
)
_CHOICE = re.compile(r"\{([^{}]+)\}")
_SECRET = re.compile(r"<secret:[^<>]+>")


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A line of a grammar, or several that are held together: then ``text`` is empty."""

    text: str
    maybe: bool = False
    gives: str | None = None
    needs: str | None = None
    shuffled: bool = False
    kept: bool = False
    inside: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grammar:
    nodes: Sequence[Node]
    pools: dict[str, Sequence[str]]


def parsed(text: str) -> Grammar:
    """Return the grammar that is written in ``text``."""
    top: list[Node] = []
    pools: dict[str, Sequence[str]] = {}
    open_nodes: list[tuple[int, list[Node]]] = [(-1, top)]
    for line in text.splitlines():
        indent, bare = len(line) - len(line.lstrip()), line.strip()
        if bare.startswith("$"):
            name, _, values = bare[1:].partition(" ")
            pools[name] = values.split("|")
        elif bare and not bare.startswith("#"):
            while indent <= open_nodes[-1][0]:
                open_nodes.pop()
            node = _node(bare)
            open_nodes[-1][1].append(node)
            open_nodes.append((indent, node.inside))
    return Grammar(top, pools)


def _node(bare: str) -> Node:
    found = _MARKED.match(bare) if bare[0] in "?+&~!" else None
    if found is None:
        return Node(bare)
    text, gives, needs = found["text"] or "", found["gives"], found["needs"]
    return Node(text, bool(found["maybe"]), gives, needs, bool(found["shuffled"]), bool(found["kept"]))


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was decided about a line: whether it is there, its values, the order inside it, and its secret."""

    there: bool
    values: tuple[int, ...]
    order: tuple[int, ...]
    old: bool


_Decisions = dict[Node, _Decision]


@dataclass(frozen=True, slots=True)
class Case:
    """Which two configurations: ``changes`` are lines by their number, each with what else is decided about it.

    ``likeness`` is the share of the other lines about which the same is decided.
    """

    seed: int
    likeness: float = 1.0
    changes: Sequence[tuple[int, int]] = ()


def two(grammar: Grammar, case: Case) -> tuple[list[str], list[str]]:
    """Return the lines of two configurations: the intended one, and one that may hold other secrets."""
    nodes = list(_all(grammar.nodes))
    draw = random.Random(case.seed)  # noqa: S311 - nothing secret comes of it
    intended = {node: _decided(node, draw) for node in nodes}
    running = {
        node: decision if draw.random() < case.likeness else _decided(node, draw) for node, decision in intended.items()
    }
    for number, seed in case.changes:
        changed = nodes[number % len(nodes)]
        running[changed] = _decided(changed, random.Random(seed))  # noqa: S311 - same
    return _Writer(grammar, intended, secrets=False).lines(), _Writer(grammar, running, secrets=True).lines()


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.inside)


def _decided(node: Node, draw: random.Random) -> _Decision:
    order = list(range(len(node.inside)))
    if node.shuffled:
        draw.shuffle(order)
    values = tuple(draw.randrange(60) for _ in _CHOICE.findall(node.text))
    return _Decision(not node.maybe or draw.random() < 0.6, values, tuple(order), draw.random() < 0.3 and not node.kept)


class _Writer:
    """Writes the configuration that was decided on."""

    def __init__(self, grammar: Grammar, decisions: _Decisions, *, secrets: bool) -> None:
        self._grammar, self._decisions, self._secrets = grammar, decisions, secrets
        self._left = {name: list(values) for name, values in grammar.pools.items()}
        self._there: set[str] = set()

    def lines(self) -> list[str]:
        return list(self._written(self._grammar.nodes, 0))

    def _written(self, nodes: Sequence[Node], level: int) -> Iterator[str]:
        for node in nodes:
            decision = self._decisions[node]
            if not decision.there or (node.needs and node.needs not in self._there):
                continue
            text = self._text(node, decision)
            if text is None:
                continue
            if node.gives:
                self._there.add(node.gives)
            if text:
                yield " " * level + text
            yield from self._written([node.inside[at] for at in decision.order], level + bool(text))

    def _text(self, node: Node, decision: _Decision) -> str | None:
        text = node.text
        for number in decision.values:
            found = _CHOICE.search(text)
            value = self._value(found[1], number) if found else None
            if found is None or value is None:
                return None
            text = text[: found.start()] + value + text[found.end() :]
        return _SECRET.sub(OLD, text) if self._secrets and decision.old else text

    def _value(self, choice: str, number: int) -> str | None:
        if not choice.startswith("="):
            values = choice.split("|")
            return values[number % len(values)]
        left = self._left[choice[1:]]
        return left.pop(number % len(left)) if left else None
