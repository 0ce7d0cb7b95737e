"""Change a value in the inventory's YAML and nothing else: comments, layout and every other byte stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jipkit.documents import Node, read_document
from jipkit.errors import EditError
from jipkit.files import replace_all
from jipkit.inventory import inventory_files, load_network, read_bytes
from jipkit.model import Place, Source, State

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Edit:
    """One value in one file: ``node`` says where it stands, ``text`` what it is to be."""

    path: Path
    node: Node
    text: str


def set_states(room: Path, sources: Iterable[Source], state: State) -> tuple[Place, ...]:
    """Change ``state:`` of the objects in the files of ``room``; return where each is written.

    All of them or none: the inventory must be without faults afterwards, every new file is written before the first
    old one is replaced, and a file that somebody changed meanwhile stops it. An object that is in ``state`` already
    is left alone.

    Raises:
        EditError: an object has no ``state:`` to change, the files changed meanwhile, or cannot be written.
        InventoryError: the inventory would have these faults; nothing was written.
    """
    sources = tuple(sources)
    before = {path: _read(path) for kind, path in inventory_files(room) if kind is not None}
    edits = [_find(room, source, before, state) for source in sources]
    after = {path: _apply(path, before[path], edits) for path in {edit.path for edit in edits}}
    changed = {path: content for path, content in after.items() if content != before[path]}
    load_network(room, instead={_name(room, path): content for path, content in changed.items()})
    for path in changed:
        if _read(path) != before[path]:
            raise EditError(f"{_name(room, path)}: was changed by somebody else just now; run the command again")
    try:
        replace_all(changed)
    except OSError as error:
        named = ", ".join(sorted(_name(room, path) for path in changed))
        raise EditError(f"{named}: cannot be written ({error.strerror}); set state: {state} by hand") from error
    return tuple(Place(_name(room, edit.path), edit.node.line) for edit in edits)


def _name(room: Path, path: Path) -> str:
    return path.relative_to(room.parent).as_posix()


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except OSError as error:
        raise EditError(f"{path}: cannot be read ({error.strerror or error})") from error


def _find(room: Path, source: Source, contents: dict[Path, bytes], state: State) -> _Edit:
    for path in _files_of(room, source.noun):
        document, _ = read_document(contents[path], _name(room, path))
        entry = _child(document, source.key)
        if entry is None:
            continue
        node = _child(entry, "state")
        if node is None or node.value not in tuple(State):
            place = Place(_name(room, path), (node or entry).line)
            raise EditError(f"{place}: {source.key}: no `state:` to change to {state}; write the line by hand")
        return _Edit(path, node, str(state))
    raise EditError(f"{room.name}: {source.noun} {source.key} is in none of the files any more")


def _files_of(room: Path, noun: str) -> Iterator[Path]:
    return (path for kind, path in inventory_files(room) if kind == f"{noun}s")


def _child(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


def _apply(path: Path, content: bytes, edits: list[_Edit]) -> bytes:
    """Return ``content`` with the edits of ``path``; quotes around a value stay."""
    text = content.decode("utf-8")
    shift = len(_BOM) if text.startswith(_BOM) else 0
    for edit in sorted((e for e in edits if e.path == path), key=lambda e: e.node.start, reverse=True):
        start, end = edit.node.start + shift, edit.node.end + shift
        text = text[:start] + text[start:end].replace(str(edit.node.value), edit.text) + text[end:]
    return text.encode("utf-8")
