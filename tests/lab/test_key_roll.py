"""A new OSPF key on every link, while every office is probed from the data centre: only who was announced may be lost.

The same tests with fourteen routers and some of their links, which CI runs, and with the whole example, which
`scripts/lab --long` runs, and takes back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from jipkit.model import Network
from jipkit.project import Project
from jipkit.testing.labs import Twin, eventually
from tests.lab.conftest import ROOT
from tests.lab.key_roll import (
    Seen,
    keyed_links,
    links_by_batch,
    lost_without,
    raise_keys,
    restore_keys,
    roll_naively,
    running,
    watching,
)

TOLERATED_S = 5.0
BLIND_S = 2.0
"""The probe's own longest pause: what is lost for less may be missed."""

FOURTEEN = (
    "core-1", "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "pop-pampangan", "pop-jejawi", "kec-kayu-agung",
    "kec-pampangan", "kel-paku", "inspektorat", "setwan", "pkm-jejawi", "desa-sungai-lumpur",
)  # fmt: skip

Note = Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the example is rolled: ``links``, or all. Without a plan a router follows another ``naive_s`` later.

    Without a plan at least ``naive_lost`` offices have to be seen to be lost for long.
    """

    name: str
    routers: tuple[str, ...]
    links: tuple[str, ...]
    naive_s: float
    naive_lost: int


SMALL = pytest.param(
    Size(
        "fourteen routers",
        FOURTEEN,
        ("pop-kota--kel-paku", "pop-perkantoran--inspektorat", "pop-jejawi--pkm-jejawi", "core-1--pop-kota"),
        3.0,
        1,
    ),
    id="fourteen",
    marks=pytest.mark.long,
)
WHOLE = pytest.param(
    Size("whole example", tuple(Project(ROOT).district.routers), (), 0.5, 40),
    id="whole",
    marks=[pytest.mark.long, pytest.mark.timeout(5400)],
)


@dataclass(frozen=True, slots=True)
class Rolled:
    """All that happened, in turn."""

    twin: Twin
    size: Size
    network: Network
    first: dict[str, str]
    """What every router ran before anything."""
    naive: Seen
    plan: dict[str, Any]
    done: dict[str, Any]
    steps: list[dict[str, Any]]
    seen: Seen


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of a roll that was taken back."""

    rolled: Rolled
    done: dict[str, Any]
    seen: Seen
    last: dict[str, str]


def said(twin: Twin, *arguments: str) -> dict[str, Any]:
    done = twin.jip(*arguments, "--json", timeout_s=3600)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", params=[SMALL, WHOLE])
def rolled(
    request: pytest.FixtureRequest, new_twin: Callable[..., Twin], record_testsuite_property: Note
) -> Iterator[Rolled]:
    size: Size = request.param
    twin = new_twin(*size.routers)
    yield _roll(twin, size, record_testsuite_property)
    twin.lab.down()


def _roll(twin: Twin, size: Size, note: Note) -> Rolled:
    network, first = twin.project.network, running(twin)
    with watching(twin) as naive:
        roll_naively(twin, size.naive_s, size.links)
    restore_keys(twin, first)
    raise_keys(twin.root, size.links)
    file = twin.root / "keys.json"
    began = time.monotonic()
    said(twin, "plan", "--all", "--output", str(file))
    note(f"seconds: key roll, {size.name}: jip plan", f"{time.monotonic() - began:.1f}")
    with watching(twin) as going:
        done = said(twin, "apply", str(file), "--emergency", "uji")
    _note(note, size, "without a plan", network, naive.seen)
    _note(note, size, "jip apply", network, going.seen)
    plan = json.loads(file.read_text("utf-8"))
    steps = said(twin, "run", "show", str(done["run"]))["rows"]
    return Rolled(twin, size, network, first, naive.seen, plan, done, steps, going.seen)


def _note(note: Note, size: Size, what: str, network: Network, seen: Seen) -> None:
    """Print what a probe saw, and put the times into the table of the lab tests."""
    lost = seen.lost(network, TOLERATED_S)
    note(f"seconds: key roll, {size.name}: {what}", f"{seen.took_s:.1f}")
    note(f"seconds: key roll, {size.name}: {what}, an office lost at the longest", f"{seen.longest_s(network):.1f}")
    head = f"{size.name}, {what}: {seen.took_s:.1f} s, {seen.record.rounds} rounds, {len(lost)} offices lost for long"
    print(head)  # noqa: T201 - pytest -rP shows it
    for office, gaps in lost.items():
        print(f"  {office}:", ", ".join(f"{gap.seconds:.1f} s" for gap in gaps))  # noqa: T201 - same


