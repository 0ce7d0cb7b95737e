"""Devices that write a whole command a line: Junos and VyOS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.mutation.device import Device, Style
from tests.mutation.parts import Node

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PLAIN = re.compile(r"[A-Za-z0-9._:/,@%+=~^*-]+|<secret>")


@dataclass(frozen=True, kw_only=True)
class Sets(Device):
    """A device of set commands: the order of lines is nothing, but in ``ordered`` lists (groups ``list``, ``item``)."""

    quote: str = '"'
    ordered: tuple[str, ...] = ()
    rules: str = r"(?!)"
    """What statements of rules with a number begin with: groups ``list`` and ``rule``."""
    heading: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    session: tuple[str, str] = ("", "")
    times: tuple[str, ...] = ("2024-12-06 11:41:05 UTC", "2018-11-12 09:04:10 GMT-10")

    def nodes(self, text: str, chance: Random) -> list[Node]:
        return [self.node(line, None, chance) for line in text.splitlines()]

    def label(self, raw: str) -> str:
        return _QUOTED.sub(self._word, " ".join(raw.split()))

    def _word(self, found: re.Match[str]) -> str:
        word = found[1] if found[2] is None else found[2]
        return word if _PLAIN.fullmatch(word) else f"{self.quote}{word}{self.quote}"

    def written(self, nodes: Sequence[Node], style: Style, chance: Random) -> str:
        body: list[str] = []
        for node in nodes:
            if style.comments and self.remarks and chance.random() < 0.1:
                body.append(chance.choice(self.remarks))
            body.append(self._spelled(node.raw, chance) if style.shuffled else node.raw)
            if style.blank and chance.random() < 0.1:
                body.append("")
        fill = {"time": chance.choice(self.times), "number": str(chance.randint(1000, 99999))}
        lines = [line.format(**fill) for line in self.heading] if style.separators else []
        lines += [*body, *(self.ending if style.separators else ())]
        if style.session:
            lines = [self.session[0], *lines, "", self.session[1]]
        if style.trailing:
            lines = [line + "  " if line and chance.random() < 0.3 else line for line in lines]
        return ("\r\n" if style.crlf else "\n").join([*lines, ""])

    def _spelled(self, raw: str, chance: Random) -> str:
        """Return a statement with quotes where it needs none, and without those that it does not need."""
        head, _, last = raw.rpartition(" ")
        if _PLAIN.fullmatch(last) and head.count(" ") > 1 and '"' not in head and "'" not in head:
            return f"{head} {self.quote}{last}{self.quote}" if chance.random() < 0.5 else raw
        return self.label(raw) if chance.random() < 0.5 else raw

    def looks(self, node: Node) -> object:
        found = next((f for sign in self.ordered if (f := re.match(sign, node.text))), None)
        if found:
            return found["list"]
        numbered = re.match(self.rules, node.text)
        return numbered["rule"] if numbered else None

    def lists(self, nodes: Sequence[Node]) -> Iterator[list[list[Node]]]:
        for sign in self.ordered:
            lists: dict[str, dict[str, list[Node]]] = {}
            for node in nodes:
                if found := re.match(sign, node.text):
                    lists.setdefault(found["list"], {}).setdefault(found["item"], []).append(node)
            yield from (list(items.values()) for items in lists.values())

    def numbered_rules(self, nodes: Sequence[Node]) -> Iterator[dict[str, list[Node]]]:
        lists: dict[str, dict[str, list[Node]]] = {}
        for node in nodes:
            if found := re.match(self.rules, node.text):
                lists.setdefault(found["list"], {}).setdefault(found["rule"], []).append(node)
        yield from lists.values()
