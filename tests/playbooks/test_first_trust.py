"""The host key of a planned router can be seen by nobody before its near end is open; nor is it believed unseen."""

from __future__ import annotations

import threading

import pytest

from jipkit.hostkeys import SSH_PORT, addresses_of
from jipkit.testing.simulation import Simulation
from playbooks import _rescue
from playbooks.provision import provision


@pytest.fixture
def unknown(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """Simulated routers, one of which, the planned one, shows a key that nobody has trusted."""
    monkeypatch.setattr(_rescue, "POLL_S", 0.05)
    simulated.district.new_host_key("pkm-baru")
    simulated.project.hostkeys.forget("pkm-baru")
    return simulated


def trust(simulated: Simulation) -> None:
    """Trust the key that the planned router shows, as ``jip trust`` does."""
    key = simulated.district.trust("pkm-baru")
    project = simulated.project
    project.hostkeys.pin("pkm-baru", addresses_of(project.network, "pkm-baru"), SSH_PORT, key.type, key.base64)


def test_a_dry_run_needs_no_key_of_a_router_that_nobody_has_met(unknown: Simulation) -> None:
    assert provision(unknown.project, "pkm-baru").ok


def test_a_planned_router_may_be_trusted_while_its_near_end_is_open(unknown: Simulation) -> None:
    meanwhile = threading.Timer(1.0, trust, [unknown])
    meanwhile.start()
    done = provision(unknown.project, "pkm-baru", commit=True, timer=30)
    meanwhile.join()
    assert done.ok, done.notes


def test_a_planned_router_that_nobody_trusts_in_time_is_not_touched_and_the_near_end_goes_back(
    unknown: Simulation,
) -> None:
    before = {key: unknown.district.running(key) for key in unknown.routers}
    done = provision(unknown.project, "pkm-baru", commit=True, timer=2)
    assert not done.ok
    assert any("bootstrap" in note for note in done.notes)
    assert {key: unknown.district.running(key) for key in unknown.routers} == before


def test_a_planned_router_that_shows_another_key_than_the_trusted_one_is_refused_at_once(simulated: Simulation) -> None:
    simulated.district.new_host_key("pkm-baru")
    before = {key: simulated.district.running(key) for key in simulated.routers}
    done = provision(simulated.project, "pkm-baru", commit=True, timer=30)
    assert not done.ok
    assert any("host key has changed" in note for note in done.notes)
    assert {key: simulated.district.running(key) for key in simulated.routers} == before
