"""A simulated district of the small network, on a clock that tests turn by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from jipkit.model import Network, State
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.testing.clock import ManualClock
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.driver import SimulatedDriver
from jipkit.testing.networks import small_network
from jipkit.twin import twin_of

CHECKOUT = Path(__file__).parents[3]


class Login(Protocol):
    def __call__(self, router: str, address: str | None = None) -> SimulatedDriver: ...


def secret(name: str) -> str:
    """Return a key of sixteen characters or fewer for each name."""
    return "".join(character for character in name if character.isalnum())[-16:]


@pytest.fixture(scope="session")
def network() -> Network:
    """The twin of the small network: all of it on FRR."""
    small = small_network()
    return twin_of(small, [key for key, router in small.routers.items() if router.state is not State.RETIRED])


@pytest.fixture(scope="session")
def texts(network: Network) -> Mapping[str, str]:
    """What each router boots from, as the templates write it."""
    project = Project(CHECKOUT)
    return {key: fill(project.boots_from(key, network).text, secret) for key in network.routers}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def district(network: Network, texts: Mapping[str, str], clock: ManualClock) -> SimulatedDistrict:
    return SimulatedDistrict(network, texts.__getitem__, secret=secret, clock=clock)


@pytest.fixture
def login(district: SimulatedDistrict, network: Network) -> Login:
    """Open a session with a router, at its own address or at another."""

    def opened(router: str, address: str | None = None) -> SimulatedDriver:
        at = address or str(network.router(router).address)
        driver = district.driver(at, "jip", "", optional_args={"router": router})
        driver.open()
        return driver

    return opened
