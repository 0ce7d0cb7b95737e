"""What was seen of links, and since when it is so: kept in the store, and read from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from jipkit.model import Network, State
from jipkit.project import Project
from jipkit.store import Sample, Store, StoredSample
from jipkit.verdict import FAULTY, Evidence, LinkVerdict, Verdict, Words, judge_network, with_offices
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
    since = _since(project.store, project.store.latest_samples())
    return {
        key: LinkState(verdict, since[key], verdict.at) if key in asked else LinkState(verdict)
        for key, verdict in swept.verdicts.items()
    }


def remembered(project: Project) -> Mapping[str, LinkState]:
    """Return the state in which every link was last seen; one of which there is no sample was never collected."""
    network = project.network
    kept = {key: sample for key, sample in project.store.latest_samples().items() if _in_service(network, key)}
    verdicts = judge_network(network, {}, at=datetime.now(UTC)) | {key: _verdict(kept[key]) for key in kept}
    since = _since(project.store, kept)
    return {
        key: LinkState(verdict, since[key], kept[key].seen) if key in kept else LinkState(verdict)
        for key, verdict in with_offices(network, verdicts).items()
    }


def _since(store: Store, kept: Mapping[str, StoredSample]) -> Mapping[str, datetime]:
    """Return since when each link has its verdict."""
    return {key: _same_verdict(store, sample) for key, sample in kept.items()}


def _same_verdict(store: Store, sample: StoredSample) -> datetime:
    """Return since when a link has the verdict of ``sample``, whatever cause it had meanwhile (up has only one)."""
    if sample.verdict == Verdict.UP:
        return sample.since
    alike = takewhile(lambda earlier: earlier.verdict == sample.verdict, reversed(store.history(sample.link)))
    return min((earlier.since for earlier in alike), default=sample.since)


def _in_service(network: Network, key: str) -> bool:
    return key in network.links and network.links[key].state is State.ACTIVE


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
