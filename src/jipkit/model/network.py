"""The network as a whole, and where in the inventory each part of it was written."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from jipkit.errors import UnknownNameError
from jipkit.model.links import Link
from jipkit.model.offices import Office, Router
from jipkit.model.papers import Contract, Pool, Provider, Waiver
from jipkit.model.rules import Calendar, Policy
from jipkit.model.standards import Standards

T = TypeVar("T")


class Source(NamedTuple):
    """An inventory key; ``field`` may be dotted (``lans.0.prefix``), and empty for the whole object.

    Standards and policy have no key of their own: ``Source("standards", "standards", "ntp.0")``.
    """

    noun: str
    key: str
    field: str = ""

    def __str__(self) -> str:
        thing = self.noun if self.key == self.noun else f"{self.noun} {self.key}"
        return thing + (f".{self.field}" if self.field else "")


class Place(NamedTuple):
    """A line of a file; ``file`` is relative to the project, ``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Network:
    """The whole inventory, checked: every name that one object uses for another exists.

    ``places`` tells where each object and field was written. ``shown_names`` is empty except in a twin, where it
    maps ``(router, interface)`` as the twin has it to the interface's name in the inventory.
    """

    offices: Mapping[str, Office]
    routers: Mapping[str, Router]
    links: Mapping[str, Link]
    standards: Standards
    providers: Mapping[str, Provider] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    policy: Policy | None = None
    places: Mapping[Source, Place] = field(default_factory=dict)
    shown_names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def office(self, key: str) -> Office:
        """Return the office.

        Raises:
            UnknownNameError: there is none; the message has the closest name.
        """
        return _get(self.offices, "office", key)

    def router(self, key: str) -> Router:
        """Return the router, as `office` does."""
        return _get(self.routers, "router", key)

    def link(self, key: str) -> Link:
        """Return the link, as `office` does."""
        return _get(self.links, "link", key)

    @cached_property
    def _links_by_router(self) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {key: [] for key in self.routers}
        for link in self.links.values():
            for end in link.ends:
                if end.router is not None:
                    found[end.router].append(link)
        return {key: tuple(links) for key, links in found.items()}

    @cached_property
    def _routers_by_office(self) -> Mapping[str, tuple[Router, ...]]:
        found: dict[str, list[Router]] = {key: [] for key in self.offices}
        for router in self.routers.values():
            found[router.office].append(router)
        return {key: tuple(routers) for key, routers in found.items()}

    def links_of(self, router: str) -> tuple[Link, ...]:
        """Return the links that touch ``router``, in inventory order, in whatever state; raises as `router` does."""
        return self._links_by_router[self.router(router).key]

    def routers_of(self, office: str) -> tuple[Router, ...]:
        """Return the routers in ``office``, in inventory order, in whatever state; raises as `office` does."""
        return self._routers_by_office[self.office(office).key]

    def office_of(self, router: str) -> Office:
        """Return the office in which ``router`` stands; raises as `router` does."""
        return self.offices[self.router(router).office]

    def shown(self, router: str, interface: str) -> str:
        """Return the inventory's name for an interface of a router (another one only in a twin)."""
        return self.shown_names.get((router, interface), interface)

    def place(self, source: Source) -> Place | None:
        """Return where ``source`` was written; for a field that was left out, where its object was."""
        while source not in self.places and source.field:
            source = source._replace(field=source.field.rpartition(".")[0])
        return self.places.get(source)

    def replace(self, **changes: Any) -> Network:
        """Return a copy with other mappings, as `dataclasses.replace` does."""
        return dataclasses.replace(self, **changes)


def _get(known: Mapping[str, T], noun: str, key: str) -> T:
    try:
        return known[key]
    except KeyError:
        raise UnknownNameError(noun, key, known) from None
