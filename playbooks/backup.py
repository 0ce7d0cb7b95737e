"""Keep the running configurations of routers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from nornir.core.task import Result, Task

from jipkit.backups import Reading, raw_folder, save_raw
from jipkit.errors import JipError
from jipkit.language import N_, _
from jipkit.model import Router, State
from jipkit.playbook import Advance, progress
from jipkit.project import Project
from jipkit.report import Column, Mood, Report, Row
from jipkit.selection import select
from playbooks import _selection as options
from playbooks._sessions import ask
from playbooks._status import local
from playbooks._trust import in_short, trust_notes
from tasks.backup import backup_router

STATES: Mapping[str, tuple[str, Mood]] = {
    "changed": (N_("changed"), "info"),
    "unchanged": (N_("unchanged"), "good"),
    "not collected": (N_("not collected"), "bad"),
}


def backup(
    project: Project,
    *,
    office: options.Offices = None,
    router: options.Routers = None,
    kind: options.Kind = None,
    platform: options.Platform = None,
    role: options.Role = None,
    where: options.Where = None,
) -> Report:
    """Read running configurations and keep what really changed, without secrets, in the git repository under var/.

    A router that cannot be read is not collected, and the command then fails. With secrets a configuration is
    kept only where JIP_RAW_BACKUPS names a folder outside the project.

    Example:
        jip backup --office kec-pampangan
    """
    chosen = select(
        project.network, office=office, router=router, kind=kind, platform=platform, role=role, where=where
    ).routers
    planned = [r for r in chosen if r.state is State.PLANNED]
    readings = _readings(project, [r for r in chosen if r.state is not State.PLANNED])
    rows = [_row(project, router, reading) for router, reading in readings.items()]
    notes = [_("Planned, so not asked: {names}").format(names=", ".join(r.key for r in planned))] if planned else []
    return Report(
        name="backup",
        ok=bool(rows) and all(row.mood != "bad" for row in rows),
        title=_("Backups"),
        columns=(
            Column("router", _("Router")),
            Column("state", _("State")),
            Column("when", _("Kept at")),
            Column("commit", _("Commit")),
            Column("reason", _("Reason")),
        ),
        rows=rows,
        notes=[*notes, *trust_notes(project.command, _failures(readings))],
    )


def _failures(readings: Mapping[str, Reading | JipError]) -> Iterator[tuple[str, str]]:
    return ((router, reading.reason) for router, reading in readings.items() if isinstance(reading, JipError))


def _readings(project: Project, routers: Sequence[Router]) -> Mapping[str, Reading | JipError]:
    """Return what each router runs, or why that is not known; raw copies are kept where the user wants them."""
    if not routers:
        return {}
    raw = None if project.lab else raw_folder(project.root)
    with progress(len(routers), _("Reading configurations")) as advance:
        readings = ask(project, routers, _backing_up, digest=project.secrets.digest, advance=advance)
    for router, reading in readings.items():
        if isinstance(reading, Reading) and raw is not None:
            save_raw(raw, router, reading.raw)
    return readings


def _backing_up(task: Task, digest: Callable[[str], str], advance: Advance) -> Result:
    """Put a `Reading` in ``result``, and tell that one more router is done."""
    try:
        return backup_router(task, digest)
    finally:
        advance()


def _row(project: Project, router: str, reading: Reading | JipError) -> Row:
    changed = isinstance(reading, Reading) and project.backups.save(router, reading.kept)
    kept = project.backups.latest(router)
    state = "not collected" if isinstance(reading, JipError) else "changed" if changed else "unchanged"
    words, mood = STATES[state]
    values = {
        "router": router,
        "state": state,
        "when": kept.when.isoformat(timespec="seconds") if kept else None,
        "commit": kept.commit[:12] if kept else None,
        "reason": str(reading) if isinstance(reading, JipError) else None,
    }
    when = local(project.network, kept.when if kept else None)
    shown = {"state": _(words), "when": when}
    if isinstance(reading, JipError):
        shown["reason"] = in_short(reading)
    return Row(values, shown=shown, mood=mood)
