"""Backups as a report: a row a router, with what changed on it since its last backup and whether its software did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jipkit.backups import Backup
from jipkit.changes import Changes
from jipkit.drift import Difference, Kind, diff_lines
from jipkit.errors import JipError
from jipkit.language import N_, _, ngettext
from jipkit.model import Network, Router
from jipkit.project import Project
from jipkit.readings import Upgrade
from jipkit.reasons import said
from jipkit.report import Column, Mood, Report, Row, Text
from playbooks._status import local
from playbooks._trust import in_short, trust_notes

STATES: Mapping[str, tuple[str, Mood]] = {
    "changed": (N_("changed"), "info"),
    "unchanged": (N_("unchanged"), "good"),
    "not assessable": (N_("not assessable"), "unknown"),
    "not collected": (N_("not collected"), "bad"),
}
WORDS: Mapping[Kind, str] = {
    "missing": "added",
    "extra": "removed",
    "changed": "changed",
    "misordered": "moved",
    "not assessable": "not assessable",
}
"""What each kind of difference is called where it is not against a template but against what was there before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one router: ``error`` is why it was not read, ``changes`` what changed since ``before``.

    Without ``before`` it is the first backup; with it and without ``changes``, ``why`` says why nothing was compared.
    """

    router: str
    now: Backup | None
    before: Backup | None = None
    changes: Changes | None = None
    why: str = ""
    error: JipError | None = None
    version: str | None = None
    """That of the software, where the reading names it."""

    @property
    def state(self) -> str:
        if self.error:
            return "not collected"
        if self.before is None:
            return "changed"
        if self.changes is None:
            return "not assessable"
        return "changed" if self.changes.differences or self.changes.upgrade else "unchanged"


def report_of(project: Project, outcomes: Sequence[Outcome], planned: Sequence[Router], *, changes: bool) -> Report:
    """Return the report; it is ok when every router was read and kept, and there is one.

    ``changes``: with every statement that changed.
    """
    network = project.network
    rows = [_row(network, outcome) for outcome in outcomes]
    notes = [*_notes(outcomes, planned), *([] if changes else _in_full(project, outcomes))]
    return Report(
        name="backup",
        ok=bool(rows) and all(row.mood != "bad" for row in rows),
        title=_("Backups"),
        columns=(
            Column("router", _("Router")),
            Column("state", _("State")),
            Column("changes", _("Since the last backup")),
            Column("when", _("Kept at")),
            Column("commit", _("Commit")),
            Column("reason", _("Reason")),
        ),
        rows=rows,
        texts=[text for outcome in outcomes for text in _texts(network, outcome)] if changes else [],
        notes=[*notes, *trust_notes(project.command, _failures(outcomes))],
    )


def _failures(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    return ((outcome.router, outcome.error.reason) for outcome in outcomes if outcome.error)


# ------------------------------------------------------------------ rows


def _row(network: Network, outcome: Outcome) -> Row:
    words, mood = STATES[outcome.state]
    kept, error = outcome.now, outcome.error
    values = {
        "router": outcome.router,
        "state": outcome.state,
        "when": kept.when.isoformat(timespec="seconds") if kept else None,
        "commit": kept.commit[:12] if kept else None,
        "reason": str(error) if error else outcome.why or None,
    }
    shown = {"state": _(words), "when": local(network, kept.when if kept else None)}
    if not error:
        shown["changes"] = _since(outcome)
    if error or outcome.why:
        shown["reason"] = in_short(error) if error else said(outcome.why)
    return Row(values | _measures(outcome), shown=shown, mood=mood)


def _measures(outcome: Outcome) -> dict[str, Any]:
    """Return what changed, for programs; null throughout where nothing was compared."""
    changes, before = outcome.changes, outcome.before
    counts = Counter(d.kind for d in changes.differences) if changes else {}
    upgrade = changes.upgrade if changes else None
    return {
        "since": before.when.isoformat(timespec="seconds") if before and not outcome.error else None,
        "changes": [_change(difference) for difference in changes.differences] if changes else None,
        **{word.replace(" ", "_"): counts.get(kind, 0) if changes else None for kind, word in WORDS.items()},
        "version_before": changes.before if changes else None,
        "version": outcome.version,
        "upgrade": None if changes is None or changes.unknown else upgrade is not None,
    }


def _change(difference: Difference) -> Mapping[str, Any]:
    return {
        "kind": WORDS[difference.kind],
        "path": list(difference.path),
        "before": difference.running,
        "after": difference.intended,
        "section": difference.section,
    }


def _since(outcome: Outcome) -> str:
    """Return in words what changed since the last backup."""
    changes = outcome.changes
    if outcome.before is None:
        return _("nothing to compare with: this is the first backup")
    if changes is None:
        return _("not assessable")
    if not changes.differences:
        return _unaltered(changes.upgrade)
    return "; ".join([_counts(changes.differences), *_label(changes)])


def _unaltered(upgrade: Upgrade | None) -> str:
    if upgrade is None:
        return _("no statement changed")
    words = (
        _("no statement changed with downgrade {before} -> {after}")
        if upgrade.back
        else _("no statement changed with upgrade {before} -> {after}")
    )
    return words.format(before=upgrade.before, after=upgrade.after)


def _counts(differences: Sequence[Difference]) -> str:
    counts = Counter(WORDS[difference.kind] for difference in differences)
    words = {
        "added": _("{number} added"),
        "removed": _("{number} removed"),
        "changed": _("{number} changed"),
        "moved": _("{number} moved"),
        "not assessable": _("{number} not assessable"),
    }
    return ", ".join(word.format(number=counts[kind]) for kind, word in words.items() if counts[kind])


def _label(changes: Changes) -> Iterator[str]:
    """Yield what changes are called that came with other software, and where nobody knows if they did."""
    if upgrade := changes.upgrade:
        words = (
            _("changed with downgrade {before} -> {after}")
            if upgrade.back
            else _("changed with upgrade {before} -> {after}")
        )
        yield words.format(before=upgrade.before, after=upgrade.after)
    elif changes.unknown:
        yield _("whether the software changed is not known")


# ------------------------------------------------------------------ texts and notes


def _texts(network: Network, outcome: Outcome) -> Iterator[Text]:
    changes, before = outcome.changes, outcome.before
    if changes is None or before is None or not changes.differences:
        return
    heading = _("{router}: changes since the backup of {when}").format(
        router=outcome.router, when=local(network, before.when)
    )
    label = "; ".join(_label(changes))
    body = "\n".join([*_legend(changes.differences), "", *diff_lines(changes.differences), ""])
    yield Text(f"{heading} ({label})" if label else heading, body, kind="diff")


def _legend(differences: Sequence[Difference]) -> Iterator[str]:
    kinds = {difference.kind for difference in differences}
    yield _("- in the last backup, + on the router now")
    if "misordered" in kinds:
        yield _("! in both, in another order on the router")
    if "not assessable" in kinds:
        yield _("? a secret that could not be compared")


def _notes(outcomes: Sequence[Outcome], planned: Sequence[Router]) -> Iterator[str]:
    if planned:
        yield _("Planned, so not asked: {names}").format(names=", ".join(router.key for router in planned))
    upgraded = [o.router for o in outcomes if o.changes and o.changes.upgrade]
    if upgraded:
        sentence = ngettext(
            "{number} router runs other software than in its last backup: {routers}. What changed on it may have come "
            "with that.",
            "{number} routers run other software than in their last backups: {routers}. What changed on them may have "
            "come with that.",
            len(upgraded),
        )
        yield sentence.format(number=len(upgraded), routers=", ".join(upgraded))


def _in_full(project: Project, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield how to see every statement that changed, once it has been kept."""
    changed = next((o for o in outcomes if o.changes and o.changes.differences and o.now), None)
    if changed and changed.now:
        folder = project.backups.folder.relative_to(project.root)
        yield _(
            "Every statement that changed on {router}: `git -C {folder} show {commit}`; of all, next time: --changes"
        ).format(router=changed.router, folder=folder, commit=changed.now.commit[:12])
