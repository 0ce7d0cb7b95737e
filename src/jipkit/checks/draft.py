"""An inventory before it is known to be right: what the checks look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from jipkit.faults import Fault, suggestion
from jipkit.model import (
    Calendar,
    Contract,
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
)


@dataclass(frozen=True)
class Draft:
    """Objects that are sound in themselves; whether they fit together is not known yet.

    ``written`` has the keys of each kind (``"offices"``), also of objects that are left out here because they have
    faults of their own: a reference to such an object is no fault. Neither is one to an object of a kind in ``unread``,
    whose files could not be read. ``complete`` is False when something was left out.
    """

    offices: Mapping[str, Office]
    routers: Mapping[str, Router]
    links: Mapping[str, Link]
    standards: Standards | None
    providers: Mapping[str, Provider] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    policy: Policy | None = None
    places: Mapping[Source, Place] = field(default_factory=dict)
    written: Mapping[str, Collection[str]] = field(default_factory=dict)
    unread: Collection[str] = ()
    complete: bool = True

    def network(self, standards: Standards) -> Network:
        """Return the network; only of a draft without faults are its look-ups safe."""
        return Network(
            offices=self.offices,
            routers=self.routers,
            links=self.links,
            standards=standards,
            providers=self.providers,
            contracts=self.contracts,
            pools=self.pools,
            waivers=self.waivers,
            calendar=self.calendar,
            policy=self.policy,
            places=self.places,
        )

    def knows(self, kind: str, key: str) -> bool:
        return kind in self.unread or key in self.written.get(kind, ())

    def place(self, source: Source) -> Place:
        """Return where ``source`` was written; for a field that was left out, where its object was."""
        while source not in self.places and source.field:
            source = source._replace(field=source.field.rpartition(".")[0])
        return self.places.get(source, Place("inventory", 1))

    def fault(self, code: str, source: Source, message: str) -> Fault:
        return Fault(self.place(source), shown(source), code, message)

    def unknown(self, code: str, source: Source, kind: str, name: str) -> Fault:
        """Return the fault of a reference to what is not there."""
        noun = kind if kind == "hours" else kind.removesuffix("s")
        wrong = f"no {noun} {name}; {suggestion(name, self.written.get(kind, ()))}"
        return self.fault(code, source, wrong)

    def standing_routers(self) -> Iterator[Router]:
        """Yield the routers that are in service or will be."""
        return (router for router in self.routers.values() if router.state is not State.RETIRED)

    def standing_links(self) -> Iterator[Link]:
        """Yield the links that are in service or will be."""
        return (link for link in self.links.values() if link.state is not State.RETIRED)


def shown(source: Source) -> str:
    """Return the path of ``source`` inside its file.

    >>> shown(Source("link", "core-1--kec-x", "prefix")), shown(Source("standards", "standards", "ospf.dead_s"))
    ('core-1--kec-x.prefix', 'ospf.dead_s')
    """
    parts = {"hours": "hours", "freeze": "freezes", "window": "windows"}
    head = f"{parts[source.noun]}.{source.key}" if source.noun in parts else source.key
    head = "" if source.noun == "standards" else head
    return ".".join(part for part in (head, source.field) if part)
