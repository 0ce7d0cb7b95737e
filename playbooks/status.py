"""Is the link down, why, since when, and who else is cut off?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from jipkit.errors import SelectionError, StoreError
from jipkit.language import N_, _
from jipkit.model import Link
from jipkit.project import Project
from jipkit.report import Report
from jipkit.verdict import find_outages
from playbooks._samples import LinkState, remember, remembered, unkept
from playbooks._selection import UNFILTERED, Filters
from playbooks._status import columns, is_well, notes_on, outage_notes, row_of
from playbooks._sweep import sweep


def status(
    project: Project,
    filters: Filters = UNFILTERED,
    *,
    stored: Annotated[bool, typer.Option("--stored", help=N_("Ask no router; show what was seen last."))] = False,
) -> Report:
    """Tell the state of links from both their ends: the cause, since when, and who is cut off.

    Links that are not well come first. Of an office, a router or a link that is named, every outage is written out,
    ready to be sent to the provider.

    Example:
        jip status --office kec-pampangan
    """
    network = project.network
    chosen = filters.chosen_from(network).links
    if not chosen:
        raise SelectionError("no link is left: what you chose has none; loosen a filter, or see `jip list links`")
    states, unwell = (remembered(project), []) if stored else _seen(project, chosen)
    now = datetime.now(UTC)
    outages = find_outages(network, {key: state.verdict for key, state in states.items()})
    shown = sorted((states[one.key] for one in chosen if one.key in states), key=LinkState.urgency)
    return Report(
        name="status",
        ok=is_well(network, shown) and not unwell,
        title=_("Links, as last seen") if stored else _("Links, as they are now"),
        columns=columns(),
        rows=[row_of(network, state, now) for state in shown],
        texts=outage_notes(network, outages, shown, states, now) if filters.names_any else (),
        notes=[*unwell, *_retired(chosen, states), *notes_on(network, outages, shown, now, project.command)],
        data={"outages": [outage.as_json() for outage in outages]},
    )


def _seen(project: Project, links: Sequence[Link]) -> tuple[Mapping[str, LinkState], list[str]]:
    """Return the state of every link after a sweep, and why it was not kept, if so: an outage is to be seen anyway."""
    swept = sweep(project, links)
    try:
        return remember(project, swept), []
    except StoreError as error:
        return unkept(project.network, swept), [error.said()]


def _retired(links: Sequence[Link], states: Mapping[str, LinkState]) -> list[str]:
    names = ", ".join(link.key for link in links if link.key not in states)
    return [_("Retired, so nobody looks at them: {names}").format(names=names)] if names else []
