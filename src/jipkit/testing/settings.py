"""What a configuration of FRR sets, as far as simulated routers act on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from jipkit.testing.frr_model import Block

NO_ADDRESS = IPv4Address(0)


@dataclass(frozen=True, slots=True)
class OspfPort:
    """How an interface speaks OSPF; ``keys`` are number and text, the one it signs with last."""

    area: IPv4Address
    cost: int = 10
    hello_s: int = 10
    dead_s: int = 40
    passive: bool = False
    signed: bool = False
    keys: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PortSettings:
    shut: bool = False
    description: str = ""
    addresses: tuple[IPv4Interface, ...] = ()
    ospf: OspfPort | None = None


@dataclass(frozen=True, slots=True)
class Static:
    """A route by hand; without ``gateway`` it throws away what it takes."""

    prefix: IPv4Network
    gateway: IPv4Address | None
    distance: int = 1


@dataclass(frozen=True, slots=True)
class Peer:
    address: IPv4Address
    remote_as: int
    password: str | None = None
    description: str | None = None
    shut: bool = False
    near_only: bool = False
    """It takes packets only from next door (``ttl-security``), and sends them so."""
    gets_default: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Bgp:
    local_as: int
    router_id: IPv4Address
    peers: tuple[Peer, ...]
    networks: tuple[IPv4Network, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """One router. ``router_id`` is OSPF's, None without OSPF; ``redistributes`` names sources such as ``static``."""

    hostname: str = ""
    ports: Mapping[str, PortSettings] = field(default_factory=dict)
    statics: tuple[Static, ...] = ()
    router_id: IPv4Address | None = None
    redistributes: frozenset[str] = frozenset()
    gives_default: bool = False
    bgp: Bgp | None = None


def settings_of(config: Block) -> Settings:
    """Return what ``config`` sets; statements that the simulation does not act on are left aside."""
    ospf = config.get("router ospf")
    ports = {head.split()[1]: _port(head.split()[1], block, ospf) for head, block in _blocks(config, "interface ")}
    routing = ospf or {}
    return Settings(
        hostname=_last(config, "hostname ") or "",
        ports=ports,
        statics=tuple(_static(words) for words in _all(config, "ip route ")),
        router_id=None if ospf is None else _router_id(_last(ospf, "ospf router-id "), ports),
        redistributes=frozenset(words.split()[0] for words in _all(routing, "redistribute ")),
        gives_default=any(line.startswith("default-information originate") for line in routing),
        bgp=next((_bgp(head, block, ports) for head, block in _blocks(config, "router bgp ")), None),
    )


def _blocks(config: Block, start: str) -> Iterator[tuple[str, Block]]:
    return ((head, block) for head, block in config.items() if head.startswith(start))


def _all(block: Block, start: str) -> Iterator[str]:
    return (line.removeprefix(start) for line in block if line.startswith(start))


def _last(block: Block, start: str) -> str | None:
    return next(iter([*_all(block, start)][::-1]), None)


def _port(name: str, block: Block, routing: Block | None) -> PortSettings:
    addresses = tuple(IPv4Interface(words.split()[0]) for words in _all(block, "ip address "))
    return PortSettings(
        shut="shutdown" in block,
        description=_last(block, "description ") or "",
        addresses=addresses,
        ospf=None if routing is None else _ospf_port(name, block, routing, addresses),
    )


def _ospf_port(name: str, block: Block, routing: Block, addresses: tuple[IPv4Interface, ...]) -> OspfPort | None:
    area = _last(block, "ip ospf area ") or _area_by_network(routing, addresses)
    if area is None:
        return None
    keys = [words.split() for words in _all(block, "ip ospf message-digest-key ")]
    return OspfPort(
        area=_area(area),
        cost=int(_last(block, "ip ospf cost ") or 10),
        hello_s=int(_last(block, "ip ospf hello-interval ") or 10),
        dead_s=int(_last(block, "ip ospf dead-interval ") or 40),
        passive="ip ospf passive" in block or f"passive-interface {name}" in routing or name == "lo",
        signed="ip ospf authentication message-digest" in block
        or f"area {area} authentication message-digest" in routing,
        keys=tuple((int(words[0]), words[2]) for words in keys),
    )


def _area_by_network(routing: Block, addresses: tuple[IPv4Interface, ...]) -> str | None:
    for words in _all(routing, "network "):
        prefix, _, area = words.split()
        if any(address.ip in IPv4Network(prefix) for address in addresses):
            return area
    return None


def _area(text: str) -> IPv4Address:
    return IPv4Address(int(text) if text.isdigit() else text)


def _router_id(said: str | None, ports: Mapping[str, PortSettings]) -> IPv4Address:
    """Return the router's name in OSPF and BGP: the one it is given, else its highest address."""
    if said is not None:
        return IPv4Address(said)
    return max((address.ip for port in ports.values() for address in port.addresses), default=NO_ADDRESS)


def _static(words: str) -> Static:
    prefix, gateway, *rest = words.split()
    distance = next((int(word) for word in rest if word.isdigit()), 1)
    is_address = gateway[0].isdigit()
    return Static(IPv4Network(prefix), IPv4Address(gateway) if is_address else None, distance)


def _bgp(head: str, block: Block, ports: Mapping[str, PortSettings]) -> Bgp:
    family = block.get("address-family ipv4 unicast", {})
    named = [words.split() for words in _all(block, "neighbor ")]
    return Bgp(
        local_as=int(head.split()[2]),
        router_id=_router_id(_last(block, "bgp router-id "), ports),
        peers=tuple(
            _peer(words[0], int(words[2]), block, family)
            for words in named
            if words[1] == "remote-as" and words[2].isdigit() and words[0][0].isdigit()
        ),
        networks=tuple(IPv4Network(words.split()[0]) for words in _all({**block, **family}, "network ")),
    )


def _peer(address: str, remote_as: int, block: Block, family: Block) -> Peer:
    own = set(_all(block, f"neighbor {address} ")) | set(_all(family, f"neighbor {address} "))
    lines = dict.fromkeys(own, Block())
    return Peer(
        address=IPv4Address(address),
        remote_as=remote_as,
        password=_last(lines, "password "),
        description=_last(lines, "description "),
        shut=any(line.split()[0] == "shutdown" for line in own),
        near_only=any(line.startswith("ttl-security") for line in own),
        gets_default=any(line.startswith("default-originate") for line in own),
        active="activate" in own or "no bgp default ipv4-unicast" not in block,
    )
