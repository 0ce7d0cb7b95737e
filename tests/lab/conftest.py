"""Running twins of a copy of the example. Tests are skipped where no lab can run, unless JIP_REQUIRE_LAB is 1."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from jipkit.lab import requirements
from jipkit.testing.labs import Twin, build_twin, copy_project

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

TWELVE = (
    "core-1", "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "pop-pampangan", "pop-pedamaran", "pop-tugumulyo",
    "kec-kayu-agung", "kec-pampangan", "kel-paku", "inspektorat", "setwan", "desa-sungai-lumpur", "pkm-celikah",
    "pkm-lubuk-seberuk",
)  # fmt: skip
"""Two planned offices, two uplinks, VSAT with static routes, BGP, and names that Linux cannot hold are among them."""

SMALL = ("core-1", "core-2", "pop-kota", "kel-paku")
"""kel-paku hangs on pop-kota alone; the other three make a triangle."""

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("lab")


@pytest.fixture(scope="session")
def _able() -> None:
    """Skip, or fail where labs are required, when this machine cannot run one."""
    lacking = requirements.missing()
    if lacking and os.environ.get("JIP_REQUIRE_LAB") == "1":
        pytest.fail(f"JIP_REQUIRE_LAB is 1, but no lab can run here; missing: {'; '.join(lacking)}")
    if lacking:
        pytest.skip(f"no lab can run here; missing: {'; '.join(lacking)}")


@pytest.fixture(scope="session")
def new_twin(_able: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Twin]]:
    """Return a function that builds a twin of some routers, from a copy of the project; all end with the session."""
    built: list[Twin] = []

    def build(*routers: str) -> Twin:
        root = copy_project(ROOT, tmp_path_factory.mktemp("project"))
        built.append(build_twin(root, f"test-{os.getpid()}-{next(_numbers)}", routers))
        return built[-1]

    yield build
    for twin in built:
        twin.lab.down()


@pytest.fixture(scope="session")
def lab12(new_twin: Callable[..., Twin]) -> Twin:
    """A twin that tests leave as they found it."""
    return new_twin(*TWELVE)


@pytest.fixture
def jip(lab12: Twin) -> Callable[..., CompletedProcess[str]]:
    """Return a function that runs ``jip`` against ``lab12``."""
    return lab12.jip


@pytest.fixture(scope="session")
def _small(new_twin: Callable[..., Twin]) -> Twin:
    return new_twin(*SMALL)


@pytest.fixture
def small_lab(_small: Twin) -> Iterator[Twin]:
    """A twin of four routers to break: what is broken in it is mended when the test ends."""
    yield _small
    lab = _small.lab
    for cable in lab.state.cables:
        lab.mend(cable)
    for router in lab.routers:
        if router not in lab.state.processes:
            lab.power_on(router)
        lab.thaw(router)
        lab.start_sshd(router)
    assert _small.silent() == []
