"""One district for all rows of the fault matrix, as it was again after each."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator

import pytest

from jipkit.lab.consoles import RouterTruth
from jipkit.testing.labs import Twin, eventually
from tests.lab.matrix.district import District
from tests.lab.test_provision import TWELVE
from tests.lab.test_rollout_on_frr import LINKS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the class of fault and its sentence into the record of each row."""
    for item in items:
        if mark := item.get_closest_marker("matrix"):
            kind, sentence = mark.args
            item.user_properties += [("fault", kind), ("proves", sentence)]


@pytest.fixture(scope="session")
def _district(new_twin: Callable[..., Twin]) -> District:
    """A district of which is known what each router has before the change, and after one that nothing hindered."""
    found = District(new_twin(*TWELVE), LINKS)
    for router in found.in_service:
        found.twin.lab.vtysh(router, "write memory")
    eventually(lambda: {row["verdict"] for row in found.say("status")[1]["rows"]} <= {"up", "planned"}, within_s=60)
    found.before = at_rest(found)
    kept = (found.twin.root / "inventory" / "links.yaml").read_bytes()
    found.want()
    file, began = found.plan(), time.monotonic()
    done = found.apply(file, "--timer", "60").finish()
    found.clean_s = time.monotonic() - began
    assert done.code == 0, done.err
    found.intended = at_rest(found)
    (found.twin.root / "inventory" / "links.yaml").write_bytes(kept)
    found.restore()
    return found


def at_rest(district: District) -> dict[str, RouterTruth]:
    """Return what every router has, once it stays so."""
    last: dict[str, RouterTruth] = {}

    def stays() -> bool:
        nonlocal last
        before, last = last, dict(district.truths())
        return before == last

    eventually(stays, within_s=60, every_s=2)
    return last


@pytest.fixture
def district(_district: District) -> Iterator[District]:
    """The district, with an inventory that wants the change; files and routers are put back when the row ends."""
    root = _district.twin.root
    files = {
        path: path.read_bytes()
        for room in ("inventory", "templates")
        for path in (root / room).rglob("*")
        if path.is_file()
    }
    _district.want()
    yield _district
    for path, content in files.items():
        path.write_bytes(content)
    shutil.rmtree(_district.twin.project.var / "plans", ignore_errors=True)
    _district.restore()
