"""A twin whose routers are what they are in the district: their ports take the names that a lab's images give them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from jipkit.model import End, Lan, Link, Medium, Network, Router
from jipkit.platforms import PlatformFacts
from jipkit.twin import linux_names, part_of, used_interfaces

Names = Mapping[str, Mapping[str, str]]
"""For each router another name for each of its ports."""

FactsOf = Callable[[Router], PlatformFacts]


def image_names(network: Network, routers: Collection[str], facts_of: FactsOf) -> Names:
    """Return how the images call the ports of ``routers``; a router whose platform has no image is not in it.

    Images name their ports themselves, and some keep the first for their management: ours are taken in order.
    """
    images = {key: image for key in routers if (image := facts_of(network.router(key)).lab) is not None}
    return {
        key: {name: image.port.format(n=n) for n, name in enumerate(_sockets(network, key), image.first)}
        for key, image in images.items()
    }


def endpoints(network: Network, routers: Collection[str], facts_of: FactsOf) -> Names:
    """Return how the topology calls each port, by the name that it has in a twin on FRRouting."""
    found: dict[str, dict[str, str]] = {}
    for key in routers:
        image = facts_of(network.router(key)).lab
        if image is None:
            continue
        twin_names = linux_names(used_interfaces(network, key))
        plugged = {name: image.endpoint.format(n=n) for n, name in enumerate(_sockets(network, key), 1)}
        found[key] = {twin_names[name]: endpoint for name, endpoint in plugged.items()}
        for lan in network.routers[key].lans:
            found[key].setdefault(twin_names[lan.interface], plugged[(*lan.ports, lan.interface)[0]])
    return found


def renamed(network: Network, routers: Collection[str], names: Names) -> Network:
    """Return the part of ``network`` that ``routers`` make, each on its own platform, with its ports renamed."""
    part = part_of(network, routers)
    return part.replace(
        routers={key: _router(router, names.get(key, {})) for key, router in part.routers.items()},
        links={key: _link(link, names) for key, link in part.links.items()},
    )


def _sockets(network: Network, router: str) -> list[str]:
    """Return what a cable can be plugged into: ports of links that are no tunnels, and those of LANs."""
    links = [link for link in network.links_of(router) if link.medium is not Medium.VPN]
    found = [str(link.end_of(router).interface) for link in links]
    found += [name for lan in network.routers[router].lans for name in lan.ports or (lan.interface,)]
    return list(dict.fromkeys(found))


def _router(router: Router, names: Mapping[str, str]) -> Router:
    if not names:
        return router

    def lan(of: Lan) -> Lan:
        ports = tuple(names.get(name, name) for name in of.ports)
        return of.model_copy(update={"interface": names.get(of.interface, of.interface), "ports": ports})

    interfaces = tuple(names[name] for name in router.interfaces if name in names)
    return router.model_copy(update={"interfaces": interfaces, "lans": tuple(lan(of) for of in router.lans)})


def _link(link: Link, names: Names) -> Link:
    def moved(end: End) -> End:
        table = names.get(end.router or "", {})
        return end.model_copy(update={"interface": table.get(end.interface, end.interface)}) if end.interface else end

    return link.model_copy(update={"a": moved(link.a), "b": moved(link.b)})
