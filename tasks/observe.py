"""Ask a router what it knows of its links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from ipaddress import IPv4Interface
from typing import Any, TypeVar

from nornir.core.task import Result, Task

from jipkit.errors import AnswerError, IdentityError, JipError, LoginError, RouterError, UnreachableError
from jipkit.model import Link, Network, Routing, State
from jipkit.observation import Answer, Counters, InterfaceState, Neighbor, NotAsked, NotParsed, Observation, Ping
from jipkit.platforms import Fact, PlatformFacts
from tasks.asking import Conversation, Question, question, version_of, without_advice
from tasks.ping import PROBES, ping

T = TypeVar("T")

PROBES_AFTER_LOSS = 10
"""Three probes tell whether a line works, not how much it loses."""

_HEARD: tuple[Fact, ...] = ("lldp", "cdp")

_NEIGHBORS: Mapping[Routing, Fact] = {Routing.OSPF: "ospf_neighbors", Routing.BGP: "bgp_neighbors"}

_FAILURES: Mapping[type[JipError], Any] = {
    UnreachableError: "unreachable",
    IdentityError: "identity",
    LoginError: "login",
    AnswerError: "not parsed",
}


def observe_router(task: Task, network: Network) -> Result:
    """Put an `Observation` in ``result``: ports, neighbours, LLDP, errors, and a ping over each link in service.

    A session that does not come about, and an answer that nobody understands, are in the observation, too.
    """
    router, started = str(task.host.name), datetime.now(UTC)
    try:
        device = task.host.get_connection("device", task.nornir.config)
        observation = _observe(device, network, router, task.host.data["facts"], started)
    except RouterError as error:
        observation = without_session(router, started, error)
    return Result(host=task.host, result=observation)


def without_session(router: str, at: datetime, error: RouterError) -> Observation:
    """Return the observation of a router with which no session came about."""
    reason = without_advice(error)
    failure = _FAILURES.get(type(error))
    if failure is None:
        unasked = NotAsked(reason)
        return Observation(router, at, None, reason, unasked, unasked, unasked, unasked)
    return Observation(router, at, failure, reason)


def _observe(device: Any, network: Network, router: str, facts: PlatformFacts, at: datetime) -> Observation:
    links = [link for link in network.links_of(router) if link.state is State.ACTIVE]
    conversation = Conversation(router, parallel=facts.parallel)
    try:
        return _talk(conversation, device, facts, Observation(router, at), links)
    finally:
        conversation.close()


def _talk(
    conversation: Conversation, device: Any, facts: PlatformFacts, blank: Observation, links: Sequence[Link]
) -> Observation:
    """Return what the router says; everything is asked at once, only the second look at the counters comes last."""
    protocols = tuple(_protocols(links))
    version = version_of(conversation, device, facts, ("interfaces", "addresses", "counters", *protocols, *_HEARD))
    put = partial(_put, conversation, device, facts, version)
    counted = put("counters")
    pings = [conversation.put(_ping(device, facts, link, blank.router)) for link in links]
    ports, addressed = put("interfaces"), put("addresses") if "addresses" in facts.commands else None
    neighbors, heard = [put(name) for name in protocols], [put(fact) for fact in _heard_by(facts)]
    pinged = [answer() for answer in pings]
    lossy = [link for link, ping in zip(links, pinged, strict=True) if isinstance(ping, Ping) and 0 < ping.loss < 1]
    closer = [conversation.put(_ping(device, facts, link, blank.router, PROBES_AFTER_LOSS)) for link in lossy]
    pinged += [answer() for answer in closer]
    again = put("counters")
    interfaces = _with_addresses(ports(), addressed() if addressed else {})
    routing, lldp = [answer() for answer in neighbors], [answer() for answer in heard]
    before, after = counted(), again()
    return replace(
        blank,
        interfaces=_with_counters(interfaces, before, after),
        neighbors=_placed(_all(routing), interfaces),
        lldp=_all(lldp),
        pings={ping.address: ping for ping in pinged if isinstance(ping, Ping)},
        parse_failures=tuple(
            answer for answer in (interfaces, *routing, *lldp, *pinged, after) if isinstance(answer, NotParsed)
        ),
    )


def _put(
    conversation: Conversation, device: Any, facts: PlatformFacts, version: str | None, fact: Fact
) -> Callable[[], Any]:
    return conversation.put(question(device, facts, fact, version))


def _heard_by(facts: PlatformFacts) -> Iterator[Fact]:
    """Yield by what neighbours are heard: by LLDP, and by a vendor's own protocol where there is a command for it."""
    yield from (fact for fact in _HEARD if fact == "lldp" or fact in facts.commands)


