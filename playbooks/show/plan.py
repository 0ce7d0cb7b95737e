"""What does a plan do?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jipkit.errors import StateError, UsageError
from jipkit.files import write_whole
from jipkit.language import N_, _
from jipkit.pages.plan import plan_page
from jipkit.project import Project
from jipkit.report import Report
from playbooks._plan_file import plan_in, read_plan
from playbooks._plan_report import report_of


def plan(
    project: Project,
    file: Annotated[Path, typer.Argument(help=N_("A plan that `jip plan` wrote."), metavar="FILE")],
    *,
    html: Annotated[
        Path | None,
        typer.Option(
            help=N_(
                "Write all of it to this file, as one page for a browser or for paper, instead of to the terminal."
            ),
            metavar="FILE",
        ),
    ] = None,
) -> Report:
    """Show all of a plan: each router's differences, what is done, the way back, the risk, and what it costs.

    The page of `--html` is for whoever has to approve the plan: it needs no network, and looks the same each time.

    Example:
        jip show plan kecamatan.json --html kecamatan.html
    """
    found = plan_in(read_plan(file), file)
    report = report_of(project, found, file)
    if html is None:
        return report
    _write(html, file, plan_page(found))
    return replace(
        report,
        texts=[],
        notes=[*report.notes, _("All of it is in {file}.").format(file=html)],
        data={**report.data, "page": str(html)},
    )


def _write(path: Path, plan_file: Path, content: bytes) -> None:
    if path.exists() and path.samefile(plan_file):
        raise UsageError(f"{path}: is the plan itself; name another file with --html")
    try:
        write_whole(path, content)
    except OSError as error:
        raise StateError(
            f"{path}: the page could not be written: {error.strerror}; --html names another file"
        ) from error
