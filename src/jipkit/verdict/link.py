"""The verdict on one link, with everything that a person who must act on it wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jipkit.model import Link, Network, Office, State
from jipkit.verdict.bounds import Bounds
from jipkit.verdict.rules import Case, percent, rule_on
from jipkit.verdict.testimony import Testimony
from jipkit.verdict.words import FAULTY, Evidence, Verdict, Words, words


@dataclass(frozen=True, slots=True)
class LinkVerdict:
    """The state of a link at ``at`` (UTC).

    ``testified`` are the routers that could be asked. ``carries`` tells whether traffic passes: None when nobody
    knows. ``offices`` are cut off by the outage that this link is part of, and ``services`` stop there.
    """

    link: str
    verdict: Verdict
    cause: Words
    at: datetime
    evidence: tuple[Evidence, ...] = ()
    testified: tuple[str, ...] = ()
    carries: bool | None = None
    offices: tuple[Office, ...] = ()
    services: tuple[str, ...] = ()


def judge_link(
    network: Network,
    link: Link,
    ends: tuple[Testimony, ...],
    bounds: Bounds,
    *,
    at: datetime,
    upstream: Words | None = None,
) -> LinkVerdict:
    """Return the verdict on one link from what its ends said; ``upstream`` is the outage that hides them, if any."""
    case = Case(link, ends, bounds, _is_planned(network, link), upstream)
    verdict, cause = rule_on(case)
    return LinkVerdict(
        link=link.key,
        verdict=verdict,
        cause=cause,
        at=at,
        evidence=() if case.planned else tuple(fact for end in ends for fact in facts_of(end, case.protocol)),
        testified=tuple(end.router for end in ends if end.answered),
        carries=_carries(verdict, ends),
    )


def _is_planned(network: Network, link: Link) -> bool:
    routers = [network.routers[end.router] for end in link.ends if end.router is not None]
    return State.PLANNED in (link.state, *(router.state for router in routers))


def _carries(verdict: Verdict, ends: tuple[Testimony, ...]) -> bool | None:
    if verdict is Verdict.PLANNED:
        return None
    if verdict is Verdict.DOWN:
        return False
    if any(end.sees_other for end in ends):
        return True
    return False if verdict in FAULTY else None


def facts_of(end: Testimony, protocol: str) -> Iterator[Evidence]:
    """Yield what an end said, most telling first."""
    for fact in _facts(end, protocol):
        yield Evidence(end.router, fact)


def _facts(end: Testimony, protocol: str) -> Iterator[Words]:
    if not end.answered:
        yield _no_testimony(end)
        return
    if end.port_state is not None:
        yield words(f"port-{end.port_state.replace(' ', '-')}", port=end.port)
    if end.addressed is False:
        yield words("address-missing", address=end.address)
    if end.neighbor is not None:
        yield words("neighbour", protocol=protocol, address=end.peer, state=end.neighbor.state)
    elif end.adjacency is not None:
        yield words("no-neighbour", protocol=protocol, address=end.peer)
    yield from _ping_facts(end)
    if end.heard is not None:
        yield words("lldp", system=end.heard.system, port=end.heard.port)
    for gap in end.gaps:
        code = "part-not-asked" if gap.parsed else "part-not-parsed"
        yield words(code, part=gap.part, reason=gap.reason)


def _no_testimony(end: Testimony) -> Words:
    if end.session == "never collected":
        return words("unasked")
    return words("unreachable" if end.session == "unreachable" else "refused", reason=end.reason)


def _ping_facts(end: Testimony) -> Iterator[Words]:
    if end.ping is None:
        return
    if end.ping.rtt_ms is None:
        yield words("ping-lost", address=end.peer)
    else:
        yield words("ping", address=end.peer, loss=percent(end.ping.loss), delay=f"{end.ping.rtt_ms:.1f}")
