"""The options of every command that changes routers."""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_

TIMER_S = 120
PATIENCE_S = 900
READY_S = 300

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
ReadyWithin = Annotated[
    int,
    typer.Option(min=10, max=3600, help=N_("Seconds within which a router has to be ready to be changed.")),
]
PatienceS = Annotated[
    int,
    typer.Option(
        min=0,
        max=86400,
        help=N_("Seconds to wait when the way to routers is lost while they are on their way; then they are queued."),
    ),
]
Wait = Annotated[
    str | None,
    typer.Option(
        help=N_("How long routers that do not answer are tried again after the last batch: 600s, 90min or 2h."),
        metavar="DURATION",
    ),
]
