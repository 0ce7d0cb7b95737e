"""Undo what a run did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from jipkit.errors import ChangeError, SelectionError, UsageError
from jipkit.language import N_, _
from jipkit.locks import lock_rollout, lock_routers
from jipkit.project import Project
from jipkit.reasons import because, said
from jipkit.report import Column, Mood, Report, Row, Text
from jipkit.signals import ending_sets
from playbooks import _change_options as options
from playbooks._afterwards import lasting
from playbooks._past import changed_elsewhere, known_routers, past_of
from playbooks._permission import Permission
from playbooks._plan_file import keep_plan
from playbooks._rescue import Outcome
from playbooks._rollback_plan import Past, Undoing, plan_rollback
from playbooks._rollout import Finished, Limit
from playbooks._sessions import ask
from playbooks._steps import HOLDS, holds_word, step_word
from playbooks._undoing import carry_back
from playbooks._waiting import Patience
from tasks.fetch import fetch_running

STATES = {
    "to do": N_("would be taken back"),
    "as before": N_("is as it was before already"),
    "refused": N_("stays as it is"),
}


@dataclass(frozen=True, slots=True)
class _Done:
    """What a commit did: by which run, and what it could not record."""

    run: int
    finished: Finished
    lost: tuple[str, ...] = ()


def rollback(
    project: Project,
    run: Annotated[
        int, typer.Argument(min=1, max=2**31 - 1, metavar="RUN", help=N_("The run's number, as `jip history` has it."))
    ],
    *,
    commit: options.Commit = False,
    timer: options.Timer = options.TIMER_S,
    max_failures: options.MaxFailures = "0",
    ready_within: options.ReadyWithin = options.READY_S,
    patience: options.PatienceS = options.PATIENCE_S,
    wait: options.Wait = None,
    without_timer: options.WithoutTimer = None,
    emergency: options.Emergency = None,
) -> Report:
    """Undo a whole run: its units go back to what they were before it, the last first, with the same care.

    Without --commit it shows what would be taken back and what cannot, and why: something else was changed there since,
    nothing is kept of what it was, it does not answer. What it shows is kept as a plan: where the policy wants an
    approval, that is what `jip approve` signs.

    Example:
        jip rollback 12 --commit
    """
    if not project.has_records:
        raise SelectionError(f"no run {run}: nothing is recorded yet")
    limit, waits = Limit.of(max_failures), Patience.of(patience, wait)
    past = past_of(project, run)
    untimed = _named(past, without_timer or ())
    if not commit:
        undoing = _undoing(project, past)
        return _report(project, past, undoing, _kept(project, run, undoing))
    stop, lost = Event(), list[str]()
    with ending_sets(stop), lock_rollout(project), lock_routers(project, _routers(past)):
        project = replace(project)  # whoever had the locks until now may have changed the inventory
        past = past_of(project, run)
        undoing = _undoing(project, past)
        file = _shown(project, run, undoing)
        _kept(project, run, undoing)
        if not undoing.plan.batches and not undoing.already:
            return _report(project, past, undoing, None)
        permission = Permission(undoing.plan, file, undoing.plan.as_bytes(), emergency)
        # where nothing is left to be done nobody has to allow it: it is only written down
        approval = permission.require(project) if undoing.plan.batches else None
        arguments = {
            "run": run,
            "plan": undoing.plan.sha256,
            "file": str(file),
            "timer_s": timer,
            "max_failures": max_failures,
            "without_timer": sorted(untimed),
            "emergency": emergency,
            "approval": approval and approval.as_json(),
        }
        with lasting(project.store.start_run("rollback", arguments), lost) as record:
            finished = carry_back(
                project,
                undoing,
                record,
                timer,
                lost,
                limit=limit,
                patience=waits,
                ready_s=ready_within,
                untimed=untimed,
                stop=stop,
                hindrance=lambda: permission.hindrance(project),
            )
            if bad := _first_fault(undoing, finished):
                record.fail(bad)
            else:
                file.unlink(missing_ok=True)  # what was shown has been done
    return _report(project, past, undoing, file, _Done(record.id, finished, tuple(lost)))


def _name(run: int) -> str:
    return f"rollback-{run}"


def _named(past: Past, named: Collection[str]) -> frozenset[str]:
    """Return the routers that the operator named, each of them one that the run changed."""
    for name in named:
        if name not in _routers(past):
            raise UsageError(f"--without-timer {name}: run {past.run} did nothing to it")
    return frozenset(named)


def _routers(past: Past) -> list[str]:
    return list(dict.fromkeys(trace.router for trace in past.traces))


def _undoing(project: Project, past: Past) -> Undoing:
    answers = ask(project, known_routers(project, past.held(past.units)), fetch_running)
    return plan_rollback(project, past, past.units, answers, stuck=changed_elsewhere(past, past.units))


def _kept(project: Project, run: int, undoing: Undoing) -> Path | None:
    """Keep what was shown, and return where; where nothing can be done nothing stays that was shown before."""
    if undoing.plan.batches:
        return keep_plan(project, _name(run), undoing.plan)
    (project.var / "plans" / f"{_name(run)}.json").unlink(missing_ok=True)
    return None


def _shown(project: Project, run: int, undoing: Undoing) -> Path:
    """Return where the plan lies; one that was shown already has to be the same.

    Raises:
        ChangeError: it is another by now.
    """
    path = project.var / "plans" / f"{_name(run)}.json"
    if undoing.plan.batches and path.exists() and path.read_bytes() != undoing.plan.as_bytes():
        raise ChangeError(
            next(iter(undoing.plan.changes), str(run)),
            "guard",
            "what was shown of the rollback is no longer true. Nothing was changed. Look again: "
            f"{project.command} rollback {run}",
            "nothing",
        )
    return path


def _first_fault(undoing: Undoing, finished: Finished) -> str:
    bad = [f"{o.router} at {o.step}: {o.detail}" for o in finished.outcomes if not o.good and o.detail]
    refused = [f"{router}: {why}" for reasons in undoing.refused.values() for router, why in reasons.items()]
    return next(iter([*bad, *refused]), str(finished.stopped or ""))


# ------------------------------------------------------------------ in words


def _report(project: Project, past: Past, undoing: Undoing, file: Path | None, done: _Done | None = None) -> Report:
    rows = list(_rows(past, undoing, done))
    well = not undoing.refused and (done is None or (not done.lost and all(o.good for o in done.finished.outcomes)))
    title = _("Run {run}: what would be taken back")
    if done is not None:
        title = _("Run {run}: taken back") if well else _("Run {run}: NOT all of it was taken back")
    return Report(
        name="rollback",
        ok=well,
        title=title.format(run=past.run),
        columns=(
            Column("unit", _("Unit")),
            Column("router", _("Router")),
            Column("state", _("State")),
            Column("why", _("Why")),
        ),
        rows=rows,
        texts=[Text(key, change.diff, kind="diff") for key, change in undoing.plan.changes.items()] if not done else [],
        notes=list(_notes(project, past, undoing, file, done)),
        data={
            "of": past.run,
            "run": done.run if done else None,
            "plan": undoing.plan.sha256,
            "file": str(file) if file else None,
            "stopped": str(done.finished.stopped) if done and done.finished.stopped else None,
            "changed": done is not None and any(o.holds != "nothing" for o in done.finished.outcomes),
        },
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one router in one unit."""

    state: str
    why: str = ""
    outcome: Outcome | None = field(default=None)


