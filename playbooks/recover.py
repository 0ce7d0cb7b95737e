"""After a crash: what does each router hold of the change that was not finished? And: finish it, or take it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

import typer

from jipkit.errors import JipError, LockedError, UsageError
from jipkit.language import N_, _
from jipkit.locks import lock_rollout
from jipkit.project import Project
from jipkit.reasons import said
from jipkit.report import Column, Mood, Report, Row
from jipkit.signals import ending_sets
from jipkit.store import RunRecord
from playbooks import _change_options as options
from playbooks._finishing import Acted, Orders, finish, take_back
from playbooks._open_changes import (
    Answer,
    Found,
    OpenUnit,
    goes_on,
    open_units,
    ours_alone,
    read_back,
    settle,
    takes_back,
    unrecorded,
    untold,
)
from playbooks._runs import outcome
from playbooks._steps import HOLDS, holds_word, step_word


def recover(
    project: Project,
    *,
    run: Annotated[
        int | None,
        typer.Option(
            "--run", min=1, max=2**31 - 1, metavar="RUN", help=N_("Only what this run has left open; else all is.")
        ),
    ] = None,
    finish: Annotated[bool, typer.Option("--finish", help=N_("Carry out what is open, as its plan says."))] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help=N_("Make the routers what they were before what is open."))
    ] = False,
    timer: options.Timer = options.TIMER_S,
    without_timer: options.WithoutTimer = None,
    emergency: options.Emergency = None,
) -> Report:
    """Read back every router whose change was not finished, and say what it holds: nothing, part, all, reverted.

    Changes nothing on a router, unless it is told to finish what is open or to take it back. What is settled is written
    into the journal and not asked about again. What another jip is at work on is left to it.

    Example:
        jip recover --take-back --run 12
    """
    if finish and take_back:
        raise UsageError("--finish and --take-back: one of them; nothing was done")
    if run is not None:
        project.store.run(run)  # there has to be one
    for name in without_timer or ():
        project.network.router(name)
    orders = Orders(timer, frozenset(without_timer or ()), emergency)
    acted = _act(project, run, orders, back=take_back) if finish or take_back else []
    project = replace(project)
    answers = [_answer(project, unit, named=run == unit.run) for unit in open_units(project, run)]
    settle(project, answers)
    lost = unrecorded(project)
    return Report(
        name="recover",
        ok=all(answer.settled for answer in answers) and not lost and not any(_refused(one) for one in acted),
        title=_("Unfinished changes"),
        columns=(
            Column("run", _("Run")),
            Column("unit", _("Unit")),
            Column("router", _("Router")),
            Column("step", _("Last step")),
            Column("holds", _("Holds")),
            Column("advice", _("Next")),
        ),
        rows=[_row(project, answer, found) for answer in answers for found in answer.found],
        notes=[*(note for one in acted for note in _told(one)), *_notes(project, answers, acted, lost)],
        data={
            "acted": [
                {
                    "of": one.of,
                    "by": one.by,
                    "routers": [{"router": o.router, "step": o.step, "holds": o.holds} for o in one.finished.outcomes],
                    "refused": [
                        {"unit": unit + 1, "router": router, "why": str(why)}
                        for unit, reasons in one.refused.items()
                        for router, why in reasons.items()
                    ],
                    "why": one.why or None,
                }
                for one in acted
            ],
            "unrecorded": lost,
        },
    )


def _act(project: Project, run: int | None, orders: Orders, *, back: bool) -> list[Acted]:
    """Finish or take back what each run has left open; the last run goes back first."""
    with ending_sets(orders.stop), lock_rollout(project):
        units: dict[int, list[OpenUnit]] = {}
        for unit in open_units(project, run):
            units.setdefault(unit.run, []).append(unit)
        found, faults = list[Acted](), list[tuple[int, JipError]]()
        for number in _in_turn(project, units, back=back):
            record = project.store.run(number)
            if not goes_on(record, named=run == number) and not orders.stop.is_set():
                way = _take_back if back else _finish
                try:
                    found += way(project, record, units[number], orders)
                except JipError as error:  # it must keep nobody from the others, nor hide what was done to them
                    faults.append((number, error))
        if faults and not found:
            raise faults[0][1]
        return [*found, *(Acted(number, None, why=str(error)) for number, error in faults)]


def _in_turn(project: Project, units: Collection[int], *, back: bool) -> list[int]:
    """Return the runs to be acted on, in turn: what takes another back is never taken back on its way to that.

    Raises:
        UsageError: that is what was asked for, or both a run and what takes it back should be finished.
    """
    subject = {number: of for number in units if (of := takes_back(project, project.store.run(number))) is not None}
    if not back:
        both = [number for number, of in subject.items() if of in units]
        if both:
            raise UsageError(
                f"run {both[0]} takes run {subject[both[0]]} back: say with --run which of them shall be "
                "finished; nothing was done"
            )
        return sorted(units)
    rest = sorted((number for number in units if number not in subject), reverse=True)
    if subject and not rest:
        number = next(iter(subject))
        raise UsageError(
            f"run {number} takes run {subject[number]} back: `{project.command} recover --finish --run {number}` "
            "goes on with that; nothing was done"
        )
    return rest


def _finish(project: Project, record: RunRecord, units: list[OpenUnit], orders: Orders) -> Iterator[Acted]:
    try:
        yield finish(project, record, units, orders)
    except LockedError:
        return  # said of the unit when it is read back: somebody is at work on it


def _take_back(project: Project, record: RunRecord, units: list[OpenUnit], orders: Orders) -> Iterator[Acted]:
    try:
        yield take_back(project, record, units, orders)
    except LockedError:
        return  # same


def _answer(project: Project, unit: OpenUnit, *, named: bool) -> Answer:
    """Return what a unit is; nobody is asked about one that another jip is at work on."""
    record = project.store.run(unit.run)
    if goes_on(record, named=named):
        return _left(unit, outcome(record))
    with ExitStack() as held:
        holder = held.enter_context(ours_alone(project, unit))
        return _left(unit, holder) if holder else read_back(project, unit)


def _left(unit: OpenUnit, holder: str) -> Answer:
    return Answer(unit, tuple(Found(str(e.router), e.step, "unknown", settled=False) for e in unit.entries), holder)


# ------------------------------------------------------------------ in words


def _row(project: Project, answer: Answer, found: Found) -> Row:
    shown = {
        "unit": "-" if answer.unit.number is None else str(answer.unit.number + 1),
        "step": step_word(found.step),
        "holds": _("at work") if answer.holder else holds_word(found.holds),
    }
    values = {
        "run": answer.unit.run,
        "unit": None if answer.unit.number is None else answer.unit.number + 1,
        "router": found.router,
        "step": found.step,
        "holds": found.holds,
        "settled": answer.settled,
        "verdict": answer.verdict,
        "advice": found.error or _advice(project, answer, found),
    }
    return Row(values, shown=shown, mood=_mood(answer, found))


def _mood(answer: Answer, found: Found) -> Mood:
    if answer.holder:
        return "info"
    return HOLDS[found.holds][1] if answer.settled else "warn"


def _advice(project: Project, answer: Answer, found: Found) -> str:
    """Return what to do about one router, in words."""
    jip, plan, run = project.command, answer.unit.plan, answer.unit.run
    activates = plan is not None and bool(plan.activates)
    if answer.holder:
        return _("wait until it has ended: {holder}").format(holder=answer.holder)
    if found.pending:
        return _("not confirmed: the router takes it back by itself; run `{jip} recover` again then").format(jip=jip)
    if answer.verdict == "taken back":
        return _("`{command}` plans it anew").format(command=_again(project, answer))
    if answer.verdict == "done":
        finishes = _("`{command} --commit` finishes the records").format(command=_again(project, answer))
        return finishes if activates else _("nothing")
    if found.holds in ("part", "unknown"):
        return _("look at it: `{command}` shows what is missing").format(command=_again(project, answer))
    told = _("`{jip} recover --run {run}` with --finish or --take-back").format(jip=jip, run=run)
    return _("`{command} --commit` finishes it").format(command=_again(project, answer)) if activates else told


def _again(project: Project, answer: Answer) -> str:
    plan = answer.unit.plan
    return f"{project.command} {plan.job} {plan.subject}".rstrip() if plan else f"{project.command} plan"


def _notes(
    project: Project, answers: Collection[Answer], acted: Collection[Acted], lost: Collection[int]
) -> Iterator[str]:
    if lost:
        yield _(
            "{folder} holds the plans of runs {runs}, of which the store knows nothing: it was removed, or is an old "
            "copy. Nobody can tell what became of them: put the right store back, or compare the routers: {jip} audit"
        ).format(folder=project.var / "plans", runs=", ".join(map(str, lost)), jip=project.command)
    elif not answers:
        yield _("Nothing is left unfinished any more.") if acted else _("No change was left unfinished.")
    for number, of in untold(project):
        yield _(
            "Run {run} took back something of run {of} and could not write that down: `{jip} rollback {of}` looks"
        ).format(run=number, of=of, jip=project.command)
    for answer in answers:
        if answer.verdict == "mixed":
            yield _mixed(project, answer)


def _mixed(project: Project, answer: Answer) -> str:
    """Return what it means that the routers of a unit differ."""
    unit, command = answer.unit, f"{project.command} recover --run {answer.unit.run}"
    links = unit.plan.links(unit.number) if unit.plan and unit.number is not None else ()
    told = ", ".join(f"{found.router}: {holds_word(found.holds)}" for found in answer.found)
    words = _("Run {run}, unit {unit}: its routers do not agree ({told}).").format(
        run=unit.run, unit="-" if unit.number is None else unit.number + 1, told=told
    )
    if links:
        words += " " + _("As long as that is so, {links} may be down.").format(links=", ".join(links))
    return (
        words
        + " "
        + _("`{command} --finish` makes all of them new, `{command} --take-back` all of them old.").format(
            command=command
        )
    )


def _refused(acted: Acted) -> bool:
    return bool(acted.refused or acted.lost or acted.why) or not all(
        outcome.good for outcome in acted.finished.outcomes
    )


def _told(acted: Acted) -> Iterator[str]:
    if acted.why:
        yield acted.why
    for one in acted.finished.outcomes:
        if one.good:
            yield _("{router}: done, in run {run}").format(router=one.router, run=acted.by)
        elif one.detail:
            yield _("{router}: stopped at {step}: {why}").format(
                router=one.router, step=step_word(one.step), why=one.why
            )
    for unit, reasons in acted.refused.items():
        for router, why in reasons.items():
            yield _("Run {run}, unit {unit} is not taken back: {router}: {why}").format(
                run=acted.of, unit=unit + 1, router=router, why=said(why)
            )
    for why in acted.lost:
        yield _("Done, but not recorded: {why}").format(why=why)
