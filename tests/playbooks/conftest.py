"""What tests of playbooks stand on: a project of its own, whose routers are simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from jipkit.testing.simulation import SimulatedProject, Simulation, simulation
from playbooks import _change, _rescue

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[Simulation]:
    """The small network on simulated routers; ``simulated.district`` is where things go wrong."""
    root = project_of(small_network(), CHECKOUT, tmp_path / "project")
    with simulation(root) as running:
        yield running


@pytest.fixture
def simulated_project(simulated: Simulation) -> SimulatedProject:
    """The project of the simulated small network, for playbooks to work on."""
    return simulated.project


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated routers answer at once, and neighbours are lost at once: no dead interval has to be waited for."""
    monkeypatch.setattr(_rescue, "POLL_S", 0.05)
    monkeypatch.setattr(_change._Unit, "_unheard_s", lambda *_: 0.0)
