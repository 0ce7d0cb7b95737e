"""The whole story on simulated routers: provision, look, compare, and take back what locks us out."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from jipkit.report import Report
from jipkit.testing.simulation import Simulation
from playbooks import _change, _rescue
from playbooks.audit import audit
from playbooks.provision import provision
from playbooks.status import status


def verdicts(report: Report) -> Mapping[str, str]:
    return {row.values["link"]: row.values["verdict"] for row in report.rows}


def held(report: Report) -> Mapping[str, tuple[str, str]]:
    return {row.values["router"]: (row.values["step"], row.values["holds"]) for row in report.rows}


def test_a_planned_office_is_taken_into_service_and_is_then_as_its_template_wants_it(simulated: Simulation) -> None:
    assert verdicts(status(simulated.project))["pop-1--pkm-baru"] == "planned"

    done = provision(simulated.project, "pkm-baru", commit=True, timer=30)

    assert done.ok, done.notes
    assert held(done) == {"pop-1": ("confirm", "all"), "pkm-baru": ("confirm", "all")}
    assert simulated.district.answering("10.160.0.8") == "pkm-baru"
    assert verdicts(status(simulated.project))["pop-1--pkm-baru"] == "up"
    assert audit(simulated.project).ok


def test_what_is_taken_into_service_again_changes_nothing(simulated: Simulation) -> None:
    provision(simulated.project, "pkm-baru", commit=True, timer=30)
    before = {key: simulated.district.running(key) for key in simulated.routers}

    again = provision(simulated.project, "pkm-baru", commit=True, timer=30)

    assert (again.ok, again.data["changed"]) == (True, False)
    assert {key: simulated.district.running(key) for key in simulated.routers} == before


def test_a_dry_run_changes_no_router(simulated: Simulation) -> None:
    before = {key: simulated.district.running(key) for key in simulated.routers}
    shown = provision(simulated.project, "pkm-baru")
    assert shown.ok
    assert shown.notes[0].endswith("jip --lab simulated provision pkm-baru --commit")
    assert {key: simulated.district.running(key) for key in simulated.routers} == before


def test_a_change_that_locks_us_out_comes_back_by_the_timer_of_the_router(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rescue, "POLL_S", 0.1)
    template = simulated.root / "templates" / "frr" / "interfaces.j2"
    wrong = '{% if interface.shut or (router.hostname == "desa-jauh" and interface.purpose == "link") %}'
    template.write_text(template.read_text("utf-8").replace("{% if interface.shut %}", wrong), "utf-8")
    before = simulated.district.running("desa-jauh")

    done = provision(simulated.project, "desa-jauh", commit=True, timer=2)

    assert not done.ok
    assert held(done)["desa-jauh"] == ("check", "reverted")
    assert done.notes[0].startswith("desa-jauh: stopped at check: takes no new session at its management address")
    assert simulated.district.running("desa-jauh") == simulated.district.saved("desa-jauh") == before


def test_a_hand_edit_is_found_with_the_template_line_it_contradicts(simulated: Simulation) -> None:
    simulated.district.hand_edit("kec-rawa", "interface ether1\n ip ospf cost 7\nexit")
    report = audit(simulated.project)
    assert not report.ok
    assert [row.values["router"] for row in report.rows if row.mood in {"bad", "warn"}] == ["kec-rawa"]
    assert "ip ospf cost 7" in str(report.as_json())


def test_a_cut_is_down_and_what_lies_behind_it_is_unknown(simulated: Simulation) -> None:
    simulated.district.cut("core-1--pop-1")
    simulated.district.cut("core-2--kec-rawa")
    found = verdicts(status(simulated.project))
    assert (found["core-1--pop-1"], found["core-2--kec-rawa"]) == ("down", "down")
    assert (found["pop-1--desa-jauh"], found["pop-1--kec-rawa"]) == ("unknown: upstream", "unknown: upstream")
    assert found["core-1--core-2"] == "up"


def test_a_router_gone_mad_is_not_parsed(simulated: Simulation) -> None:
    simulated.district.garbage("desa-jauh")
    assert verdicts(status(simulated.project))["pop-1--desa-jauh"] == "not parsed"


def test_swapped_cables_are_miswired(simulated: Simulation) -> None:
    simulated.district.swap("core-1--pop-1", "core-1--dinas-sehat")
    found = verdicts(status(simulated.project))
    assert {found["core-1--pop-1"], found["core-1--dinas-sehat"]} == {"miswired"}


def test_a_line_that_loses_too_much_is_degraded(simulated: Simulation) -> None:
    simulated.district.disturb("core-1--dinas-sehat", loss_a=0.3)
    assert verdicts(status(simulated.project))["core-1--dinas-sehat"] == "degraded"


def test_a_line_that_carries_one_way_is_one_way(simulated: Simulation) -> None:
    simulated.district.disturb("core-1--dinas-sehat", loss_a=1.0)
    assert verdicts(status(simulated.project))["core-1--dinas-sehat"] == "one-way"


def test_a_change_that_its_router_took_back_before_it_was_confirmed_is_not_good(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = simulated.root / "templates" / "frr" / "interfaces.j2"
    template.write_text(template.read_text("utf-8").replace("loopback of", "address of"), "utf-8")
    before = simulated.district.running("desa-jauh")
    confirm_all = _change._Unit._confirm_all

    def too_late(unit: _change._Unit) -> None:
        time.sleep(8.5)
        confirm_all(unit)

    monkeypatch.setattr(_change._Unit, "_confirm_all", too_late)

    done = provision(simulated.project, "desa-jauh", commit=True, timer=8)

    assert not done.ok
    assert held(done)["pop-1"] == ("confirm", "reverted")
    assert held(done)["desa-jauh"] == ("check", "reverted")
    assert any("no commit waits for a confirmation" in note for note in done.notes)
    assert simulated.district.running("desa-jauh") == before