def _protocols(links: Iterable[Link]) -> Iterator[Fact]:
    """Yield the names of the commands that tell of the neighbours on ``links``."""
    used = {link.routing for link in links}
    yield from (_NEIGHBORS[routing] for routing in sorted(used) if routing in _NEIGHBORS)


def _ping(device: Any, facts: PlatformFacts, link: Link, router: str, probes: int = PROBES) -> Question:
    source, peer = link.address_of(link.end_of(router)).ip, link.address_of(link.other_end(router)).ip
    return ping(device, facts, peer, source, probes)


def _with_addresses(
    interfaces: Answer[Mapping[str, InterfaceState]], addresses: Answer[Mapping[str, tuple[IPv4Interface, ...]]]
) -> Answer[Mapping[str, InterfaceState]]:
    """Return the states with addresses that were asked for by themselves; a port without a known address is none."""
    if isinstance(interfaces, (NotParsed, NotAsked)):
        return interfaces
    if isinstance(addresses, (NotParsed, NotAsked)):
        return addresses
    return {
        name: replace(state, addresses=tuple(dict.fromkeys(state.addresses + addresses.get(name, ()))))
        for name, state in interfaces.items()
    }


def _placed(
    neighbors: Answer[tuple[Neighbor, ...]], interfaces: Answer[Mapping[str, InterfaceState]]
) -> Answer[tuple[Neighbor, ...]]:
    """Return the neighbours, each of OSPF with the interface whose network it is in, where the router names none."""
    if isinstance(neighbors, (NotParsed, NotAsked)) or isinstance(interfaces, (NotParsed, NotAsked)):
        return neighbors
    return tuple(
        replace(n, interface=_facing(n, interfaces)) if n.protocol == "ospf" and n.interface is None else n
        for n in neighbors
    )


def _facing(neighbor: Neighbor, interfaces: Mapping[str, InterfaceState]) -> str | None:
    found = [name for name, state in interfaces.items() if any(neighbor.address in a.network for a in state.addresses)]
    return found[0] if len(found) == 1 else None


def _with_counters(
    interfaces: Answer[Mapping[str, InterfaceState]],
    before: Answer[Mapping[str, Counters]],
    after: Answer[Mapping[str, Counters]],
) -> Answer[Mapping[str, InterfaceState]]:
    """Return the states with what was counted; counters that nobody understands are None, as if there were none."""
    if isinstance(interfaces, (NotParsed, NotAsked)) or isinstance(after, (NotParsed, NotAsked)):
        return interfaces
    earlier: Mapping[str, Counters] = {} if isinstance(before, (NotParsed, NotAsked)) else before
    return {name: _counted(state, earlier.get(name), after.get(name)) for name, state in interfaces.items()}


def _counted(state: InterfaceState, before: Counters | None, after: Counters | None) -> InterfaceState:
    if after is None:
        return state
    new_errors = after.errors_since(before) if before is not None else None
    return replace(
        state,
        new_errors=new_errors,
        rx_errors=after.rx_errors,
        tx_errors=after.tx_errors,
        rx_octets=after.rx_octets,
        tx_octets=after.tx_octets,
    )


def _all(answers: Iterable[Answer[tuple[T, ...]]]) -> Answer[tuple[T, ...]]:
    """Return what is known by all protocols; when it is not known by one, the whole is not."""
    found: list[T] = []
    for answer in answers:
        if isinstance(answer, (NotParsed, NotAsked)):
            return answer
        found += answer
    return tuple(found)