@pytest.fixture(scope="module")
def taken_back(rolled: Rolled, record_testsuite_property: Note) -> TakenBack:
    twin = rolled.twin
    with watching(twin) as back:
        done = said(twin, "rollback", str(rolled.done["run"]), "--commit", "--emergency", "uji")
    _note(record_testsuite_property, rolled.size, "jip rollback", rolled.network, back.seen)
    return TakenBack(rolled, done, back.seen, running(twin))


def announced(plan: dict[str, Any]) -> list[frozenset[str]]:
    return [frozenset(loss["offices"]) for loss in plan["losses"]]


def batches_at(rolled: Rolled) -> list[float]:
    """Return when each batch began, by the probe's clock."""
    begun = [datetime.fromisoformat(row["at"]) for row in rolled.steps if row["step"] == "batch"]
    return [when.timestamp() - rolled.seen.wall_s for when in begun]


def test_without_a_plan_offices_are_lost(rolled: Rolled) -> None:
    """The control: what does lose offices is seen."""
    assert len(rolled.naive.lost(rolled.network, TOLERATED_S)) >= rolled.size.naive_lost


def test_every_link_is_in_the_plan_once(rolled: Rolled) -> None:
    links = [link for batch in links_by_batch(rolled.network, rolled.plan) for link in batch]
    assert sorted(links) == sorted(keyed_links(rolled.network, rolled.size.links))


def test_the_plan_announces_exactly_whom_its_links_cut_off(rolled: Rolled) -> None:
    links = links_by_batch(rolled.network, rolled.plan)
    assert announced(rolled.plan) == [lost_without(rolled.network, batch) for batch in links]


def test_every_router_has_the_new_keys_and_nothing_is_left_to_do(rolled: Rolled) -> None:
    assert {row["holds"] for row in rolled.done["rows"]} == {"all"}
    assert said(rolled.twin, "plan", "--all")["file"] is None


def test_nobody_is_lost_for_long_whom_the_plan_did_not_announce(rolled: Rolled) -> None:
    of_all = frozenset[str]().union(*announced(rolled.plan))
    assert {o: gaps for o, gaps in rolled.seen.lost(rolled.network, TOLERATED_S).items() if o not in of_all} == {}


def test_whoever_is_lost_for_long_is_lost_while_the_batch_runs_that_announced_it(rolled: Rolled) -> None:
    begins, by_batch = batches_at(rolled), announced(rolled.plan)
    strays = [
        (office, gap)
        for office, gaps in rolled.seen.lost(rolled.network, TOLERATED_S).items()
        for gap in gaps
        if office not in by_batch[max(sum(begin <= gap.since_s for begin in begins) - 1, 0)]
    ]
    assert strays == []


def test_the_probe_looked_all_the_time(rolled: Rolled) -> None:
    assert max(rolled.naive.record.blind_s, rolled.seen.record.blind_s) < BLIND_S


@pytest.mark.parametrize("rolled", [WHOLE], indirect=True)
def test_the_undo_gives_every_router_back_what_it_ran(taken_back: TakenBack) -> None:
    assert {row["holds"] for row in taken_back.done["rows"]} == {"all"}
    assert {r: text for r, text in taken_back.last.items() if text != taken_back.rolled.first[r]} == {}


@pytest.mark.parametrize("rolled", [WHOLE], indirect=True)
def test_the_undo_loses_nobody_for_long_whom_the_roll_did_not_announce(taken_back: TakenBack) -> None:
    of_all = frozenset[str]().union(*announced(taken_back.rolled.plan))
    lost = taken_back.seen.lost(taken_back.rolled.network, TOLERATED_S)
    assert {office: gaps for office, gaps in lost.items() if office not in of_all} == {}


@pytest.mark.long
def test_a_router_that_the_new_key_cuts_off_is_not_confirmed(new_twin: Callable[..., Twin]) -> None:
    """Its OSPF hears nothing from the moment it has the new key, as with a key that is another one at the far end."""
    twin, link, far = new_twin("core-1", "core-2", "pop-kota", "kel-paku"), "pop-kota--kel-paku", "kel-paku"
    raise_keys(twin.root, (link,))
    file = twin.root / "keys.json"
    said(twin, "plan", "--all", "--output", str(file))
    with ThreadPoolExecutor(1) as other:
        applying = other.submit(said, twin, "apply", str(file), "--emergency", "uji", "--timer", "30")
        eventually(lambda: "digest-key 2 " in twin.lab.vtysh(far, "show running-config"), within_s=60, every_s=0.05)
        deaf = "add table ip deaf; add chain ip deaf in { type filter hook input priority 0; }; "
        twin.lab.exec(far, ["nft", f"{deaf} add rule ip deaf in ip protocol 89 drop"])
        done = applying.result()
    assert {row["holds"] for row in done["rows"]} != {"all"}
