"""The commands that come with the engine: they need no playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jipkit.console import finish
from jipkit.init import EXAMPLES, difference, lay_out
from jipkit.language import N_

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
