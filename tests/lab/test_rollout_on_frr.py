"""Rollouts on real routers: batch after batch, and nobody who was not meant is touched or lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jipkit.testing.labs import Twin
from tests.lab.test_provision import TWELVE, answer, rows_by_router

FAR = ("setwan", "inspektorat", "kel-paku", "kec-kayu-agung", "kec-pampangan")
NEAR = ("core-1", "core-2", "pop-perkantoran", "pop-kota", "pop-pampangan")
LINKS = (
    "core-1--setwan",
    "pop-perkantoran--inspektorat",
    "pop-kota--kel-paku",
    "core-2--kec-kayu-agung",
    "pop-pampangan--kec-pampangan",
)


def another_cost(twin: Twin, links: tuple[str, ...], more: int) -> None:
    """Let the inventory want that links cost more."""
    path = twin.root / "inventory" / "links.yaml"
    text = path.read_text("utf-8")
    for link in links:
        head, found, rest = text.partition(f"{link}: ")
        text = head + found + re.sub(r"cost: (\d+)", lambda cost: f"cost: {int(cost[1]) + more}", rest, count=1)
    path.write_text(text, "utf-8")


def planned(twin: Twin, name: str, *filters: str) -> tuple[Path, dict[str, Any]]:
    """Return a plan's file, and what `jip plan` says of it."""
    file = twin.root / name
    return file, answer(twin, "plan", *(filters or ("--all",)), "--output", str(file))


def truths(twin: Twin) -> Mapping[str, Any]:
    return {router: twin.lab.truth(router) for router in TWELVE if router != "pkm-celikah"}


class Rolled(NamedTuple):
    twin: Twin
    file: Path
    plan: dict[str, Any]
    done: dict[str, Any]


@pytest.fixture(scope="module")
def rolled(new_twin: Callable[..., Twin]) -> Rolled:
    """Five links that cost more: ten routers, each a unit of its own, because the ends of a link need not agree."""
    twin = new_twin(*TWELVE)
    another_cost(twin, LINKS, 3)
    file, plan = planned(twin, "more.json")
    return Rolled(twin, file, plan, answer(twin, "apply", str(file), "--emergency", "uji", "--timer", "60"))


def test_a_plan_on_real_routers_touches_those_whose_links_changed(rolled: Rolled) -> None:
    assert sorted(rows_by_router(rolled.plan)) == sorted((*FAR, *NEAR))
    assert {row["level"] for row in rolled.plan["rows"]} == {"low"}


def test_a_router_goes_before_those_through_which_it_is_reached(rolled: Rolled) -> None:
    batch = {router: row["batch"] for router, row in rows_by_router(rolled.plan).items()}
    way = dict(zip(FAR, ("core-1", "pop-perkantoran", "pop-kota", "pop-kota", "pop-pampangan"), strict=True))
    assert [router for router, near in way.items() if batch[router] >= batch[near]] == []


@pytest.mark.covers("change", "frr")
def test_every_router_of_a_rollout_holds_all_of_it(rolled: Rolled) -> None:
    rows = rows_by_router(rolled.done)
    assert {row["holds"] for row in rows.values()} == {"all"}
    assert {row["as_intended"] for row in rows.values()} == {True}
    assert "ip ospf cost 23" in rolled.twin.lab.truth("setwan").saved


def test_after_a_rollout_every_link_is_up_and_nothing_is_left_to_do(rolled: Rolled) -> None:
    report = answer(rolled.twin, "status")
    assert {row["verdict"] for row in report["rows"]} <= {"up", "planned"}
    assert answer(rolled.twin, "plan", "--all")["file"] is None


def test_a_rollout_whose_canary_is_lost_touches_nobody_else(rolled: Rolled) -> None:
    twin = rolled.twin
    another_cost(twin, LINKS, 5)
    file, plan = planned(twin, "lost.json")
    (canary,) = (row["router"] for row in plan["rows"] if row["batch"] == 1)
    before = truths(twin)
    twin.lab.kill_sshd(canary)
    done = answer(twin, "apply", str(file), "--emergency", "uji", "--timer", "30", code=1)
    twin.lab.start_sshd(canary)
    assert {router: row["step"] for router, row in rows_by_router(done).items() if router != canary} == dict.fromkeys(
        (set(FAR) | set(NEAR)) - {canary}, "not started"
    )
    assert {router: truth for router, truth in truths(twin).items() if truth != before[router]} == {}
    another_cost(twin, LINKS, -5)


def test_a_hand_edit_in_what_the_change_touches_stops_it(rolled: Rolled) -> None:
    twin = rolled.twin
    another_cost(twin, ("pop-kota--kel-paku",), 5)
    file, _plan = planned(twin, "edited.json", "--router", "kel-paku")
    twin.lab.vtysh("kel-paku", "configure terminal", "interface eth0", "ip ospf cost 99")
    done = answer(twin, "apply", str(file), "--emergency", "uji", code=1)
    row = rows_by_router(done)["kel-paku"]
    assert (row["step"], row["holds"]) == ("guard", "nothing")
    assert "ip ospf cost 99" in row["detail"]
    assert "ip ospf cost 99" in twin.lab.vtysh("kel-paku", "show running-config")
    provisioned = answer(
        twin, "apply", str(planned(twin, "mended.json", "--router", "kel-paku")[0]), "--emergency", "uji"
    )
    assert provisioned["ok"]


def test_a_hand_edit_elsewhere_on_the_router_is_kept_and_stops_nobody(rolled: Rolled) -> None:
    twin = rolled.twin
    another_cost(twin, ("pop-kota--kel-paku",), -5)
    file, _plan = planned(twin, "elsewhere.json", "--router", "kel-paku")
    twin.lab.vtysh("kel-paku", "configure terminal", "ip route 192.0.2.0/24 blackhole")
    done = answer(twin, "apply", str(file), "--emergency", "uji", code=1)
    row = rows_by_router(done)["kel-paku"]
    assert (row["step"], row["holds"], row["as_intended"]) == ("confirm", "all", False)
    assert "ip route 192.0.2.0/24 blackhole" in twin.lab.vtysh("kel-paku", "show running-config")


def test_what_a_rollout_did_is_a_whole_journal(rolled: Rolled) -> None:
    assert answer(rolled.twin, "log", "verify")["whole"] > 50
    shown = json.loads(rolled.twin.jip("run", "show", str(rolled.done["run"]), "--json").stdout)
    assert [row["step"] for row in shown["rows"] if row["router"] is None][:2] == ["run started", "batch"]
