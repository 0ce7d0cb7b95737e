"""Plan a change of many routers: what is done to each, in which batches, and what that costs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nornir.core.task import Result, Task

from jipkit.drift import Drift, diff_lines
from jipkit.errors import ChangeError, JipError
from jipkit.model import Network, Router, State
from jipkit.parts import Part, divide
from jipkit.plan import Change, Loss, Plan, Stage, wording
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.rollout import Unit, pace_for, units
from jipkit.rollout.impact import Disturbance, certainly_cut, disturbed, losses
from playbooks._assessment import hindrance
from playbooks._plan import change_of, in_stages, risk_of
from playbooks._sessions import ask
from tasks.fetch import fetch_running

Answers = Mapping[str, str | JipError]


@dataclass(frozen=True, slots=True)
class _Survey:
    """What has to be done to a router, in which parts; ``left_out`` says why nothing is planned for it.

    ``left`` are parts that are not made good, because somebody at another end would not be told; ``why`` names him.
    """

    change: Change | None = None
    drift: Drift | None = None
    parts: tuple[Part, ...] = ()
    left_out: str = ""
    left: tuple[Part, ...] = ()
    why: Reason | None = None

    def without(self, part: Part, why: Reason) -> _Survey:
        """Return the same with ``part`` left as it is."""
        parts = tuple(one for one in self.parts if one is not part)
        return replace(self, parts=parts, left=(*self.left, part), why=self.why or why)


def running_of(project: Project, routers: Collection[Router], advance: Callable[[], None]) -> Answers:
    """Return what each router runs of which something can be planned, or why that is not known."""
    asked = [router for router in routers if not _unplannable(project, router)]
    return ask(project, asked, _fetching, advance=advance)


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
    found = {router.key: _survey(project, router, answers.get(router.key)) for router in routers}
    while True:
        try:
            return _planned(project, subject, _told_whole(project, found), answers)
        except ChangeError as error:  # one whose parts need each other; who stands at its links is told nothing either
            found[error.router] = _Survey(left_out=error.reason)


def _planned(project: Project, subject: str, found: Mapping[str, _Survey], answers: Answers) -> Plan:
    """Return the plan that ``found`` leads to.

    Raises:
        ChangeError: what is planned for a router cannot be made good in parts.
    """
    busy = {key: survey.change for key, survey in found.items() if survey.change and not survey.change.idle}
    order = units(
        project.network,
        {key: found[key].parts for key in busy},
        pace=pace_for([change.risk.level for change in busy.values() if change.risk]),
        risk=lambda unit: _risk(busy, unit),
    )
    disturbances = [_disturbances(project, batch, found) for batch in order]
    return Plan(
        job="plan",
        subject=subject,
        changes=_staged(project, order, busy, answers),
        batches=tuple(tuple(unit.routers for unit in batch) for batch in order),
        losses=tuple(Loss.of(loss) for loss in losses(project.network, disturbances)),
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


def _told_whole(project: Project, found: Mapping[str, _Survey]) -> dict[str, _Survey]:
    """Return what is planned without the parts of links whose other end would not be told.

    Whoever is left out for that leaves others half told in turn, until nobody is.
    """
    told = dict(found)
    while lost := [
        (key, part, why)
        for key, survey in told.items()
        for part in survey.parts
        if (why := _half_told(project.network, told, key, part)) is not None
    ]:
        for key, part, why in lost:
            told[key] = told[key].without(part, why)
    return {key: _trimmed(project, survey) for key, survey in told.items()}


def _half_told(network: Network, told: Mapping[str, _Survey], key: str, part: Part) -> Reason | None:
    """Return of which link the other end would not be told what a part tells a router; None: all would.

    Whether it needs that nobody knows where it was not read: it was not chosen, or does not answer.
    """
    for name in sorted(part.links):
        link = network.links[name]
        other = link.other_end(key).router
        if other is None or link.state is not State.ACTIVE or network.routers[other].state is not State.ACTIVE:
            continue
        survey = told.get(other, _Survey())
        if survey.change is None or any(name in one.links for one in survey.left):
            return because("half-told", link=name, router=other)
    return None


def _trimmed(project: Project, survey: _Survey) -> _Survey:
    """Return a survey whose change does not do what is left."""
    if survey.why is None or survey.change is None or survey.drift is None:
        return survey
    if not survey.parts:
        return _Survey(left_out=survey.why)
    left = {difference for part in survey.left for difference in part.differences}
    rest = tuple(difference for difference in survey.drift.differences if difference not in left)
    intended = project.render(survey.change.router)
    change = replace(
        survey.change,
        diff="\n".join(diff_lines(rest, project.network.place)),
        risk=risk_of(project, project.network, intended, replace(survey.drift, differences=rest)),
        warnings=(*survey.change.warnings, survey.why),
        left=tuple(wording(difference) for difference in survey.drift.differences if difference in left),
    )
    return replace(survey, change=change)


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
