"""The one way to write to routers: lock, journal, guard, apply on a timer, look again, confirm or take back."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from math import ceil
from typing import Any

from jipkit.candidate import secrets_of
from jipkit.errors import ChangeError, IdentityError, JipError, UnreachableError
from jipkit.model import Network, Router, State
from jipkit.observation import Observation
from jipkit.plan import digest_of
from jipkit.postchecks import Baseline, failing, witnesses
from jipkit.reasons import because
from jipkit.store import HELD
from playbooks import _rescue
from playbooks._aims import aim_of
from playbooks._plan import no_timer, not_met_yet, view
from playbooks._rescue import Member, Outcome, Rescue, Work
from playbooks._sessions import ask, ask_one
from tasks.confirm import confirm_config, forget_config
from tasks.fetch import fetch_running
from tasks.identify import identify_router
from tasks.observe import observe_router
from tasks.probe import probe_router
from tasks.push import dry_run_config, push_config
from tasks.rollback import read_commit

logger = logging.getLogger(__name__)

MARGIN_S = 1.0
"""How much longer than a dead interval is waited before a neighbour counts as there."""
CHECKS_S = 5.0
"""How long the checks take at least."""
PATIENT = 0.8
"""The share of a timer after which nobody waits for good checks any more."""


def carry_out_unit(work: Work, number: int) -> tuple[Outcome, ...]:
    """Change unit ``number`` (from 0) of the plan, and say what each of its routers holds.

    A router that holds already what it should is left as it is: "unchanged", and it holds all.
    """
    return _Unit(work, number).carry_out()


class _Unit(Rescue):
    """Routers that stand or fall together, on their way through the steps."""

    baseline = Baseline()

    def carry_out(self) -> tuple[Outcome, ...]:
        """Take every router through every step, or none."""
        self.begun_at = time.monotonic()
        try:
            self._prepare_all()
            if all(member.done for member in self.members.values()):
                return self._unchanged()
            self._apply_all()
            self._look_again()
            self._confirm_all()
        except JipError as error:
            return self._take_back(error)
        except (KeyboardInterrupt, Exception) as error:  # a mistake of ours must not leave a router in between either
            for outcome in self._take_back(JipError(f"interrupted: {type(error).__name__}")):
                logger.warning("%s: stopped at %s; holds %s", outcome.router, outcome.step, outcome.holds)
            raise
        return tuple(self._good(router, "confirm") for router in self.routers)

    def _unchanged(self) -> tuple[Outcome, ...]:
        for router in self.routers:
            self._note(router, "unchanged", {"holds": "all"})
        return tuple(self._good(router, "unchanged") for router in self.routers)

    def _good(self, router: str, step: str) -> Outcome:
        return Outcome(router, "unchanged" if self.members[router].done else step, "all")

    # -- steps before anything is written

    def _prepare_all(self) -> None:
        ready = [router for router in self.routers if not self.plan.changes[router].fresh]
        self.baseline = Baseline.of(self.project.network, self._observe(ready, self.project.network))
        for router in ready:
            self._prepare(router)
        if any(member.done for member in self.members.values()):
            # the links between those that are changed already and those that are not cannot work yet
            self.baseline = replace(self.baseline, up=self.baseline.up | set(self.plan.links(self.number)))

    def _prepare(self, key: str) -> None:
        router, member, change = self.project.network.router(key), self.members[key], self.plan.changes[key]
        if router.state is not State.PLANNED:
            self._enter(key, "identity")
            ask_one(self.project, router, identify_router)
        self._enter(key, "backup")
        member.running = ask_one(self.project, router, fetch_running)
        member.before = view(self.project, router, member.running)
        self.project.backups.save(key, member.before)
        self._enter(key, "guard", before=digest_of(member.before), intended=change.intended_sha256)
        member.aim = aim_of(self.project, self.plan, self.after, self.number, key)
        member.done = member.aim.guard(member.running)
        if member.done:
            return
        member.earlier = self._last_commit(router)
        self._probe(router)
        self._enter(key, "dry-run")
        member.prepared = member.aim.prepared(member.running)
        ask_one(
            self.project,
            router,
            dry_run_config,
            candidate=member.prepared.candidate,
            hidden=member.prepared.hidden,
        )
        self._try_the_way_back(router)
        self._refuse_short_timer(key)
        self._keep(key)

    def _keep(self, key: str) -> None:
        """Keep what a router runs, to go back to; anew, where nothing is left of what this unit wrote to it before."""
        run, member = self.work.run.id, self.members[key]
        told = self.project.store.traces(run, key)
        written = [trace for trace in told if trace.unit == self.number and trace.holds in HELD]
        gone = member.aim is not None and all(member.aim.holds(member.running, t.before) == "reverted" for t in written)
        if written and gone:
            self.work.run.journal(key, "taken back", {"holds": "reverted", "unit": self.number})
        self.project.undo.keep(run, self.number, key, member.running, anew=gone)

    def _refuse_short_timer(self, key: str) -> None:
        """Make sure that the timer leaves time to see that the neighbours are really there.

        Raises:
            ChangeError: it is shorter.
        """
        least = ceil((self._unheard_s(key) + CHECKS_S) / PATIENT)
        if self._unheard_s(key) and self.work.timer_s < least:
            raise ChangeError(key, "dry-run", because("timer-too-short", least=least), "nothing")

    def _try_the_way_back(self, router: Router) -> None:
        """Make sure that what the change takes from a router without a timer could be given back to it.

        Raises:
            ChangeError: it could not; the message names the line.
        """
        member = self.members[router.key]
        if not member.unarmed or member.prepared is None or not member.prepared.needed:
            return
        hidden = secrets_of(member.running, self.project.facts(router))
        try:
            ask_one(self.project, router, dry_run_config, candidate=member.prepared.needed, hidden=hidden)
        except ChangeError as error:
            raise ChangeError(router.key, "dry-run", because("no-way-back", reason=error.reason), "nothing") from error

    def _last_commit(self, router: Router) -> str:
        """Return the name of the last commit that a router remembers.

        Raises:
            ChangeError: it waits for a confirmation that is not ours to give.
        """
        last = ask_one(self.project, router, read_commit, timer_s=self.work.timer_s)
        member = self.members[router.key]
        member.back_s, member.keeps = last["back_s"], last["keeps"]
        if last["state"] == "pending":
            raise ChangeError(router.key, "guard", because("another-change", detail=last["detail"]), "nothing")
        return str(last["token"])

    def _probe(self, router: Router) -> None:
        """Find out what the router can do, and remember it.

        Raises:
            ChangeError: it cannot take a change back by itself, and nobody wants it changed all the same.
        """
        found = ask_one(self.project, router, probe_router)
        self.project.store.record_abilities(found)
        if found.device_timer:
            return
        if router.key not in self.work.untimed:
            raise no_timer(router.key, found.notes)
        self.members[router.key].unarmed = True

    # -- steps that write

    def _apply_all(self) -> None:
        for router in self.routers:
            if self.plan.changes[router].fresh:
                self._await_bootstrap(router)
                self._prepare(router)
            if not self.members[router].done:
                self._apply(router)

    def _await_bootstrap(self, key: str) -> None:
        """Wait until a planned router answers through the near end that has just been changed.

        Its host key cannot be seen before that: where none is pinned yet, somebody may trust it meanwhile.
        """
        self._enter(key, "bootstrap")
        router = self.project.network.router(key)
        told = False
        while True:
            answer = ask(self.project, [router], fetch_running)[key]
            if not isinstance(answer, JipError):
                return
            if not not_met_yet(self.project, router, answer):
                raise answer
            if time.monotonic() > self._deadline():
                raise ChangeError(key, "bootstrap", because("no-bootstrap", reason=answer.reason), "nothing")
            if isinstance(answer, IdentityError) and not told:
                logger.warning("%s: waiting for its host key: run `jip trust %s` in another terminal now", key, key)
                told = True
            time.sleep(_rescue.POLL_S)

    def _apply(self, key: str) -> None:
        """Apply on the router's timer; a session lost on the way is no failure yet: a new one will tell."""
        member, timer_s = self.members[key], self.work.timer_s
        if member.prepared is None:
            raise ChangeError(key, "apply", "was not prepared", "nothing")
        self._enter(key, "apply", timer_s=timer_s, before=digest_of(member.before))
        member.armed = time.monotonic()
        try:
            member.begun = ask_one(
                self.project,
                self.project.network.router(key),
                push_config,
                candidate=member.prepared.candidate,
                hidden=member.prepared.hidden,
                revert_in_s=None if member.unarmed else timer_s,
                message=f"jip {self.plan.job} {self.plan.subject}",
            )
        except UnreachableError as error:
            logger.info("%s: the session did not survive the change: %s", key, error)
        finally:
            member.back_at = time.monotonic() + member.back_s

    def _look_again(self) -> None:
        """Wait until every post-check passes over new sessions.

        Raises:
            ChangeError: it is time to let the timers do their work.
        """
        for router in self._changed():
            self._enter(router, "check")
        self._settle()
        while faults := self._faults():
            if time.monotonic() > self._deadline():
                router, words = next(iter(faults.items()))
                raise ChangeError(router, "check", words, "all")
            time.sleep(_rescue.POLL_S)
        for router in self._changed():
            self._read_back(router)

    def _settle(self) -> None:
        """Wait until what is seen tells something.

        For a moment some platforms still let in whom they should not. And a neighbour that hears nothing any more, say
        because the other end has another key, counts as there until its dead interval is over.
        """
        for key in self._changed():
            settles_s = self.project.facts(self.project.network.router(key)).settle_s
            armed = self.members[key].armed or 0.0
            self.work.stop.wait(max(0.0, armed + max(settles_s, self._unheard_s(key)) - time.monotonic()))
            self._give_up(key, "check")

    def _unheard_s(self, key: str) -> float:
        """Seconds after a change for which a router may take a neighbour for there that is not."""
        prepared = self.members[key].prepared
        return self.after.standards.ospf.dead_s + MARGIN_S if prepared and prepared.disturbs else 0.0

    def _read_back(self, key: str) -> None:
        """Make sure that the router holds every line: a session that was lost while applying told nobody.

        Raises:
            ChangeError: it does not; the message names the lines.
        """
        router, member = self.after.router(key), self.members[key]
        while True:
            running = ask_one(self.project, router, fetch_running)
            member.now = view(self.project, router, running)
            lacks = member.aim.shortfall(running) if member.aim is not None else ""
            if not lacks:
                return
            if time.monotonic() > self._deadline():
                raise ChangeError(key, "check", f"does not hold what was applied:\n{lacks}", "part")
            time.sleep(_rescue.POLL_S)  # one whose session was lost may still be at it

    def _give_up(self, router: str, step: str) -> None:
        """Go no further where that was asked for; a unit whose checks are good is confirmed sooner than taken back.

        Raises:
            ChangeError: it was.
        """
        if self.work.stop.is_set() and step != "confirm":
            raise ChangeError(router, step, because("asked-to-stop"), "nothing")

    def _faults(self) -> Mapping[str, str]:
        self._give_up(self.routers[0], "check")
        seen = self._observe(self.routers, self.after)
        return failing(self.project.network, self.after, self.routers, self.baseline, seen)

    def _observe(self, routers: Collection[str], network: Network) -> Mapping[str, Observation]:
        """Return what the routers and those at their links say, each over a new session."""
        asked = witnesses(network, routers)
        answers = ask(self.project, [network.router(key) for key in asked], observe_router, network=network)
        return {key: answer for key, answer in answers.items() if isinstance(answer, Observation)}

    def _confirm_all(self) -> None:
        """Confirm the near ends first.

        Whatever becomes of a far end then, its near end can be made to fit it: it is within reach. A far end that
        was confirmed first would be lost for good behind a near end that took its own change back.
        """
        fresh = [key for key in self._changed() if self.plan.changes[key].fresh]
        near_first = [key for key in reversed(self._changed()) if key not in fresh]
        for key in (*near_first, *fresh):
            self._enter(key, "confirm")
            self._confirm(key)
        for key, member in self.members.items():
            self._note(key, "unchanged" if member.done else "confirmed", self._kept(member))
        for key in self._changed():
            if self.members[key].keeps:
                self._forget(key)

    def _kept(self, member: Member) -> Mapping[str, str]:
        return {"holds": "all"} if member.done else {"after": digest_of(member.now)}

    def _forget(self, key: str) -> None:
        """Have a router remove what it was to go back by, now that none of the unit will be taken back."""
        try:
            ask_one(self.project, self.after.router(key), forget_config)
        except JipError as error:  # it stays until the next change, and the change is good
            logger.warning("%s: the backup from before the change is still on the router: %s", key, error)

    def _confirm(self, key: str) -> None:
        """Confirm one router; a session lost on the way leaves open whether it did, so ask until its time is up.

        Raises:
            JipError: it did not, or nobody knows.
        """
        member = self.members[key]
        while True:
            try:
                router = self.after.router(key)
                ask_one(self.project, router, confirm_config, earlier=member.earlier, token=member.begun)
            except UnreachableError as error:
                if not self._left(key):
                    raise
                logger.info("%s: not known yet whether it is confirmed: %s", key, error)
                time.sleep(_rescue.POLL_S)
            else:
                return

    # -- small things

    def _changed(self) -> list[str]:
        """Return the routers that are written to."""
        return [key for key in self.routers if not self.members[key].done]

    def _enter(self, router: str, step: str, **detail: Any) -> None:
        """Write a step down before it is taken."""
        self._give_up(router, step)
        member = self.members[router]
        written = any(each.armed is not None for each in self.members.values())
        if not written and time.monotonic() - self.begun_at > self.work.ready_s:
            raise ChangeError(router, step, because("not-ready", seconds=int(self.work.ready_s)), "nothing")
        member.step = step
        self.work.run.journal(router, step, {**detail, "unit": self.number})

    def _deadline(self) -> float:
        """When the first timer leaves just enough time to confirm or to give up."""
        armed = [member.armed for member in self.members.values() if member.armed is not None]
        return min(armed, default=time.monotonic()) + self.work.timer_s * PATIENT
