"""Routers that are not provably ours: told in short, listed once, and what to do is about the network at hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jipkit.project import Project
from jipkit.reasons import because
from jipkit.report import Report
from jipkit.testing.simulation import Simulation
from playbooks import _trust
from playbooks._selection import Filters
from playbooks._trust import trust_notes
from playbooks.audit import audit
from playbooks.backup import backup
from playbooks.bootstrap import bootstrap
from playbooks.provision import provision
from playbooks.render import render
from playbooks.status import status

STRANGERS = ("core-2", "pop-1", "kec-rawa")
NOT_TRUSTED = (
    "3 routers are not trusted yet: {}. Compare the key of each on its console: `jip --lab simulated trust ROUTER`."
)


@pytest.fixture
def first_day(simulated: Simulation) -> Simulation:
    """Three routers that nobody has trusted yet."""
    for router in STRANGERS:
        simulated.district.distrust(router)
    return simulated


def told(report: Report, column: str) -> list[str]:
    return [row.shown.get(column) or str(row.values[column] or "") for row in report.rows]


def stored(project: Project) -> Report:
    status(project)
    return status(project, stored=True)


@pytest.mark.parametrize(
    ("command", "column"), [(status, "cause"), (stored, "cause"), (audit, "why"), (backup, "reason")]
)
def test_routers_that_nobody_trusts_yet_are_told_in_short_and_listed_once(
    command: Callable[[Project], Report], column: str, first_day: Simulation
) -> None:
    report = command(first_day.project)

    assert not report.ok
    cells = [cell for cell in told(report, column) if "not trusted yet" in cell]
    assert len(cells) >= len(STRANGERS)
    assert not any("jip" in cell for cell in cells)
    (note,) = [note for note in report.notes if "not trusted yet" in note]
    listed = note.partition(": ")[2].partition(".")[0].split(", ")
    assert sorted(listed) == sorted(STRANGERS)
    assert note == NOT_TRUSTED.format(", ".join(listed))


@pytest.mark.parametrize("command", [status, audit, backup])
def test_a_router_with_another_key_is_not_one_that_nobody_trusts_yet(
    command: Callable[[Project], Report], simulated: Simulation
) -> None:
    simulated.district.new_host_key("pop-1")

    (note,) = [note for note in command(simulated.project).notes if "trust" in note]

    assert note.startswith("1 router shows another key than the trusted one: pop-1.")
    assert "`jip --lab simulated trust ROUTER --replace`" in note


@pytest.mark.parametrize("command", [status, audit, backup])
def test_where_all_are_trusted_nobody_speaks_of_trust(
    command: Callable[[Project], Report], simulated: Simulation
) -> None:
    assert not any("trust" in note for note in command(simulated.project).notes)


def test_the_district_is_advised_without_a_twin() -> None:
    (note,) = trust_notes("jip", [("core-1", because("not-trusted")), ("core-1", because("not-trusted"))])

    assert note == "1 router is not trusted yet: core-1. Compare its key on its console: `jip trust ROUTER`."


def test_a_hundred_strangers_do_not_fill_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_trust, "MANY", 2)

    (note,) = trust_notes("jip", [(f"r-{n}", because("not-trusted")) for n in range(100)])

    assert note.startswith("100 routers are not trusted yet: r-0, r-1 and 98 more.")


# ------------------------------------------------------------------ advice in a twin is about the twin


def drifted(simulated: Simulation) -> Report:
    simulated.district.hand_edit("core-1", "interface eth1\nip ospf cost 77")
    return audit(simulated.project, Filters(router=["core-1"]))


@pytest.mark.parametrize(
    "report_of",
    [
        drifted,
        lambda simulated: bootstrap(simulated.project, "pkm-baru"),
        lambda simulated: bootstrap(simulated.project, "core-1"),
        lambda simulated: provision(simulated.project, "pkm-baru"),
        lambda simulated: render(simulated.project, filters=Filters(router=["core-1"])),
    ],
    ids=["audit", "bootstrap of a planned router", "bootstrap of a router in service", "provision", "render"],
)
def test_every_command_that_a_note_advises_in_a_twin_is_about_the_twin(
    report_of: Callable[[Simulation], Report], simulated: Simulation
) -> None:
    advised = [note for note in report_of(simulated).notes if "jip " in note]

    assert advised
    assert [note for note in advised if "jip " in note.replace("jip --lab simulated ", "")] == []
