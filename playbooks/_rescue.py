"""Taking a change back: what was applied to the routers of a unit is undone, and that is proven router by router."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from jipkit.candidate import secrets_of, way_back
from jipkit.errors import Holds, JipError, RouterError, StoreError
from jipkit.model import Network, Router
from jipkit.plan import Plan, digest_of
from jipkit.project import Project
from jipkit.reasons import because, said
from jipkit.store import Run
from playbooks._aims import Aim
from playbooks._prepared import Prepared
from playbooks._sessions import ask_one
from tasks.confirm import confirm_config
from tasks.fetch import fetch_running
from tasks.push import push_config
from tasks.rollback import read_commit, rollback_config

logger = logging.getLogger(__name__)

POLL_S = 1.0
GRACE_S = 45
"""How long after its timer a router may take to be seen again: the routes to it have to come back first."""


@dataclass(frozen=True, slots=True)
class Work:
    """What all units of a run have in common.

    ``after`` is the network once the plan is carried out. ``untimed`` are routers that the operator wants changed
    although they cannot take a change back by themselves. A router that is not ready for its change ``ready_s`` seconds
    after its unit was begun is given up. Once ``stop`` is set units give up, and are taken back; one that is about to
    be confirmed is finished.
    """

    project: Project
    plan: Plan
    after: Network
    run: Run
    timer_s: int
    untimed: Collection[str] = ()
    ready_s: float = 300.0
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one router in one unit: the last step taken, and what it holds of the change."""

    router: str
    step: str
    holds: Holds
    detail: str = ""
    error: JipError | None = None

    @property
    def good(self) -> bool:
        return self.step == "unchanged" or (self.step == "confirm" and self.holds == "all" and not self.detail)

    @property
    def why(self) -> str:
        """The detail in the chosen language, without the router and the step: where both have just been said."""
        return self.error.said() if self.error else said(self.detail)


@dataclass
class Member:
    """One router of a unit, on its way through the steps."""

    aim: Aim | None = None
    step: str = "not started"
    done: bool = False
    """It holds already what it should: nothing is written to it."""
    before: str = ""
    """What it ran before, as it is kept."""
    running: str = field(default="", repr=False)
    """What it ran before, secrets and all: a router without a timer has no memory of its own to go back by."""
    now: str = ""
    """What it runs after the change, as it is kept."""
    prepared: Prepared | None = None
    unarmed: bool = False
    """It has no timer, and its operator wants it changed all the same."""
    keeps: bool = False
    """It keeps, with every secret in it, what even a confirmed change can be taken back by."""
    earlier: str = ""
    """The commit that it remembers from before: not ours to take back."""
    begun: str = ""
    """The commit that it has made of this change, where the session lasted until it was named."""
    armed: float | None = None
    """When the change was applied."""
    back_s: int = 0
    """How long its timer takes at most to bring back what was: some count in minutes, some restart."""
    back_at: float = 0.0


class Rescue:
    """The routers of a unit that stand or fall together, as far as they have to be taken back."""

    def __init__(self, work: Work, number: int) -> None:
        self.work, self.number = work, number
        self.project, self.plan, self.after = work.project, work.plan, work.after
        self.routers = work.plan.units[number]
        self.members = {router: Member() for router in self.routers}

    def _take_back(self, error: JipError) -> tuple[Outcome, ...]:
        """Undo what was applied, prove it, and say what each router holds.

        A fresh router goes first: it is within reach only as long as its near end has not been taken back.
        """
        failed = error.router if isinstance(error, RouterError) else self.routers[0]
        armed = [key for key in self.routers if self.members[key].armed is not None]
        fresh = [key for key in armed if self.plan.changes[key].fresh]
        holds: dict[str, Holds] = {key: self._proven(key, GRACE_S) for key in fresh if self._ask_back(key)}
        rest = [key for key in armed if key not in fresh]
        asked = {key: self._ask_back(key) for key in rest}
        holds |= {key: self._proven(key, GRACE_S if asked[key] else self._left(key) + GRACE_S) for key in rest}
        outcomes = []
        for key in self.routers:
            member = self.members[key]
            now: Holds = "all" if member.done else holds.get(key, "unknown" if key in armed else "nothing")
            self._note(key, "taken back", {"holds": now, "step": member.step, "why": str(error)})
            if key == failed:
                outcomes.append(Outcome(key, member.step, now, str(error), error))
            else:
                outcomes.append(Outcome(key, member.step, now, because("taken-back-with", router=failed)))
        return tuple(outcomes)

    def _ask_back(self, key: str) -> bool:
        """Ask the router to take the change back at once; where it does not answer its timer will."""
        self._note(key, "rollback", {})
        member = self.members[key]
        for network in (self.after, self.project.network):
            try:
                router = network.router(key)
                if member.unarmed:
                    self._put_back(router)
                    return True
                last = ask_one(self.project, router, read_commit)
                if last["token"] != (member.begun or last["token"]):
                    return bool(last["state"] != "pending")  # another change waits there: not ours to take back
                if last["token"] != member.earlier and last["state"] in ("pending", "confirmed"):
                    ask_one(self.project, router, rollback_config)
            except JipError as error:
                logger.info("%s: no rollback by request: %s", key, error)
            else:
                return True
        return False

    def _put_back(self, router: Router) -> None:
        """Turn a router without a timer into what it was, from whatever part of the change it has taken.

        One that may have saved the change saves what it was, too.
        """
        member, facts = self.members[router.key], self.project.facts(router)
        if facts.push == "replace":
            back = member.running
        else:
            now = ask_one(self.project, router, fetch_running)
            back = "".join(f"{command}\n" for command in way_back(now, member.running, facts))
        if back:
            hidden = secrets_of(member.running, facts)
            ask_one(self.project, router, push_config, candidate=back, revert_in_s=None, message="undo", hidden=hidden)
        if member.step == "confirm":
            ask_one(self.project, router, confirm_config, earlier=member.earlier)

    def _proven(self, key: str, within_s: float) -> Holds:
        """Return what the router holds after the rollback, read from the router itself."""
        until = time.monotonic() + within_s
        router, member = self.project.network.router(key), self.members[key]
        while time.monotonic() < until:
            try:
                status = ask_one(self.project, router, read_commit)
                running = ask_one(self.project, router, fetch_running)
                if status["state"] != "pending" and member.aim is not None:
                    return member.aim.holds(running, digest_of(member.before))
            except JipError as error:
                logger.info("%s: not seen yet: %s", key, error)
            time.sleep(POLL_S)
        return "unknown"

    def _note(self, router: str, step: str, detail: Mapping[str, Any]) -> None:
        """Write down what is so already; a store that cannot be written must not keep a router from its rescue."""
        try:
            self.work.run.journal(router, step, {**detail, "unit": self.number})
        except StoreError:
            logger.exception("%s: %s could not be recorded", router, step)

    def _left(self, key: str) -> float:
        """Seconds until the timer of a router has brought back what was, at most."""
        return max(0.0, self.members[key].back_at - time.monotonic())
