"""What tests of playbooks stand on: a project of its own, whose routers are simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from jipkit.testing.simulation import SimulatedProject, Simulation, simulation

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
