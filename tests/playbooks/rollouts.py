"""What tests of rollouts share: plans on the simulated network, and what happens at a step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.report import Report
from jipkit.store import Run
from jipkit.testing.simulation import Simulation
from playbooks._selection import Filters
from playbooks.plan import plan

OFFICES = ["dinas-sehat", "desa-jauh", "kec-rawa"]
"""Three routers that no other one is reached through: one goes first, the others together."""


def rows(report: Report) -> Mapping[str, Mapping[str, Any]]:
    return {row.values["router"]: row.values for row in report.rows}


def holds(report: Report) -> Mapping[str, str]:
    return {router: row["holds"] for router, row in rows(report).items()}


def running(simulated: Simulation) -> Mapping[str, str]:
    return {key: simulated.district.running(key) for key in simulated.routers}


def drifted(simulated: Simulation, *routers: str) -> Path:
    """Return a plan that takes back what somebody typed by hand, on three routers or those named."""
    chosen = list(routers or OFFICES)
    for router in chosen:
        simulated.district.hand_edit(router, "ip route 192.0.2.0/24 blackhole")
    return Path(str(plan(simulated.project, filters=Filters(router=chosen)).data["file"]))


def batches_of(file: Path) -> list[list[list[str]]]:
    found: list[list[list[str]]] = json.loads(file.read_bytes())["batches"]
    return found


def canary_of(file: Path) -> str:
    return batches_of(file)[0][0][0]


def others_of(file: Path) -> list[str]:
    return [unit[0] for unit in batches_of(file)[1]]


def steps(simulated: Simulation, report: Report) -> list[str]:
    """Return the steps of the run, in order, that belong to no router."""
    entries = simulated.project.store.journal(run=report.data["run"])
    return [entry.step for entry in entries if entry.router is None][1:-1]


def at_each(
    step: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, router: str | None = None
) -> list[str]:
    """Let something happen whenever a step is written down, before it is taken; return a list that grows with it."""
    journal, seen = Run.journal, list[str]()

    def write(run: Run, key: str | None, what: str, detail: Mapping[str, Any] | None = None) -> None:
        journal(run, key, what, detail)
        if (key, what) == (router, step):
            seen.append(what)
            act()

    monkeypatch.setattr(Run, "journal", write)
    return seen


def with_another_hello(simulated: Simulation) -> Path:
    """Return a plan for another hello interval on every link that has one: both ends of each have to agree."""
    path = simulated.root / "inventory" / "standards.yaml"
    path.write_text(path.read_text("utf-8").replace("hello_s: 2", "hello_s: 3"), "utf-8")
    return Path(str(plan(simulated.project, everything=True).data["file"]))
