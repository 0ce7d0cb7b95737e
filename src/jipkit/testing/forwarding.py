"""What simulated routers make of their cables and configurations: neighbours, routes, and how far a packet gets.

Protocols converge at once. Filters between routing sources (route maps, prefix lists, access lists) are not acted on:
everything that is redistributed is passed on, everything that a BGP peer gives is taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from math import inf

from jipkit.lab.blueprint import HOST_PORT, Port
from jipkit.testing.settings import Bgp, OspfPort, Peer, PortSettings, Settings
from jipkit.testing.wires import Fabric

DEFAULT = IPv4Network((0, 0))
MOST_HOPS = 64
CABLE_MS = 0.25
"""What each cable adds to a round trip, beside the delay that it is given."""


@dataclass(frozen=True, slots=True)
class OspfNeighbor:
    """Whom a router hears on ``port``; ``state`` is Full, or Init when it is not heard itself."""

    port: Port
    far: Port
    router_id: IPv4Address
    address: IPv4Address
    state: str


@dataclass(frozen=True, slots=True)
class BgpSession:
    """A configured peer; ``far`` is None unless the session is established."""

    peer: Peer
    state: str
    far: Port | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """``port`` None throws away; ``gateway`` None delivers on the cable itself."""

    prefix: IPv4Network
    protocol: str
    distance: int
    metric: int
    port: Port | None
    gateway: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """A packet's way to ``machine``: the share that gets lost, and how long it takes."""

    machine: str
    loss: float
    delay_ms: float


