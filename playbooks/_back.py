"""What a router is taken back to: what it ran before a unit of an earlier run."""

from __future__ import annotations

from dataclasses import dataclass, field

from jipkit.candidate import secrets_of, way_back
from jipkit.errors import ChangeError, Holds, StateError
from jipkit.model import Router
from jipkit.plan import Change, Plan, changed_lines, digest_of
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.reasons import because
from playbooks._plan import view
from playbooks._prepared import Prepared, text_of


@dataclass
class Back:
    """A router on its way back to what it ran before a unit of an earlier run.

    ``target`` is that, as it said it. ``earlier`` is what it was taken back to by the unit before this one, None for
    the first: then it has to be what it was when the plan was made.
    """

    project: Project
    router: Router
    change: Change
    target: str = field(repr=False)
    earlier: str | None = field(default=None, repr=False)

    def guard(self, running: str) -> bool:
        now = view(self.project, self.router, running)
        if not self._ahead(running, self.target):
            return True
        if self.earlier is None:
            then = self.change.before or ""
            same = now == then
        else:
            then = view(self.project, self.router, self.earlier)
            same = not self._ahead(running, self.earlier)
        if not same:
            lines = "; ".join(changed_lines(then, now))
            raise ChangeError(self.router.key, "guard", because("changed-since-run", lines=lines), "nothing")
        return False

    def prepared(self, running: str) -> Prepared:
        hidden = secrets_of(running, self._facts) | secrets_of(self.target, self._facts)
        if self._facts.push == "replace":
            return Prepared(self.target, hidden, disturbs=True)
        return Prepared(text_of(self._ahead(running, self.target)), hidden, disturbs=True)

    def shortfall(self, running: str) -> str:
        if not self._ahead(running, self.target):
            return ""
        then, now = (view(self.project, self.router, text) for text in (self.target, running))
        return "\n".join(changed_lines(now, then)) or because("not-as-before")

    def holds(self, running: str, before_sha256: str) -> Holds:
        if digest_of(view(self.project, self.router, running)) == before_sha256:
            return "reverted"
        return "part" if self._ahead(running, self.target) else "all"

    def _ahead(self, now: str, then: str) -> tuple[str, ...]:
        return way_back(now, then, self._facts)

    @property
    def _facts(self) -> PlatformFacts:
        return self.project.facts(self.router)


def back_of(project: Project, plan: Plan, number: int, router: str) -> Back:
    """Return what unit ``number`` of the plan of a rollback takes a router back to.

    Raises:
        StateError: nothing is kept of that, or what is kept cannot be read.
    """
    run, change = int(plan.subject), plan.changes[router]
    stage = plan.stage(number, router)
    place = change.stages.index(stage)
    earlier = change.stages[place - 1].undoes if place else None
    return Back(
        project,
        project.network.router(router),
        change,
        _kept(project, run, stage.undoes, router),
        None if place == 0 else _kept(project, run, earlier, router),
    )


def _kept(project: Project, run: int, unit: int | None, router: str) -> str:
    text = project.undo.kept(run, unit, router) if unit is not None else None
    if text is None:
        raise StateError(f"{router}: nothing is kept of what it ran before run {run}; it cannot be taken back")
    return text
