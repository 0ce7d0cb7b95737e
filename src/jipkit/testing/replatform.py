"""One router of a network as a box of another make, with the interfaces that such a box has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jipkit.model import Lan, Link, Network, Router


@dataclass(frozen=True, slots=True)
class Make:
    """A box: its version, and how its interfaces are called.

    ``port`` has ``{number}``, ``lan`` (the router's end of a LAN with a VLAN) ``{vlan}`` or ``{port}``, the LAN's own
    port. Where it has ``{port}``, a LAN has that port alone.
    """

    version: str
    port: str
    lan: str
    first: int = 0
    tunnels: bool = False
    """It has WireGuard."""
    tunnel: str = "{name}"
    """How its tunnels are called, with ``{number}`` or the ``{name}`` they had."""


MAKES: Mapping[str, Make] = {
    "frr": Make("8.4.4", "eth{number}", "{port}.{vlan}", tunnels=True),
    "mikrotik_routeros": Make("7.16.2", "ether{number}", "vlan{vlan}", first=1, tunnels=True),
    "cisco_ios": Make("17.9.4a", "GigabitEthernet0/0/{number}", "Vlan{vlan}"),
    "juniper_junos": Make("21.4R3", "ge-0/0/{number}", "irb.{vlan}"),
    "huawei_vrp": Make("5.170", "GigabitEthernet0/0/{number}", "Vlanif{vlan}"),
    "arista_eos": Make("4.30.5M", "Ethernet{number}", "Vlan{vlan}", first=1),
    "vyos": Make("1.4.0", "eth{number}", "{port}.{vlan}", tunnels=True, tunnel="wg{number}"),
}


def on_platform(network: Network, router: str, platform: str, **changes: str) -> Network:
    """Return ``network`` with ``router`` on another platform: its interfaces, and its ends of links, renamed.

    ``changes`` are other values for the router's fields (``version``). Links over a VPN are left out where the
    platform has no tunnels.

    >>> from jipkit.testing.networks import small_network
    >>> moved = on_platform(small_network(), "kec-rawa", "arista_eos")
    >>> str(moved.link("pop-1--kec-rawa").b), moved.router("kec-rawa").lans[0].interface
    ('kec-rawa:Ethernet1', 'Vlan110')
    """
    make = MAKES[platform]
    links = {k: v for k, v in network.links.items() if make.tunnels or v.medium != "vpn" or not _touches(v, router)}
    before = network.router(router)
    found = sorted({_end(link, router) for link in links.values() if link.medium == "vpn" and _touches(link, router)})
    tunnels = {name: make.tunnel.format(name=name, number=number) for number, name in enumerate(found)}
    bare = [lan.interface for lan in before.lans if lan.vlan is None]
    names = {
        name: tunnels.get(name) or make.port.format(number=number)
        for number, name in enumerate([*before.interfaces, *bare], make.first)
        if name in tunnels or not name.startswith("wg-")
    } | tunnels
    fields: dict[str, Any] = {
        **dict(before),
        "platform": platform,
        "version": make.version,
        "interfaces": tuple(names.values()),
        "lans": [_lan(lan, names, make) for lan in before.lans],
        **changes,
    }
    return network.replace(
        routers={**network.routers, router: Router.model_validate(fields)},
        links={key: _renamed(link, router, names) for key, link in links.items()},
    )


def _lan(lan: Lan, names: Mapping[str, str], make: Make) -> dict[str, Any]:
    ports = [names[port] for port in lan.ports]
    if lan.vlan is None:
        return {**dict(lan), "interface": names[lan.interface], "ports": ports}
    ports = ports[:1] if "{port}" in make.lan else ports
    return {**dict(lan), "interface": make.lan.format(vlan=lan.vlan, port=(ports or ["eth9"])[0]), "ports": ports}


def _renamed(link: Link, router: str, names: Mapping[str, str]) -> Link:
    """Return the link with the router's end on the interface that has taken the place of the old one."""
    if not _touches(link, router):
        return link
    side = "a" if link.a.router == router else "b"
    end = f"{router}:{names[_end(link, router)]}"
    return Link.model_validate({**dict(link), "a": str(link.a), "b": str(link.b), side: end})


def _touches(link: Link, router: str) -> bool:
    return router in (link.a.router, link.b.router)


def _end(link: Link, router: str) -> str:
    return link.end_of(router).interface or ""
