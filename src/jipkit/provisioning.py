"""Taking an office into service: what becomes active, which routers that touches, and where they are reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import IPv4Address
from typing import TypeVar

from jipkit.model import Link, Network, Office, Router, Source, State
from jipkit.topology import order

Thing = TypeVar("Thing", Office, Router, Link)


def address_of(network: Network, router: Router) -> IPv4Address:
    """Return where to connect to ``router``.

    A planned router knows only its bootstrap: it is reached at its own end of the first link that leads to one
    of our routers. Everything else is reached at its management address.
    """
    if router.state is State.PLANNED:
        uplink = bootstrap_link(network, router.key)
        if uplink is not None:
            return uplink.address_of(uplink.end_of(router.key)).ip
    return router.address


def bootstrap_link(network: Network, router: str) -> Link | None:
    """Return the link over which a factory-fresh ``router`` is reached: its first one to a router in service."""
    for link in network.links_of(router):
        other = link.other_end(router).router
        if link.state is not State.RETIRED and other is not None and network.routers[other].state is State.ACTIVE:
            return link
    return None


def planned_in(network: Network, office: str) -> tuple[Source, ...]:
    """Return the ``state`` keys that become ``active`` when ``office`` is taken into service.

    A planned link to a router that stays planned (of another office) is not among them.
    """
    routers = [r for r in network.routers_of(office) if r.state is not State.RETIRED]
    ours = {r.key for r in routers}
    things: list[Office | Router | Link] = [network.office(office), *routers, *_links_into_service(network, ours)]
    return tuple(Source(thing.noun, thing.key, "state") for thing in things if thing.state is State.PLANNED)


def _links_into_service(network: Network, ours: set[str]) -> tuple[Link, ...]:
    def ready(link: Link) -> bool:
        routers = [end.router for end in link.ends if end.router is not None]
        touches = any(router in ours for router in routers)
        others = [network.routers[router] for router in routers if router not in ours]
        return touches and all(other.state is State.ACTIVE for other in others)

    return tuple(link for link in network.links.values() if link.state is State.PLANNED and ready(link))


def activated(network: Network, sources: tuple[Source, ...]) -> Network:
    """Return ``network`` as it will be when the objects that ``sources`` name are active."""
    keys = {(source.noun, source.key) for source in sources}
    return network.replace(
        offices=_active(network.offices, keys),
        routers=_active(network.routers, keys),
        links=_active(network.links, keys),
    )


def _active(things: Mapping[str, Thing], keys: set[tuple[str, str]]) -> dict[str, Thing]:
    return {
        key: thing.model_copy(update={"state": State.ACTIVE}) if (thing.noun, key) in keys else thing
        for key, thing in things.items()
    }


def change_order(network: Network, office: str) -> tuple[str, ...]:
    """Return the routers at both ends of the office's links, in the order in which they are changed.

    What is in service is changed far end first, so that a far router is never left behind a near end that has
    moved on. A planned office is changed near end first: its router boots from its bootstrap and is reached
    through the near end. Routers of other offices that are not in service are left out.
    """
    own = {r.key for r in network.routers_of(office) if r.state is not State.RETIRED}
    near = {
        router
        for key in own
        for link in network.links_of(key)
        if link.state is not State.RETIRED
        and (router := link.other_end(key).router) is not None
        and network.routers[router].state is State.ACTIVE
    }
    fresh = sorted(key for key in own if network.routers[key].state is State.PLANNED)
    return (*order(network, (own | near) - set(fresh)), *fresh)


def units(network: Network, busy: Collection[str], fresh: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return ``busy`` routers in groups that stand or fall together, in the order in which they are changed.

    Two routers that are changed at both ends of their link are one unit: far end first, but a ``fresh`` router last,
    because it is reached through the others. ``network`` is the one after the change.
    """
    first = (*order(network, set(busy) - set(fresh)), *sorted(fresh))
    groups: list[set[str]] = []
    for router in first:
        touching = [group for group in groups if group & _linked(network, router)]
        groups = [group for group in groups if group not in touching] + [{router}.union(*touching)]
    return tuple(sorted((tuple(r for r in first if r in group) for group in groups), key=lambda g: first.index(g[0])))


def _linked(network: Network, router: str) -> set[str]:
    return {
        other
        for link in network.links_of(router)
        if link.state is State.ACTIVE and (other := link.other_end(router).router) is not None
    }
