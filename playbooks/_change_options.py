"""The options of every command that changes routers."""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_

TIMER_S = 120

Commit = Annotated[bool, typer.Option("--commit", help=N_("Change the routers; without it, only show."))]
Timer = Annotated[
    int, typer.Option(min=20, max=3600, help=N_("Seconds after which a router takes the change back by itself."))
]
MaxFailures = Annotated[
    str,
    typer.Option(
        help=N_("Begin no further batch once more routers have failed than this: a number, or a share of all."),
        metavar="N|N%",
    ),
]
WithoutTimer = Annotated[
    list[str] | None,
    typer.Option(
        "--without-timer",
        help=N_("A router to change although it cannot take the change back by itself; may be repeated."),
        autocompletion=completion.routers,
    ),
]
Emergency = Annotated[
    str | None,
    typer.Option(help=N_("Change now, outside the windows of the calendar, for this reason; it is recorded.")),
]
