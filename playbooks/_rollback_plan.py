"""Plan to take back what a run did: unit after unit, the last first, and only where nothing else has changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jipkit.candidate import way_back
from jipkit.changes import between
from jipkit.drift import Difference, Drift, diff_lines
from jipkit.errors import JipError
from jipkit.model import Router
from jipkit.plan import Change, Loss, Plan, Stage, changed_lines, digest_of, wording
from jipkit.platforms import PlatformFacts
from jipkit.postchecks import foreseen
from jipkit.project import Project
from jipkit.reasons import because
from jipkit.redaction import HIDDEN, blanked
from jipkit.rollout.impact import Disturbance, disturbed, losses
from jipkit.rollout.risk import assess
from jipkit.store import HELD, Trace
from jipkit.touched import digests_of, sections_of
from playbooks._plan import view
from playbooks._turns import Refusals, back_to_front, broken_chain, refused_units


@dataclass(frozen=True, slots=True)
class Undoing:
    """What of a run can be taken back; ``refused`` says why the rest cannot.

    ``already`` are routers that run what they ran before a unit: nothing has to be done to them.
    """

    plan: Plan
    refused: Refusals = field(default_factory=dict)
    already: tuple[tuple[int, str], ...] = ()


# ------------------------------------------------------------------ what is done to each router


@dataclass(frozen=True, slots=True)
class Past:
    """What a run did: its number, its plan, and what the journal tells of each router in each unit, `in_turn`."""

    run: int
    plan: Plan
    traces: tuple[Trace, ...]

    def held(self, wanted: Collection[int]) -> Past:
        """Return what is still held of the ``wanted`` units; a router that was met in them first stays as it is."""
        return self.only(
            trace
            for trace in self.traces
            if trace.unit in wanted and trace.holds in HELD and not self.plan.changes[trace.router].fresh
        )

    def of(self, router: str) -> Past:
        """Return what was done to one router."""
        return self.only(trace for trace in self.traces if trace.router == router)

    def only(self, traces: Iterable[Trace]) -> Past:
        """Return the same run as if it had done nothing else."""
        return replace(self, traces=tuple(traces))

    @property
    def units(self) -> tuple[int, ...]:
        """The units that are known, in the order in which they were done."""
        return tuple(dict.fromkeys(trace.unit for trace in self.traces if trace.unit is not None))


def plan_rollback(
    project: Project,
    past: Past,
    wanted: Collection[int],
    answers: Mapping[str, str | JipError],
    *,
    stuck: Refusals | None = None,
) -> Undoing:
    """Return what takes the ``wanted`` units of a run back; nothing is asked or changed.

    ``answers`` are what its routers run, or why that is not known; ``stuck`` are refusals that are known already.
    """
    held = past.held(wanted)
    faults: dict[int, dict[str, str]] = {unit: dict(reasons) for unit, reasons in (stuck or {}).items()}
    ways: dict[str, _Way] = {}
    for router in dict.fromkeys(trace.router for trace in held.traces):
        if router in project.network.routers:
            ways[router] = _Way.of(project, held.of(router), router, answers.get(router))
            continue
        for unit in held.of(router).units:
            faults.setdefault(unit, {})[router] = because("not-in-inventory")
    for router, way in ways.items():
        for unit, why in way.faults.items():
            faults.setdefault(unit, {}).setdefault(router, why)
    refused = refused_units(past.plan.units, held.units, faults)
    chosen = [unit for unit in held.units if unit not in refused]
    return Undoing(_plan(project, past, ways, chosen), refused, _already(ways, chosen))


@dataclass(frozen=True, slots=True)
class _Way:
    """One router on its way back: what it runs ``now``, and what it ran before each of its units, the last first.

    ``back`` are units that it has been taken back behind already: nothing of them is left to be done there.
    """

    router: Router
    facts: PlatformFacts
    now: str = field(default="", repr=False)
    targets: Mapping[int, str] = field(default_factory=dict, repr=False)
    faults: Mapping[int, str] = field(default_factory=dict)
    back: tuple[int, ...] = ()

    @classmethod
    def of(cls, project: Project, past: Past, key: str, answer: str | JipError | None) -> _Way:
        router = project.network.router(key)
        facts = project.facts(router)
        if not isinstance(answer, str):
            why = answer.reason if answer else because("was-not-asked")
            return cls(router, facts, faults=dict.fromkeys(past.units, why))
        try:
            targets, faults = _kept(project, past, router)
            left, back = _left(past.units, targets, answer, facts)
            ahead = past.only(trace for trace in past.traces if trace.unit in left)
            texts = [*(targets.get(unit) for unit in left), targets[back[0]] if back else answer]
            faults = _changed_since(project, ahead, router, texts) | faults
        except JipError as error:
            return cls(router, facts, faults=dict.fromkeys(past.units, error.reason))
        open_ = {unit: why for unit, why in faults.items() if unit in left}
        return cls(router, facts, answer, {u: targets[u] for u in reversed(left) if u in targets}, open_, back)

    def stages(self, chosen: Collection[int]) -> list[tuple[int, str, str]]:
        """Return for each chosen unit what the router runs before it is taken back, and after; only what differs."""
        found, now = [], self.now
        for unit, target in self.targets.items():
            if unit in chosen and way_back(now, target, self.facts):
                found.append((unit, now, target))
            now = target if unit in chosen else now
        return found


def _left(
    units: Sequence[int], targets: Mapping[int, str], now: str, facts: PlatformFacts
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the units of a router that are still to be taken back, and those that it is back behind already.

    Whatever it runs now, what it ran before one of its units is never made of it by going forward.
    """
    there = (place for place, unit in enumerate(units) if unit in targets and not way_back(now, targets[unit], facts))
    place = next(there, len(units))
    return tuple(units[:place]), tuple(units[place:])


