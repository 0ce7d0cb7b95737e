"""What routers would say, made by hand: everything as the inventory wants it, and then spoilt on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import Any, Literal

from jipkit.model import End, Link, Network, Routing, State
from jipkit.observation import InterfaceState, LldpNeighbor, Neighbor, NotAsked, NotParsed, Observation, Ping

AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def healthy(network: Network, router: str, at: datetime = AT) -> Observation:
    """Return what ``router`` says when every link of it that is in service is well."""
    links = [link for link in network.links_of(router) if link.state is State.ACTIVE]
    facing = [(link, link.end_of(router), link.other_end(router)) for link in links]
    peers = [link.address_of(far).ip for link, _, far in facing]
    return Observation(
        router=router,
        at=at,
        interfaces={str(near.interface): _port(link.address_of(near)) for link, near, _ in facing},
        neighbors=tuple(n for link, near, far in facing for n in _neighbors(network, link, near, far)),
        lldp=tuple(
            LldpNeighbor(str(near.interface), far.router, str(far.interface)) for _, near, far in facing if far.router
        ),
        pings={peer: Ping(peer, 3, 0.0, 1.5) for peer in peers},
    )


def all_healthy(network: Network, routers: Iterable[str] | None = None, at: datetime = AT) -> dict[str, Observation]:
    """Return what the routers in service (or ``routers``) say when all is well."""
    asked = routers or (key for key, router in network.routers.items() if router.state is State.ACTIVE)
    return {router: healthy(network, router, at) for router in asked}


def failed(
    router: str, failure: Literal["unreachable", "identity", "login", "not parsed"], reason: str = "no answer"
) -> Observation:
    """Return the observation of a router with which no session came about."""
    return Observation(router, AT, failure, reason)


def with_port(observation: Observation, port: str, **fields: Any) -> Observation:
    """Return the observation with other values for the state of one port; with ``absent=True`` without it."""
    states = dict(_understood(observation.interfaces))
    if fields.pop("absent", False):
        del states[port]
    else:
        states[port] = replace(states[port], **fields)
    return replace(observation, interfaces=states)


def with_neighbor(observation: Observation, address: str, state: str | None) -> Observation:
    """Return the observation with another state of one neighbour; None: it is gone."""
    kept = []
    for neighbor in _understood(observation.neighbors):
        if neighbor.address != IPv4Address(address):
            kept.append(neighbor)
        elif state is not None:
            kept.append(replace(neighbor, state=state, good=state in ("Full", "Established")))
    return replace(observation, neighbors=tuple(kept))


def with_ping(observation: Observation, address: str, loss: float, rtt_ms: float | None = None) -> Observation:
    """Return the observation with another outcome of one ping."""
    peer = IPv4Address(address)
    return replace(observation, pings={**_understood(observation.pings), peer: Ping(peer, 3, loss, rtt_ms)})


def cut(network: Network, observations: dict[str, Observation], link: str, *, signal: bool = False) -> None:
    """Let both ends of ``link`` say that it is cut; with ``signal`` their ports stay up (a break further out)."""
    broken = network.link(link)
    for end in broken.ends:
        observation = observations.get(end.router or "")
        if observation is None or observation.failure is not None:
            continue
        peer = str(broken.address_of(broken.other_end(observation.router)).ip)
        observation = with_port(observation, str(end.interface), up=signal)
        observation = with_ping(with_neighbor(observation, peer, None), peer, 1.0)
        observations[observation.router] = observation


def _port(address: IPv4Interface) -> InterfaceState:
    return InterfaceState(enabled=True, up=True, addresses=(address,))


def _neighbors(network: Network, link: Link, near: End, far: End) -> Iterable[Neighbor]:
    address = link.address_of(far).ip
    if link.routing is Routing.OSPF and far.router:
        loopback = network.routers[far.router].loopback
        yield Neighbor("ospf", near.interface, address, "Full", good=True, router_id=loopback)
    elif link.routing is Routing.BGP:
        yield Neighbor("bgp", None, address, "Established", good=True)


def _understood(answer: Any) -> Any:
    if isinstance(answer, (NotParsed, NotAsked)):
        raise TypeError(answer)
    return answer
