"""The options with which every command chooses offices, routers and links."""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_

Offices = Annotated[
    list[str] | None,
    typer.Option(
        "--office",
        "-o",
        help=N_("Only this office; may be repeated."),
        metavar="NAME",
        autocompletion=completion.offices,
    ),
]
Routers = Annotated[
    list[str] | None,
    typer.Option(
        "--router",
        "-r",
        help=N_("Only this router; may be repeated."),
        metavar="NAME",
        autocompletion=completion.routers,
    ),
]
Links = Annotated[
    list[str] | None,
    typer.Option(
        "--link", "-l", help=N_("Only this link; may be repeated."), metavar="NAME", autocompletion=completion.links
    ),
]
Kind = Annotated[str | None, typer.Option(metavar="NAME", help=N_("Only offices of this kind, such as kecamatan."))]
Platform = Annotated[str | None, typer.Option(metavar="NAME", help=N_("Only routers of this platform, such as frr."))]
Role = Annotated[str | None, typer.Option(metavar="NAME", help=N_("Only routers of this role, such as pop."))]
Provider = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=N_("Only links of this provider."), autocompletion=completion.providers),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=VALUE", help=N_("Only where a field is (not) so, such as link.medium=vsat; may be repeated.")
    ),
]
