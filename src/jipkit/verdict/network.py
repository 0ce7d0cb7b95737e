"""The verdict on every link of a network, from what its routers said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from math import inf

from jipkit.model import Link, Medium, Network, State
from jipkit.observation import Observation
from jipkit.topology import distances, neighbours
from jipkit.verdict.bounds import THRESHOLDS, Bounds, bounds_of
from jipkit.verdict.link import LinkVerdict, judge_link
from jipkit.verdict.outages import find_outages, parts_of
from jipkit.verdict.testimony import Testimony, hear
from jipkit.verdict.words import Words, words


def judge_network(
    network: Network,
    observations: Mapping[str, Observation],
    *,
    at: datetime,
    thresholds: Mapping[Medium, Bounds] = THRESHOLDS,
) -> dict[str, LinkVerdict]:
    """Return the verdict on each link that is not retired, by key, in inventory order.

    ``observations`` are by router; a router that is not among them was never asked. A link is up only when every
    end of it that is ours says so, and down only when an end in reach does. A link of which no end can be reached
    is unknown, and its cause names the outage nearer to us that hides it.
    """
    near = distances(network, network.standards.controller.router, planned=True)
    heard = {
        link.key: _ends(network, link, observations, near)
        for link in network.links.values()
        if link.state is not State.RETIRED
    }

    def judge(upstream: Mapping[str, Words]) -> dict[str, LinkVerdict]:
        return {
            key: judge_link(
                network,
                network.links[key],
                ends,
                bounds_of(network.links[key], thresholds),
                at=at,
                upstream=next((upstream[end.router] for end in ends if end.router in upstream), None),
            )
            for key, ends in heard.items()
        }

    verdicts = judge({})
    hidden = _hidden(network, observations, verdicts)
    return with_offices(network, judge(hidden) if hidden else verdicts)


def _ends(
    network: Network, link: Link, observations: Mapping[str, Observation], near: Mapping[str, int]
) -> tuple[Testimony, ...]:
    """Return what the ends that are ours say, the one nearer to the controller first."""
    ours = [end for end in link.ends if end.router is not None]
    ours.sort(key=lambda end: near.get(end.router or "", inf))
    return tuple(hear(network, link, end, observations.get(end.router or "")) for end in ours)


def _hidden(
    network: Network, observations: Mapping[str, Observation], verdicts: Mapping[str, LinkVerdict]
) -> Mapping[str, Words]:
    """Return, for each router that no session reaches because of an outage nearer to us, which outage that is."""
    unreached = [key for key, observation in observations.items() if observation.failure == "unreachable"]
    found = {}
    for part in parts_of(network, unreached):
        outage = _outage_before(network, part, verdicts)
        if outage is not None:
            found.update(dict.fromkeys(part, outage))
    return found


def _outage_before(network: Network, part: Iterable[str], verdicts: Mapping[str, LinkVerdict]) -> Words | None:
    """Return what cuts off ``part``, a connected group of routers none of which takes a session.

    Nothing, when a link into it still carries: then its routers are ill in some other way.
    """
    root, inside = network.standards.controller.router, set(part)
    if root in inside:
        return words("upstream-of-all", root=root)
    into = [
        verdicts[link.key] for router in inside for link, other in neighbours(network, router) if other not in inside
    ]
    broken = sorted(verdict.link for verdict in into if verdict.carries is False)
    if not broken or any(verdict.carries for verdict in into):
        return None
    return words("upstream", links=", ".join(broken))


def with_offices(network: Network, verdicts: Mapping[str, LinkVerdict]) -> dict[str, LinkVerdict]:
    """Return the verdicts, each of a broken link with the offices that its outage cuts off."""
    outages = find_outages(network, verdicts)
    by_link = {key: outage for outage in outages for key in outage.links}
    return {
        key: replace(verdict, offices=by_link[key].offices, services=by_link[key].services)
        if key in by_link
        else verdict
        for key, verdict in verdicts.items()
    }
