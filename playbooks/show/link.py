"""What is known of a link?"""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_
from jipkit.model import Link, Network, Source
from jipkit.project import Project
from jipkit.report import Report, Row
from playbooks._facts import columns, contact_line, dump, end_name, fact, fields

FIELDS = ("medium", "prefix", "circuit", "contract", "capacity_mbps", "cost", "routing", "state")


def link(
    project: Project,
    name: Annotated[str, typer.Argument(help=N_("Name of the link."), autocompletion=completion.links)],
) -> Report:
    """Show a link: both ends with their addresses, its provider, circuit and contract.

    Example:
        jip show link core-1--core-2
    """
    network = project.network
    found = network.link(name)
    rows = [*_ends(network, found), *_provider(network, found), *fields(network, found, FIELDS)]
    provider = dump(network.providers[found.provider])[0] if found.provider else None
    addresses = {name: str(found.address_of(end)) for name, end in zip("ab", found.ends, strict=True)}
    data = {"link": dump(found)[0], "addresses": addresses, "provider": provider}
    return Report(name="show link", ok=True, title=found.key, columns=columns(), rows=rows, data=data)


def _ends(network: Network, found: Link) -> list[Row]:
    return [
        fact(network, Source("link", found.key, name), name, f"{end_name(network, end)} {found.address_of(end)}")
        for name, end in zip("ab", found.ends, strict=True)
    ]


def _provider(network: Network, found: Link) -> list[Row]:
    if found.provider is None:
        return []
    provider = network.providers[found.provider]
    named = ", ".join(filter(None, (provider.name, contact_line(provider.contact))))
    return [fact(network, Source("link", found.key, "provider"), "provider", named)]
