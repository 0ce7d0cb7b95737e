"""The whole example, about 120 routers, as one twin. Run by ``scripts/lab --long``; its times are in the table."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jipkit.lab import state
from jipkit.model import Routing, State
from jipkit.project import Project
from jipkit.testing.labs import Twin, eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
SWEEP_SECONDS = 600.0

Note = Callable[[str, object], None]


@pytest.fixture(scope="module")
def whole(new_twin: Callable[..., Twin], record_testsuite_property: Note) -> Twin:
    routers = Project(ROOT).district.routers
    with timed(f"{len(routers)} routers until each answers SSH", record_testsuite_property):
        return new_twin(*routers)


@contextmanager
def timed(what: str, note: Note) -> Iterator[None]:
    """Note how many seconds the block takes; how fast is fast enough is for people to say."""
    started = time.monotonic()
    yield
    note(f"seconds: {what}", f"{time.monotonic() - started:.1f}")


def test_the_whole_example_comes_up(whole: Twin) -> None:
    assert whole.silent(within_s=20) == []


def test_every_ospf_link_in_service_is_full(whole: Twin) -> None:
    network = whole.project.network
    wanted = {
        end.router: sum(
            link.routing is Routing.OSPF and link.state is State.ACTIVE for link in network.links_of(end.router)
        )
        for link in network.links.values()
        for end in link.ends
        if end.router is not None and network.routers[end.router].state is State.ACTIVE
    }

    def full() -> dict[str, int]:
        tables = {
            router: json.loads(whole.lab.vtysh(router, "show ip ospf neighbor json") or "{}") for router in wanted
        }
        return {
            router: sum(
                one["nbrState"].startswith("Full") for many in table.get("neighbors", {}).values() for one in many
            )
            for router, table in tables.items()
        }

    eventually(lambda: full() == wanted, within_s=60)


def test_the_status_of_everything_finishes(whole: Twin, record_testsuite_property: Note) -> None:
    with timed("jip status", record_testsuite_property):
        done = whole.jip("status", "--json", timeout_s=SWEEP_SECONDS)
    links = json.loads(done.stdout)["rows"]
    assert {row["verdict"] for row in links} == {"up", "planned"}


def test_the_audit_of_everything_finds_it_as_intended(whole: Twin, record_testsuite_property: Note) -> None:
    with timed("jip audit", record_testsuite_property):
        done = whole.jip("audit", "--json", timeout_s=SWEEP_SECONDS)
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)


def test_nothing_of_the_whole_example_is_left_when_it_is_down(whole: Twin, record_testsuite_property: Note) -> None:
    """The last one: it takes the lab down."""
    with timed("jip lab down", record_testsuite_property):
        whole.lab.down()
    assert (state.is_alive(whole.name), whole.name in state.names()) == (False, False)
