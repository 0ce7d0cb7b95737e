"""What must be true after a change before it is confirmed, made from the model, and what of it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jipkit.model import Link, Network, State
from jipkit.observation import Observation
from jipkit.reasons import SENTENCES, because
from jipkit.verdict import LinkVerdict, Verdict, judge_network

Check = tuple[str, str]
"""What is looked at after a change, and of what:

- ``session``: the router takes a new session at its management address;
- ``link``: the link is up from both its ends, by interface, neighbour and ping, if it worked before or comes into
  service;
- ``lines``: the router is read again, and holds every line that it was told and nothing else that is new.
"""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How the links were before a change: they must not be worse after it. A link that was ill may stay ill."""

    up: frozenset[str] = frozenset()
    degraded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, network: Network, observations: Mapping[str, Observation]) -> Baseline:
        """Return which links were up, and which worked badly, from what both their ends said."""
        verdicts = _judged(network, observations).items()
        return cls(
            frozenset(key for key, found in verdicts if found.verdict is Verdict.UP),
            frozenset(key for key, found in verdicts if found.verdict is Verdict.DEGRADED),
        )

    def allows(self, link: str, verdict: Verdict) -> bool:
        """Return whether ``link`` is well enough after the change: up, or as badly as it was."""
        return verdict is Verdict.UP or (verdict is Verdict.DEGRADED and link in self.degraded)


def witnesses(network: Network, routers: Collection[str]) -> tuple[str, ...]:
    """Return the routers that can testify about a change of ``routers``: themselves, and who is at their links."""
    found = dict.fromkeys(routers)
    for router in routers:
        for link in network.links_of(router):
            other = link.other_end(router).router
            if other is not None and link.state is State.ACTIVE and network.routers[other].state is State.ACTIVE:
                found.setdefault(other)
    return tuple(found)


def required(before: Network, after: Network, routers: Collection[str], baseline: Baseline) -> tuple[Link, ...]:
    """Return the links of ``routers`` that have to work after the change.

    Those that worked before, and those that the change takes into service.
    """
    links = {link.key: link for router in routers for link in _looked_at(after, router)}
    new = {key for key in links if before.links[key].state is State.PLANNED}
    return tuple(link for key, link in links.items() if key in new | baseline.up | baseline.degraded)


def foreseen(after: Network, router: str) -> tuple[Check, ...]:
    """Return what will be looked at after a change of ``router``; ``after`` is the network that it makes true.

    Which of the links worked before, and so have to afterwards, is not known yet: see `required`.
    """
    links = sorted(link.key for link in _looked_at(after, router))
    return ("session", router), *(("link", key) for key in links), ("lines", router)


def in_words(check: Check) -> str:
    """Return what a check is about, as a `jipkit.reasons.Reason`; as it is where it is none that we know."""
    kind, what = check
    return because(f"check-{kind}", what=what) if f"check-{kind}" in SENTENCES else f"{kind} {what}"


def _looked_at(after: Network, router: str) -> tuple[Link, ...]:
    return tuple(link for link in after.links_of(router) if link.state is State.ACTIVE)


def failing(
    before: Network,
    after: Network,
    routers: Collection[str],
    baseline: Baseline,
    observations: Mapping[str, Observation],
) -> Mapping[str, str]:
    """Return for each router of the change what is not as it must be, in words; empty when all is well.

    Each router must take a new session at its management address, and each `required` link must be up from both
    ends: interface, neighbour and ping.
    """
    found = {key: words for key in routers if (words := _no_session(observations.get(key)))}
    verdicts = _judged(after, observations)
    for link in required(before, after, routers, baseline):
        verdict = verdicts[link.key]
        if not baseline.allows(link.key, verdict.verdict):
            ours = [end.router for end in link.ends if end.router in set(routers)]
            for router in ours:
                if router is not None:
                    found.setdefault(router, f"link {link.key} is {verdict.verdict}: {verdict.cause}")
    return found


def _no_session(observation: Observation | None) -> str | None:
    if observation is None:
        return because("unasked")
    if observation.failure is None:
        return None
    return because("no-new-session", reason=observation.reason or observation.failure)


def _judged(network: Network, observations: Mapping[str, Observation]) -> Mapping[str, LinkVerdict]:
    return judge_network(network, observations, at=datetime.now(UTC))
