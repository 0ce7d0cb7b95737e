"""Ask the routers that can tell about some links, and judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nornir.core.task import Result, Task

from jipkit.errors import JipError, RouterError
from jipkit.language import _
from jipkit.model import Link, Network, State, managed_ends
from jipkit.observation import Observation
from jipkit.playbook import Advance, progress
from jipkit.project import Project
from jipkit.verdict import LinkVerdict, Verdict, judge_network, routers_left_to_ask, routers_to_ask
from playbooks._sessions import ask
from tasks.observe import observe_router, without_session


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was seen: an observation of each router that was asked, a verdict on each link of the network."""

    observations: Mapping[str, Observation]
    verdicts: Mapping[str, LinkVerdict]

    def asked_of(self, network: Network) -> Sequence[LinkVerdict]:
        """Return the verdicts on the links in service of which every end of ours was asked, and could be."""
        return [
            verdict
            for key, verdict in self.verdicts.items()
            if network.links[key].state is State.ACTIVE
            and verdict.verdict is not Verdict.NEVER_COLLECTED
            and all(router in self.observations for router, _ in managed_ends(network.links[key]))
        ]


def sweep(project: Project, links: Iterable[Link]) -> Sweep:
    """Return the state of ``links`` as it is now.

    Where a router does not answer, those around it are asked too: one of them sees why.
    """
    network = project.network
    observations: dict[str, Observation] = {}
    to_ask = routers_to_ask(network, links)
    while to_ask:
        observations |= _observe(project, to_ask)
        to_ask = routers_left_to_ask(network, observations)
    return Sweep(observations, judge_network(network, observations, at=datetime.now(UTC)))


def _observe(project: Project, routers: Sequence[str]) -> Mapping[str, Observation]:
    network = project.network
    with progress(len(routers), _("Asking routers")) as advance:
        answers = ask(project, [network.router(key) for key in routers], _observing, network=network, advance=advance)
    return {key: _observation(key, answer) for key, answer in answers.items()}


def _observation(router: str, answer: Observation | JipError) -> Observation:
    """Return what was observed; a router that was too slow, or broke off, said nothing."""
    if isinstance(answer, RouterError):
        return without_session(router, datetime.now(UTC), answer)
    if isinstance(answer, JipError):
        raise answer
    return answer


def _observing(task: Task, network: Network, advance: Advance) -> Result:
    """Put an `Observation` in ``result``, and tell that one more router is done."""
    try:
        return observe_router(task, network)
    finally:
        advance()
