"""What an audit says of each router: as intended, drifted, or why that cannot be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Literal, NamedTuple, Self

from jipkit.drift import Drift
from jipkit.errors import JipError, ProjectError, UnreachableError
from jipkit.language import N_, _
from jipkit.model import Router, State
from jipkit.playbook import progress
from jipkit.project import Project
from jipkit.reasons import because, said
from playbooks._plan import drift_of
from playbooks._trust import in_short

Result = Literal["clean", "drift", "unreachable", "not assessable", "not in service"]

_STATES = {State.PLANNED: N_("planned"), State.RETIRED: N_("retired")}


class Earlier(NamedTuple):
    """When the last backup of a router was kept, and the version of the software that it names."""

    when: datetime
    version: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of one router; ``why`` where the result is not plain, ``drift`` where one could be computed.

    ``why`` is in English where a router is to blame, and then ``said`` has it in the chosen language. ``earlier`` is
    known where there is drift and a backup.
    """

    router: str
    result: Result
    why: str = ""
    drift: Drift | None = None
    said: str = ""
    reason: str = ""
    earlier: Earlier | None = None

    @classmethod
    def failed(cls, router: str, result: Result, error: JipError) -> Self:
        """Return that ``error`` kept us from knowing."""
        return cls(router, result, str(error), said=in_short(error), reason=error.reason)


def hindrance(project: Project, router: Router) -> str | None:
    """Return why a router's configuration cannot be compared; None where it can."""
    try:
        facts = project.facts(router)
    except ProjectError as error:
        return error.reason
    if facts.syntax is None:
        return because("no-comparison", platform=router.platform)
    return None


def assess_all(
    project: Project, routers: Sequence[Router], answers: Mapping[str, str | JipError]
) -> Iterator[Assessment]:
    """Yield what is known of each router from what it answered; one that is not in ``answers`` was not asked."""
    with progress(len(routers), _("Comparing")) as advance:
        for router in routers:
            yield _assess(project, router, answers.get(router.key))
            advance()


def _assess(project: Project, router: Router, answer: str | JipError | None) -> Assessment:
    if isinstance(answer, str):
        return _compared(project, router, answer)
    if isinstance(answer, UnreachableError):
        return Assessment.failed(router.key, "unreachable", answer)
    if isinstance(answer, JipError):
        return Assessment.failed(router.key, "not assessable", answer)
    if router.state is not State.ACTIVE:
        return Assessment(router.key, "not in service", _(_STATES[router.state]))
    why = hindrance(project, router) or because("was-not-asked")
    return Assessment(router.key, "not assessable", str(why), said=said(why))


def _compared(project: Project, router: Router, running: str) -> Assessment:
    """Return what a running configuration says; a secret that could not be compared is not taken for right."""
    try:
        drift = drift_of(project, project.render(router.key), router, running)
    except JipError as error:
        return Assessment.failed(router.key, "not assessable", error)
    if not drift.clean:
        return Assessment(router.key, "drift", drift=drift)
    if doubts := Counter(d.kind for d in drift.differences)["not assessable"]:
        why = _("secrets that could not be compared: {count}; all else is as intended").format(count=doubts)
        return Assessment(router.key, "not assessable", why, drift)
    if drift.notes:
        listed = reduce(lambda first, rest: because("listed", first=first, rest=rest), drift.notes)
        why = because("doubtful", notes=listed)
        return Assessment(router.key, "not assessable", str(why), drift, said=said(why))
    return Assessment(router.key, "clean", drift=drift)
