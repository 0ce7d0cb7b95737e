"""Turn a part of the network into one that FRRouting on Linux can be: the network a lab builds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from jipkit.errors import LabError, SelectionError
from jipkit.model import TWIN_PLATFORM, End, Link, Network, Router, State
from jipkit.topology import path

LONGEST_NAME = 15
"""IFNAMSIZ of the kernel, without the terminating zero."""

_TAKEN = frozenset({"lo", "all", "default"})
"""The loopback, and two names that mean something else below /proc/sys/net."""

_LINUX_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}")


def twin_of(network: Network, routers: Collection[str]) -> Network:
    """Return the part of ``network`` that ``routers`` and the links between them make, all of it on FRR.

    Interfaces that Linux cannot name get another name; ``shown_names`` leads back. Everything keeps its state;
    retired links and links to routers that are not taken are left out, ends that nobody manages stay.

    Raises:
        UnknownNameError: a router does not exist.
        LabError: the controller's router is not among them.
    """
    part = part_of(network, routers)
    names = {key: linux_names(used_interfaces(network, key)) for key in part.routers}
    return part.replace(
        routers={key: _as_frr(router, names[key]) for key, router in part.routers.items()},
        links={key: _renamed(link, names) for key, link in part.links.items()},
        shown_names={(key, new): old for key, table in names.items() for old, new in table.items() if old != new},
    )


def part_of(network: Network, routers: Collection[str]) -> Network:
    """Return the part of ``network`` that ``routers`` and the links between them make, each as it is.

    Retired links and links to routers that are not taken are left out, ends that nobody manages stay.

    Raises:
        UnknownNameError: a router does not exist.
        LabError: the controller's router is not among them.
    """
    chosen = {network.router(key).key for key in routers}
    _require_controller(network, chosen)
    kept = {key: router for key, router in network.routers.items() if key in chosen}
    return network.replace(
        offices={key: office for key, office in network.offices.items() if key in {r.office for r in kept.values()}},
        routers=kept,
        links={link.key: link for link in network.links.values() if _inside(link, chosen)},
    )


def closure(network: Network, routers: Iterable[str]) -> tuple[str, ...]:
    """Return ``routers`` and those on the cheapest way from the controller to each of them, in inventory order.

    What is planned counts as if it were there.

    Raises:
        UnknownNameError: a router does not exist.
        SelectionError: the controller reaches one of them by no way at all.
    """
    root = network.standards.controller.router
    found = {root}
    for router in routers:
        way = path(network, root, network.router(router).key, planned=True)
        if way is None:
            raise SelectionError(f"{router}: no link leads from {root}, where the controller is, to it")
        found |= {end.router for link in way for end in link.ends if end.router is not None}
    return tuple(key for key in network.routers if key in found)


def linux_names(interfaces: Iterable[str]) -> Mapping[str, str]:
    """Return for each interface the name it has in Linux: its own where Linux can hold it, and no two the same.

    >>> dict(linux_names(["ether1", "ether3 UniFi1", "GigabitEthernet0/0", "GigabitEthernet0/1"]))
    {'ether1': 'ether1', 'ether3 UniFi1': 'ether3-UniFi1', 'GigabitEthernet0/0': 'GigabitEthe-0-0', \
'GigabitEthernet0/1': 'GigabitEthe-0-1'}
    """
    wanted = tuple(dict.fromkeys(interfaces))
    names = {name: name for name in wanted if _is_linux_name(name)}
    used = set(names)
    for name in wanted:
        if name not in names:
            names[name] = _free(_slug(name), used)
            used.add(names[name])
    return {name: names[name] for name in wanted}


def _is_linux_name(name: str) -> bool:
    return _LINUX_NAME.fullmatch(name) is not None and name not in _TAKEN


def _slug(name: str) -> str:
    """Return ``name`` in letters that Linux takes; where it is too long the word before its numbers is cut."""
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.") or "port"
    if len(slug) <= LONGEST_NAME:
        return slug
    numbers = re.search(r"[0-9.-]*$", slug)
    tail = numbers[0].strip("-")[-(LONGEST_NAME - 5) :] if numbers else ""
    return f"{slug[: LONGEST_NAME - 1 - len(tail)].rstrip('-.')}-{tail}" if tail else slug[:LONGEST_NAME].rstrip("-.")


def _free(slug: str, used: Collection[str]) -> str:
    candidate, number = slug, 1
    while candidate in used or candidate in _TAKEN:
        number += 1
        suffix = f"-{number}"
        candidate = slug[: LONGEST_NAME - len(suffix)] + suffix
    return candidate


def used_interfaces(network: Network, router: str) -> list[str]:
    """Return every interface that the inventory names on a router."""
    box = network.routers[router]
    used = [link.end_of(router).interface for link in network.links_of(router)]
    ports = [name for lan in box.lans for name in (lan.interface, *lan.ports)]
    return [*box.interfaces, *ports, *(name for name in used if name is not None)]


def _as_frr(router: Router, names: Mapping[str, str]) -> Router:
    lans = tuple(
        lan.model_copy(update={"interface": names[lan.interface], "ports": tuple(names[p] for p in lan.ports)})
        for lan in router.lans
    )
    return router.model_copy(
        update={
            "platform": TWIN_PLATFORM,
            "version": router.version if router.platform == TWIN_PLATFORM else None,
            "interfaces": tuple(names[name] for name in router.interfaces),
            "lans": lans,
        }
    )


def _renamed(link: Link, names: Mapping[str, Mapping[str, str]]) -> Link:
    def moved(end: End) -> End:
        if end.router is None or end.interface is None:
            return end
        return end.model_copy(update={"interface": names[end.router][end.interface]})

    return link.model_copy(update={"a": moved(link.a), "b": moved(link.b)})


def _inside(link: Link, routers: Collection[str]) -> bool:
    ours = [end.router for end in link.ends if end.router is not None]
    return link.state is not State.RETIRED and bool(ours) and all(router in routers for router in ours)


def _require_controller(network: Network, routers: Collection[str]) -> None:
    controller = network.standards.controller.router
    if controller not in routers:
        raise LabError(
            f"{controller}, where the controller is attached, is not in the twin: nothing could be reached; "
            "take closure(network, routers)"
        )
