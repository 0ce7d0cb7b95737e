"""Which links carry traffic at a router, and which routes it is told by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from jipkit.model import Link, Medium, Network, Role, Router, Routing, Source, State

EVERYWHERE = IPv4Network((0, 0))
LAST_RESORT = 250
"""Administrative distance of what keeps a prefix announced when nothing else is known of it."""
BEHIND_OSPF = 200
"""Administrative distance of a static way that is taken when OSPF (110) has none."""

_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """A route told by hand; ``via`` None drops what takes it. ``source`` is where the prefix is written."""

    prefix: IPv4Network
    via: IPv4Address | None
    distance: int
    source: Source
    link: Link


def in_service(link: Link, router: Router) -> bool:
    """Return whether ``router`` uses ``link``: it is active, or planned together with the router itself.

    So a planned router is rendered as it will be, and a router in service keeps planned links shut.
    """
    return link.state is State.ACTIVE or (link.state is State.PLANNED and router.state is State.PLANNED)


def serves(network: Network, link: Link, router: str) -> bool:
    """Return whether ``router`` is the end of a static link that leads to the rest of the network.

    The more central role is; between equals it is end ``a``. Nobody serves what is not ours.
    """
    far = link.other_end(router).router
    if far is None:
        return False
    ours, theirs = (_RANK[network.routers[key].role] for key in (router, far))
    return ours < theirs or (ours == theirs and link.a.router == router)


def speaks_ospf(network: Network, router: Router) -> bool:
    """Return whether some link in service makes ``router`` a speaker of OSPF."""
    return any(link.routing is Routing.OSPF and in_service(link, router) for link in network.links_of(router.key))


def offers_default(network: Network, router: Router) -> bool:
    """Return whether ``router`` is a way to the internet for the whole network."""
    return any(
        link.other_end(router.key).unmanaged is not None and link.routing in (Routing.BGP, Routing.STATIC)
        for link in network.links_of(router.key)
        if in_service(link, router)
    )


def endpoint(network: Network, router: str) -> tuple[IPv4Address, Link] | None:
    """Return the public address at which tunnels reach ``router``: its own on its first BGP link; None without one."""
    for link in network.links_of(router):
        if link.routing is Routing.BGP and in_service(link, network.routers[router]):
            return link.address_of(link.end_of(router)).ip, link
    return None


def static_routes(network: Network, router: Router) -> tuple[StaticRoute, ...]:
    """Return the static routes of ``router``, in the order of its links."""
    links = [link for link in network.links_of(router.key) if in_service(link, router)]
    found: dict[tuple[IPv4Network, IPv4Address | None], StaticRoute] = {}
    for link in links:
        for route in _routes_over(network, link, router):
            found.setdefault((route.prefix, route.via), route)
    return tuple(found.values())


def _routes_over(network: Network, link: Link, router: Router) -> Iterator[StaticRoute]:
    if link.routing is Routing.STATIC and serves(network, link, router.key):
        yield from _to_served(network, link, router)
    elif link.routing is Routing.STATIC:
        yield _over(link, router, EVERYWHERE, _distance(network, router), Source("link", link.key, "routing"))
    elif link.routing is Routing.BGP and link.bgp is not None:
        for number, prefix in enumerate(link.bgp.announce):
            yield StaticRoute(prefix, None, LAST_RESORT, Source("link", link.key, f"bgp.announce.{number}"), link)
    elif link.medium is Medium.VPN and (far := link.other_end(router.key).router) is not None:
        yield from _to_endpoint(network, far, router)


def _to_served(network: Network, link: Link, router: Router) -> Iterator[StaticRoute]:
    """Yield the way to everything that stands behind a static link: its router, and that router's LANs."""
    far = network.routers[link.other_end(router.key).router or ""]
    distance = _distance(network, far)
    yield _over(link, router, IPv4Network(far.loopback), distance, Source("router", far.key, "loopback"))
    for number, lan in enumerate(far.lans):
        yield _over(link, router, lan.prefix, distance, Source("router", far.key, f"lans.{number}.prefix"))


def _to_endpoint(network: Network, far: str, router: Router) -> Iterator[StaticRoute]:
    """Yield the way that a tunnel's own packets take: out to the internet, never into the tunnel."""
    found = endpoint(network, far)
    outside = next(
        (
            link
            for link in network.links_of(router.key)
            if link.routing is Routing.NONE and link.other_end(router.key).unmanaged and in_service(link, router)
        ),
        None,
    )
    if found is not None and outside is not None:
        address, upstream = found
        yield _over(outside, router, IPv4Network(address), 1, Source("link", upstream.key, "prefix"))


def _over(link: Link, router: Router, prefix: IPv4Network, distance: int, source: Source) -> StaticRoute:
    return StaticRoute(prefix, link.address_of(link.other_end(router.key)).ip, distance, source, link)


def _distance(network: Network, served: Router) -> int:
    return BEHIND_OSPF if speaks_ospf(network, served) else 1
