"""Configurations of blocks, told by indentation: their text into statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jipkit.blobs import JOINT, joined, spelled
from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.statement import MAX_DEPTH, MAX_LINE, Path, Statement, gathered

_MARGIN = re.compile(r"\n(?=\S)")


@dataclass(slots=True)
class Part:
    """A line at the margin with what is indented below it, and the line (from 1) where that is."""

    text: str
    line: int
    ending: str = ""
    """The line that closed it."""


@dataclass(slots=True)
class Parts:
    """A text, cut where a statement begins at the margin: each part says the same wherever it stands."""

    parts: list[Part] = field(default_factory=list)
    heads: dict[str, list[Part]] = field(default_factory=dict)
    """The parts by their first line."""
    entangled: bool = False
    """What a part says depends on what stands before it."""


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what ``text`` says, each block before what stands in it; a section that is written twice is one section.

    Noise, comments, blank lines and the lines that close a block are dropped, repeated blanks folded. What is
    indented under nothing (its block was closed before) stands on its own, as the router itself would take it.

    Raises:
        ConfigTextError: it is too deep, a statement is too long, or a blob does not end.
    """
    return read(cut(text, facts).parts, facts)


def cut(text: str, facts: PlatformFacts) -> Parts:
    """Return ``text`` in parts.

    Raises:
        ConfigTextError: a blob does not end.
    """
    cutter = _Cutter(facts)
    text = joined(text, facts)
    cutter.take(text)
    if cutter.found.entangled:
        return Parts([Part(text, 1)], entangled=True)
    return cutter.found


class _Cutter:
    def __init__(self, facts: PlatformFacts) -> None:
        self.found = Parts()
        self._facts = facts
        self._kinds: dict[str, str] = {}

    def take(self, text: str) -> None:
        """Cut ``text``: comments and noise are dropped, a line that closes a block ends the part before it."""
        kinds, found, line = self._kinds, self.found, 1
        part: Part | None = None
        touches = False
        for piece in _MARGIN.split(text):
            here, line = line, line + piece.count("\n") + (piece.count(JOINT) if self._facts.blobs else 0) + 1
            whole = piece.rstrip()
            head, _, rest = whole.partition("\n")
            if (kind := kinds.get(head)) is None:
                kind = kinds[head] = _kind(head, self._facts)
            if kind == "statement":
                part = Part(whole, here)
                found.parts.append(part)
                found.heads.setdefault(head, []).append(part)
                touches = "\n" not in piece[len(whole) :]
            elif rest or kind == "hanging":
                found.entangled = True
            elif kind == "close" and part and not part.ending:
                part.ending = f"\n{head}" if touches else f"\n!\n{head}"
            elif whole:
                touches = touches and kind == "noise"


def _kind(head: str, facts: PlatformFacts) -> str:
    text = head.strip()
    patterns, kinds = facts.line_kinds
    place = patterns.first(text)
    if place is not None:
        return kinds[place]
    return "statement" if head == text else "hanging"


def read(parts: Iterable[Part], facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return what parts say.

    Raises:
        ConfigTextError: as `statements` does.
    """
    found: list[Statement] = []
    for part in parts:
        found += _Reader(facts, part.line).read(part.text + part.ending)
    heads = [s.text for s in found if not s.path]
    return tuple(found) if len(heads) == len(set(heads)) else gathered(found)


def count(parts: Sequence[Part], facts: PlatformFacts) -> int:
    """Return how many statements stand in parts, to within those that are said twice."""
    text = "\n".join(part.text for part in parts)
    silent = re.compile(rf"\n[ ]*(?:[!#\n]|(?:{facts.closing})[ ]*$)", re.MULTILINE)
    return text.count("\n") + 1 - len(silent.findall(text)) if parts else 0


class _Reader:
    """Reads a part of a text that begins at the margin, and keeps what it says."""

    def __init__(self, facts: PlatformFacts, line: int) -> None:
        self._facts = facts
        self._first, self._kinds = facts.line_kinds[0].first, facts.line_kinds[1]
        self._line = line
        self._found: dict[Path, Statement] = {}
        self._open: list[tuple[int, Path]] = []
        self._last: Path = ()
        self._bare = False
        self._again = False

    def read(self, part: str) -> tuple[Statement, ...]:
        """Return what ``part`` says; a block is open until a line stands no deeper than its own first."""
        joints = 0
        for number, line in enumerate(part.split("\n"), self._line):
            text = line.strip()
            place = self._first(text)
            kind = None if place is None else self._kinds[place]
            if kind is None:
                self._say(number + joints, line.index(text[0]), text)
                joints += text.count(JOINT)
            elif kind == "close":
                self._close(line.index(text[0]))
            elif kind == "comment":
                self._bare = True
                if line[:1] == "#":
                    self._open.clear()  # VRP: what is indented after it stands in the system view
        said = tuple(self._found.values())
        return gathered(said) if self._again else said

    def _say(self, number: int, indent: int, text: str) -> None:
        opened = self._open
        while opened and opened[-1][0] >= indent:
            opened.pop()
        if JOINT in text:
            text = text.replace(JOINT, "\n")
        elif "  " in text:
            text = " ".join(text.split())
        if len(text) > MAX_LINE:
            raise ConfigTextError(because("line-too-long", line=number, count=len(text), most=MAX_LINE))
        parents = opened[-1][1] if opened else ()
        if len(parents) == MAX_DEPTH:
            raise ConfigTextError(because("line-too-deep", line=number, count=MAX_DEPTH + 1, most=MAX_DEPTH))
        for said in spelled(text, self._facts) if self._facts.ranges else (text,):
            self._keep(Statement(parents, said, number), indent)

    def _keep(self, statement: Statement, indent: int) -> None:
        path = (*statement.path, statement.text)
        if path in self._found:
            self._again = True  # a block is entered once more: what follows in it belongs to what was said before
        else:
            self._found[path] = statement
        self._open.append((indent, path))
        self._last, self._bare = path, False

    def _close(self, indent: int) -> None:
        """Take the innermost open statement at ``indent`` as a block that ends here."""
        while self._open and self._open[-1][0] >= indent:
            level, path = self._open.pop()
            if level == indent and not (self._bare and path == self._last):
                self._found[path] = self._found[path]._replace(block=True)
        self._bare = True