def _kept(project: Project, past: Past, router: Router) -> tuple[dict[int, str], dict[int, str]]:
    """Return what was kept of a router before each unit, and why it cannot go back to that."""
    targets, faults = {}, {}
    for trace in past.traces:
        unit = trace.unit or 0
        try:
            text = project.undo.kept(past.run, unit, router.key)
        except JipError as error:
            faults[unit] = error.reason
            continue
        if text is None:
            faults[unit] = because("nothing-kept", run=str(past.run))
        elif digest_of(view(project, router, text)) != trace.before:
            faults[unit] = because("kept-another", run=str(past.run))
        else:
            targets[unit] = text
    return targets, faults


def _changed_since(project: Project, past: Past, router: Router, texts: Sequence[str | None]) -> dict[int, str]:
    """Return after which units of a router something else was changed, and what.

    ``texts`` are what it ran before each of them, and at last what it runs now. Of a unit that was not seen confirmed
    nobody knows how it left the router: then only what is planned may differ.
    """
    digests = [digest_of(view(project, router, text)) if text is not None else "" for text in texts]
    broken, found = broken_chain(past.traces, digests[-1]), dict[int, str]()
    for place, trace in enumerate(past.traces):
        unit, first, then = trace.unit or 0, texts[place], texts[place + 1]
        if first is None or then is None or digests[place + 1] == trace.before:
            continue
        odd, lost = _foreign(first, then, _planned(past.only([trace])), project.facts(router))
        if unit in broken or (trace.after is None and odd):
            lines = odd or lost or changed_lines(*(view(project, router, text) for text in (first, then)))
            found[unit] = because("changed-since-run", lines="; ".join(lines))
    return found


_Said = tuple[str, tuple[str, ...], str]
"""A sign, ``+`` for what came and ``-`` for what went, and a statement with its parents; secrets hidden."""


def _planned(past: Past) -> set[_Said]:
    """Return what a run told the routers that are left of it, and took from them."""
    found = set()
    for trace in past.traces:
        for _kind, path, intended, running in past.plan.stage(trace.unit or 0, trace.router).differences:
            found |= {(sign, _hidden(path), blanked(text)) for sign, text in (("+", intended), ("-", running)) if text}
    return found


def _foreign(before: str, now: str, planned: set[_Said], facts: PlatformFacts) -> tuple[list[str], list[str]]:
    """Return what is another than ``planned`` between two readings, and what is planned and is not there."""
    seen = set()
    for difference in between(before, now, facts).differences:
        path = _hidden(difference.path)
        texts = (("+", difference.intended), ("-", difference.running))
        if difference.kind != "not assessable":
            seen |= {(sign, path, blanked(text)) for sign, text in texts if text}
    lost = {("-" if sign == "+" else "+", path, text) for sign, path, text in planned - seen}
    odd, away = (
        [f"{sign} {' / '.join((*path, text))}" for sign, path, text in sorted(one)] for one in (seen - planned, lost)
    )
    return odd, away


