"""A router of each platform: what its grammar writes is typed at a model of it that knows nothing of remedies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from jipkit.drift import Drift, compare
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill
from jipkit.rendering import Origin, Rendered
from jipkit.testing.frr_model import Block as FrrBlock
from jipkit.testing.frr_model import FrrModel
from jipkit.testing.models import indented, routeros, sets
from jipkit.testing.models.indented.statements import Block
from tests.unit.laws.grammar import Grammar, parsed

ROOT = Path(__file__).parents[3]
PROJECT = Project(ROOT)
GRAMMARS = {path.stem: path for path in sorted(Path(__file__).parent.glob("*.txt"))}
"""The file of each grammar; its name begins with that of the platform."""


class Router(Protocol):
    """A router that takes lines, prints its configuration, and says what that means."""

    def apply(self, lines: Iterable[str]) -> None: ...

    def text(self) -> str: ...

    def meaning(self) -> object: ...


class Blocks(indented.Model):
    """A router whose configuration is blocks of lines."""

    def __init__(self, rules: indented.Rules, lines: Iterable[str]) -> None:
        super().__init__("", rules)
        self.apply(lines)

    def meaning(self) -> object:
        return _meaning(self.root, self.rules)


_SOCKETS = ("interface GigabitEthernet", "interface Ethernet")


def _meaning(block: Block, rules: indented.Rules) -> frozenset[object]:
    """Return what stands in a block; its order is nothing, as what has an order has numbers; unused sockets neither."""
    found: set[object] = set()
    for held in block.values():
        inside = None if held.block is None else _meaning(held.block, rules)
        if inside or not held.text.startswith(_SOCKETS):
            found.add((held.text, _listed(held.block) if rules is indented.IOS_15 and _is_list(held.text) else inside))
    return frozenset(found)


def _is_list(text: str) -> bool:
    return text.startswith("ip access-list ")


def _listed(block: Block | None) -> object:
    """Return the entries of a list, in order; they have numbers that nobody sees."""
    entries = [held.text.split(" ", 1) for held in (block or {}).values()]
    return tuple(text for _, text in sorted(entries, key=lambda entry: int(entry[0])))


class Frr:
    """A router that runs FRR, with a saved configuration."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._model = FrrModel("\n".join(lines))

    def apply(self, lines: Iterable[str]) -> None:
        self._model.take(lines)

    def text(self) -> str:
        return self._model.text()

    def meaning(self) -> FrrBlock:
        return self._model.config


class Sets(sets.Model):
    """A router whose configuration is ``set`` commands."""

    def __init__(self, rules: sets.Rules, lines: Iterable[str]) -> None:
        super().__init__("", rules)
        self.apply(lines)


class Rows:
    """A router whose configuration is rows of menus; the order of rules means something."""

    def __init__(self, version: str, lines: Iterable[str]) -> None:
        self._model = routeros.Model(f"# 2026-03-19 07:38:01 by RouterOS {version}\n")
        self.apply(lines)

    def apply(self, lines: Iterable[str]) -> None:
        self._model.apply(lines)

    def text(self) -> str:
        return self._model.text()

    def meaning(self) -> object:
        lines = self.text().splitlines()
        rules = [line for line in lines if line.startswith(_RULES)]
        chains: dict[tuple[str, str], list[str]] = {}
        for rule in rules:
            menu, _, said = rule.partition(" add ")
            chain = next(word for word in said.split() if word.startswith("chain="))
            chains.setdefault((menu, chain), []).append(rule)
        return sorted(line for line in lines if line not in rules), chains


_RULES = ("/ip firewall filter", "/ip firewall nat", "/routing filter rule", "/routing filter add")


MAKES: Mapping[str, Callable[[Iterable[str]], Router]] = {
    "frr": Frr,
    "cisco_ios": partial(Blocks, indented.IOS),
    "cisco_ios-15": partial(Blocks, indented.IOS_15),
    "arista_eos": partial(Blocks, indented.EOS),
    "huawei_vrp": partial(Blocks, indented.VRP),
    "juniper_junos": partial(Sets, sets.JUNOS),
    "vyos": partial(Sets, sets.VYOS),
    "mikrotik_routeros": partial(Rows, "7.16.2"),
    "mikrotik_routeros-6": partial(Rows, "6.49.17"),
}
"""A new router of the make that a grammar is written for, at which lines were typed."""


def secret(name: str) -> str:
    return f"S3c{''.join(c for c in name if c.isalnum())[-13:]}"


def typed(lines: Iterable[str], before: str = "") -> list[str]:
    """Return lines as somebody types them who knows the secrets, also those that stood in ``before``."""
    return [fill(_recalled(line, before) if HIDDEN in line else line, secret) for line in lines]


def _recalled(line: str, before: str) -> str:
    """Return a line, or one that takes a line back, with the secrets that stood there."""
    shown = _unquoted(before)
    said = re.sub(r"^(no|undo|delete|set) ", "", _unquoted(line.strip()))
    found = re.search(rf"^ *(?:set )?{_pattern(said)}(?: .*)?$", shown, re.MULTILINE)
    words = [re.search(_pattern(word), shown) for word in said.split() if HIDDEN in word]
    values = found.groups() if found else [word[1] for word in words if word]
    assert len(values) == len(words), f"nothing like {line!r} was there"
    for value in values:
        line = line.replace(HIDDEN, value, 1)
    return line


def _pattern(text: str) -> str:
    return re.escape(text).replace(HIDDEN, r"(\S+)")


def _unquoted(text: str) -> str:
    return text.replace('"', "").replace("'", "")


def holding(name: str, lines: Iterable[str]) -> Router:
    """Return a router at which ``lines`` were typed."""
    return MAKES[name](typed(lines))


@cache
def grammar(name: str) -> Grammar:
    return parsed(GRAMMARS[name].read_text(encoding="utf-8"))


def drift_of(platform: str, lines: list[str], running: str) -> Drift:
    text = "".join(f"{line}\n" for line in lines)
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(lines, 1))
    return compare(Rendered("kota", platform, text, origins), running, PROJECT.platforms[platform], resolve=secret)


PLATFORM_OF: Mapping[str, str] = {name: name.partition("-")[0] for name in GRAMMARS}
