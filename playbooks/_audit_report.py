"""An audit as a report: a row a router, each finding with what it departs from, and the commands that make it right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from jipkit.drift import Difference, Drift, Kind, as_diff, written_at
from jipkit.language import N_, _
from jipkit.model import Network
from jipkit.reasons import said
from jipkit.report import Column, Mood, Report, Row, Text
from playbooks._assessment import Assessment, Result
from playbooks._trust import trust_notes

KINDS: tuple[Kind, ...] = get_args(Kind)
RESULTS: Mapping[Result, tuple[str, Mood]] = {
    "clean": (N_("as intended"), "good"),
    "drift": (N_("drift"), "bad"),
    "unreachable": (N_("unreachable"), "unknown"),
    "not assessable": (N_("not assessable"), "unknown"),
    "not in service": (N_("not in service"), "info"),
}


def report_of(network: Network, assessments: Sequence[Assessment], *, remedy: bool, jip: str) -> Report:
    """Return the report; it is ok when every router in service was assessed and is as intended, and there is one.

    ``jip`` is how jip is called about this network (`Project.command`).
    """
    results = Counter(assessment.result for assessment in assessments)
    in_service = len(assessments) - results["not in service"]
    return Report(
        name="audit",
        ok=in_service > 0 and results["clean"] == in_service,
        title=_("{clean} of {all} routers in service are as their templates want them").format(
            clean=results["clean"], all=in_service
        ),
        columns=_columns(),
        rows=[_row(network, assessment) for assessment in assessments],
        texts=[text for assessment in assessments for text in _texts(network, assessment, remedy=remedy)],
        notes=[*_notes(assessments, remedy=remedy, jip=jip), *_twin_names(network, assessments)],
        data={"results": {result: results[result] for result in RESULTS}},
    )


def _columns() -> Sequence[Column]:
    return (
        Column("router", _("Router")),
        Column("result", _("Result")),
        Column("coverage_percent", _("Coverage %")),
        Column("missing", _("Missing")),
        Column("extra", _("Extra")),
        Column("changed", _("Changed")),
        Column("misordered", _("Misplaced")),
        Column("unmanaged", _("Unmanaged")),
        Column("not_assessable", _("Not assessable")),
        Column("why", _("Why")),
    )


def _row(network: Network, assessment: Assessment) -> Row:
    word, mood = RESULTS[assessment.result]
    values = {"router": assessment.router, "result": assessment.result, "why": assessment.why or None}
    measures = _measures(network, assessment.drift) | _software(assessment) if assessment.drift else {}
    shown = {"result": _(word)} | ({"why": assessment.said} if assessment.said else {})
    return Row(values | measures, shown=shown, mood=mood)


def _measures(network: Network, drift: Drift) -> dict[str, Any]:
    counts = Counter(difference.kind for difference in drift.differences)
    return {
        "coverage_percent": int(drift.coverage * 1000) / 10,  # rounded down: 100 means all
        **{kind.replace(" ", "_"): counts[kind] for kind in KINDS},
        "findings": [_finding(network, difference) for difference in drift.differences],
        "remedy": list(drift.remedy),
        "undo": list(drift.undo),
        "undo_complete": drift.undo_complete,
    }


def _software(assessment: Assessment) -> dict[str, Any]:
    """Return what is known of a router's software now, and when it was last backed up."""
    version, earlier = assessment.drift.version if assessment.drift else None, assessment.earlier
    before = earlier.version if earlier else None
    return {
        "version": version,
        "backup": earlier.when.isoformat(timespec="seconds") if earlier else None,
        "version_before": before,
        "upgrade": version != before if version and before else None,
    }


def _finding(network: Network, difference: Difference) -> dict[str, Any]:
    written = written_at(difference.origin, network.place) if difference.origin else [None]
    return {
        "kind": difference.kind,
        "path": list(difference.path),
        "intended": difference.intended,
        "running": difference.running,
        "section": difference.section,
        "template": written[0],
        "inventory": written[1:],
    }


def _texts(network: Network, assessment: Assessment, *, remedy: bool) -> Iterator[Text]:
    drift, router = assessment.drift, assessment.router
    if drift is None or not drift.differences:
        return
    yield Text(_("{router}: findings").format(router=router), as_diff(drift, network.place), kind="diff")
    if remedy and drift.remedy:
        yield Text(_("{router}: remedy").format(router=router), _lines(drift.remedy), kind="config")
        yield Text(_("{router}: undo of the remedy").format(router=router), _lines(drift.undo), kind="config")


def _lines(commands: Sequence[str]) -> str:
    return "".join(f"{command}\n" for command in commands)


def _notes(assessments: Sequence[Assessment], *, remedy: bool, jip: str) -> Iterator[str]:
    drifted = [a.router for a in assessments if a.result == "drift"]
    if drifted and not remedy:
        yield _("The commands that make it right: {jip} audit --router {router} --remedy").format(
            jip=jip, router=drifted[0]
        )
    yield from trust_notes(jip, ((a.router, a.reason) for a in assessments))
    for assessment in assessments:
        if assessment.result == "drift" and assessment.drift:
            yield from (f"{assessment.router}: {said(note)}" for note in assessment.drift.notes)
    incomplete = [a.router for a in assessments if a.drift and not a.drift.undo_complete]
    if incomplete and remedy:
        yield _("The undo needs secrets that only the router knows: {routers}").format(routers=", ".join(incomplete))
    unmanaged = [a.router for a in assessments if a.drift and a.drift.coverage < 1]
    if unmanaged:
        yield _("Lines that no template manages are listed, not judged: {routers}").format(routers=", ".join(unmanaged))


def _twin_names(network: Network, assessments: Sequence[Assessment]) -> Iterator[str]:
    """Yield for each interface in a finding that has another name in the inventory which one it is there."""
    for (router, name), shown in network.shown_names.items():
        drifts = [a.drift for a in assessments if a.router == router and a.drift and name != shown]
        if any(f"interface {name}" in (*d.path, d.intended, d.running) for drift in drifts for d in drift.differences):
            yield _("{router}: {name} is {shown} in the inventory").format(router=router, name=name, shown=shown)
