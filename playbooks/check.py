"""Is the inventory right?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jipkit.deadlines import Deadline, deadlines
from jipkit.language import N_, _
from jipkit.model import Network, State
from jipkit.places import platforms_in
from jipkit.project import Project
from jipkit.report import Column, Report, Row
from jipkit.schema import schemas


def check(
    project: Project,
    write_schemas: Annotated[
        bool, typer.Option("--write-schemas", help=N_("Write the schemas with which editors check the files."))
    ] = False,
) -> Report:
    """Check the inventory, and tell every fault with its file and line.

    Example:
        jip check
    """
    written = _write_schemas(project.root) if write_schemas else []
    network = project.district
    today = datetime.now(ZoneInfo(network.standards.timezone)).date()
    soon = deadlines(network, today)
    return Report(
        name="check",
        ok=True,
        title=_("The inventory has no faults."),
        columns=(
            Column("kind", _("Kind")),
            *(Column(state, heading) for state, heading in _headings().items()),
        ),
        rows=[_count(kind, things) for kind, things in _kinds(network).items()],
        notes=[
            *(_("{file} written.").format(file=path.relative_to(project.root)) for path in written),
            *(_sentence(network, deadline, today) for deadline in soon),
        ],
        data={"deadlines": [{**d.source._asdict(), "day": d.day.isoformat(), "links": [*d.links]} for d in soon]},
    )


def _headings() -> Mapping[State, str]:
    return {State.ACTIVE: _("Active"), State.PLANNED: _("Planned"), State.RETIRED: _("Retired")}


def _kinds(network: Network) -> Mapping[str, list[State]]:
    return {
        N_("offices"): [office.state for office in network.offices.values()],
        N_("routers"): [router.state for router in network.routers.values()],
        N_("links"): [link.state for link in network.links.values()],
    }


def _count(kind: str, states: list[State]) -> Row:
    counted = Counter(states)
    return Row({"kind": kind, **{state.value: counted[state] for state in State}}, shown={"kind": _(kind)})


def _sentence(network: Network, deadline: Deadline, today: date) -> str:
    words = {
        ("contract", False): N_("{place}: contract {name} ends on {day}; links in service that stand on it: {count}"),
        ("contract", True): N_("{place}: contract {name} ended on {day}; links in service that stood on it: {count}"),
        ("waiver", False): N_("{place}: waiver {name} ends on {day}"),
        ("waiver", True): N_("{place}: waiver {name} ended on {day}"),
    }
    return _(words[deadline.source.noun, deadline.day < today]).format(
        place=network.place(deadline.source), name=deadline.source.key, day=deadline.day, count=len(deadline.links)
    )


def _write_schemas(root: Path) -> list[Path]:
    folder, texts = root / "inventory" / "schemas", schemas(platforms_in(root) or ())
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
