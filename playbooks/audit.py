"""How far is each router from its template?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jipkit.configs import MAX_CHARACTERS
from jipkit.errors import JipError, SelectionError, UsageError
from jipkit.language import N_
from jipkit.model import Router, State
from jipkit.project import Project
from jipkit.report import Report
from playbooks._assessment import assess_all, hindrance
from playbooks._audit_report import report_of
from playbooks._selection import UNFILTERED, Filters
from playbooks._sessions import ask
from playbooks._upgrades import with_upgrade
from tasks.fetch import fetch_running


def audit(
    project: Project,
    filters: Filters = UNFILTERED,
    *,
    file: Annotated[
        Path | None, typer.Option(help=N_("Audit this file instead of asking the router; needs one --router."))
    ] = None,
    remedy: Annotated[bool, typer.Option("--remedy", help=N_("Show the commands that make it right."))] = False,
) -> Report:
    """Compare what routers run with what their templates want, and name every line that differs.

    Every finding has the template line and the place in the inventory that it departs from. Nothing is changed.
    A router that cannot be asked is not assessable, never well.

    Where a router's software changed since its last backup that is said: what is found may have come with it.

    Example:
        jip audit --office kec-pampangan --remedy
    """
    chosen = filters.chosen_from(project.network).routers
    if not chosen:
        raise SelectionError("no router is left to audit; loosen a filter, or see `jip list routers`")
    answers = _from_file(file, chosen) if file else _from_routers(project, chosen)
    found = list(assess_all(project, chosen, answers))
    assessments = found if file else [with_upgrade(project, assessment) for assessment in found]
    return report_of(project.network, assessments, remedy=remedy, jip=project.command)


def _from_routers(project: Project, routers: Sequence[Router]) -> Mapping[str, str | JipError]:
    """Return the running configuration of each router that can be asked, or why there is none."""
    asked = [r for r in routers if r.state is State.ACTIVE and hindrance(project, r) is None]
    return ask(project, asked, fetch_running)


def _from_file(path: Path, routers: Sequence[Router]) -> Mapping[str, str | JipError]:
    """Return what stands in ``path`` as the one router's running configuration.

    Raises:
        UsageError: there is not one router, or the file cannot be read.
    """
    if len(routers) != 1:
        raise UsageError(f"--file holds one router's configuration, and {len(routers)} are chosen; add --router NAME")
    try:
        with path.open("rb") as text:
            return {routers[0].key: text.read(4 * MAX_CHARACTERS + 1).decode(errors="replace")}
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; --file names a file with a running configuration") from error