def _rows(past: Past, undoing: Undoing, done: _Done | None) -> Iterator[Row]:
    outcomes: Mapping[tuple[int | None, str], Outcome] = {
        (undoing.plan.stage(number, outcome.router).undoes, outcome.router): outcome
        for number, each in (done.finished.units.items() if done else ())
        for outcome in each
    }
    for trace in reversed(past.held(past.units).traces):
        unit = trace.unit or 0
        told = _told(undoing, unit, trace.router, outcomes.get((unit, trace.router)))
        values = {
            "unit": unit + 1,
            "router": trace.router,
            "state": told.state,
            "why": told.why,
            "step": told.outcome.step if told.outcome else None,
            "holds": told.outcome.holds if told.outcome else None,
        }
        yield Row(values, shown={"state": _state(told), "why": said(told.why) or "-"}, mood=_mood(told))


def _told(undoing: Undoing, unit: int, router: str, outcome: Outcome | None) -> _Told:
    if unit in undoing.refused:
        reasons = undoing.refused[unit]
        return _Told("refused", reasons.get(router) or because("stays-with", router=next(iter(reasons))))
    if (unit, router) in undoing.already:
        return _Told("as before")
    if outcome is None:
        return _Told("to do")
    return _Told("taken back" if outcome.good else "not taken back", outcome.detail, outcome)


def _state(told: _Told) -> str:
    if told.outcome is None:
        return _(STATES[told.state])
    if told.outcome.good:
        return _("taken back")
    return _("stopped at {step}; it holds of the rollback: {holds}").format(
        step=step_word(told.outcome.step), holds=holds_word(told.outcome.holds)
    )


def _mood(told: _Told) -> Mood:
    if told.outcome is None:
        return "warn" if told.state == "refused" else "plain" if told.state == "as before" else "info"
    return "good" if told.outcome.good else HOLDS[told.outcome.holds][1] if told.outcome.holds != "nothing" else "warn"


def _notes(project: Project, past: Past, undoing: Undoing, file: Path | None, done: _Done | None) -> Iterator[str]:
    if not past.held(past.units).traces:
        yield _("Nothing is held of run {run} any more.").format(run=past.run)
        return
    if done is None and file is not None:
        yield _("Nothing was changed. The plan: {file}. Next: {jip} rollback {run} --commit").format(
            jip=project.command, file=file, run=past.run
        )
    elif done is None:
        yield _("Nothing was changed, and nothing can be taken back.")
    if done is not None and done.finished.stopped:
        yield _("Nothing more was begun: {why}.").format(why=said(done.finished.stopped))
    if done is not None:
        yield from (_("Done, but not recorded: {why}").format(why=why) for why in done.lost)
    if undoing.plan.batches and past.plan.job != "rollback":
        yield _(
            "The inventory still wants what run {run} did: the next `{jip} plan` would do it again. Put the inventory "
            "back, too, as it was in git before."
        ).format(run=past.run, jip=project.command)
