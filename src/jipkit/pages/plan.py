"""A plan as a page, for whoever has to approve it: everything that its file says but the whole configurations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import quote

from jipkit.language import N_, _, ngettext
from jipkit.model import RiskLevel
from jipkit.pages import lines, page
from jipkit.plan import Change, Loss, Plan, Stage, Unit, lines_of
from jipkit.postchecks import in_words
from jipkit.printable import escaped
from jipkit.reasons import said

UNKNOWN = "unknown"
LEVELS: Mapping[str, str] = {"high": N_("high"), "medium": N_("medium"), "low": N_("low"), UNKNOWN: N_("not known")}
"""The words of the levels, the worst first; one that nobody knows comes last and is said beside the highest."""
MARKS = {"+": "add", "-": "cut", "!": "move", "?": "doubt", "~": "doubt"}
"""What a line of a difference is, by its mark."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: ``kind`` is a value of `MARKS` or nothing, ``origin`` the template line it comes from."""

    text: str
    kind: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stage of a router on the page; ``place`` (from 0) says which of its stages."""

    change: Change
    unit: int
    batch: int
    others: Unit = ()
    place: int = 0

    @property
    def name(self) -> str:
        return self.change.router

    @property
    def stage(self) -> Stage:
        return self.change.stages[self.place]

    @property
    def anchor(self) -> str:
        return f"{anchor(self.name)}-stage-{self.place + 1}" if self.place else anchor(self.name)

    @property
    def level(self) -> str:
        return level_of(self.change)

    @property
    def score(self) -> int | None:
        return self.change.risk.score if self.change.risk else None

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(said(reason) for reason in self.change.risk.reasons) if self.change.risk else ()

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(said(warning) for warning in self.change.warnings)

    @property
    def checks(self) -> tuple[str, ...]:
        return tuple(said(in_words(check)) for check in self.stage.checks)

    @property
    def diff(self) -> tuple[Line, ...]:
        whole = len(self.change.stages) == 1
        return tuple(_line(text) for text in (lines(self.change.diff) if whole else lines_of(self.stage.differences)))

    @property
    def added(self) -> int:
        return sum(line.kind == "add" for line in self.diff)

    @property
    def removed(self) -> int:
        return sum(line.kind == "cut" for line in self.diff)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on the page; ``loss`` is None where the plan does not say what it costs."""

    number: int
    units: tuple[tuple[Entry, ...], ...]
    loss: Loss | None

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for unit in self.units for entry in unit)

    @property
    def level(self) -> str:
        return worst(entry.level for entry in self.entries)

    def links(self, unit: tuple[Entry, ...]) -> tuple[str, ...]:
        """Return the links of which a unit tells both ends anew."""
        return tuple(sorted({link for entry in unit for link in entry.stage.links}))


@dataclass(frozen=True, slots=True)
class Alike:
    """Routers to which the same is done, with the same way back."""

    commands: tuple[str, ...]
    undo: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def level(self) -> str:
        return worst(entry.level for entry in self.entries)


def anchor(router: str) -> str:
    """Return the name under which a link leads to a router on the page."""
    return f"router-{quote(escaped(router), safe='')}"


def level_of(change: Change) -> str:
    """Return the level of a change's risk, one of `LEVELS`."""
    return str(change.risk.level) if change.risk else UNKNOWN


def worst(levels: Iterable[str]) -> str:
    """Return the worst of ``levels``; one that is not known is worse than any, because it may be."""
    found = set(levels)
    return next((level for level in (UNKNOWN, *reversed(RiskLevel)) if level in found), UNKNOWN)


def plan_page(plan: Plan) -> bytes:
    """Return the page of a plan, in the chosen language. The same plan gives the same bytes."""
    batches = tuple(_batches(plan))
    entries = [entry for batch in batches for entry in batch.entries if not entry.place]
    groups, single = _groups(entries)
    return page(
        "plan",
        plan=plan,
        title=_title(plan, len(entries)),
        batches=batches,
        entries=entries,
        groups=groups,
        single=single,
        idle=[change.router for change in plan.changes.values() if change.idle],
        left_out={router: said(why) for router, why in plan.left_out.items()},
        counts=_counts(entries),
        no_way_back=[entry for entry in entries if not entry.change.undo_complete],
        riskiest=sorted((e for e in entries if e.level in ("high", UNKNOWN)), key=lambda e: -(e.score or 0)),
        cutting=[batch for batch in batches if batch.loss and batch.loss.offices],
        activates=[str(source) for source in plan.activates],
        highest=worst(entry.level for entry in entries),
        top=max((entry.score for entry in entries if entry.score is not None), default=None),
        levels={level: _(word) for level, word in LEVELS.items()},
        words={key: _(word) for key, word in WORDS.items()},
        routers=lambda n: ngettext("{n} router", "{n} routers", n).format(n=n),
        offices=lambda n: ngettext("{n} office", "{n} offices", n).format(n=n),
        units=lambda n: ngettext("{n} unit", "{n} units", n).format(n=n),
        together=lambda n: _("{n} routers that stand or fall together").format(n=n),
    )


