"""The commands that come with the engine: they need no playbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jipkit import completion
from jipkit.cli import Settings, failures_as_json, open_project
from jipkit.console import finish, show
from jipkit.init import EXAMPLES, difference, lay_out
from jipkit.language import N_, _

JsonOption = Annotated[bool, typer.Option("--json", help=N_("Print JSON for programs instead of tables."))]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("The folder to lay the project out in."))],
    example: Annotated[
        str, typer.Option(help=N_("Which inventory: starter (three routers) or oki (a whole district)."))
    ] = "starter",
    diff: Annotated[
        bool, typer.Option("--diff", help=N_("Change nothing; show what this version of jipkit would lay out."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Lay out a new project in a folder."""
    if example not in EXAMPLES:
        raise typer.BadParameter(f"{example!r} is not one of {', '.join(EXAMPLES)}", param_hint="--example")
    finish(difference(folder, example) if diff else lay_out(folder, example), as_json=as_json)


def trust(
    ctx: typer.Context,
    router: Annotated[
        str, typer.Argument(metavar="ROUTER", help=N_("The router to trust."), autocompletion=completion.routers)
    ],
    fingerprint: Annotated[
        str | None,
        typer.Option(metavar="SHA256:...", help=N_("Trust without asking, if its key has this fingerprint.")),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=N_("The router was replaced: trust it by another key than before."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Pin the SSH host key of a router after showing it."""
    from jipkit.trust import trust_router  # noqa: PLC0415 - loads SSH and the inventory: `jip init` needs neither

    project = open_project(ctx.find_root().obj or Settings())
    with failures_as_json(as_json):
        report = trust_router(project, router, fingerprint=fingerprint, replace=replace)
        if not report.ok and not as_json and at_a_terminal():
            show(report)
            if typer.confirm(_("Does the router's own console show this fingerprint?")):
                # the key is fetched again, and must still be the one that was shown
                report = trust_router(project, router, fingerprint=str(report.data["fingerprint"]), replace=replace)
    finish(report, as_json=as_json)


def at_a_terminal() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty()
