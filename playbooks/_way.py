"""Is it the router that does not answer, or somebody on the way to it?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from jipkit.errors import ChangeError, Holds, JipError, UnreachableError
from jipkit.model import Network
from jipkit.project import Project
from jipkit.reasons import Reason
from jipkit.topology import path
from playbooks._rescue import Outcome
from playbooks._sessions import ask
from tasks.identify import identify_router

ANSWERS_WITHIN_S = 15.0
"""How long a router may take to say its name before it counts as silent."""


@dataclass(frozen=True, slots=True)
class Way:
    """The ways from the controller to routers, as ``network`` has them."""

    project: Project
    network: Network

    def silent(self, unit: Collection[str]) -> str | None:
        """Return the router on the way to ``unit``, none of it, that does not answer; of several the nearest.

        The first is the one that the controller is at: where that is silent, it is our own uplink that was lost.
        """
        passed = list(dict.fromkeys(router for key in unit for router in self._passed(key) if router not in unit))
        return next(iter(self._silent(passed)), None)

    def answers(self, unit: Collection[str]) -> bool:
        """Return whether every router of ``unit`` answers."""
        return not self._silent(list(unit))

    def _silent(self, routers: Sequence[str]) -> list[str]:
        """Return those of ``routers`` with whom no session comes about; whoever refuses us answers."""
        asked = [self.network.router(key) for key in routers]
        answers = ask(self.project, asked, identify_router, limit_s=ANSWERS_WITHIN_S)
        return [key for key in routers if isinstance(answers[key], UnreachableError)]

    def _passed(self, router: str) -> Iterator[str]:
        """Yield the routers on the cheapest way to ``router``, from the controller's on; none where there is no way."""
        here = self.network.standards.controller.router
        for link in path(self.network, here, router, planned=True) or ():
            yield here
            here = link.other_end(here).router or ""


def out_of_reach(outcomes: Collection[Outcome]) -> bool:
    """Return whether a unit failed because one of its routers could not be reached, and none is known to hold it."""
    gone: tuple[Holds, ...] = ("nothing", "reverted", "unknown")
    return any(_lost(outcome.error) for outcome in outcomes) and all(outcome.holds in gone for outcome in outcomes)


def untouched(outcomes: Collection[Outcome]) -> bool:
    """Return whether it is known that no router of a unit was written to."""
    return all(outcome.holds == "nothing" for outcome in outcomes)


def _lost(error: JipError | None) -> bool:
    if isinstance(error, ChangeError):
        return isinstance(error.reason, Reason) and error.reason.code == "no-new-session"
    return isinstance(error, UnreachableError)
