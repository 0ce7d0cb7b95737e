"""What a router can do to make a change safe: asked, shown, and respected."""

from __future__ import annotations

import pytest

from jipkit.drivers import Capabilities
from jipkit.errors import ChangeError, UsageError
from jipkit.model import Router
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.testing.driver import SimulatedDriver
from jipkit.testing.simulation import Simulation
from playbooks import _change
from playbooks.provision import provision
from playbooks.show import router
from tests.playbooks.test_change import rows, running, want_another_cost

UNARMED = Capabilities(dry_run=True, device_timer=False, atomic_replace=False, notes=("the scheduler is forbidden",))


def without_timer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let one router have no rollback timer."""

    def capabilities(driver: SimulatedDriver) -> Capabilities:
        return (
            UNARMED if driver._router == name else Capabilities(dry_run=True, device_timer=True, atomic_replace=False)
        )

    monkeypatch.setattr(SimulatedDriver, "capabilities", capabilities, raising=False)


def value(project: Project, name: str, *, probe: bool = False) -> tuple[object, str]:
    report = router.router(project, "kec-rawa", probe=probe)
    (row,) = [row for row in report.rows if row.values["field"] == name]
    return row.values["value"], str(row.values["place"])


def test_what_a_router_can_do_is_said_of_its_platform_until_it_was_asked(simulated: Simulation) -> None:
    assert value(simulated.project, "device_timer") == (True, "templates/frr/platform.yaml")


def test_a_router_that_was_asked_is_believed(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    without_timer(monkeypatch, "kec-rawa")
    router.router(simulated.project, "kec-rawa", probe=True)
    able, place = value(simulated.project, "device_timer")
    assert (able, place.endswith("UTC")) == (False, True)


def test_why_it_cannot_is_said(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    without_timer(monkeypatch, "kec-rawa")
    assert value(simulated.project, "ability_note", probe=True)[0] == "the scheduler is forbidden"


def test_a_router_whose_timer_is_forbidden_is_not_changed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_timer(monkeypatch, "kec-rawa")
    want_another_cost(simulated)
    before = running(simulated)

    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)

    assert not done.ok
    assert any("the scheduler is forbidden" in note and "--without-timer kec-rawa" in note for note in done.notes)
    assert running(simulated) == before


def test_it_is_changed_when_the_operator_names_it(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    without_timer(monkeypatch, "kec-rawa")
    want_another_cost(simulated)

    done = provision(simulated.project, "kec-rawa", commit=True, timer=10, without_timer=["kec-rawa"])

    assert done.ok, done.notes
    assert rows(done)["kec-rawa"]["holds"] == "all"


def test_a_router_without_timer_is_put_back_by_us_when_the_other_end_fails(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_timer(monkeypatch, "kec-rawa")
    want_another_cost(simulated)
    before = running(simulated)
    monkeypatch.setattr(_change._Unit, "_look_again", fail)

    done = provision(simulated.project, "kec-rawa", commit=True, timer=10, without_timer=["kec-rawa"])

    assert not done.ok
    assert running(simulated) == before


def fail(_: object) -> None:
    raise UsageError("the link does not come up")


def test_naming_a_router_that_is_not_changed_is_a_mistake(simulated: Simulation) -> None:
    with pytest.raises(UsageError, match="--without-timer desa-jauh: not a router that provisioning kec-rawa changes"):
        provision(simulated.project, "kec-rawa", without_timer=["desa-jauh"])


def test_a_platform_without_a_timer_is_refused_before_anything_is_asked(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts_of = Project.facts

    def timeless(project: Project, of: Router) -> PlatformFacts:
        return facts_of(project, of).model_copy(update={"device_timer": False})

    monkeypatch.setattr(Project, "facts", timeless)
    with pytest.raises(ChangeError, match=r"no rollback timer \(platform frr has none that jip can arm\)"):
        provision(simulated.project, "kec-rawa")