class Forwarding:
    """Neighbours and routes as they follow from one state of the fabric; made anew when anything changes."""

    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric
        self._routes: dict[str, tuple[Route, ...]] = {}
        self._taken: dict[tuple[str, IPv4Address], Route | None] = {}

    # ------------------------------------------------------------------ neighbours
    @cached_property
    def ospf(self) -> Mapping[str, tuple[OspfNeighbor, ...]]:
        """The OSPF neighbours of each router, in whatever state."""
        return {key: tuple(self._ospf_of(key)) for key in self.fabric.routers}

    def _ospf_of(self, router: str) -> Iterator[OspfNeighbor]:
        for port in self.fabric.ports_of(router):
            far = self.fabric.far_end(port)
            if far is None or far.box not in self.fabric.routers or not self._hears(port, far):
                continue
            router_id = self._settings(far).router_id
            address = next((a.ip for a in self._port(far).addresses if _within(a, self._port(port))), None)
            if router_id is not None and address is not None:
                yield OspfNeighbor(port, far, router_id, address, "Full" if self._hears(far, port) else "Init")

    def _hears(self, port: Port, sender: Port) -> bool:
        """Return whether what ``sender`` says in OSPF arrives at ``port`` and is accepted there."""
        ours, theirs = self._port(port), self._port(sender)
        if ours.ospf is None or theirs.ospf is None or self.fabric.loss(sender) >= 1:
            return False
        if self._settings(port).router_id == self._settings(sender).router_id:
            return False
        return any(_within(a, ours) for a in theirs.addresses) and _agree(ours.ospf, theirs.ospf)

    @cached_property
    def bgp(self) -> Mapping[str, tuple[BgpSession, ...]]:
        """The BGP peers of each router that has any, in whatever state."""
        return {
            key: tuple(self._session(key, router.settings.bgp, peer) for peer in router.settings.bgp.peers)
            for key, router in self.fabric.routers.items()
            if router.settings.bgp is not None
        }

    def _session(self, router: str, ours: Bgp, peer: Peer) -> BgpSession:
        if peer.shut:
            return BgpSession(peer, "Idle (Admin)")
        port = self._port_towards(router, peer.address)
        far = None if port is None else self.fabric.far_end(port)
        if port is None or far is None or far.box not in self.fabric.routers:
            return BgpSession(peer, "Active")
        reachable = self.fabric.loss(port) < 1 and self.fabric.loss(far) < 1
        if reachable and self._owns(far, peer.address) and self._answers(port, ours, peer, far):
            return BgpSession(peer, "Established", far)
        return BgpSession(peer, "Active")

    def _answers(self, port: Port, ours: Bgp, peer: Peer, far: Port) -> bool:
        theirs = self._settings(far).bgp
        if theirs is None or theirs.local_as != peer.remote_as:
            return False
        return any(
            not back.shut
            and back.remote_as == ours.local_as
            and back.password == peer.password
            and back.near_only == peer.near_only
            and self._owns(port, back.address)
            for back in theirs.peers
        )

    # ------------------------------------------------------------------ routes
    def routes(self, router: str) -> tuple[Route, ...]:
        """Return every route of a router, the preferred of each prefix alone."""
        if router not in self._routes:
            best: dict[IPv4Network, Route] = {}
            for route in (*self._own_routes(router), *self._ospf_routes(router)):
                held = best.get(route.prefix)
                if held is None or (route.distance, route.metric) < (held.distance, held.metric):
                    best[route.prefix] = route
            self._routes[router] = tuple(best.values())
        return self._routes[router]

    def _own_routes(self, router: str) -> Iterator[Route]:
        """Yield what a router knows without its OSPF neighbours."""
        yield from self._connected(router)
        for static in self.fabric.routers[router].settings.statics:
            port = None if static.gateway is None else self._port_towards(router, static.gateway)
            if static.gateway is None or port is not None:
                yield Route(static.prefix, "static", static.distance, 0, port, static.gateway)
        for session in self.bgp.get(router, ()):
            if session.far is not None:
                for prefix in self.given(session.far, router):
                    port = self.fabric.far_end(session.far)
                    yield Route(prefix, "bgp", 20, 0, port, session.peer.address)

    def _connected(self, router: str) -> Iterator[Route]:
        for port in self.fabric.ports_of(router):
            if self.fabric.up(port):
                for address in self._port(port).addresses:
                    yield Route(address.network, "connected", 0, 0, port)

    def given(self, far: Port, router: str) -> tuple[IPv4Network, ...]:
        """Return the prefixes that the BGP speaker behind ``far`` gives to ``router``."""
        speaker = self._settings(far).bgp
        if speaker is None:
            return ()
        towards = [p for p in speaker.peers if self._owner_on(far, p.address) == router]
        default = (DEFAULT,) if any(peer.gets_default for peer in towards) else ()
        return (*default, *speaker.networks)

    def _ospf_routes(self, router: str) -> Iterator[Route]:
        """Yield the cheapest way to each prefix that another router tells of."""
        if self._settings_of(router).router_id is None:
            return
        for other, (cost, first) in self._tree(router).items():
            if first is not None:
                for prefix, metric in self._told_by(other):
                    yield Route(prefix, "ospf", 110, cost + metric, first.port, first.address)

    def _tree(self, router: str) -> Mapping[str, tuple[int, OspfNeighbor | None]]:
        """Return the cost to each router in reach, with the neighbour that the way to it begins with."""
        done: dict[str, tuple[int, OspfNeighbor | None]] = {}
        queue: list[tuple[int, int, str, OspfNeighbor | None]] = [(0, 0, router, None)]
        count = 0
        while queue:
            cost, _, here, first = heapq.heappop(queue)
            if here in done:
                continue
            done[here] = (cost, first)
            for neighbor in self.ospf[here]:
                if neighbor.state == "Full":
                    count += 1
                    step = self._port(neighbor.port).ospf
                    total = cost + (step.cost if step is not None else 0)
                    heapq.heappush(queue, (total, count, neighbor.far.box, first or neighbor))
        return done

    def _told_by(self, router: str) -> Iterator[tuple[IPv4Network, int]]:
        """Yield the prefixes that a router tells its neighbours of, with their cost from there."""
        settings = self._settings_of(router)
        for port in self.fabric.ports_of(router):
            said = self._port(port)
            if said.ospf is not None and self.fabric.up(port):
                for address in said.addresses:
                    yield address.network, 0 if port.name == "lo" else said.ospf.cost
        for route in self._own_routes(router):
            if route.protocol in settings.redistributes and route.prefix != DEFAULT:
                yield route.prefix, 20
            if route.prefix == DEFAULT and settings.gives_default:
                yield DEFAULT, 10

    def route_to(self, router: str, destination: IPv4Address) -> Route | None:
        """Return the route that a router takes to an address."""
        asked = (router, destination)
        if asked not in self._taken:
            fitting = [route for route in self.routes(router) if destination in route.prefix]
            self._taken[asked] = max(fitting, key=lambda route: route.prefix.prefixlen, default=None)
        return self._taken[asked]

    # ------------------------------------------------------------------ packets
    def round_trip(self, source: str, destination: IPv4Address, origin: IPv4Address | None = None) -> Trip | None:
        """Return what becomes of a packet from a machine to an address and of the answer; None: no answer at all.

        ``origin`` is the address that it is sent from: by default that of the port that it leaves by.
        """
        there = self.way(source, destination)
        origin = origin or self.source_address(source, destination)
        back = None if there is None or origin is None else self.way(there.machine, origin)
        if there is None or back is None or back.machine != source:
            return None
        return Trip(there.machine, 1 - (1 - there.loss) * (1 - back.loss), there.delay_ms + back.delay_ms)

    def source_address(self, source: str, destination: IPv4Address) -> IPv4Address | None:
        """Return the address that a machine sends from; None where it has no way or no address."""
        if (host := self.fabric.hosts.get(source)) is not None:
            return IPv4Interface(host.address).ip
        route = self.route_to(source, destination)
        if route is None or route.port is None:
            return None
        addresses = self._port(route.port).addresses
        return addresses[0].ip if addresses else None

    def way(self, machine: str, destination: IPv4Address) -> Trip | None:
        """Return a packet's way from a machine to whoever has the address; None: it never arrives."""
        kept, delay_ms = 1.0, 0.0
        for _ in range(MOST_HOPS):
            if not self.fabric.alive(machine):
                return None
            if self.has(machine, destination):
                return Trip(machine, 1 - kept, delay_ms)
            port, next_hop = self._next(machine, destination)
            far = None if port is None else self.fabric.far_end(port)
            if port is None or far is None or not self._owns(far, next_hop):
                return None
            kept *= 1 - self.fabric.loss(port)
            wire = self.fabric.wire_at(port)
            delay_ms += CABLE_MS + (wire.delay_ms if wire is not None else inf)
            if kept <= 0:
                return None
            machine = far.box
        return None

    def _next(self, machine: str, destination: IPv4Address) -> tuple[Port | None, IPv4Address]:
        if (host := self.fabric.hosts.get(machine)) is not None:
            near = destination in IPv4Interface(host.address).network
            return Port(machine, HOST_PORT), destination if near else IPv4Address(host.gateway)
        route = self.route_to(machine, destination)
        return (None, destination) if route is None else (route.port, route.gateway or destination)

    def has(self, machine: str, address: IPv4Address) -> bool:
        """Return whether an address is one of a machine's own."""
        if (host := self.fabric.hosts.get(machine)) is not None:
            return IPv4Interface(host.address).ip == address
        ports = self.fabric.ports_of(machine)
        return any(self._owns(port, address) for port in ports if self.fabric.enabled(port))

    # ------------------------------------------------------------------ small things
    def _settings_of(self, router: str) -> Settings:
        return self.fabric.routers[router].settings

    def _settings(self, port: Port) -> Settings:
        return self._settings_of(port.box)

    def _port(self, port: Port) -> PortSettings:
        return self.fabric.routers[port.box].port(port.name)

    def _owns(self, port: Port, address: IPv4Address) -> bool:
        if (host := self.fabric.hosts.get(port.box)) is not None:
            return IPv4Interface(host.address).ip == address
        return any(own.ip == address for own in self._port(port).addresses)

    def _owner_on(self, far: Port, address: IPv4Address) -> str | None:
        """Return the machine at the other end of the cable of ``far``, if it has the address there."""
        near = self.fabric.far_end(far)
        return near.box if near is not None and self._owns(near, address) else None

    def _port_towards(self, router: str, neighbor: IPv4Address) -> Port | None:
        """Return the port in whose own network a neighbour's address lies."""
        return next((route.port for route in self._connected(router) if neighbor in route.prefix), None)


def _within(address: IPv4Interface, port: PortSettings) -> bool:
    return any(address.ip in own.network and address.ip != own.ip for own in port.addresses)


def _agree(ours: OspfPort, theirs: OspfPort) -> bool:
    """Return whether we accept what they say: the same area and timers, and a key of theirs that we have too."""
    if ours.passive or theirs.passive or ours.signed != theirs.signed:
        return False
    if (ours.area, ours.hello_s, ours.dead_s) != (theirs.area, theirs.hello_s, theirs.dead_s):
        return False
    return not ours.signed or (theirs.keys[-1:] != () and theirs.keys[-1] in ours.keys)
