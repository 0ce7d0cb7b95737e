"""Plan a change of many routers: what is done to each, in which batches, and what that costs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nornir.core.task import Result, Task

from jipkit.drift import Drift
from jipkit.errors import JipError
from jipkit.model import Network, Router
from jipkit.parts import Part, divide
from jipkit.plan import Change, Loss, Plan, Stage
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.rollout import BRISK, CAREFUL, Unit, impact, units
from jipkit.rollout.impact import Disturbance, certainly_cut, disturbed, losses
from playbooks._assessment import hindrance
from playbooks._plan import change_of, in_stages
from playbooks._sessions import ask
from tasks.fetch import fetch_running

Answers = Mapping[str, str | JipError]


@dataclass(frozen=True, slots=True)
class _Survey:
    """What has to be done to a router, in which parts; ``left_out`` says why nothing is planned for it."""

    change: Change | None = None
    drift: Drift | None = None
    parts: tuple[Part, ...] = ()
    left_out: str = ""


def running_of(project: Project, routers: Collection[Router], advance: Callable[[], None]) -> Answers:
    """Return what each router runs of which something can be planned, or why that is not known."""
    asked = [router for router in routers if not _unplannable(project, router)]
    return ask(project, asked, _fetching, advance=advance) if asked else {}


def _fetching(task: Task, advance: Callable[[], None]) -> Result:
    """Put the running configuration in ``result``, and tell that one more router is done."""
    try:
        return fetch_running(task)
    finally:
        advance()


def plan_rollout(project: Project, routers: Collection[Router], subject: str, answers: Answers) -> Plan:
    """Return what makes ``routers`` what the inventory wants, in batches; nothing is asked and nothing changed.

    ``answers`` are the running configurations of those that could be asked, or why they could not. Left out are
    routers of which nothing is known, those that only ``provision`` takes into service, and those that the change
    would certainly lose.
    """
    network = project.network
    found = {router.key: _survey(project, router, answers.get(router.key)) for router in routers}
    found |= {key: _Survey(left_out=why) for key, why in _half_told(network, found).items()}
    busy = {key: survey.change for key, survey in found.items() if survey.change and not survey.change.idle}
    risky = any(change.risk and change.risk.level == "high" for change in busy.values())
    order = units(
        network,
        {key: found[key].parts for key in busy},
        pace=CAREFUL if risky else BRISK,
        risk=lambda unit: _risk(busy, unit),
    )
    return Plan(
        job="plan",
        subject=subject,
        changes=_staged(project, order, busy, answers),
        batches=tuple(tuple(unit.routers for unit in batch) for batch in order),
        losses=tuple(_loss(loss) for loss in losses(network, [_disturbances(project, b, found) for b in order])),
        left_out={key: survey.left_out for key, survey in found.items() if survey.left_out},
    )


def _staged(
    project: Project, order: Sequence[Sequence[Unit]], busy: Mapping[str, Change], answers: Answers
) -> dict[str, Change]:
    """Return the changes in the order in which their routers are begun, each with a stage for each of its units."""
    parts: dict[str, list[Sequence[Part]]] = {}
    for unit in (unit for batch in order for unit in batch):
        for router in unit.routers:
            parts.setdefault(router, []).append(unit.parts[router])
    return {key: replace(busy[key], stages=_stages(project, key, str(answers[key]), of)) for key, of in parts.items()}


def _stages(project: Project, key: str, running: str, parts: Sequence[Sequence[Part]]) -> tuple[Stage, ...]:
    return in_stages(project, project.network, project.network.router(key), running, parts)


def _disturbances(project: Project, batch: Sequence[Unit], found: Mapping[str, _Survey]) -> list[Disturbance]:
    """Return what each unit of a batch disturbs on each of its routers."""
    network = project.network
    return [
        disturbed(part.of(drift), network, router, project.facts(network.router(router)))
        for unit in batch
        for router, parts in unit.parts.items()
        if (drift := found[router].drift) is not None
        for part in parts
    ]


def _half_told(network: Network, found: Mapping[str, _Survey]) -> dict[str, Reason]:
    """Return the routers that would be told something new of a link whose other end may need it too, and is not read.

    Whether it does nobody knows: it was not chosen, or does not answer.
    """
    known = {key for key, survey in found.items() if survey.change is not None}
    lost: dict[str, Reason] = {}
    for key, survey in found.items():
        for link in sorted(frozenset[str]().union(*(part.links for part in survey.parts))):
            other = network.links[link].other_end(key).router
            if other is not None and other not in known:
                lost.setdefault(key, because("half-told", link=link, router=other))
    return lost


def _survey(project: Project, router: Router, answer: str | JipError | None) -> _Survey:
    if why := _unplannable(project, router):
        return _Survey(left_out=why)
    if not isinstance(answer, str):
        return _Survey(left_out=answer.reason if answer else because("was-not-asked"))
    try:
        return _surveyed(project, router, answer)
    except JipError as error:
        return _Survey(left_out=error.reason)


def _surveyed(project: Project, router: Router, running: str) -> _Survey:
    network, facts = project.network, project.facts(router)
    change, drift = change_of(project, network, router, running)
    if change.idle:
        return _Survey(change)
    lost = certainly_cut(network, network, router.key, drift, facts, intended=change.intended)
    if lost:
        return _Survey(left_out=because("cuts-our-way", why="; ".join(lost)))
    if doubts := drift.doubts:
        where = " / ".join((*doubts[0].path, str(doubts[0].intended)))
        return _Survey(left_out=because("in-doubt", statement=where, why=doubts[0].reason or ""))
    return _Survey(change, drift, divide(drift, network, router.key, facts))


def _unplannable(project: Project, router: Router) -> str | None:
    """Return why nothing can be planned for a router, whatever it runs."""
    why = hindrance(project, router)
    if why is None and project.facts(router).napalm is None:
        return because("no-platform", platform=router.platform)
    return why


def _risk(busy: Mapping[str, Change], unit: Unit) -> float:
    return max((change.risk.score for key in unit.routers if (change := busy[key]).risk), default=0)


def _loss(found: impact.Loss) -> Loss:
    return Loss(
        tuple(office.key for office in found.cut_off),
        found.services,
        tuple(office.key for office in found.single_way),
    )
