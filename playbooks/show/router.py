"""What is known of a router?"""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_
from jipkit.project import Project
from jipkit.report import Report
from playbooks._facts import columns, dump, fields, router_facts

FIELDS = ("office", "platform", "version", "role", "loopback", "management", "asset", "state")


def router(
    project: Project,
    name: Annotated[str, typer.Argument(help=N_("Name of the router."), autocompletion=completion.routers)],
) -> Report:
    """Show a router: its platform, addresses, LANs and links.

    Example:
        jip show router core-1
    """
    network = project.network
    found = network.router(name)
    rows = [*fields(network, found, FIELDS), *router_facts(network, found)]
    title = f"{found.key}: {network.office_of(found.key).name}"
    data = {"router": dump(found)[0], "links": dump(*network.links_of(found.key))}
    return Report(name="show router", ok=True, title=title, columns=columns(), rows=rows, data=data)
