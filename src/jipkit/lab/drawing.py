"""Draw the blueprint of a twin: which boxes, hosts and cables its network comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jipkit.hostkeys import addresses_of
from jipkit.lab.blueprint import HOST_PORT, Blueprint, Box, Cable, Host, Port
from jipkit.model import End, Lan, Link, Network, Router, Routing, managed_ends


def draw(
    network: Network,
    *,
    name: str,
    root: str,
    configs: Mapping[str, str],
    bgp_passwords: Mapping[str, str],
    host_keys: Mapping[str, str],
    users: tuple[str, ...],
    public_key: str,
) -> Blueprint:
    """Return the lab of a twin; ``configs`` and ``host_keys`` are by router, ``bgp_passwords`` by link."""
    stubs = [(link, end) for link in network.links.values() for end in link.ends if end.unmanaged]
    ours = [_router(network, router, configs[key], host_keys[key]) for key, router in network.routers.items()]
    peers = [
        _peer(link, end, configs[_near(link)], bgp_passwords[link.key])
        for link, end in stubs
        if link.routing is Routing.BGP
    ]
    lans = [(router, lan) for router in network.routers.values() for lan in router.lans]
    cables = (*(_link_cable(link) for link in network.links.values()), *(_lan_cable(r, lan) for r, lan in lans))
    controller = network.standards.controller
    return Blueprint(
        name=name,
        root=root,
        controller=host_name(controller.router, controller.lan),
        users=users,
        public_key=public_key,
        boxes=(*ours, *peers),
        hosts=(
            *(_lan_host(router, lan) for router, lan in lans),
            *(_plain_stub(link, end) for link, end in stubs if link.routing is not Routing.BGP),
        ),
        cables=cables,
        unplugged=tuple(_unplugged(network, cables)),
    )


def host_name(router: str, lan: str) -> str:
    """Return the name of the host on a LAN."""
    return f"{router}.{lan}"


def stub_name(link: Link, end: End) -> str:
    """Return the name of the box that stands for equipment that is not ours."""
    return f"{link.key}.{end.unmanaged}"


def _router(network: Network, router: Router, config: str, host_key: str) -> Box:
    ports = [
        interface
        for link in network.links_of(router.key)
        for owner, interface in managed_ends(link)
        if owner == router.key
    ]
    addresses = tuple(str(address) for address in addresses_of(network, router.key))
    return Box(router.key, config, addresses, tuple(ports), host_key)


def _near(link: Link) -> str:
    return next(router for router, _ in managed_ends(link))


def _port(link: Link, end: End) -> Port:
    if end.router is not None and end.interface is not None:
        return Port(end.router, end.interface)
    return Port(stub_name(link, end), HOST_PORT)


def _link_cable(link: Link) -> Cable:
    return Cable(link.key, _port(link, link.a), _port(link, link.b))


def _lan_cable(router: Router, lan: Lan) -> Cable:
    host = host_name(router.key, lan.name)
    return Cable(host, Port(router.key, lan.interface), Port(host, HOST_PORT))


def _lan_host(router: Router, lan: Lan) -> Host:
    return Host(host_name(router.key, lan.name), f"{lan.address.ip + 1}/{lan.prefix.prefixlen}", str(lan.address.ip))


def _plain_stub(link: Link, end: End) -> Host:
    near = link.a if end is link.b else link.b
    return Host(stub_name(link, end), str(link.address_of(end)), str(link.address_of(near).ip))


def _peer(link: Link, end: End, near_config: str, password: str) -> Box:
    """Return the provider's router: it announces a default route and takes what it is given."""
    if link.bgp is None:
        raise ValueError(f"link {link.key}: BGP without its numbers")
    neighbour = link.address_of(link.a if end is link.b else link.b).ip
    address = link.address_of(end)
    strict_ttl = f"neighbor {address.ip} ttl-security" in near_config
    lines = [
        f"interface {HOST_PORT}", f" ip address {address}", "exit", "!",
        f"router bgp {link.bgp.peer_as}", f" bgp router-id {address.ip}", " no bgp ebgp-requires-policy",
        f" neighbor {neighbour} remote-as {link.bgp.local_as}",
        *([f" neighbor {neighbour} ttl-security hops 1"] if strict_ttl else []),
        f" neighbor {neighbour} password {password}",
        f" neighbor {neighbour} timers connect 2",
        " address-family ipv4 unicast", f"  neighbor {neighbour} default-originate", " exit-address-family",
        "exit",
    ]  # fmt: skip
    return Box(stub_name(link, end), "\n".join(lines) + "\n", (str(address.ip),), ())


def _unplugged(network: Network, cables: tuple[Cable, ...]) -> Iterator[Port]:
    used = {port for cable in cables for port in (cable.a, cable.b)}
    for router in network.routers.values():
        for name in dict.fromkeys(router.interfaces):
            if Port(router.key, name) not in used:
                yield Port(router.key, name)
