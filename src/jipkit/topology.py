"""The link graph of a network: who reaches whom, by which way, and whom a cut leaves alone.

A link carries traffic between routers when it is in service and so are both its routers. A link to somebody else's
equipment is no way anywhere; neither is one with no routing over it. With ``planned=True`` what is planned counts
as if it were there already. ``down`` holds keys of links, ``dead`` keys of routers, that are to be thought away.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from math import inf

from jipkit.model import End, Link, Network, Office, Router, Routing, State


def neighbours(
    network: Network, router: str, *, down: Collection[str] = (), dead: Collection[str] = (), planned: bool = False
) -> tuple[tuple[Link, str], ...]:
    """Return each link that leads away from ``router``, with the router at its other end, in inventory order."""
    if router in dead:
        return ()
    return tuple(
        (link, other)
        for link in network.links_of(router)
        if link.key not in down
        and _carries(network, link, planned=planned)
        and (other := _other_router(link, router)) not in dead
    )


def reach(
    network: Network, start: str, down: Collection[str] = (), dead: Collection[str] = (), *, planned: bool = False
) -> frozenset[str]:
    """Return the routers that can be reached from ``start``, itself among them.

    Raises:
        UnknownNameError: there is no router ``start``.
    """
    found = {network.router(start).key}
    edge = [start]
    while edge:
        for _, other in neighbours(network, edge.pop(), down=down, dead=dead, planned=planned):
            if other not in found:
                found.add(other)
                edge.append(other)
    return frozenset(found)


def distances(network: Network, start: str, down: Collection[str] = (), *, planned: bool = False) -> Mapping[str, int]:
    """Return the routing cost from ``start`` to every router it reaches, nearest first.

    Raises:
        UnknownNameError: there is no router ``start``.
    """
    return {router: cost for router, cost, _ in _nearest_first(network, start, down, planned=planned)}


def hops(network: Network, start: str, down: Collection[str] = (), *, planned: bool = False) -> Mapping[str, int]:
    """Return how many links the cheapest way from ``start`` to every router has, nearest (by cost) first."""
    counts: dict[str, int] = {}
    for router, _, link in _nearest_first(network, start, down, planned=planned):
        counts[router] = 0 if link is None else counts[_other_router(link, router)] + 1
    return counts


def path(
    network: Network, start: str, goal: str, down: Collection[str] = (), *, planned: bool = False
) -> tuple[Link, ...] | None:
    """Return the links of the cheapest way from ``start`` to ``goal``; None when there is no way.

    Among ways that cost the same it is always the same one. ``()`` means that the two are one router.
    """
    last = {router: link for router, _, link in _nearest_first(network, start, down, planned=planned)}
    if network.router(goal).key not in last:
        return None
    way = []
    while (link := last[goal]) is not None:
        way.append(link)
        goal = _other_router(link, goal)
    return tuple(reversed(way))


def nearer_end(network: Network, link: Link) -> End:
    """Return the end of ``link`` that is nearer to the controller; ``a`` when both are equally near.

    Somebody else's equipment is never nearer. A router that is not in service yet is as far as it will be.
    """
    near = _distance_from_controller(network)
    return min(link.ends, key=lambda end: near.get(end.router or "", inf))


def farther_end(network: Network, link: Link) -> End:
    """Return the end of ``link`` that `nearer_end` does not."""
    return link.b if nearer_end(network, link) is link.a else link.a


def uplinks(network: Network, router: str, *, planned: bool = False) -> tuple[Link, ...]:
    """Return the links over which the controller reaches ``router``, each without the help of the others.

    A pop's link to an office is none, unless that office is itself a way to the controller.
    """
    root = network.standards.controller.router
    if router == root:
        return ()
    rest = reach(network, root, dead=(router,), planned=planned)
    return tuple(link for link, other in neighbours(network, router, planned=planned) if other in rest)


def cut_off(network: Network, down: Collection[str], dead: Collection[str] = ()) -> tuple[Office, ...]:
    """Return the offices in service that the controller reaches, but not without these links and routers.

    An office is reached when one of its routers is. In inventory order.
    """
    root = network.standards.controller.router
    before, after = reach(network, root), reach(network, root, down, dead)
    return tuple(
        office
        for office in network.offices.values()
        if office.state is State.ACTIVE and _touches(network, office, before)
        if not _touches(network, office, after - set(dead))
    )


def behind(network: Network, link: Link) -> tuple[Office, ...]:
    """Return the offices whose every way to the controller goes over ``link``."""
    return cut_off(network, (link.key,))


def order(network: Network, routers: Iterable[str]) -> tuple[str, ...]:
    """Return ``routers`` far to near, as seen from the controller: the order in which to change what is in service.

    Whoever cannot be reached even over what is planned comes first.
    """
    near = _distance_from_controller(network)
    return tuple(sorted(set(routers), key=lambda router: (-near.get(router, inf), router)))


def _distance_from_controller(network: Network) -> Mapping[str, float]:
    """Return the cost from the controller as it is now; over planned links for routers that have no other way."""
    root = network.standards.controller.router
    now = distances(network, root)
    later = distances(network, root, planned=True)
    return {**later, **now}


def _nearest_first(
    network: Network, start: str, down: Collection[str], *, planned: bool
) -> Iterator[tuple[str, int, Link | None]]:
    """Yield each router in reach, its cost, and the last link on the cheapest way to it (None for ``start``)."""
    done: set[str] = set()
    queue: list[tuple[int, str, str]] = [(0, network.router(start).key, "")]
    while queue:
        cost, router, key = heapq.heappop(queue)
        if router in done:
            continue
        done.add(router)
        yield router, cost, network.links[key] if key else None
        for link, other in neighbours(network, router, down=down, planned=planned):
            if other not in done:
                heapq.heappush(queue, (cost + link.cost, other, link.key))


def _carries(network: Network, link: Link, *, planned: bool) -> bool:
    """Return whether traffic between two of our routers passes over ``link``."""
    return (
        link.routing is not Routing.NONE
        and _counts(link, planned=planned)
        and all(end.router is not None and _counts(network.routers[end.router], planned=planned) for end in link.ends)
    )


def _counts(thing: Link | Router, *, planned: bool) -> bool:
    return thing.state is State.ACTIVE or (planned and thing.state is State.PLANNED)


def _other_router(link: Link, router: str) -> str:
    """Return the router at the other end of a link that has one at both."""
    return link.other_end(router).router or ""


def _touches(network: Network, office: Office, routers: Collection[str]) -> bool:
    return any(router.key in routers for router in network.routers_of(office.key))
