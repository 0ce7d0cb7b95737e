"""The one way to write to routers: plan, lock, journal, guard, apply on a timer, look again, confirm or prove."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from jipkit.candidate import candidate, commands, retyped, secrets_of, way_back
from jipkit.drift import Drift, as_diff
from jipkit.errors import (
    ChangeError,
    Holds,
    IdentityError,
    JipError,
    RouterError,
    SecretError,
    StoreError,
    UnreachableError,
)
from jipkit.model import Network, Router, State
from jipkit.observation import Observation
from jipkit.plan import Plan, Unit, changed_lines, digest_of
from jipkit.postchecks import Baseline, failing, witnesses
from jipkit.project import Project
from jipkit.reasons import because, said
from jipkit.redaction import fill
from jipkit.signals import ending_as_interrupt
from jipkit.store import Run
from playbooks._plan import change_of, drift_of, held, no_timer, not_met_yet, same_change, view
from playbooks._sessions import ask, ask_one
from tasks.confirm import confirm_config, forget_config
from tasks.fetch import fetch_running
from tasks.identify import identify_router
from tasks.observe import observe_router
from tasks.probe import probe_router
from tasks.push import dry_run_config, push_config
from tasks.rollback import read_commit, rollback_config

logger = logging.getLogger(__name__)

POLL_S = 1.0
GRACE_S = 45
"""How long after its timer a router may take to be seen again: the routes to it have to come back first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one router: the last step taken, and what it holds of the change."""

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


def carry_out(
    project: Project, plan: Plan, after: Network, run: Run, *, timer_s: int, untimed: Collection[str] = ()
) -> tuple[Outcome, ...]:
    """Change the routers of ``plan``, unit after unit, and say what each holds; stop at the first that fails.

    ``untimed`` are routers that the operator wants changed although they cannot take a change back by themselves.
    """
    idle = [Outcome(key, "unchanged", "nothing") for key, change in plan.changes.items() if change.idle]
    outcomes: list[Outcome] = []
    for number, routers in enumerate(plan.units):
        with ending_as_interrupt():
            outcomes += carry_out_unit(project, plan, routers, after, run, timer_s=timer_s, untimed=untimed)
        if not all(outcome.good for outcome in outcomes):
            rest = [router for unit in plan.units[number + 1 :] for router in unit]
            outcomes += [Outcome(router, "not started", "nothing") for router in rest]
            break
    return (*outcomes, *idle)


def carry_out_unit(
    project: Project,
    plan: Plan,
    routers: Unit,
    after: Network,
    run: Run,
    *,
    timer_s: int,
    untimed: Collection[str] = (),
    stop: Event | None = None,
) -> tuple[Outcome, ...]:
    """Change one unit of ``plan``, and say what each of its routers holds.

    Once ``stop`` is set the unit gives up, and is taken back; where it is about to be confirmed that is finished.
    """
    unit = _Unit(project, plan, routers, after, run, timer_s, frozenset(untimed))
    unit.stop = stop or unit.stop
    return unit.carry_out()


def _refuse_doubts(drift: Drift, *, whole: bool) -> None:
    """Make sure that every secret that the router tells was compared, where the commands follow from the comparison.

    Raises:
        SecretError: one was not; the message names it, and why.
    """
    if drift.doubts and not whole:
        doubt = drift.doubts[0]
        raise SecretError(f"{' / '.join([*doubt.path, str(doubt.intended)])}: {doubt.reason}")


def _text(commands: Sequence[str]) -> str:
    return "".join(f"{command}\n" for command in commands)


@dataclass
class _Unit:
    """Routers that stand or fall together, on their way through the steps."""

    project: Project
    plan: Plan
    routers: tuple[str, ...]
    after: Network
    run: Run
    timer_s: int
    untimed: frozenset[str] = frozenset()
    step: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    candidates: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, Collection[str]] = field(default_factory=dict)
    """Secrets that stand in a candidate because its router takes nothing back without them."""
    unarmed: set[str] = field(default_factory=set)
    """Routers that have no timer, and whose operator wants them changed all the same."""
    running: dict[str, str] = field(default_factory=dict)
    """What routers without a timer ran before, secrets and all: they have no memory of their own to go back by."""
    earlier: dict[str, str] = field(default_factory=dict)
    """The commit that each router remembers from before: not ours to take back."""
    begun: dict[str, str] = field(default_factory=dict)
    """The commit that each router has made of this change, where the session lasted until it was named."""
    retyped: dict[str, str] = field(default_factory=dict)
    """What a way back could not do without, on routers without a timer."""
    armed: dict[str, float] = field(default_factory=dict)
    back_s: dict[str, int] = field(default_factory=dict)
    """How long each router's timer takes at most to bring back what was: some count in minutes, some restart."""
    back_at: dict[str, float] = field(default_factory=dict)
    keeping: set[str] = field(default_factory=set)
    """Routers that keep, with every secret in it, what even a confirmed change can be taken back by."""
    baseline: Baseline = field(default_factory=Baseline)
    stop: Event = field(default_factory=Event)
    """Set when the unit shall give up."""

    def carry_out(self) -> tuple[Outcome, ...]:
        """Take every router through every step, or none."""
        try:
            self._prepare_all()
            self._apply_all()
            self._look_again()
            self._confirm_all()
        except JipError as error:
            return self._take_back(error)
        except (KeyboardInterrupt, Exception) as error:  # a mistake of ours must not leave a router in between either
            for outcome in self._take_back(JipError(f"interrupted: {type(error).__name__}")):
                logger.warning("%s: stopped at %s; holds %s", outcome.router, outcome.step, outcome.holds)
            raise
        return tuple(Outcome(router, "confirm", "all") for router in self.routers)

    # -- steps before anything is written

    def _prepare_all(self) -> None:
        ready = [router for router in self.routers if not self.plan.changes[router].fresh]
        self.baseline = Baseline.of(self.project.network, self._observe(ready, self.project.network))
        for router in ready:
            self._prepare(router)

    def _prepare(self, key: str) -> None:
        router, change = self.project.network.router(key), self.plan.changes[key]
        if router.state is not State.PLANNED:
            self._enter(key, "identity")
            ask_one(self.project, router, identify_router)
        self._enter(key, "backup")
        running = ask_one(self.project, router, fetch_running)
        self.before[key] = view(self.project, router, running)
        self.project.backups.save(key, self.before[key])
        self._enter(key, "guard", before=digest_of(self.before[key]), intended=change.intended_sha256)
        if change.before is not None and self.before[key] != change.before:
            lines = "; ".join(changed_lines(change.before, self.before[key]))
            raise ChangeError(key, "guard", f"changed by someone else since the plan was made: {lines}", "nothing")
        if self.plan.job == "plan" and not same_change(change, change_of(self.project, self.after, router, running)[0]):
            raise ChangeError(key, "guard", because("plan-untrue"), "nothing")
        self.earlier[key] = self._last_commit(router)
        self._probe(router)
        self._enter(key, "dry-run")
        self.candidates[key] = self._candidate(router, running)
        hidden = self.hidden.get(key, ())
        ask_one(self.project, router, dry_run_config, candidate=self.candidates[key], hidden=hidden)
        self._try_the_way_back(router, running)

    def _try_the_way_back(self, router: Router, running: str) -> None:
        """Make sure that what the change takes from a router without a timer could be given back to it.

        Raises:
            ChangeError: it could not; the message names the line.
        """
        back = self.retyped.get(router.key)
        if not back:
            return
        hidden = secrets_of(running, self.project.facts(router))
        try:
            ask_one(self.project, router, dry_run_config, candidate=back, hidden=hidden)
        except ChangeError as error:
            raise ChangeError(router.key, "dry-run", because("no-way-back", reason=error.reason), "nothing") from error

    def _last_commit(self, router: Router) -> str:
        """Return the name of the last commit that a router remembers.

        Raises:
            ChangeError: it waits for a confirmation that is not ours to give.
        """
        last = ask_one(self.project, router, read_commit, timer_s=self.timer_s)
        self.back_s[router.key] = last["back_s"]
        if last["keeps"]:
            self.keeping.add(router.key)
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
        if router.key not in self.untimed:
            raise no_timer(router.key, found.notes)
        self.unarmed.add(router.key)

    def _candidate(self, router: Router, running: str) -> str:
        facts, intended = self.project.facts(router), self.project.render(router.key, self.after)
        if intended.text != self.plan.changes[router.key].intended:
            raise ChangeError(router.key, "guard", because("plan-outdated"), "nothing")
        drift = drift_of(self.project, intended, router, running)
        resolve = self.project.secrets.resolve
        try:
            whole = facts.push == "replace"
            _refuse_doubts(drift, whole=whole)
            if router.key in self.unarmed:
                self.running[router.key] = running
            if whole:
                return fill(candidate(intended, running, drift, facts), resolve, facts)
            if router.key in self.unarmed:
                self.retyped[router.key] = _text(retyped(running, drift, facts))
            lines = commands(intended, running, drift, facts, resolve)
            if lines != drift.remedy:
                self.hidden[router.key] = secrets_of(running, facts)
            return fill(_text(lines), resolve, facts)
        except SecretError as error:
            raise ChangeError(router.key, "dry-run", str(error), "nothing") from error

    # -- steps that write

    def _apply_all(self) -> None:
        for router in self.routers:
            if self.plan.changes[router].fresh:
                self._await_bootstrap(router)
                self._prepare(router)
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
            time.sleep(POLL_S)

    def _apply(self, key: str) -> None:
        """Apply on the router's timer; a session lost on the way is no failure yet: a new one will tell."""
        self._enter(key, "apply", timer_s=self.timer_s, before=digest_of(self.before[key]))
        self.armed[key] = time.monotonic()
        try:
            self.begun[key] = ask_one(
                self.project,
                self.project.network.router(key),
                push_config,
                candidate=self.candidates[key],
                hidden=self.hidden.get(key, ()),
                revert_in_s=None if key in self.unarmed else self.timer_s,
                message=f"jip {self.plan.job} {self.plan.subject}",
            )
        except UnreachableError as error:
            logger.info("%s: the session did not survive the change: %s", key, error)
        finally:
            self.back_at[key] = time.monotonic() + self.back_s[key]

    def _look_again(self) -> None:
        """Wait until every post-check passes over new sessions.

        Raises:
            ChangeError: it is time to let the timers do their work.
        """
        for router in self.routers:
            self._enter(router, "check")
        self._settle()
        while faults := self._faults():
            if time.monotonic() > self._deadline():
                router, words = next(iter(faults.items()))
                raise ChangeError(router, "check", words, "all")
            time.sleep(POLL_S)
        for router in self.routers:
            self._read_back(router)

    def _settle(self) -> None:
        """Wait until a new session tells something: for a moment some platforms still let in whom they should not."""
        for key in self.routers:
            settles_s = self.project.facts(self.project.network.router(key)).settle_s
            time.sleep(max(0.0, self.armed[key] + settles_s - time.monotonic()))

    def _read_back(self, key: str) -> None:
        """Make sure that the router holds every line: a session that was lost while applying told nobody.

        Raises:
            ChangeError: it does not; the message names the lines.
        """
        router = self.after.router(key)
        running = ask_one(self.project, router, fetch_running)
        drift = drift_of(self.project, self.project.render(key, self.after), router, running)
        if not drift.settled:
            raise ChangeError(
                key, "check", f"does not hold what was applied:\n{as_diff(drift, self.after.place)}", "part"
            )

    def _give_up(self, router: str, step: str) -> None:
        """Go no further where that was asked for; a unit whose checks are good is confirmed sooner than taken back.

        Raises:
            ChangeError: it was.
        """
        if self.stop.is_set() and step != "confirm":
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
        fresh = [key for key in self.routers if self.plan.changes[key].fresh]
        for key in (*(key for key in reversed(self.routers) if key not in fresh), *fresh):
            self._enter(key, "confirm")
            self._confirm(key)
        for key in self.routers:
            self._note(key, "confirmed", {})
        for key in self.keeping:
            self._forget(key)

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
        while True:
            try:
                token = self.begun.get(key, "")
                ask_one(self.project, self.after.router(key), confirm_config, earlier=self.earlier[key], token=token)
            except UnreachableError as error:
                if not self._left(key):
                    raise
                logger.info("%s: not known yet whether it is confirmed: %s", key, error)
                time.sleep(POLL_S)
            else:
                return

    # -- taking back

    def _take_back(self, error: JipError) -> tuple[Outcome, ...]:
        """Undo what was applied, prove it, and say what each router holds.

        A fresh router goes first: it is within reach only as long as its near end has not been taken back.
        """
        failed = error.router if isinstance(error, RouterError) else self.routers[0]
        armed = [key for key in self.routers if key in self.armed]
        fresh = [key for key in armed if self.plan.changes[key].fresh]
        holds: dict[str, Holds] = {key: self._proven(key, GRACE_S) for key in fresh if self._ask_back(key)}
        rest = [key for key in armed if key not in fresh]
        asked = {key: self._ask_back(key) for key in rest}
        holds |= {key: self._proven(key, GRACE_S if asked[key] else self._left(key) + GRACE_S) for key in rest}
        outcomes = []
        for key in self.routers:
            step = self.step.get(key, "not started")
            now = holds.get(key, "unknown" if key in armed else "nothing")
            self._note(key, "taken back", {"holds": now, "step": step, "why": str(error)})
            if key == failed:
                outcomes.append(Outcome(key, step, now, str(error), error))
            else:
                outcomes.append(Outcome(key, step, now, because("taken-back-with", router=failed)))
        return tuple(outcomes)

    def _ask_back(self, key: str) -> bool:
        """Ask the router to take the change back at once; where it does not answer its timer will."""
        self._note(key, "rollback", {})
        for network in (self.after, self.project.network):
            try:
                router = network.router(key)
                if key in self.unarmed:
                    self._put_back(router)
                    return True
                last = ask_one(self.project, router, read_commit)
                if last["token"] != (self.begun.get(key) or last["token"]):
                    return bool(last["state"] != "pending")  # another change waits there: not ours to take back
                if last["token"] != self.earlier[key] and last["state"] in ("pending", "confirmed"):
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
        key, facts = router.key, self.project.facts(router)
        before = self.running[key]
        if facts.push == "replace":
            back = before
        else:
            back = _text(way_back(ask_one(self.project, router, fetch_running), before, facts))
        if back:
            hidden = secrets_of(before, facts)
            ask_one(self.project, router, push_config, candidate=back, revert_in_s=None, message="undo", hidden=hidden)
        if self.step[key] == "confirm":
            ask_one(self.project, router, confirm_config, earlier=self.earlier[key])

    def _proven(self, key: str, within_s: float) -> Holds:
        """Return what the router holds after the rollback, read from the router itself."""
        until = time.monotonic() + within_s
        router = self.project.network.router(key)
        while time.monotonic() < until:
            try:
                status = ask_one(self.project, router, read_commit)
                running = ask_one(self.project, router, fetch_running)
                if status["state"] != "pending":
                    return held(self.project, self.after, router, digest_of(self.before[key]), running)
            except JipError as error:
                logger.info("%s: not seen yet: %s", key, error)
            time.sleep(POLL_S)
        return "unknown"

    # -- small things

    def _enter(self, router: str, step: str, **detail: Any) -> None:
        """Write a step down before it is taken."""
        self._give_up(router, step)
        self.step[router] = step
        self.run.journal(router, step, detail)

    def _note(self, router: str, step: str, detail: Mapping[str, Any]) -> None:
        """Write down what is so already; a store that cannot be written must not keep a router from its rescue."""
        try:
            self.run.journal(router, step, detail)
        except StoreError:
            logger.exception("%s: %s could not be recorded", router, step)

    def _left(self, key: str) -> float:
        """Seconds until the timer of a router has brought back what was, at most."""
        return max(0.0, self.back_at[key] - time.monotonic())

    def _deadline(self) -> float:
        """When the first timer leaves just enough time to confirm or to give up."""
        return min(self.armed.values(), default=time.monotonic()) + self.timer_s * 0.8