def left_alone(project: Project, run: int, plan: Plan, trace: Trace, running: str) -> str | None:
    """Return the digest of what a router runs after a unit, where only what is planned has changed; else None."""
    router = project.network.router(trace.router)
    kept = project.undo.kept(run, trace.unit or 0, router.key)
    if kept is None or digest_of(view(project, router, kept)) != trace.before:
        return None
    odd, _lost = _foreign(kept, running, _planned(Past(run, plan, (trace,))), project.facts(router))
    return None if odd else digest_of(view(project, router, running))


def _hidden(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(blanked(part) for part in path)


# ------------------------------------------------------------------ the plan


def _already(ways: Mapping[str, _Way], chosen: Collection[int]) -> tuple[tuple[int, str], ...]:
    todo = {(unit, key) for key, way in ways.items() for unit, _now, _then in way.stages(chosen)}
    return tuple(
        (unit, key)
        for key, way in ways.items()
        for unit in (*way.targets, *way.back)
        if unit in chosen and (unit, key) not in todo
    )


def _plan(project: Project, past: Past, ways: Mapping[str, _Way], chosen: Sequence[int]) -> Plan:
    changes = {key: change for key, way in ways.items() if (change := _change(project, way, chosen)) is not None}
    routers = {
        unit: tuple(
            r for r in past.plan.units[unit] if r in changes and any(s.undoes == unit for s in changes[r].stages)
        )
        for unit in chosen
    }
    order = back_to_front(past.plan.numbered, [unit for unit in chosen if routers[unit]])
    batches = tuple(tuple(routers[unit] for unit in batch) for batch in order)
    disturbed_by = [_disturbed(project, ways, chosen, batch) for batch in order]
    return Plan(
        job="rollback",
        subject=str(past.run),
        changes={key: changes[key] for batch in batches for unit in batch for key in unit},
        batches=batches,
        losses=tuple(Loss.of(one) for one in losses(project.network, disturbed_by)),
    )


def _change(project: Project, way: _Way, chosen: Collection[int]) -> Change | None:
    """Return what is done to a router, a stage for each unit that is taken back; None: there is nothing."""
    stages = way.stages(chosen)
    if not stages:
        return None
    now, target = (view(project, way.router, text) for text in (way.now, stages[-1][2]))
    drift = _drift(way, way.now, stages[-1][2])
    return Change(
        way.router.key,
        target,
        now,
        "\n".join(diff_lines(drift.differences)) or "\n".join(changed_lines(now, target)) or "~",
        tuple(_stage(project, way, *stage) for stage in stages),
        assess(drift, project.network, way.router.key, way.facts, lines=len(target.splitlines())),
        () if way.facts.device_timer else (because("cannot-take-back"),),
    )


def _stage(project: Project, way: _Way, unit: int, now: str, target: str) -> Stage:
    drift = _drift(way, now, target)
    told = [view(project, way.router, text) for text in (now, target)]
    undo = _commands(told[1], told[0], way.facts)
    return Stage(
        (),
        tuple(wording(difference) for difference in drift.differences),
        digests_of(sections_of(told[0], way.facts), [difference.section or "" for difference in drift.differences]),
        _commands(told[0], told[1], way.facts),
        undo,
        not any(HIDDEN in line for line in undo),
        undoes=unit,
        checks=foreseen(project.network, way.router.key),
    )


def _commands(now: str, target: str, facts: PlatformFacts) -> tuple[str, ...]:
    """Return commands for people: made of readings that hold digests for secrets, and those hidden."""
    return tuple(blanked(line) for line in way_back(now, target, facts))


def _drift(way: _Way, now: str, target: str) -> Drift:
    found: tuple[Difference, ...] = between(now, target, way.facts).differences
    return Drift(way.router.key, found, 1.0, (), ())


def _disturbed(
    project: Project, ways: Mapping[str, _Way], chosen: Collection[int], batch: Collection[int]
) -> list[Disturbance]:
    return [
        disturbed(_drift(way, now, target), project.network, key, way.facts)
        for key, way in ways.items()
        for unit, now, target in way.stages(chosen)
        if unit in batch
    ]
