"""What should the routers hold?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jipkit.errors import ProjectError, UsageError
from jipkit.files import write_whole
from jipkit.language import N_, _
from jipkit.model import Router
from jipkit.playbook import progress
from jipkit.project import Project
from jipkit.rendering import Rendered
from jipkit.report import Column, Report, Row, Text
from playbooks._selection import UNFILTERED, Filters

READABLE = 0o644
"""A rendered text holds no secret."""


def render(
    project: Project,
    *,
    everything: Annotated[bool, typer.Option("--all", help=N_("Every router that is not retired."))] = False,
    filters: Filters = UNFILTERED,
    output: Annotated[
        Path | None, typer.Option("--output", "-O", help=N_("Write one file a router into this folder."))
    ] = None,
) -> Report:
    """Render the configurations that the inventory and the templates make; no secret is needed or shown.

    Example:
        jip render --office kec-pampangan
    """
    if everything == bool(filters):
        raise UsageError("say which routers to render: either --all, or options such as --office NAME")
    chosen = filters.chosen_from(project.network).routers
    known = [r for r in chosen if project.renders(r)]
    rendered = _render(project, known)
    if output is not None:
        _write(output, rendered)
    return Report(
        name="render",
        ok=bool(rendered),
        columns=_columns(output),
        rows=[_row(project, text, output) for text in rendered],
        texts=[] if output else [Text(text.router, text.text, kind="config") for text in rendered],
        notes=_notes(project, chosen, rendered),
        data={"not_rendered": [r.key for r in chosen if r not in known]},
    )


def _render(project: Project, routers: Sequence[Router]) -> list[Rendered]:
    rendered = []
    with progress(len(routers), _("Rendering")) as advance:
        for router in routers:
            rendered.append(project.render(router.key))
            advance()
    return rendered


def _write(folder: Path, rendered: Sequence[Rendered]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for text in rendered:
            write_whole(_file(folder, text), text.text.encode(), READABLE)
    except OSError as error:
        raise ProjectError(f"{folder}: cannot be written: {error.strerror}; name another folder") from error


def _file(folder: Path, text: Rendered) -> Path:
    return folder / f"{text.router}.conf"


def _columns(output: Path | None) -> Sequence[Column]:
    columns = [Column("router", _("Router")), Column("platform", _("Platform")), Column("lines", _("Lines"))]
    return [*columns, Column("file", _("File"))] if output else columns


def _row(project: Project, text: Rendered, output: Path | None) -> Row:
    values = {
        "router": text.router,
        "platform": project.network.router(text.router).platform,
        "lines": len(text.origins),
        "sha256": text.sha256,
    }
    return Row(values | {"file": str(_file(output, text))} if output else values)


def _notes(project: Project, chosen: Sequence[Router], rendered: Sequence[Rendered]) -> list[str]:
    notes = [
        _("{router}: not rendered, there are no templates for {platform} yet").format(
            router=router.key, platform=router.platform
        )
        for router in chosen
        if not project.renders(router)
    ]
    if rendered:
        example = rendered[0].router
        notes.append(
            _("{rendered} of {chosen} routers rendered. Where a line comes from: {jip} explain {router} LINE").format(
                jip=project.command, rendered=len(rendered), chosen=len(chosen), router=example
            )
        )
    return notes