def _title(plan: Plan, count: int) -> str:
    if plan.job == "provision":
        return ngettext(
            "Into service: {subject}, {n} router to change", "Into service: {subject}, {n} routers to change", count
        ).format(subject=plan.subject, n=count)
    return ngettext("{n} router to change", "{n} routers to change", count).format(n=count)


def _batches(plan: Plan) -> Iterator[Batch]:
    unit_number, seen = 0, Counter[str]()
    for number, (units, loss) in enumerate(zip_longest(plan.batches, plan.losses[: len(plan.batches)]), 1):
        found = []
        for unit in units:
            unit_number += 1
            found.append(tuple(Entry(plan.changes[r], unit_number, number, unit, seen[r]) for r in unit))
            seen.update(unit)
        yield Batch(number, tuple(found), loss)


def _counts(entries: Iterable[Entry]) -> Mapping[str, int]:
    """Return how many routers each level has, the worst first; only levels that occur."""
    found = Counter(entry.level for entry in entries)
    return {level: found[level] for level in LEVELS if found[level]}


def _groups(entries: Iterable[Entry]) -> tuple[list[Alike], list[Entry]]:
    """Return the routers to which the same is done, the most first, and those that are alone with theirs."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.change.commands, entry.change.undo), []).append(entry)
    alike = [Alike(commands, undo, tuple(those)) for (commands, undo), those in found.items() if len(those) > 1]
    return sorted(alike, key=lambda g: -len(g.entries)), [those[0] for those in found.values() if len(those) == 1]


def _line(text: str) -> Line:
    kind = MARKS.get(text[:1], "")
    if kind != "add":
        return Line(text, kind)
    statement, mark, origin = text.partition(
        "  # templates/"
    )  # only our own lines have one: see jipkit.drift.diff_lines
    return Line(statement, kind, mark + origin)


WORDS: Mapping[str, str] = {
    "planned_with": N_("Planned with"),
    "unchanged": N_("Nothing was changed yet. This page asks whether it may be."),
    "digest": N_("SHA-256 of the plan"),
    "routers": N_("Routers"),
    "units": N_("Units"),
    "batches": N_("Batches"),
    "highest": N_("Highest risk"),
    "left_out": N_("Left out"),
    "look": N_("Look at this first"),
    "risks": N_("Risk of the routers"),
    "riskiest": N_("The risk is high, or not known"),
    "no_way_back": N_("The way back is not complete: it needs a secret that only the router knows"),
    "none_left_out": N_("No router was left out."),
    "cuts": N_("Cut off meanwhile"),
    "cuts_nobody": N_("No batch cuts an office off."),
    "loss_unknown": N_("The plan does not say what its batches cut off."),
    "activates": N_("Becomes active in the inventory"),
    "idle": N_("Already as they should be"),
    "order": N_("Batches, in the order in which they go"),
    "batch": N_("Batch"),
    "unit": N_("Unit"),
    "router": N_("Router"),
    "risk": N_("Risk"),
    "services": N_("Services that stop"),
    "single_way": N_("A single way is left to"),
    "offices_cut": N_("Offices cut off"),
    "offices_single": N_("Left with a single way"),
    "none": N_("none"),
    "not_known": N_("not known"),
    "alike": N_("Routers to which the same is done"),
    "alike_why": N_("The same commands, and the same way back: read them once."),
    "single": N_("Alone with their commands"),
    "all": N_("Every router"),
    "all_why": N_(
        "In the order in which they are changed. Open one to see why it has its risk and what is done to it."
    ),
    "filter": N_("Find"),
    "filter_hint": N_("a name, a command, a reason"),
    "any_risk": N_("any risk"),
    "open": N_("Open all"),
    "close": N_("Close all"),
    "nothing_found": N_("No router has that."),
    "canary": N_("the first try"),
    "added": N_("lines that come"),
    "removed": N_("lines that go"),
    "warned": N_("warning"),
    "incomplete": N_("way back not complete"),
    "fresh": N_("reached for the first time"),
    "why": N_("Why this risk"),
    "no_reasons": N_("The plan gives no reason."),
    "warnings": N_("Know before"),
    "sections": N_("Touches"),
    "links": N_("Both ends of"),
    "difference": N_("The difference"),
    "no_difference": N_("The router was not read: there is nothing to compare with."),
    "commands": N_("What is done"),
    "no_commands": N_("no commands"),
    "undo": N_("The way back"),
    "checks": N_("What is looked at afterwards"),
    "check": N_("Is this page that of the plan you sign?"),
    "check_why": N_(
        "It says what the plan's file says, except the configurations in full. The file itself is what is signed, with "
        "jip approve: sha256sum of the file has to give what stands at the top."
    ),
}
"""The words of the page that stand for themselves."""
