"""The controller is killed: at each step, between what it does and what it writes down, and at any time."""

from __future__ import annotations

import os
import random
import secrets
import time

import pytest

from tests.lab.matrix.district import ANY, TIMER_S, District, Done, Holding, Point

SEED = os.environ.get("JIP_MATRIX_SEED") or str(secrets.randbelow(1_000_000))
"""Another one each time: the seed that a failing row names repeats its instants."""

INSTANTS = 20

STEPS = (
    "batch", "identity", "backup", "guard", "dry-run", "apply", "write", "check", "confirm", "save", "confirmed",
    "looked after",
)  # fmt: skip
IN_CI = (("after", "write"),)
"""Done to the router and not written down yet: the least that is known."""

MEANT = {"nothing": "before", "reverted": "before", "all": "intended"}
"""What `jip recover` calls what a router holds, and what it has then."""


def left_behind(district: District, done: Done) -> Holding:
    """Return what every router holds after a kill: it is proven, `jip recover` says the same, the journal is whole."""
    recovered = district.recovered()
    held = district.proven()
    assert {router: MEANT[holds] for router, holds in recovered.items()} == {r: held[r] for r in recovered}
    district.whole(done, held)
    assert {router for router, state in held.items() if state == "intended"} <= done.touched()
    assert district.say("recover")[1]["rows"] == []
    return held


def moments() -> list[object]:
    return [
        pytest.param(when, step, id=f"{when} {step}", marks=[] if (when, step) in IN_CI else pytest.mark.long)
        for step in STEPS
        for when in ("before", "after")
    ]


@pytest.mark.matrix(
    "controller killed at every step",
    "SIGKILL before and after each row of the journal, and before and after each write to a router: each router is as "
    "before or as intended, `jip recover` says which, and no row that was written is lost",
)
@pytest.mark.parametrize(("when", "step"), moments())
def test_killed_at_a_step(district: District, when: str, step: str) -> None:
    file = district.plan("kel-paku", "pop-kota")
    at = Point(when, step, None if step == "batch" else ANY)
    ended = district.apply(file, deeds={at: lambda run: run.kill()}).finish()
    assert ended.code == -9
    held = left_behind(district, ended)
    saved = {str(point.router) for point in ended.seen if point[:2] == ("after", "save")}
    assert {router for router, state in held.items() if state == "intended"} >= saved


@pytest.mark.matrix(
    "controller killed at a random instant",
    "SIGKILL at 20 instants of a rollout of ten routers, others each time: each router is as before or as intended, "
    "`jip recover` says which, and no row that was written is lost",
)
@pytest.mark.parametrize("number", [pytest.param(n, marks=pytest.mark.long if n else []) for n in range(INSTANTS)])
def test_killed_at_any_time(district: District, number: int, request: pytest.FixtureRequest) -> None:
    after_s = random.Random(f"{SEED}/{number}").uniform(0.5, district.clean_s)  # noqa: S311 - no secret
    request.node.user_properties += [("seed", SEED), ("killed after seconds", f"{after_s:.2f}")]
    run = district.apply(district.plan())
    time.sleep(after_s)
    run.kill()
    left_behind(district, run.finish())


@pytest.mark.long
@pytest.mark.matrix(
    "controller killed at every step",
    "SIGKILL, `jip recover`, and the same plan once more: all of it as intended",
)
@pytest.mark.parametrize("step", ["guard", "write", "save"])
def test_the_same_plan_goes_on_after_a_kill(district: District, step: str) -> None:
    file = district.plan("kel-paku", "pop-kota")
    left_behind(district, district.apply(file, deeds={Point("after", step, ANY): lambda run: run.kill()}).finish())
    done = district.apply(file).finish()
    held = district.proven()
    assert done.code == 0, done.said
    assert {router for router, state in held.items() if state == "intended"} == {"kel-paku", "pop-kota"}


@pytest.mark.long
@pytest.mark.matrix(
    "controller killed at every step",
    "SIGKILL, and `jip recover --finish`: as intended; or `jip recover --take-back`: exactly as before",
)
@pytest.mark.parametrize("step", ["write", "save"])
@pytest.mark.parametrize(("how", "state"), [("--finish", "intended"), ("--take-back", "before")])
def test_what_was_on_its_way_is_finished_or_taken_back(district: District, how: str, state: str, step: str) -> None:
    file = district.plan("kel-paku")
    ended = district.apply(file, deeds={Point("after", step, ANY): lambda run: run.kill()}).finish()
    recovered = district.run("recover", how, "--timer", str(TIMER_S), "--emergency", "uji").finish()
    held = district.proven()
    assert (ended.code, recovered.code, held["kel-paku"]) == (-9, 0, state), recovered.said
    assert district.say("recover")[1]["rows"] == []
    district.journal()


def test_a_run_that_nobody_kills_changes_all_of_it(district: District) -> None:
    """The rows above would pass if nothing were ever changed."""
    done = district.apply(district.plan("kel-paku")).finish()
    held = district.proven(within_s=TIMER_S)
    assert (done.code, done.touched(), held["kel-paku"]) == (0, {"kel-paku"}, "intended")
    district.whole(done, held)
