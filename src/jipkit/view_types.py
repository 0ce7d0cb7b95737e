"""What a template sees of one router: plain values, each with the inventory key it was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jipkit.provenance import View

Purpose = Literal["loopback", "link", "lan", "port", "unused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView(View):
    """A link as one of its ends sees it; ``ours`` when it leads to a router of ours.

    ``provider`` is a name, None for the district's own.
    """

    key: str
    peer: str
    peer_interface: str | None
    peer_address: str
    ours: bool
    medium: str
    provider: str | None
    circuit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanView(View):
    """A LAN; ``address`` is the router's own with the length, ``network`` the prefix."""

    name: str
    interface: str
    zone: str
    vlan: int | None
    address: str
    network: str
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfInterfaceView(View):
    """OSPF on an interface. What is passive has no neighbours, no timers, no key; ``key`` is a placeholder."""

    area: str
    passive: bool
    cost: int | None = None
    hello_s: int | None = None
    dead_s: int | None = None
    retransmit_s: int | None = None
    key_id: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelView(View):
    """A WireGuard tunnel; keys are placeholders. ``endpoint`` is None at the end that waits to be called."""

    private_key: str
    peer_key: str
    port: int
    endpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceView(View):
    """An interface. ``port`` is a socket of the LAN ``lan``; what is shut has no address and no OSPF.

    ``address`` and ``network`` have their length, ``host`` and ``first`` are the same without; a /31 is a ``pair``.
    """

    name: str
    purpose: Purpose
    shut: bool = False
    address: str | None = None
    host: str | None = None
    network: str | None = None
    first: str | None = None
    pair: bool = False
    link: LinkView | None = None
    lan: LanView | None = None
    ospf: OspfInterfaceView | None = None
    tunnel: TunnelView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixView(View):
    """An entry of a list of prefixes, with its number in it."""

    seq: int
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView(View):
    """A static route; ``via`` None drops what takes it, ``distance`` None is the usual one."""

    prefix: str
    via: str | None
    distance: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfView(View):
    """OSPF on the router. ``redistributed`` are the prefixes behind its static links."""

    router_id: str
    area: str
    default_route: bool
    redistributed: tuple[PrefixView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView(View):
    """A BGP session; ``password`` is a placeholder."""

    neighbor: str
    peer_as: int
    password: str
    max_prefixes: int
    link: LinkView
    accept: tuple[PrefixView, ...]
    announce: tuple[PrefixView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpView(View):
    """BGP on the router. ``announced`` are the prefixes of all sessions, each once, in order."""

    local_as: int
    router_id: str
    announced: tuple[PrefixView, ...]
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardsView(View):
    """What every router has in common; ``radius_key`` and the ``snmp_`` passwords are placeholders."""

    domain: str
    timezone: str
    banner: str
    ntp: tuple[str, ...]
    dns: tuple[str, ...]
    syslog: tuple[str, ...]
    radius: tuple[str, ...]
    radius_key: str
    snmp_contact: str
    snmp_location: str
    snmp_user: str
    snmp_authentication: str
    snmp_privacy: str
    username: str
    ssh_port: int
    management_prefixes: tuple[PrefixView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkView(View):
    """How a factory-fresh router is first reached: an address on an interface, and the way back."""

    interface: str
    address: str
    host: str
    network: str
    first: str
    pair: bool
    gateway: str
    link: LinkView


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterView(View):
    """A router. ``major`` is the first number of its version, 0 if unknown; ``interfaces`` are sorted by name.

    ``intranet`` are the district's own prefixes, ``services`` those of them that every office may reach: servers and
    administration.
    """

    hostname: str
    office: str
    role: str
    version: str | None
    major: int
    loopback: str
    interfaces: tuple[InterfaceView, ...]
    lans: tuple[LanView, ...]
    routes: tuple[RouteView, ...]
    ospf: OspfView | None
    bgp: BgpView | None
    uplink: UplinkView | None
    intranet: tuple[PrefixView, ...]
    services: tuple[PrefixView, ...]
    standards: StandardsView
