"""What one unit is to make of a router: what the inventory wants of it, or what it was before an earlier run."""

from __future__ import annotations

from typing import Protocol

from jipkit.errors import Holds
from jipkit.model import Network
from jipkit.plan import Plan
from jipkit.project import Project
from playbooks._back import back_of
from playbooks._prepared import Prepared
from playbooks._toward import Toward


class Aim(Protocol):
    """What one router is to become in one unit."""

    def guard(self, running: str) -> bool:
        """Return whether the router holds it already.

        Raises:
            ChangeError: the router is not as it was when the plan was made; the message says in what.
        """

    def prepared(self, running: str) -> Prepared:
        """Return what is put onto the router, which runs ``running``.

        Raises:
            ChangeError: it needs a secret that is not known, or the plan says that something else would be done.
        """

    def shortfall(self, running: str) -> str:
        """Return what the router does not hold of it after the change, in words; empty when it holds all."""

    def holds(self, running: str, before_sha256: str) -> Holds:
        """Return what a router that was changed holds of it; ``before_sha256`` is of what it ran before."""


def aim_of(project: Project, plan: Plan, after: Network, number: int, router: str) -> Aim:
    """Return what unit ``number`` of ``plan`` is to make of a router.

    Raises:
        StateError: it is to be as it was, and nothing is kept of that.
    """
    change, stage = plan.changes[router], plan.stage(number, router)
    if plan.job == "rollback":
        return back_of(project, plan, number, router)
    return Toward(project, after, project.network.router(router), change, stage, edited=plan.job == "plan")
