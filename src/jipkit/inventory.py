"""Read the inventory: the YAML files of the room, all their faults at once, or the network that they describe.

There is no cache: reading the files is as fast as reading a cache that could be trusted as much.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jipkit.checks import Draft, find_faults
from jipkit.documents import Node, read_document
from jipkit.entries import read_entry
from jipkit.errors import InventoryError
from jipkit.faults import Fault, suggestion
from jipkit.model import (
    Calendar,
    Contract,
    Entry,
    Freeze,
    Hours,
    Link,
    Network,
    Office,
    Place,
    Policy,
    Pool,
    Provider,
    Router,
    Source,
    Standards,
    State,
    Waiver,
    Window,
)
from jipkit.places import platforms_in

KINDS: Mapping[str, type[Entry]] = {
    "offices": Office,
    "routers": Router,
    "links": Link,
    "providers": Provider,
    "contracts": Contract,
    "pools": Pool,
    "waivers": Waiver,
}
"""Files of objects with keys."""

SINGLE = ("calendar", "policy", "standards")
"""Files of another form."""

CALENDAR: Mapping[str, type[Entry]] = {"hours": Hours, "freezes": Freeze, "windows": Window}
NEEDED = ("offices", "routers", "standards")
_USERS: Mapping[str, Collection[tuple[str, str]]] = {
    "providers": (("links", "provider"), ("contracts", "provider")),
    "contracts": (("links", "contract"),),
    "calendar": (("offices", "service_hours"),),
}
"""Which objects name what stands in a file: kind and field."""
LARGEST = 4 * 1024 * 1024
"""Bytes of one file that we read; a larger inventory is split into ``<kind>/*.yaml``."""


def load_network(room: Path, *, instead: Mapping[str, bytes] | None = None) -> Network:
    """Return the network that the files in ``room`` describe. Its platforms are the folders of `templates/` beside it.

    ``instead`` holds contents that count in place of files, by path relative to the room's parent: what the
    inventory would be with them.

    Raises:
        InventoryError: the files have faults; ``faults`` holds all of them.
    """
    reading = _Reading(room, instead or {})
    reading.read()
    draft = reading.draft()
    faults = sorted(set(reading.faults) | set(find_faults(draft)))
    if faults or draft.standards is None:
        raise InventoryError(faults)
    return draft.network(draft.standards)


def read_policy(content: bytes, name: str) -> Policy | None:
    """Return the policy that ``content`` describes, None where it holds nothing; ``name`` is how faults call it.

    Raises:
        InventoryError: it has faults.
    """
    document, faults = read_document(content, name)
    policy = None
    if document is not None and document.value is not None and not faults:
        policy, faults, _ = read_entry(Policy, "policy", document._replace(line=1), name, shown="")
    if faults:
        raise InventoryError(sorted(faults))
    return policy


@dataclass
class _Reading:
    """One pass over the files of a room."""

    room: Path
    instead: Mapping[str, bytes]
    faults: list[Fault] = field(default_factory=list)
    places: dict[Source, Place] = field(default_factory=dict)
    found: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in (*KINDS, *CALENDAR)})
    written: dict[str, dict[str, Place]] = field(default_factory=lambda: {kind: {} for kind in (*KINDS, *CALENDAR)})
    unread: set[str] = field(default_factory=set)
    standards: Standards | None = None
    policy: Policy | None = None

    def read(self) -> None:
        if not self.room.is_dir():
            self._fault(self.room.name, "room-missing", "is no folder; `jip init DIR` lays one out")
            return
        try:
            files = list(inventory_files(self.room))
        except OSError as error:
            self._fault(self.room.name, "file-unreadable", f"cannot be read: {error.strerror}")
            return
        for kind, path in files:
            if kind is None:
                self._refuse_name(path)
            else:
                self._read_file(kind, path)
        missing = {*KINDS, *SINGLE} - {kind for kind, _ in files}
        for kind in sorted(missing):
            if kind in NEEDED:
                self._miss(kind, "a network has at least offices, routers and standards")
            elif user := self._user_of(kind):
                self._miss(kind, f"{user}; write it, or bring it back")

    def _miss(self, kind: str, why: str) -> None:
        """Note one fault for a file that is not there, instead of one for each object that stands on it."""
        self.unread |= CALENDAR.keys() if kind == "calendar" else {kind}
        self._fault(f"{self.room.name}/{kind}.yaml", "file-missing", f"is missing; {why}")

    def _user_of(self, kind: str) -> str | None:
        """Return in words what cannot be without files of ``kind``, or None."""
        if kind == "links":
            routers = [router for router in self.found["routers"].values() if router.state is not State.RETIRED]
            return f"{len(routers)} routers, and nothing connects them" if len(routers) > 1 else None
        for user, field_name in _USERS.get(kind, ()):
            for key, entry in self.found[user].items():
                if getattr(entry, field_name) is not None:
                    return f"{user.removesuffix('s')} {key} names {getattr(entry, field_name)}, which stands there"
        return None

    def draft(self) -> Draft:
        found = self.found
        platforms = platforms_in(self.room.parent)
        return Draft(
            offices=found["offices"],
            routers=found["routers"],
            links=found["links"],
            standards=self.standards,
            providers=found["providers"],
            contracts=found["contracts"],
            pools=found["pools"],
            waivers=found["waivers"],
            calendar=Calendar(hours=found["hours"], freezes=found["freezes"], windows=found["windows"]),
            policy=self.policy,
            places=self.places,
            written={kind: frozenset(keys) for kind, keys in self.written.items()}
            | {"platforms": frozenset(platforms or ())},
            unread=frozenset(self.unread | ({"platforms"} if platforms is None else set())),
            complete=not self.faults,
        )

    def _read_file(self, kind: str, path: Path) -> None:
        before = len(self.faults)
        document = self._document(path)
        if document is not None:
            self._take(kind, document, self._name(path))
        elif len(self.faults) > before:
            self.unread |= {kind} if kind in KINDS else CALENDAR.keys()

    def _document(self, path: Path) -> Node | None:
        name = self._name(path)
        try:
            content = self.instead[name] if name in self.instead else read_bytes(path)
        except OSError as error:
            code = "file-unreadable" if error.errno else "file-not-regular"
            self._fault(name, code, f"cannot be read: {error.strerror or error}")
            return None
        if len(content) > LARGEST:
            wrong = f"is larger than {LARGEST >> 20} MiB; split it into {path.stem}/*.yaml"
            self._fault(name, "file-too-large", wrong)
            return None
        node, faults = read_document(content, name)
        self.faults += faults
        if node is None and not faults and path.stem in NEEDED:
            self._fault(name, "file-empty", f"holds nothing; describe at least one of the {path.stem}")
        return node

    def _take(self, kind: str, document: Node, name: str) -> None:
        if document.value is None:
            return
        if not isinstance(document.value, dict):
            self._fault(name, "file-not-mapping", "is not `key: fields`; start each object with its name and a colon")
        elif kind == "standards":
            self.standards = self._entry(Standards, "standards", document._replace(line=1), name, shown="")
        elif kind == "policy":
            self.policy = self._entry(Policy, "policy", document._replace(line=1), name, shown="")
        elif kind == "calendar":
            self._take_calendar(document.value, name)
        else:
            self._take_objects(kind, document.value, name)

    def _take_objects(self, kind: str, objects: Mapping[str, Node], name: str, shown: str = "") -> None:
        model = KINDS.get(kind) or CALENDAR[kind]
        for key, node in objects.items():
            if key in self.written[kind]:
                wrong = f"is written twice, first in {self.written[kind][key]}; keep one of them"
                self.faults.append(Fault(Place(name, node.line), shown + key, "duplicate-key", wrong))
                continue
            self.written[kind][key] = Place(name, node.line)
            entry = self._entry(model, key, node, name, shown=shown + key)
            if entry is not None:
                self.found[kind][key] = entry

    def _take_calendar(self, parts: Mapping[str, Node], name: str) -> None:
        for part, node in parts.items():
            place = Place(name, node.line)
            if part not in CALENDAR:
                wrong = f"is no part of the calendar; {suggestion(part, CALENDAR)}"
                self.faults.append(Fault(place, part, "field-unknown", wrong))
            elif isinstance(node.value, dict):
                self._take_objects(part, node.value, name, shown=f"{part}.")
            elif node.value is not None:
                wrong = "wants fields; write them indented below it, as `name: fields`"
                self.faults.append(Fault(place, part, "value-not-mapping", wrong))

    def _entry(self, model: type[Any], key: str, node: Node, name: str, *, shown: str) -> Any:
        entry, faults, places = read_entry(model, key, node, name, shown)
        self.faults += faults
        self.places |= places
        return entry

    def _refuse_name(self, path: Path) -> None:
        wrong = f"is a file that nothing reads; {suggestion(path.stem, (*KINDS, *SINGLE))} (with the ending .yaml)"
        self._fault(self._name(path), "file-unknown", wrong)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.room.parent).as_posix()

    def _fault(self, file: str, code: str, message: str) -> None:
        self.faults.append(Fault(Place(file, 1), "", code, message))


def inventory_files(room: Path) -> Iterator[tuple[str | None, Path]]:
    """Yield every YAML file of the room with its kind (None: its name says none); ``links.yaml`` before ``links/``."""
    for path in sorted(room.iterdir(), key=lambda path: (path.stem, path.is_dir())):
        if path.name.startswith("."):
            continue
        if path.suffix in (".yaml", ".yml"):
            yield path.stem if path.suffix == ".yaml" and path.stem in (*KINDS, *SINGLE) else None, path
        elif path.name in KINDS and path.is_dir():
            parts = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and not p.name.startswith("."))
            yield from ((path.name if part.suffix == ".yaml" else None, part) for part in parts)


def read_bytes(path: Path) -> bytes:
    """Return the content of a regular file, up to one byte more than `LARGEST`; waits for no pipe.

    Raises:
        OSError: it cannot be read; without ``errno`` when it is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
