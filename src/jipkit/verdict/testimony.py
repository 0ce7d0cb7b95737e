"""What one of our routers says of its end of one link: facts only, no verdict yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal, TypeVar

from jipkit.model import End, Link, Network, Routing
from jipkit.observation import (
    Answer,
    InterfaceState,
    LldpNeighbor,
    Neighbor,
    NotAsked,
    NotParsed,
    Observation,
    Ping,
)
from jipkit.reasons import because

T = TypeVar("T")

Session = Literal["answered", "never collected", "unreachable", "identity", "login", "not parsed"]
Port = Literal["up", "shut", "no carrier", "absent"]
Adjacency = Literal["good", "one-way", "forming", "lost"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the testimony that is missing; ``parsed`` is False when an answer came that nobody understands."""

    part: Literal["interfaces", "neighbours", "ping"]
    parsed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Testimony:
    """One end of a link. What is None was not said, and ``gaps`` has the reason when it was needed.

    ``other`` is what the inventory has at the far end; ``stranger`` is another router of ours found there.
    ``peer`` is the address that the far end has. ``adjacency`` stays None on a link without a routing protocol.
    """

    router: str
    port: str
    address: IPv4Address
    peer: IPv4Address
    other: str
    session: Session
    reason: str = ""
    port_state: Port | None = None
    addressed: bool | None = None
    adjacency: Adjacency | None = None
    neighbor: Neighbor | None = None
    ping: Ping | None = None
    heard: LldpNeighbor | None = None
    stranger: str | None = None
    new_errors: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def end(self) -> str:
        return f"{self.router} {self.port}"

    @property
    def answered(self) -> bool:
        return self.session == "answered"

    @property
    def sees_other(self) -> bool:
        """Whether traffic certainly passes here: the neighbour is good, or without one a ping came back."""
        if self.adjacency is not None:
            return self.adjacency == "good"
        return self.ping is not None and self.ping.loss < 1

    @property
    def good(self) -> bool:
        """Whether this end says, of everything it should speak of, that it is as it should be."""
        return (
            self.answered
            and not self.gaps
            and self.port_state == "up"
            and self.addressed is True
            and self.adjacency in ("good", None)
            and self.ping is not None
            and self.ping.loss < 1
            and self.stranger is None
        )

    @property
    def ping_lost(self) -> bool:
        return self.ping is not None and self.ping.loss >= 1


def hear(network: Network, link: Link, end: End, observation: Observation | None) -> Testimony:
    """Return what the router at ``end`` (one of ours) says of ``link``."""
    if observation is None:
        return _silent(network, link, end, "never collected", "")
    if observation.failure is not None:
        return _silent(network, link, end, observation.failure, observation.reason)
    return _spoken(network, link, end, observation)


def _silent(network: Network, link: Link, end: End, session: Session, reason: str) -> Testimony:
    router, interface = end.router or "", end.interface or ""
    far = link.b if end is link.a else link.a
    return Testimony(
        router=router,
        port=network.shown(router, interface),
        address=link.address_of(end).ip,
        peer=link.address_of(far).ip,
        other=far.router or far.unmanaged or "",
        session=session,
        reason=reason,
    )


def _spoken(network: Network, link: Link, end: End, observation: Observation) -> Testimony:
    said = _silent(network, link, end, "answered", "")
    interface = end.interface or ""
    states, neighbors = _known(observation.interfaces), _known(observation.neighbors)
    lldp, pings = _known(observation.lldp), _known(observation.pings)
    state = states.get(interface) if states is not None else None
    neighbor = _neighbor(link, interface, said.peer, neighbors or ())
    heard = tuple(n for n in lldp or () if n.interface == interface)
    return Testimony(
        router=said.router,
        port=said.port,
        address=said.address,
        peer=said.peer,
        other=said.other,
        session="answered",
        port_state=None if states is None else _port_state(state),
        addressed=None if state is None else link.address_of(end) in state.addresses,
        adjacency=None if neighbors is None or not _has_protocol(link) else _adjacency(neighbor),
        neighbor=neighbor,
        ping=pings.get(said.peer) if pings is not None else None,
        heard=heard[0] if heard else None,
        stranger=_stranger(network, link, said, observation),
        new_errors=(state.new_errors or 0) if state is not None else 0,
        gaps=tuple(_gaps(link, said.peer, observation)),
    )


