"""A twin whose routers are what they are in the district: their ports take the names that a lab's images give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from jipkit.model import End, Lan, Link, Medium, Network, Router
from jipkit.platforms import LabImage, PlatformFacts
from jipkit.twin import part_of, twin_of

Names = Mapping[str, Mapping[str, str]]
"""For each router that runs on its own platform, the name that each port has there by the name that it has with us."""

FactsOf = Callable[[Router], PlatformFacts]


def image_of(router: Router, facts: PlatformFacts) -> LabImage | None:
    """Return the image that a router can run on; None when there is none for its platform, or for its version."""
    image = facts.lab
    if image is None or (image.since and router.version and _numbers(router.version) < _numbers(image.since)):
        return None
    return image


def image_names(network: Network, routers: Collection[str], facts_of: FactsOf) -> Names:
    """Return how the images call the ports of ``routers``; a router that there is no image for is not in it.

    Images name their ports themselves, and some keep the first for their management: ours are taken in order, links
    before LANs. A port that the image has no room for is not in it.
    """
    found: dict[str, dict[str, str]] = {}
    for key in routers:
        router = network.router(key)
        image = image_of(router, facts_of(router))
        if image is not None:
            sockets = tuple(sockets_of(network, router, image))[: image.most]
            found[key] = {name: image.port.format(n=n) for n, name in enumerate(sockets, image.first)}
    return found


def sockets_of(network: Network, router: Router, image: LabImage) -> Iterator[str]:
    """Yield what a cable is plugged into, each once: the ports of links, then those of LANs.

    Each link and each LAN has its own, though in the district several share one: tags and tunnels are left out.
    """
    links = [str(link.end_of(router.key).interface) for link in network.links_of(router.key)]
    lans = [
        name for lan in router.lans for name in (lan.ports if is_switched(lan, router, image) else (lan.interface,))
    ]
    yield from dict.fromkeys([*links, *lans])


def is_switched(lan: Lan, router: Router, image: LabImage) -> bool:
    """Return whether a LAN is on switch ports in the image too, rather than on a port of its own."""
    physical = lan.interface in router.interfaces or lan.interface.partition(".")[0] in (*router.interfaces, *lan.ports)
    return image.switched and bool(lan.ports) and not physical


def renamed(network: Network, routers: Collection[str], names: Names) -> Network:
    """Return the part of ``network`` that ``routers`` make, those of ``names`` on their own platform, the rest on FRR.

    Links and LANs that an image has no port for are left out.

    Raises:
        LabError: the controller's router is not among them.
    """
    part, twin = part_of(network, routers), twin_of(network, routers)
    links = {key: _link(link, twin.links[key], names) for key, link in part.links.items() if _has_ports(link, names)}
    return twin.replace(
        routers={
            key: _router(router, names[key]) if key in names else twin.routers[key]
            for key, router in part.routers.items()
        },
        links=links,
        shown_names={place: name for place, name in twin.shown_names.items() if place[0] not in names},
    )


def endpoints(twin: Network, names: Names, facts_of: FactsOf) -> Names:
    """Return how the topology calls what is plugged into a port of ``twin``, by the name that the port has there.

    A LAN on switch ports is plugged in at the first of them.
    """
    found: dict[str, dict[str, str]] = {}
    for key, ports in names.items():
        image = facts_of(twin.routers[key]).lab
        if image is None:
            continue
        found[key] = {name: image.endpoint.format(n=n) for n, name in enumerate(ports.values(), 1)}
        for lan in twin.routers[key].lans:
            if lan.ports:
                found[key].setdefault(lan.interface, found[key][lan.ports[0]])
    return found


def left_out(network: Network, router: Router, image: LabImage) -> tuple[str, ...]:
    """Return what has no port in the image although something is plugged into it: it has too few."""
    return tuple(sockets_of(network, router, image))[image.most :]


def unused(router: Router, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ports of the box that the image does not have, because neither a link nor a LAN is on them."""
    used = {*names, *(name.partition(".")[0] for name in names), *(port for lan in router.lans for port in lan.ports)}
    return tuple(name for name in router.interfaces if name not in used)


def _router(router: Router, names: Mapping[str, str]) -> Router:
    lans = tuple(lan for one in router.lans if (lan := _lan(one, names)) is not None)
    return router.model_copy(update={"interfaces": tuple(names.values()), "lans": lans})


def _lan(lan: Lan, names: Mapping[str, str]) -> Lan | None:
    if lan.interface in names:
        return lan.model_copy(update={"interface": names[lan.interface], "ports": (), "vlan": None})
    ports = tuple(names[name] for name in lan.ports if name in names)
    return lan.model_copy(update={"ports": ports}) if ports else None


def _has_ports(link: Link, names: Names) -> bool:
    return all(end.router not in names or end.interface in names[end.router] for end in link.ends if end.router)


def _link(link: Link, twin: Link, names: Names) -> Link:
    """Return a link with the names of its ports; one that ends on an image is a plain cable."""

    def moved(end: End, plain: End) -> End:
        if end.router is None or end.interface is None or end.router not in names:
            return plain
        return end.model_copy(update={"interface": names[end.router][end.interface]})

    tunnel = link.medium is Medium.VPN and any(end.router in names for end in link.ends)
    medium = Medium.COPPER if tunnel else link.medium
    return link.model_copy(update={"a": moved(link.a, twin.a), "b": moved(link.b, twin.b), "medium": medium})


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))
