"""Plan a change of many routers: what is done to each, in which batches, and what that costs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from nornir.core.task import Result, Task

from jipkit.errors import JipError
from jipkit.model import Router
from jipkit.plan import Change, Loss, Plan, Unit, units
from jipkit.project import Project
from jipkit.reasons import because
from jipkit.rollout import BRISK, CAREFUL, batches, impact
from jipkit.rollout.impact import Disturbance, certainly_cut, coupled, disturbed, losses
from playbooks._assessment import hindrance
from playbooks._plan import change_of
from playbooks._sessions import ask
from tasks.fetch import fetch_running

Answers = Mapping[str, str | JipError]


@dataclass(frozen=True, slots=True)
class _Survey:
    """What has to be done to a router, and what that disturbs; ``left_out`` says why nothing is planned for it."""

    change: Change | None = None
    disturbance: Disturbance = field(default_factory=Disturbance)
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
    busy = {key: survey.change for key, survey in found.items() if survey.change and not survey.change.idle}
    disturbances = {key: found[key].disturbance for key in busy}
    risky = any(change.risk and change.risk.level == "high" for change in busy.values())
    order = batches(
        network,
        units(network, busy, coupled=coupled(network, disturbances)),
        pace=CAREFUL if risky else BRISK,
        risk=lambda unit: _risk(busy, unit),
    )
    return Plan(
        job="plan",
        subject=subject,
        changes={router: busy[router] for batch in order for router in batch.routers},
        batches=tuple(batch.units for batch in order),
        losses=tuple(_loss(loss) for loss in losses(network, order, disturbances)),
        left_out={key: survey.left_out for key, survey in found.items() if survey.left_out},
    )


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
    return _Survey(change, disturbed(drift, network, router.key, facts))


def _unplannable(project: Project, router: Router) -> str | None:
    """Return why nothing can be planned for a router, whatever it runs."""
    why = hindrance(project, router)
    if why is None and project.facts(router).napalm is None:
        return because("no-platform", platform=router.platform)
    return why


def _risk(busy: Mapping[str, Change], unit: Unit) -> float:
    return max((change.risk.score for key in unit if (change := busy[key]).risk), default=0)


def _loss(found: impact.Loss) -> Loss:
    return Loss(
        tuple(office.key for office in found.cut_off),
        found.services,
        tuple(office.key for office in found.single_way),
    )