def _known(answer: Answer[T]) -> T | None:
    return None if isinstance(answer, (NotParsed, NotAsked)) else answer


def _has_protocol(link: Link) -> bool:
    return link.routing in (Routing.OSPF, Routing.BGP)


def _port_state(state: InterfaceState | None) -> Port:
    if state is None:
        return "absent"
    if not state.enabled:
        return "shut"
    return "up" if state.up else "no carrier"


def _neighbor(link: Link, interface: str, peer: IPv4Address, neighbors: tuple[Neighbor, ...]) -> Neighbor | None:
    """Return the configured neighbour, the best there is when it is listed twice (an old entry lingers)."""
    found = [
        n for n in neighbors if n.protocol == link.routing and n.address == peer and n.interface in (interface, None)
    ]
    return max(found, key=lambda n: n.good, default=None)


def _adjacency(neighbor: Neighbor | None) -> Adjacency:
    if neighbor is None or (neighbor.protocol == "bgp" and not neighbor.good) or neighbor.state in ("Down", "Attempt"):
        return "lost"
    if neighbor.good:
        return "good"
    return "one-way" if neighbor.state == "Init" else "forming"


def _stranger(network: Network, link: Link, said: Testimony, observation: Observation) -> str | None:
    """Return another router (or port) of ours that is at the far end in place of the right one; None if nobody is.

    Equipment that the inventory does not know (a radio, a media converter, a switch of the provider) is no
    stranger: it may well stand between our two ends.
    """
    interface = link.end_of(said.router).interface
    heard = tuple(n for n in _known(observation.lldp) or () if n.interface == interface)
    found = [_system(n) for n in heard if _system(n) in network.routers]
    found += _ospf_routers(network, interface, _known(observation.neighbors) or ())
    if said.other in found:
        return _other_port(network, said, link, heard)
    return next((router for router in found if router != said.router), None)


def _ospf_routers(network: Network, interface: str | None, neighbors: tuple[Neighbor, ...]) -> list[str]:
    """Return the routers of ours that are OSPF neighbours on ``interface``, by their loopbacks."""
    by_loopback = {router.loopback: router.key for router in network.routers.values()}
    ids = [n.router_id for n in neighbors if n.protocol == "ospf" and n.interface == interface]
    return [by_loopback[router_id] for router_id in ids if router_id in by_loopback]


def _other_port(network: Network, said: Testimony, link: Link, heard: tuple[LldpNeighbor, ...]) -> str | None:
    """Return the right router's wrong port, when that is what is heard."""
    right = next(end for end in link.ends if end.router == said.other)
    ports = {n.port for n in heard if _system(n) == said.other} & {*network.routers[said.other].interfaces}
    if not ports or right.interface in ports:
        return None
    return f"{said.other} {network.shown(said.other, min(ports))}"


def _system(neighbor: LldpNeighbor) -> str:
    """Return the host name that a neighbour announces, without its domain."""
    return neighbor.system.partition(".")[0].lower()


def _gaps(link: Link, peer: IPv4Address, observation: Observation) -> Iterator[Gap]:
    if isinstance(observation.interfaces, (NotParsed, NotAsked)):
        yield _gap("interfaces", observation.interfaces)
    if _has_protocol(link) and isinstance(observation.neighbors, (NotParsed, NotAsked)):
        yield _gap("neighbours", observation.neighbors)
    if isinstance(observation.pings, (NotParsed, NotAsked)):
        yield _gap("ping", observation.pings)
    elif peer not in observation.pings:
        yield _missing_ping(peer, observation)


def _gap(part: Literal["interfaces", "neighbours", "ping"], answer: NotParsed | NotAsked) -> Gap:
    if isinstance(answer, NotAsked):
        return Gap(part, parsed=True, reason=answer.reason)
    return Gap(part, parsed=False, reason=because("of-command", command=answer.command, reason=answer.reason))


def _missing_ping(peer: IPv4Address, observation: Observation) -> Gap:
    for failure in observation.parse_failures:
        if str(peer) in failure.command.split():
            return _gap("ping", failure)
    return Gap("ping", parsed=True, reason=because("not-pinged", address=peer))
