"""Devices that write blocks: FRRouting, IOS, EOS, VRP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.mutation.device import Device, Style
from tests.mutation.parts import Node


@dataclass(frozen=True, kw_only=True)
class Blocks(Device):
    """A device whose blocks are told by indentation.

    ``step`` blanks stand before what is in a block; ``closes`` maps the first words of a block to the line that
    closes it. ``heading`` and ``ending`` are the first and last lines of a reading, ``{time}`` and ``{number}`` in
    them are never twice the same.
    """

    step: int = 1
    separator: str = "!"
    closes: tuple[tuple[str, str], ...] = ()
    heading: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """Lines that say nothing, between others."""
    session: tuple[str, str] = ("", "")
    flat: bool = False
    """What stands at the top and has no block is indented, as in the system view of VRP."""
    entries: str = r"(?!)"
    """Blocks of which each entry has a number."""
    times: tuple[str, ...] = field(default=("13:57:08 WIB Wed Mar 13 2024", "05:37:35 UTC Tue Nov 21 2017"))

    def nodes(self, text: str, chance: Random) -> list[Node]:
        top: list[Node] = []
        stack: list[tuple[int, Node]] = []
        lines = iter(text.splitlines())
        for line in lines:
            bare = line.strip()
            if bare[:1] in ("#", "!"):
                if line[:1] == "#":
                    stack.clear()
                continue
            if not bare or bare in ("end", "return"):
                continue
            if bare in ("banner login", "banner motd"):
                bare = "\n".join([bare, *self._until(lines, "EOF")])
            indent = len(line) - len(line.lstrip())
            while stack and stack[-1][0] >= indent:
                stack.pop()
            above = stack[-1][1] if stack else None
            node = self.node(bare, above, chance)
            (above.inside if above else top).append(node)
            stack.append((indent, node))
        return top

    @staticmethod
    def _until(lines: Iterator[str], end: str) -> Iterator[str]:
        for line in lines:
            yield line
            if line == end:
                return

    def label(self, raw: str) -> str:
        return raw if "\n" in raw else " ".join(raw.split())

    def written(self, nodes: Sequence[Node], style: Style, chance: Random) -> str:
        body: list[str] = []
        for number, node in enumerate(nodes):
            alone = not node.inside and not self.is_block(node)
            after_block = number > 0 and bool(nodes[number - 1].inside)
            if style.separators and (not alone or after_block or chance.random() < 0.2):
                body.append(self.separator)
            elif self.flat and (not alone or after_block):
                body.append("#")
            if style.comments and self.remarks and chance.random() < 0.1:
                body.append(chance.choice(self.remarks))
            body += self._lines(node, 1 if self.flat and alone else 0)
            if style.blank and chance.random() < 0.1 and not self.flat:
                body.append("")
        fill = {"time": chance.choice(self.times), "number": str(chance.randint(1000, 99999))}
        lines = [line.format(**fill) for line in self.heading] + body + list(self.ending)
        if style.session:
            lines = [self.session[0], *lines, "", self.session[1]]
        if style.trailing:
            lines = [line + "  " if line and "\n" not in line and chance.random() < 0.3 else line for line in lines]
        text = "\n".join([*lines, ""])
        return text.replace("\n", "\r\n") if style.crlf else text

    def is_block(self, node: Node) -> bool:
        return any(node.text.startswith(head) for head, _ in self.closes)

    def _lines(self, node: Node, indent: int) -> Iterator[str]:
        yield " " * indent + node.raw
        for child in node.inside:
            yield from self._lines(child, indent + self.step)
        if close := next((close for head, close in self.closes if node.text.startswith(head)), None):
            yield " " * indent + close

    def exchanges(self, nodes: Sequence[Node]) -> Iterator[list[Node]]:
        for node in nodes:
            if re.match(self.entries, node.text):
                yield node.inside
