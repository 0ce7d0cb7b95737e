"""May this plan be carried out now? Calendar, inventory and approval are asked in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from jipkit.approval import Approval, PlanFacts, approval_of, facts_of, require
from jipkit.errors import ApprovalError, ChangeError, JipError, UsageError
from jipkit.model import Network
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.rollout.windows import opening


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a plan may be carried out, at the moment at which it is asked.

    ``file`` is where the signatures lie that approve it, ``content`` the very bytes that are carried out: a signature
    of any others does not count. ``emergency`` is the reason for which the calendar is not asked; it lifts no approval.
    ``otherwise`` says what to do where the inventory wants something else by now; else the plan is made again.
    """

    plan: Plan
    file: Path
    content: bytes
    emergency: str | None = None
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Refuse an emergency without a reason.

        Raises:
            UsageError: it has none.
        """
        if self.emergency is not None and not self.emergency.strip():
            raise UsageError("--emergency wants a reason: it is what the record says")

    def require(self, project: Project, wanted: Network | None = None) -> Approval:
        """Return how the plan is approved, after everything has been asked; call it when the locks are held.

        ``wanted`` is the network that the plan shall make true; None where it is about what once was.

        Raises:
            UsageError: the calendar is closed; the message names the next window.
            ChangeError: the inventory or a template is not what the plan was made from; the message names the routers.
            ApprovalError: an approval that the policy wants is not there, or nobody can tell.
        """
        if why := self.closed(project):
            raise UsageError(f"{why}; nothing was done. --emergency 'REASON' goes ahead, and is recorded")
        if wanted is not None:
            self._refuse_outdated(project, wanted)
        return require(project, *self._judged(project))

    def hindrance(self, project: Project) -> Reason | None:
        """Return why no further batch may begin: a window that closed meanwhile, an approval that counts no more.

        The inventory is read anew: what stands in the calendar and in the trusted branch now is what counts.
        """
        project = replace(project)
        try:
            if why := self.closed(project):
                return why
            lacks = self.lacks(project)
        except UsageError as error:
            return because("inventory-faulty", reason=error.reason)
        return because("approval-gone", reason=lacks) if lacks else None

    def lacks(self, project: Project) -> str:
        """Return what is missing of the approval that the policy wants, or why nobody can tell."""
        try:
            return approval_of(project, *self._judged(project)).lacks
        except ApprovalError as error:
            return error.reason

    def closed(self, project: Project) -> Reason | None:
        """Return why the calendar allows no change now, and when it does; None: it does, or this is an emergency."""
        if self.emergency is not None:
            return None
        standards, calendar = project.network.standards, project.network.calendar
        now = opening(calendar, standards.timezone, datetime.now(UTC))
        if now.closed is None or now.until is None:
            return now.closed
        return because("opens-at", closed=now.closed, at=f"{now.until:%Y-%m-%d %H:%M} {standards.timezone}")

    def _again(self, project: Project) -> str:
        """Return how the plan is made again; a dry run of `jip provision` has its own place."""
        output = f" --output {self.file}" if self.plan.job == "plan" else ""
        return f"Make the plan again: {project.command} {self.plan.job} {self.plan.subject}{output}"

    def _judged(self, project: Project) -> tuple[Path, bytes, PlanFacts, datetime]:
        return self.file, self.content, facts_of(self.plan, project.network), datetime.now(UTC)

    def _refuse_outdated(self, project: Project, wanted: Network) -> None:
        found = dict(_outdated(project, wanted, self.plan))
        if found:
            routers = ", ".join(f"{key} ({error.reason})" if error else key for key, error in found.items())
            raise ChangeError(
                next(iter(found)),
                "guard",
                f"the inventory or a template changed since the plan was made, for {routers}. Nothing was changed. "
                f"{self.otherwise or self._again(project)}",
                holds="nothing",
            )


def _outdated(project: Project, wanted: Network, plan: Plan) -> Iterator[tuple[str, JipError | None]]:
    """Yield the routers that are wanted otherwise than when the plan was made, or not at all, and why."""
    for key, change in plan.changes.items():
        try:
            if project.render(key, wanted).text != change.intended:
                yield key, None
        except JipError as error:
            yield key, error
