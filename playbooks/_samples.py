"""What was seen of links, and since when it is so: kept in the store, and read from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from jipkit.model import Network, State
from jipkit.project import Project
from jipkit.store import Sample, Store, StoredSample
from jipkit.verdict import (
    FAULTY,
    WINDOW,
    Evidence,
    LinkVerdict,
    Verdict,
    Words,
    breaks,
    judge_network,
    unless_flapping,
    with_offices,
)
from playbooks._sweep import Sweep


@dataclass(frozen=True, slots=True)
class LinkState:
    """The verdict on a link, since when it is the same, and when it was last seen to be; None: never seen."""

    verdict: LinkVerdict
    since: datetime | None = None
    seen: datetime | None = None

    @property
    def link(self) -> str:
        return self.verdict.link

    def urgency(self) -> tuple[int, int, str]:
        """Return what sorts the worst first: the verdict, then how many offices it cuts off."""
        return self.verdict.verdict.rank, -len(self.verdict.offices), self.link


def remember(project: Project, swept: Sweep) -> Mapping[str, LinkState]:
    """Return the state of every link after a sweep; what was asked is kept as a sample."""
    asked = {verdict.link for verdict in swept.asked_of(project.network)}
    project.store.record_samples(_sample(swept.verdicts[key]) for key in asked)
    kept = project.store.latest_samples()
    return {
        key: _state(project.store, verdict, kept[key]) if key in asked else LinkState(verdict)
        for key, verdict in swept.verdicts.items()
    }


def unkept(network: Network, swept: Sweep) -> Mapping[str, LinkState]:
    """Return the state of every link after a sweep that cannot be kept: nothing is known of what was before."""
    asked = {verdict.link for verdict in swept.asked_of(network)}
    return {key: LinkState(v, seen=v.at if key in asked else None) for key, v in swept.verdicts.items()}


def remembered(project: Project) -> Mapping[str, LinkState]:
    """Return the state in which every link was last seen; one of which there is no sample was never collected."""
    network = project.network
    kept = {key: sample for key, sample in project.store.latest_samples().items() if _counts(network, sample)}
    verdicts = judge_network(network, {}, at=datetime.now(UTC)) | {key: _verdict(kept[key]) for key in kept}
    return {
        key: _state(project.store, verdict, kept[key]) if key in kept else LinkState(verdict)
        for key, verdict in with_offices(network, verdicts).items()
    }


def _state(store: Store, verdict: LinkVerdict, sample: StoredSample) -> LinkState:
    """Return a verdict with its past: since when it holds, and whether the link is flapping."""
    if verdict.verdict is Verdict.UP and sample.since <= sample.seen - WINDOW:
        return LinkState(verdict, sample.since, sample.seen)
    past = [(one.since, Verdict(one.verdict)) for one in store.history(sample.link) if _is_ours(one)]
    alike = takewhile(lambda one: one[1] is verdict.verdict, reversed(past))
    since = min((moment for moment, _ in alike), default=verdict.at)
    return LinkState(unless_flapping(verdict, breaks(past)), since, sample.seen)


def _counts(network: Network, sample: StoredSample) -> bool:
    """Return whether a sample is of a link that is in service now, and of a kind that we know."""
    link = network.links.get(sample.link)
    return link is not None and link.state is State.ACTIVE and _is_ours(sample)


def _is_ours(sample: StoredSample) -> bool:
    """Return whether we know the verdict: another version of jip may have others."""
    return sample.verdict in set(Verdict)


def _sample(verdict: LinkVerdict) -> Sample:
    return Sample(
        link=verdict.link,
        at=verdict.at,
        verdict=verdict.verdict.value,
        cause=verdict.cause.as_json(),
        evidence=[fact.as_json() for fact in verdict.evidence],
    )


def _verdict(sample: StoredSample) -> LinkVerdict:
    verdict = Verdict(sample.verdict)
    return LinkVerdict(
        link=sample.link,
        verdict=verdict,
        cause=Words.from_json(sample.cause),
        at=sample.seen,
        evidence=tuple(Evidence.from_json(fact) for fact in sample.evidence),
        carries=False if verdict in FAULTY else None,
    )
