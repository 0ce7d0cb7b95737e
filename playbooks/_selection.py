"""The options with which every command chooses offices, routers and links."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

import typer

from jipkit import completion
from jipkit.language import N_
from jipkit.options import Without

if TYPE_CHECKING:
    from jipkit.model import Network
    from jipkit.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Names of offices, routers and links, and what they have to be; a command has each field as an option."""

    office: Annotated[
        list[str] | None,
        typer.Option(
            "--office",
            "-o",
            help=N_("Only this office; may be repeated."),
            metavar="NAME",
            autocompletion=completion.offices,
        ),
    ] = None
    router: Annotated[
        list[str] | None,
        typer.Option(
            "--router",
            "-r",
            help=N_("Only this router; may be repeated."),
            metavar="NAME",
            autocompletion=completion.routers,
        ),
    ] = None
    link: Annotated[
        list[str] | None,
        typer.Option(
            "--link", "-l", help=N_("Only this link; may be repeated."), metavar="NAME", autocompletion=completion.links
        ),
    ] = None
    kind: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Only offices of this kind, such as kecamatan."))
    ] = None
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Only routers of this platform, such as frr."))
    ] = None
    role: Annotated[str | None, typer.Option(metavar="NAME", help=N_("Only routers of this role, such as pop."))] = None
    provider: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=N_("Only links of this provider."), autocompletion=completion.providers),
    ] = None
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help=N_("Only where a field is (not) so, such as link.medium=vsat; may be repeated."),
        ),
    ] = None

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @property
    def names_any(self) -> bool:
        """Whether an office, a router or a link is named, not only said what it has to be."""
        return bool(self.office or self.router or self.link)

    def chosen_from(self, network: Network, *, retired: bool = False) -> Selection:
        """Return what they leave of ``network``; raises as `jipkit.selection.select` does."""
        from jipkit.selection import select  # noqa: PLC0415 - completing an option needs no network

        return select(network, **{each.name: getattr(self, each.name) for each in fields(self)}, retired=retired)

    def words(self) -> str:
        """Return the options as they were typed, in one order; empty where there is none."""
        return " ".join(f"--{each.name} {value}" for each in fields(self) for value in _each(getattr(self, each.name)))


def _each(values: Collection[str] | str | None) -> list[str]:
    return [values] if isinstance(values, str) else sorted(values or ())


RouterFilters = Annotated[Filters, Without(frozenset({"link", "provider"}))]
"""`Filters` of a command that is not about links."""

UNFILTERED = Filters()
