"""What has to change on which router, in one stage or in several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jipkit.backups import Reading
from jipkit.drift import Drift, compare, diff_lines, written_at
from jipkit.errors import ChangeError, IdentityError, JipError, UnreachableError
from jipkit.model import Network, Router, Source, State
from jipkit.parts import Part, partly
from jipkit.plan import Change, Plan, Stage, wording
from jipkit.postchecks import foreseen
from jipkit.project import Project
from jipkit.provisioning import units
from jipkit.reasons import because
from jipkit.rendering import Rendered
from jipkit.rollout.risk import Risk, assess
from jipkit.touched import digests_of, sections_of
from playbooks._sessions import ask
from tasks.fetch import fetch_running

REAL = ("missing", "extra", "changed", "misordered")
"""Kinds of differences that a change makes good."""

PLANNED_LIMIT_S = 5.0
"""How long a planned router may take to answer before it counts as one that will be met in the course of the change."""


def view(project: Project, router: Router, running: str) -> str:
    """Return a running configuration as it is kept: normalised, with keyed digests for its secrets."""
    return Reading.of(running, project.facts(router), project.secrets.digest).kept


def make_plan(
    project: Project,
    after: Network,
    routers: Collection[str],
    *,
    job: str,
    subject: str,
    activates: tuple[Source, ...],
    untimed: Collection[str] = (),
) -> Plan:
    """Return what has to change on ``routers`` so that they are as ``after`` wants them; changes nothing.

    ``untimed`` are routers that the operator wants changed although they cannot take a change back by themselves.

    Raises:
        RouterError: a router in service cannot be read, or cannot be changed safely.
    """
    now = [project.network.router(key) for key in routers]
    for router in now:
        _refuse_without_timer(project, router, untimed)
    answers = _running_of(project, now)
    changes = {}
    for router in now:
        answer = answers[router.key]
        if not_met_yet(project, router, answer):
            changes[router.key] = _first_change(project, after, router)
        elif isinstance(answer, JipError):
            raise answer
        else:
            changes[router.key] = change_of(project, after, router, answer)[0]
    fresh = [key for key, change in changes.items() if change.fresh]
    busy = [key for key, change in changes.items() if not change.idle]
    one_by_one = tuple((unit,) for unit in units(after, busy, fresh))
    return Plan(job, subject, changes, one_by_one, activates)


def _running_of(project: Project, routers: Collection[Router]) -> Mapping[str, str | JipError]:
    """Return what each router runs, or why that is not known; nobody waits long for one that is only planned."""
    planned = [router for router in routers if router.state is State.PLANNED]
    others = [router for router in routers if router.state is not State.PLANNED]
    answers = dict(ask(project, others, fetch_running))
    return answers | dict(ask(project, planned, fetch_running, limit_s=PLANNED_LIMIT_S))


def _refuse_without_timer(project: Project, router: Router, untimed: Collection[str]) -> None:
    facts = project.facts(router)
    if facts.napalm is None:
        raise ChangeError(
            router.key, "plan", f"jip has no driver for platform {router.platform}; change it by hand", holds="nothing"
        )
    if not facts.device_timer and router.key not in untimed:
        raise no_timer(router.key, (f"platform {router.platform} has none that jip can arm",), step="plan")


def no_timer(router: str, notes: Sequence[str], step: str = "guard") -> ChangeError:
    """Return the refusal to change a router that cannot take the change back by itself."""
    why = f" ({'; '.join(notes)})" if notes else ""
    return ChangeError(
        router,
        step,
        f"no rollback timer{why}: a mistake would have to be undone on site; if somebody is there, add "
        f"--without-timer {router}",
        holds="nothing",
    )


def not_met_yet(project: Project, router: Router, answer: object) -> bool:
    """Return whether a planned router cannot be asked yet: it does not answer, or nobody has trusted its key so far.

    Its port at the near end is shut until the change opens it, so its key may be seen by nobody before.
    """
    if router.state is not State.PLANNED:
        return False
    unknown = isinstance(answer, IdentityError) and project.hostkeys.pinned(router.key) is None
    return unknown or isinstance(answer, UnreachableError)


def _first_change(project: Project, after: Network, router: Router) -> Change:
    """Return the change of a router that is not reached yet: everything is new to it."""
    intended = project.render(router.key, after)
    lines = (
        f"+ {line}  # {', '.join(written_at(origin, after.place))}"
        for line, origin in zip(intended.lines, intended.origins, strict=True)
    )
    stage = Stage(checks=foreseen(after, router.key))
    return Change(router.key, intended.text, before=None, diff="\n".join(lines), stages=(stage,))


def change_of(project: Project, after: Network, router: Router, running: str) -> tuple[Change, Drift]:
    """Return what makes a router that runs ``running`` what ``after`` wants, in one stage, and what differs."""
    intended = project.render(router.key, after)
    drift = drift_of(project, intended, router, running)
    before = view(project, router, running)
    if drift.settled:
        return Change(router.key, intended.text, before, diff=""), drift
    change = Change(
        router.key,
        intended.text,
        before,
        "\n".join(diff_lines(drift.differences, after.place)),
        (_whole(project, after, router, drift, before),),
        risk_of(project, after, intended, drift),
        _warnings(project, router, drift),
    )
    return change, drift


def risk_of(project: Project, after: Network, intended: Rendered, drift: Drift) -> Risk:
    """Return what it may break to make the differences of ``drift`` good on the router of ``intended``."""
    facts = project.facts(after.router(drift.router))
    return assess(drift, after, drift.router, facts, lines=len(intended.lines))


def _whole(project: Project, after: Network, router: Router, drift: Drift, before: str) -> Stage:
    """Return the stage that makes all that differs good."""
    real = [difference for difference in drift.differences if difference.kind in REAL]
    sections = dict.fromkeys(d.section or "" for d in drift.differences if d.kind != "unmanaged")
    return Stage(
        (),
        tuple(wording(difference) for difference in real),
        digests_of(sections_of(before, project.facts(router)), sections),
        drift.remedy,
        drift.undo,
        drift.undo_complete,
        checks=foreseen(after, router.key),
    )


def in_stages(
    project: Project, after: Network, router: Router, running: str, units: Sequence[Sequence[Part]]
) -> tuple[Stage, ...]:
    """Return the stages in which a router that runs ``running`` becomes what ``after`` wants: each some parts.

    Raises:
        ChangeError: some of the parts cannot be made good without others.
    """
    intended, resolve = project.render(router.key, after), project.secrets.resolve
    facts = project.facts(router)
    said, found = sections_of(view(project, router, running), facts), []
    for parts in units:
        links = frozenset[str]().union(*(part.links for part in parts))
        differences = [difference for part in parts for difference in part.differences]
        try:
            repair = partly(intended, running, facts, differences, resolve)
        except ValueError as error:
            raise ChangeError(router.key, "plan", because("indivisible", why=str(error)), "nothing") from error
        found.append(
            Stage(
                tuple(sorted(links)),
                tuple(wording(difference) for difference in differences),
                digests_of(said, [difference.section or "" for difference in differences]),
                repair.commands,
                repair.undo,
                repair.undo_complete,
                checks=foreseen(after, router.key),
            )
        )
    return tuple(found)


def _warnings(project: Project, router: Router, drift: Drift) -> tuple[str, ...]:
    """Return what to know before a router is changed, in words."""
    timer = () if project.facts(router).device_timer else (because("cannot-take-back"),)
    undo = () if drift.undo_complete else (because("undo-incomplete"),)
    return (*drift.notes, *timer, *undo)


def drift_of(project: Project, intended: Rendered, router: Router, running: str) -> Drift:
    """Return how far what a router runs is from what is intended; its secrets are compared, too."""
    return compare(intended, running, project.facts(router), resolve=project.secrets.resolve)
