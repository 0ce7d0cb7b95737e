"""How a make of router writes a configuration down, as its own manuals and its own output show: no data of ours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.mutation.parts import PLACEHOLDER, Finding, Node, Rule, replaced

HIDDEN = "<secret>"


def secret(name: str) -> str:
    """Return a secret that occurs nowhere else.

    >>> len(secret("login/jip"))
    14
    """
    return "Zq" + hashlib.sha256(name.encode()).hexdigest()[:12]


def digits(chance: Random, length: int, alphabet: str = "0123456789abcdef") -> str:
    return "".join(chance.choices(alphabet, k=length))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Print:
    """How a device prints a statement with secrets: ``sign`` finds it, with the placeholders as groups.

    ``printed`` has ``{0}`` for what it prints in place of the first one. ``veiled``: that tells nothing of the secret.
    """

    sign: str
    printed: str
    value: Callable[[str, Random], str] = lambda clear, _: clear
    veiled: bool = False


SECRET = r"<secret:[^<>\s]+>"


@dataclass(frozen=True)
class Style:
    """What may be otherwise in two readings of one configuration."""

    separators: bool = True
    comments: bool = False
    crlf: bool = False
    trailing: bool = False
    session: bool = False
    blank: bool = False
    shuffled: bool = False
    """Other spelling, as far as the device has one: quotes, folded lines, another kind of export."""


@dataclass(frozen=True, kw_only=True)
class Device:
    """What the mutators know of a make. The words of statements are as in `Rule`.

    ``one``: what a device has one of, so that a new value takes the place of the old one. ``many``: what it has as
    many of as are entered: with another value it is another statement. ``blocks``: blocks that may have another
    name. ``added`` and ``stray``: statements that somebody may have entered, in what is ours and in what nobody
    manages; ``inside`` by the block that they stand in.
    """

    platform: str
    one: tuple[Rule, ...]
    many: tuple[Rule, ...] = ()
    fixed: tuple[Rule, ...] = ()
    """What is never touched: without its name, or with another one, a reading is another router's."""
    blocks: tuple[Rule, ...] = ()
    groups: tuple[str, ...] = ()
    """What statements begin with that come, go and are renamed as one, where nothing stands in anything."""
    prints: tuple[Print, ...] = ()
    added: tuple[str, ...] = ()
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stray: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    """Sockets that nobody uses: they are there on every box."""
    negation: str = "no "
    version: str | None = None
    numbered: int = 1
    """Where entries of a list have a number: how many words stand before what they say."""

    # ------------------------------------------------------------- what each syntax does in its own way
    def nodes(self, text: str, chance: Random) -> list[Node]:
        """Return a rendered text as what the device would print, secrets and all."""
        raise NotImplementedError

    def written(self, nodes: Sequence[Node], style: Style, chance: Random) -> str:
        """Return statements as a reading of the device."""
        raise NotImplementedError

    def label(self, raw: str) -> str:
        """Return a statement as it is shown, whatever its spelling."""
        return " ".join(raw.split())

    # ------------------------------------------------------------- the same for all
    def node(self, line: str, above: Node | None, chance: Random) -> Node:
        """Return an intended statement as it runs."""
        raw, text, veiled = self.printed(line, chance)
        names = tuple(PLACEHOLDER.findall(line))
        return Node(raw, text, self.label(line), above, secrets=names, veiled=veiled)

    def printed(self, line: str, chance: Random, known: Callable[[str], str] = secret) -> tuple[str, str, bool]:
        """Return a rendered statement as the device prints it, the same without secrets, and whether that is a veil."""
        if "<secret:" not in line:
            return line, self.label(line), False
        rule, found = next((rule, found) for rule in self.prints if (found := re.search(rule.sign, line)))
        names = [PLACEHOLDER.findall(group)[0] for group in found.groups()]
        values = [rule.value(known(name), chance) for name in names]
        start, end = line[: found.start()], line[found.end() :]
        text = self.label(start + rule.printed.format(*[HIDDEN] * len(names)) + end)
        return start + rule.printed.format(*values) + end, text, rule.veiled

    def other_value(self, node: Node, chance: Random) -> tuple[str, bool | None] | None:
        """Return a statement with another value, and whether it takes the place of the old one."""
        if node.secrets or any(rule.match(node.text) for rule in self.fixed):
            return None
        for table, replaces in ((self.one, True), (self.many, False)):
            for rule in table:
                if found := rule.match(node.raw):
                    return rule.other(found, chance), replaces
        return None

    def other_name(self, node: Node, chance: Random) -> tuple[str, bool | None] | None:  # noqa: ARG002
        """Return a row with another name, as `other_value` does; None where names are more than a value."""
        return None

    def renames(self, node: Node, raw: str) -> bool:  # noqa: ARG002
        """Return whether the statement with another value has another name."""
        return False

    def shown(self, node: Node, raw: str) -> str:  # noqa: ARG002
        """Return how the statement with another value is shown beside the intended one."""
        return self.label(raw)

    def masked(self, node: Node, raw: str) -> str:  # noqa: ARG002
        """Return how the statement with another value is shown by itself."""
        return self.label(raw)

    def looks(self, node: Node) -> object:  # noqa: ARG002
        """Return what a statement shares with those that it could be taken for, if nothing but its looks tells it."""
        return None

    def stays(self, node: Node) -> bool:
        return any(rule.match(node.text) for rule in self.fixed)

    def lists(self, nodes: Sequence[Node]) -> Iterator[list[list[Node]]]:  # noqa: ARG002
        """Yield the lists in which order is meaning: their items, each with its statements."""
        yield from ()

    def numbered_rules(self, nodes: Sequence[Node]) -> Iterator[dict[str, list[Node]]]:  # noqa: ARG002
        """Yield lists of rules that are told by their number: what their statements begin with, and the statements."""
        yield from ()

    def between(self, wanted: Sequence[str], running: Sequence[str]) -> set[Finding]:
        """Return what has to be said where ``running`` stands in the place of ``wanted``."""
        lost, found = [s for s in wanted if s not in running], [s for s in running if s not in wanted]
        places = {self._place(text): text for text in found}
        said = set[Finding]()
        for text in lost:
            other = places.get(self._place(text))
            said.add(Finding("changed" if other else "missing", (), text, other))
            if other:
                found.remove(other)
        return said | {Finding("extra", (), None, text) for text in found}

    def _place(self, text: str) -> object:
        """Return what a statement says apart from its value, where a device has one value there."""
        for rule in self.one:
            if match := rule.match(text) or rule.match(f"{text.rpartition(' ')[0]} '{text.rpartition(' ')[2]}'"):
                return replaced(match, "=")
        return text

    def exchanges(self, nodes: Sequence[Node]) -> Iterator[list[Node]]:  # noqa: ARG002
        """Yield lists of which each entry has a number: two can only be exchanged in what they say."""
        yield from ()


def extra(node: Node) -> Finding:
    return Finding("extra", node.path, None, node.text)


def missing(node: Node) -> Finding:
    return Finding("missing", node.path, node.wanted, None)
