"""What would have to be done to many routers, in which order, and what would it cost meanwhile?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jipkit.errors import SelectionError, StateError, UsageError
from jipkit.files import private_folder, write_whole
from jipkit.language import N_, _
from jipkit.model import State
from jipkit.plan import Plan
from jipkit.playbook import progress
from jipkit.project import Project
from jipkit.report import Report
from playbooks._plan_comparison import comparison
from playbooks._plan_file import plan_in, read_plan
from playbooks._plan_report import report_of
from playbooks._rollout_plan import plan_rollout, running_of
from playbooks._selection import UNFILTERED, Filters


def plan(
    project: Project,
    *,
    everything: Annotated[bool, typer.Option("--all", help=N_("Every router that is in service."))] = False,
    filters: Filters = UNFILTERED,
    output: Annotated[
        Path | None, typer.Option("--output", "-O", help=N_("Write the plan to this file instead of under var/plans/."))
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(help=N_("Write nothing; tell whether the plan in this file is what would be planned now.")),
    ] = None,
) -> Report:
    """Plan a change of many routers: what is done to each, at what risk, in which batches. Nothing is changed.

    The plan is a file that holds no secret. As long as neither the routers nor the inventory change, it is made again
    to the byte. `jip show plan FILE` shows all of it. Whoever is to approve a plan makes it again, with --compare: what
    a file says of itself, the risk and who is cut off, is true only if it is what jip says now.

    Example:
        jip plan --kind kecamatan --output kecamatan.json
    """
    if everything == bool(filters):
        raise UsageError("say which routers to plan for: either --all, or options such as --office NAME")
    if compare and output:
        raise UsageError("--compare writes no plan; leave --output out")
    theirs = plan_in(read_plan(compare), compare) if compare else None
    chosen = filters.chosen_from(project.network).routers
    active = [each for each in chosen if each.state is State.ACTIVE]
    if not active:
        raise SelectionError("no router in service is chosen; `jip provision` takes offices into service")
    with progress(len(active), _("Reading configurations")) as advance:
        answers = running_of(project, active, advance)
    made = plan_rollout(project, active, filters.words() or "--all", answers)
    if compare and theirs:
        return comparison(project, compare, theirs, made)
    path = _written(project, made, output) if made.batches else None
    return report_of(project, made, path, chosen)


def _written(project: Project, made: Plan, output: Path | None) -> Path:
    path = output or private_folder(project.var / "plans") / f"plan-{made.sha256[:12]}.json"
    try:
        write_whole(path, made.as_bytes())
    except OSError as error:
        raise StateError(
            f"{path}: the plan could not be written: {error.strerror}; --output names another file"
        ) from error
    return path
