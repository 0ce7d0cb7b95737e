"""Ask a router what it knows of its links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

from nornir.core.task import Result, Task

from jipkit.errors import AnswerError, IdentityError, JipError, LoginError, RouterError, UnreachableError
from jipkit.model import Link, Network, Routing, State
from jipkit.observation import Answer, InterfaceState, Neighbor, NotAsked, NotParsed, Observation, Ping
from jipkit.parsing import PARSERS, Counters, excerpt, read_counters, read_lldp, refusal
from jipkit.platforms import Fact, PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.transport import translated
from tasks.ping import PROBES, ping_from

AT_ONCE = 8
"""Questions on their way at the same time: OpenSSH takes ten channels in one session."""

PATIENCE_S = 10.0
"""How long a router may take to answer everything; a command that hangs (a frozen daemon) takes for ever."""

PROBES_AFTER_LOSS = 10
"""Three probes tell whether a line works, not how much it loses."""

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
    reason = _without_advice(error)
    failure = _FAILURES.get(type(error))
    if failure is None:
        unasked = NotAsked(reason)
        return Observation(router, at, None, reason, unasked, unasked, unasked, unasked)
    return Observation(router, at, failure, reason)


@dataclass(frozen=True, slots=True)
class _Question:
    """Something to ask a router: ``ask`` talks to it, ``read`` understands the answer or says that it does not."""

    command: str
    ask: Callable[[], object]
    read: Callable[[object], Any]


class _Conversation:
    """Questions that are on their way to one router at the same time, and their answers."""

    def __init__(self, router: str) -> None:
        self._router = router
        self._until = monotonic() + PATIENCE_S
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"observe-{router}")

    def put(self, question: _Question) -> Callable[[], Any]:
        """Send a question; return a function that waits for its answer.

        That function raises UnreachableError when the session is gone, and whatever is a mistake in a driver.
        """
        return partial(self._answer, question, self._pool.submit(question.ask))

    def close(self) -> None:
        """Let go of what is still on its way: it ends when the session is closed."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, question: _Question, future: Future[object]) -> Any:
        wait([future], timeout=max(0.0, self._until - monotonic()))
        if not future.done():
            return NotParsed(question.command, because("no-answer-within", seconds=f"{PATIENCE_S:g}"))
        error = future.exception()
        return question.read(future.result()) if error is None else self._understood(question, error)

    def _understood(self, question: _Question, error: BaseException) -> NotParsed | NotAsked:
        if isinstance(error, NotImplementedError):
            return NotAsked(because("no-getter", what=question.command))
        known = translated(self._router, error)
        if known is None or isinstance(known, UnreachableError):
            raise known or error
        return NotParsed(question.command, refusal(str(error)) or _without_advice(known))


def _observe(device: Any, network: Network, router: str, facts: PlatformFacts, at: datetime) -> Observation:
    links = [link for link in network.links_of(router) if link.state is State.ACTIVE]
    conversation = _Conversation(router)
    try:
        return _talk(conversation, device, facts, Observation(router, at), links)
    finally:
        conversation.close()


def _talk(
    conversation: _Conversation, device: Any, facts: PlatformFacts, blank: Observation, links: Sequence[Link]
) -> Observation:
    """Return what the router says; everything is asked at once, only the second look at the counters comes last."""
    counted = conversation.put(_counters(device))
    pings = [conversation.put(_ping(device, link, blank.router)) for link in links]
    ports = conversation.put(_command(device, facts, "interfaces"))
    neighbors = [conversation.put(_command(device, facts, name)) for name in _protocols(links)]
    heard = conversation.put(_Question("lldp", device.get_lldp_neighbors_detail, partial(read_lldp, command="lldp")))
    pinged = [answer() for answer in pings]
    lossy = [link for link, ping in zip(links, pinged, strict=True) if isinstance(ping, Ping) and 0 < ping.loss < 1]
    closer = [conversation.put(_ping(device, link, blank.router, PROBES_AFTER_LOSS)) for link in lossy]
    pinged += [answer() for answer in closer]
    again = conversation.put(_counters(device))
    interfaces, routing, lldp = ports(), [answer() for answer in neighbors], heard()
    before, after = counted(), again()
    return replace(
        blank,
        interfaces=_with_counters(interfaces, before, after),
        neighbors=_all_neighbors(routing),
        lldp=lldp,
        pings={ping.address: ping for ping in pinged if isinstance(ping, Ping)},
        parse_failures=tuple(
            answer for answer in (interfaces, *routing, lldp, *pinged, after) if isinstance(answer, NotParsed)
        ),
    )


def _command(device: Any, facts: PlatformFacts, name: Fact) -> _Question:
    """Return the question that the platform's data has under ``name``."""
    commands = facts.commands.get(name)
    if not commands:
        missing = NotAsked(because("no-command", platform=facts.platform, what=name))
        return _Question(name, lambda: missing, lambda _: missing)
    command, parser = commands[-1].send, PARSERS[commands[-1].read]
    return _Question(command, lambda: device.cli([command])[command], partial(parser, command=command))


def _protocols(links: Iterable[Link]) -> Iterator[Fact]:
    """Yield the names of the commands that tell of the neighbours on ``links``."""
    used = {link.routing for link in links}
    yield from (_NEIGHBORS[routing] for routing in sorted(used) if routing in _NEIGHBORS)


def _ping(device: Any, link: Link, router: str, probes: int = PROBES) -> _Question:
    source, peer = link.address_of(link.end_of(router)).ip, link.address_of(link.other_end(router)).ip
    # a ping that was understood, or was not, is an answer already
    return _Question(f"ping {peer}", partial(ping_from, device, peer, source, probes), lambda answer: answer)


def _counters(device: Any) -> _Question:
    return _Question("counters", device.get_interfaces_counters, partial(read_counters, command="counters"))


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


def _all_neighbors(answers: Iterable[Answer[tuple[Neighbor, ...]]]) -> Answer[tuple[Neighbor, ...]]:
    """Return the neighbours of all protocols; when one protocol's are not known, the whole is not."""
    found: list[Neighbor] = []
    for answer in answers:
        if isinstance(answer, (NotParsed, NotAsked)):
            return answer
        found += answer
    return tuple(found)


def _without_advice(error: JipError) -> str:
    """Return why a router tells nothing, without what to do next: a report says that once, for all of them."""
    return error.reason if isinstance(error.reason, Reason) else excerpt(error.reason)
