"""What stands between a plan's file and the routers: the policy in force, and the signatures beside the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jipkit.approval.judge import Refused, Standing, judge
from jipkit.approval.needs import PlanFacts, needed
from jipkit.approval.statement import SignsAs, signatures_beside
from jipkit.approval.trusted import Trusted, network_name, trusted
from jipkit.errors import ApprovalError
from jipkit.project import Project
from jipkit.reasons import Reason, as_json


@dataclass(frozen=True, slots=True)
class Approval:
    """Why a plan needs an approval (nothing where it needs none), and who signed it; None where nobody can sign."""

    reasons: tuple[Reason, ...]
    standing: Standing | None

    @property
    def lacks(self) -> str:
        """What is missing, and why what is there does not count; nothing where the plan may be carried out."""
        return self.standing.lacks() if self.reasons and self.standing else ""

    def next_steps(self, command: str) -> Reason | None:
        """Return who has to run what so that the plan may be carried out; None where nobody has to."""
        return self.standing.next_steps(command) if self.lacks and self.standing else None

    def as_json(self) -> dict[str, Any]:
        """Return what the journal keeps."""
        return {
            "needed": [as_json(reason) for reason in self.reasons],
            **(self.standing.as_json() if self.standing else {}),
        }


def require(project: Project, plan: Path, content: bytes, facts: PlanFacts, now: datetime) -> Approval:
    """Return how ``plan`` is approved: as the policy in force wants it, or because that wants nothing of it.

    ``content`` is what was read of the file ``plan``; carry that out, and do not read the file again. Call it before
    anything is changed, and again where much time has passed since.

    Raises:
        ApprovalError: an approval is needed and not there, or nobody can tell.
        InventoryError: the policy in the trusted branch has faults.
    """
    found = approval_of(project, plan, content, facts, now)
    if found.lacks:
        raise ApprovalError(
            f"{plan}: needs an approval ({'; '.join(found.reasons)}), and {found.lacks}; "
            f"{found.next_steps(f'{project.command} approve {plan}')}"
        )
    return found


def approval_of(project: Project, plan: Path, content: bytes, facts: PlanFacts, now: datetime) -> Approval:
    """Return how far ``plan`` is approved as the policy in force wants it; `require` says what the others are.

    Raises:
        ApprovalError: nobody can tell.
        InventoryError: the policy in the trusted branch has faults.
    """
    by = trusted(project)
    if by is None:
        return Approval((), None)
    reasons = needed(by.policy, facts)
    return Approval(reasons, standing_of(plan, content, network_name(project), by, now))


def standing_of(plan: Path, content: bytes, network: str, by: Trusted, now: datetime) -> Standing:
    """Return how far the signatures beside ``plan`` approve ``content``."""
    files: dict[str, tuple[SignsAs, bytes]] = {}
    unread: list[Refused] = []
    for path, found in signatures_beside(plan).items():
        signs_as = SignsAs.AUTHOR if path.name == f"{plan.name}.{SignsAs.AUTHOR}.sig" else SignsAs.APPROVER
        if isinstance(found, bytes):
            files[path.name] = (signs_as, found)
        else:
            unread.append(Refused(path.name, signs_as, found.reason))
    standing = judge(content, network, files, by, now)
    return replace(standing, refused=(*standing.refused, *unread))
