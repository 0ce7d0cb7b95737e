"""What does a plan do?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jipkit.errors import UsageError
from jipkit.language import N_
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.report import Report
from playbooks._plan_file import read_plan
from playbooks._plan_report import report_of


def plan(
    project: Project,
    file: Annotated[Path, typer.Argument(help=N_("A plan that `jip plan` wrote."), metavar="FILE")],
) -> Report:
    """Show all of a plan: each router's differences, what is done, the way back, the risk, and what it costs.

    Example:
        jip show plan kecamatan.json
    """
    return report_of(project, _plan_in(file), file)


def _plan_in(file: Path) -> Plan:
    try:
        return Plan.from_json(json.loads(read_plan(file)))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: {error}; make it again with `jip plan`") from error
