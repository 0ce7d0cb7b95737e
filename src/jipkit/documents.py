"""Read YAML as text with places: what the file says, on which line, at which character.

YAML guesses types (``7.20`` is 7.2, ``08:00`` a number, ``no`` is false); the model knows them. So every scalar stays
the text that was written, and only an empty one is None. Anchors, aliases and tags are refused, depth is bounded,
and a key that is written twice is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml
from yaml import events
from yaml.reader import ReaderError

from jipkit.faults import Fault, quoted
from jipkit.model import Place

DEEPEST = 12
"""Levels of nesting that we read; the deepest value of an inventory stands on the sixth."""

_TOO_DEEP = f"is nested deeper than {DEEPEST} levels; nothing here needs that"

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class Node(NamedTuple):
    """A value in a file. ``line`` (from 1) is that of its key, if it has one; ``start`` and ``end`` are characters."""

    value: str | dict[str, Node] | list[Node] | None
    line: int
    start: int
    end: int

    def plain(self) -> Any:
        """Return the value without its places: texts, None, lists and dicts."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def walk(self, path: str = "") -> Iterator[tuple[str, Node]]:
        """Yield every value inside with its dotted path, such as ``lans.0.prefix``."""
        if isinstance(self.value, dict):
            pairs: Iterator[tuple[str, Node]] = iter(self.value.items())
        elif isinstance(self.value, list):
            pairs = ((str(index), node) for index, node in enumerate(self.value))
        else:
            return
        for name, node in pairs:
            inner = f"{path}.{name}" if path else name
            yield inner, node
            yield from node.walk(inner)

    def at(self, path: str) -> Node | None:
        """Return the value at a dotted path, or None."""
        return next((node for found, node in self.walk() if found == path), None)


class _StopReadingError(Exception):
    """The rest of the file cannot be read; the fault is noted already."""


def read_document(content: bytes, file: str) -> tuple[Node | None, list[Fault]]:
    """Return what a file says (None where it says nothing, or cannot be read) and every fault of its form."""
    faults: list[Fault] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return None, [Fault(Place(file, line), "", "yaml-encoding", wrong)]
    try:
        node = _Composer(text, file, faults).document()
    except _StopReadingError:
        node = None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        wrong = f"holds the control character U+{_code_point(error):04X}; remove it"
        faults.append(Fault(Place(file, line), "", "yaml-control-character", wrong))
        node = None
    except yaml.MarkedYAMLError as error:
        faults.append(_syntax_fault(error, text, file))
        node = None
    return node, faults


def _code_point(error: ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    line = min(mark.line + 1 if mark else 1, len(lines))
    written = lines[line - 1]
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Fault(Place(file, line), "", "yaml-tab", "is indented with a tab; indent with blanks")
    if "nesting" in (error.problem or ""):  # libyaml since 0.2.6 looks ahead and stops at a depth of its own
        return Fault(Place(file, line), "", "yaml-nesting", _TOO_DEEP)
    where = f" ({error.context})" if error.context else ""
    wrong = f"is not YAML: {error.problem or 'cannot be read'}{where}; look at this line and the one before"
    return Fault(Place(file, line), "", "yaml-syntax", wrong)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


class _Composer:
    """Builds one document from the parser's events; depth and duplicates are watched on the way."""

    def __init__(self, text: str, file: str, faults: list[Fault]) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._file, self._faults = file, faults

    def document(self) -> Node | None:
        found: Node | None = None
        for event in self._events:
            if not isinstance(event, events.DocumentStartEvent):
                continue
            if found is not None:
                self._note(event, "", "yaml-documents", "starts a second document; one file holds one: remove the ---")
                raise _StopReadingError
            found = self._node(next(self._events), "", 0, None)
        return found

    def _node(self, event: Any, path: str, depth: int, line: int | None) -> Node:
        self._refuse_marks(event, path)
        line = _line(event) if line is None else line
        if isinstance(event, events.AliasEvent):
            return Node(None, line, _start(event), _end(event))
        if isinstance(event, events.ScalarEvent):
            value = None if not event.style and event.value in _NOTHING else event.value
            return Node(value, line, _start(event), _end(event))
        if depth >= DEEPEST:
            self._note(event, path, "yaml-nesting", _TOO_DEEP)
            raise _StopReadingError
        build: Callable[[str, int], tuple[Any, int]]
        build = self._mapping if isinstance(event, events.MappingStartEvent) else self._sequence
        children, end = build(path, depth + 1)
        return Node(children, line, _start(event), end)

    def _mapping(self, path: str, depth: int) -> tuple[dict[str, Node], int]:
        children: dict[str, Node] = {}
        for event in self._events:
            if isinstance(event, events.MappingEndEvent):
                return children, _end(event)
            name = self._key(event, path, depth)
            inner = f"{path}.{name}" if path else str(name)
            node = self._node(next(self._events), inner, depth, _line(event))
            if name in children:
                wrong = f"is written twice, first on line {children[name].line}; keep one of them"
                self._note(event, inner, "duplicate-key", wrong)
            elif name is not None:
                children[name] = node
        raise _StopReadingError

    def _key(self, event: Any, path: str, depth: int) -> str | None:
        node = self._node(event, path, depth, None)
        if isinstance(node.value, str):
            return node.value
        if not isinstance(event, events.AliasEvent):
            self._note(event, path, "yaml-key", "has a key that is no plain text; write `key: value`")
        return None

    def _sequence(self, path: str, depth: int) -> tuple[list[Node], int]:
        children: list[Node] = []
        for event in self._events:
            if isinstance(event, events.SequenceEndEvent):
                return children, _end(event)
            children.append(self._node(event, f"{path}.{len(children)}", depth, None))
        raise _StopReadingError

    def _refuse_marks(self, event: Any, path: str) -> None:
        if event.anchor is not None:
            sign = "*" if isinstance(event, events.AliasEvent) else "&"
            wrong = f"uses the anchor {quoted(sign + event.anchor)}; write the value out where it belongs"
            self._note(event, path, "yaml-anchor", wrong)
        if getattr(event, "tag", None) is not None and event.tag != "!":
            self._note(event, path, "yaml-tag", f"has the tag {quoted(event.tag)}; write the bare value")

    def _note(self, event: Any, path: str, code: str, message: str) -> None:
        self._faults.append(Fault(Place(self._file, _line(event)), path, code, message))
