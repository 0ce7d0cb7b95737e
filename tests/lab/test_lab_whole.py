"""The whole example, about 120 routers, as one twin. Run by ``scripts/lab --long``; prints its times."""

# ruff: noqa: T201 - the times are what a person runs this for

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from jipkit.model import Routing, State
from jipkit.project import Project
from jipkit.testing.labs import Twin, eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
SWEEP_SECONDS = 600.0


@pytest.fixture(scope="module")
def whole(new_twin: Callable[..., Twin]) -> Twin:
    started = time.monotonic()
    twin = new_twin(*Project(ROOT).district.routers)
    print(f"\n{len(twin.lab.routers)} routers answer SSH after {time.monotonic() - started:.1f} s")
    return twin


def timed(twin: Twin, *words: str) -> CompletedProcess[str]:
    started = time.monotonic()
    done = twin.jip(*words, timeout_s=SWEEP_SECONDS)
    print(f"jip {' '.join(words)}: {time.monotonic() - started:.1f} s")
    return done


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


def test_the_status_of_everything_finishes(whole: Twin) -> None:
    links = json.loads(timed(whole, "status", "--json").stdout)["rows"]
    assert {row["verdict"] for row in links} == {"up", "planned"}


def test_the_audit_of_everything_finds_it_as_intended(whole: Twin) -> None:
    done = timed(whole, "audit", "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)


def test_the_whole_example_ends_at_once(whole: Twin) -> None:
    """The last one: it takes the lab down."""
    started = time.monotonic()
    whole.lab.down()
    print(f"down: {time.monotonic() - started:.1f} s")
    assert time.monotonic() - started < 20
