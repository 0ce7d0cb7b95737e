"""Keep the running configurations of routers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer
from nornir.core.task import Result, Task

from jipkit.backups import Backup, Reading, raw_folder, save_raw
from jipkit.changes import Changes, between
from jipkit.errors import ConfigTextError, JipError, ProjectError, RouterError
from jipkit.language import N_, _
from jipkit.model import Router, State
from jipkit.playbook import Advance, progress
from jipkit.project import Project
from jipkit.readings import version_of
from jipkit.reasons import because
from jipkit.report import Report
from playbooks._backup_report import Outcome, report_of
from playbooks._selection import UNFILTERED, RouterFilters
from playbooks._sessions import ask
from tasks.backup import backup_router


def backup(
    project: Project,
    filters: RouterFilters = UNFILTERED,
    *,
    changes: Annotated[bool, typer.Option("--changes", help=N_("Show every statement that changed."))] = False,
) -> Report:
    """Read running configurations and keep what really changed, without secrets, in the git repository under var/.

    Of each router it says what changed since its last backup, and whether that came with other software.

    A router that cannot be read is not collected, and the command then fails. With secrets a configuration is
    kept only where JIP_RAW_BACKUPS names a folder outside the project.

    Example:
        jip backup --office kec-pampangan
    """
    chosen = filters.chosen_from(project.network).routers
    planned = [r for r in chosen if r.state is State.PLANNED]
    readings = _readings(project, [r for r in chosen if r.state is not State.PLANNED])
    outcomes = [_kept(project, project.network.router(key), reading) for key, reading in readings.items()]
    return report_of(project, outcomes, planned, changes=changes)


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


def _kept(project: Project, router: Router, reading: Reading | JipError) -> Outcome:
    """Keep what a router answered, if it is not what was kept of it last; return what that changed."""
    before = project.backups.latest(router.key)
    if isinstance(reading, JipError):
        return Outcome(router.key, before, before, error=reading)
    version = version_of(reading.kept, project.facts(router))
    changes, why = _compared(project, router, before, reading) if before else (None, "")
    if changes and not changes.differences and changes.before == changes.after:
        return Outcome(router.key, before, before, changes, version=version)
    project.backups.save(router.key, reading.kept)
    return Outcome(router.key, project.backups.latest(router.key), before, changes, why, version=version)


def _compared(project: Project, router: Router, before: Backup, reading: Reading) -> tuple[Changes | None, str]:
    """Return what changed since a backup; None and why where it is none that can be compared."""
    facts = project.facts(router)
    if before.text == reading.kept:
        version = version_of(reading.kept, facts)
        return Changes((), version, version), ""
    try:
        return between(before.text, reading.kept, facts, router.key), ""
    except (ConfigTextError, ProjectError, RouterError) as error:
        return None, because("backup-unfit", reason=error.reason)
