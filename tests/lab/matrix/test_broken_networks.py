"""The network breaks in the middle of a change: what was not confirmed is taken back exactly, nobody is locked out."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from jipkit.testing.labs import Twin
from tests.lab.matrix.district import ANY, TIMER_S, Deed, District, Done, Holding, Point, Watched
from tests.lab.test_provision import spoil

UPLINK = "pop-kota--kel-paku"
FAR, NEAR = "kel-paku", "pop-kota"


def held_after(district: District, done: Done) -> Holding:
    """Return what every router holds, with the journal proven whole and nothing left open."""
    district.recovered()
    held = district.proven()
    district.whole(done, held)
    return held


def all_before(district: District, done: Done) -> bool:
    return set(held_after(district, done).values()) == {"before"}


@pytest.mark.matrix(
    "management path cut by the change",
    "a template that takes the router's own uplink away: refused when it is planned, or taken back exactly by the "
    "router's timer; reached again either way",
)
@pytest.mark.parametrize(
    "slip",
    [
        pytest.param("shuts the port", marks=pytest.mark.long),
        "removes the address",
        pytest.param("renumbers it", marks=pytest.mark.long),
    ],
)
def test_a_change_cuts_its_own_path(district: District, slip: str) -> None:
    spoil(district.twin, slip)
    file = district.twin.root / "plan.json"
    code, said = district.say("plan", "--router", FAR, "--output", str(file))
    if code == 0:
        done = district.apply(file).finish()
        assert done.code == 1
        district.recovered()
    assert set(district.proven().values()) == {"before"}, said


def cut(twin: Twin, link: str, for_s: float) -> Callable[[], None]:
    """Return what pulls a cable, and plugs it in again after a while."""

    def deed() -> None:
        twin.lab.cut(link)
        time.sleep(for_s)
        twin.lab.mend(link)

    return deed


@pytest.mark.matrix(
    "cable pulled mid-push",
    "the cable to the router that is halfway through its change is pulled, or one behind it, for a moment or for "
    "longer than the timer: as before or as intended, reached again, and what was not confirmed is taken back",
)
@pytest.mark.parametrize(
    ("router", "link", "for_s"),
    [
        pytest.param(FAR, UPLINK, TIMER_S + 10, id="at the far end, for longer than the timer", marks=pytest.mark.long),
        pytest.param(
            NEAR, UPLINK, TIMER_S + 10, id="at the near end, for longer than the timer", marks=pytest.mark.long
        ),
        pytest.param(FAR, UPLINK, 3, id="at the far end, for a moment"),
        pytest.param(NEAR, UPLINK, 3, id="at the near end, for a moment", marks=pytest.mark.long),
        pytest.param(
            FAR, "core-1--pop-kota", TIMER_S + 10, id="on the way, where there is another", marks=pytest.mark.long
        ),
    ],
)
def test_a_cable_is_pulled(district: District, router: str, link: str, for_s: float) -> None:
    file = district.plan(router)
    with district.slow(router) as slow:
        pull = cut(district.twin, link, for_s)
        done = district.apply(file, deeds={Point("before", "write", router): slow.halfway(slow.go_on, pull)}).finish()
    held = held_after(district, done)
    assert {r: state for r, state in held.items() if r != router} == dict.fromkeys(set(held) - {router}, "before")
    assert (held[router] == "intended") == (done.rows[router]["holds"] == "all")
    if link == UPLINK and for_s > TIMER_S:
        assert held[router] == "before"


@pytest.mark.matrix(
    "sshd killed mid-push",
    "the router's SSH server dies with all its sessions halfway through the change and is started again later: taken "
    "back exactly by the router's timer",
)
def test_sshd_is_killed(district: District) -> None:
    file = district.plan(FAR)
    lab = district.twin.lab

    def start_later() -> None:
        time.sleep(TIMER_S)
        lab.start_sshd(FAR)

    with district.slow(FAR) as slow:
        die = slow.halfway(lambda: lab.kill_sshd(FAR), slow.go_on, start_later)
        done = district.apply(file, deeds={Point("before", "write", FAR): die}).finish()
    assert (done.code, all_before(district, done)) == (1, True)


@pytest.mark.long
@pytest.mark.matrix(
    "sshd killed mid-push",
    "only the session dies, and new ones are taken: the change is found applied, checked and confirmed, or taken back",
)
def test_the_session_is_killed(district: District) -> None:
    file = district.plan(FAR)
    lab = district.twin.lab

    def die() -> None:
        lab.exec(FAR, ["sh", "-c", 'pgrep -x sshd | grep -vx "$(cat /run/sshd.pid)" | xargs kill -9'])

    with district.slow(FAR) as slow:
        done = district.apply(file, deeds={Point("before", "write", FAR): slow.halfway(die)}).finish()
    held = held_after(district, done)
    assert (held[FAR] == "intended", done.code == 0) in ((True, True), (False, False))


@pytest.mark.matrix(
    "router frozen mid-push",
    "a router stops halfway through its change and is thawed long after its timer: taken back exactly, nothing else "
    "touched",
)
@pytest.mark.parametrize(
    "for_s",
    [
        pytest.param(TIMER_S + 10, id="for longer than the timer", marks=pytest.mark.long),
        pytest.param(3, id="for a moment"),
    ],
)
def test_a_router_freezes(district: District, for_s: float) -> None:
    file = district.plan(FAR)
    lab = district.twin.lab

    def freeze() -> None:
        lab.freeze(FAR)
        time.sleep(for_s)
        lab.thaw(FAR)

    with district.slow(FAR) as slow:
        done = district.apply(file, deeds={Point("before", "write", FAR): slow.halfway(freeze)}).finish()
    held = held_after(district, done)
    assert {router for router, state in held.items() if state == "intended"} <= {FAR}
    if for_s > TIMER_S:
        assert held[FAR] == "before"


@pytest.mark.matrix(
    "routing daemon killed mid-push",
    "a daemon dies halfway through the change and watchfrr starts it again: as before or as intended, never in between",
)
@pytest.mark.parametrize("daemon", ["ospfd", pytest.param("zebra", marks=pytest.mark.long)])
def test_a_daemon_is_killed(district: District, daemon: str) -> None:
    router = {"ospfd": FAR, "zebra": "inspektorat"}[daemon]
    file = district.plan(router)
    with district.slow(router) as slow:
        die = slow.halfway(lambda: district.twin.lab.kill_daemon(router, daemon))
        done = district.apply(file, deeds={Point("before", "write", router): die}).finish()
    held = held_after(district, done)
    assert {r for r, state in held.items() if state == "intended"} <= {router}
    assert (held[router] == "intended") == (done.code == 0)


def power_cut(district: District, router: str) -> Deed:
    return lambda _run: district.twin.lab.power_cut(router)


@pytest.mark.matrix(
    "power cut before the confirmation",
    "the router boots from what it had saved: exactly as before",
)
@pytest.mark.parametrize(
    "step", ["write", pytest.param("check", marks=pytest.mark.long), pytest.param("confirm", marks=pytest.mark.long)]
)
def test_power_is_cut_before_the_confirmation(district: District, step: str) -> None:
    file = district.plan(FAR)
    done = district.apply(file, deeds={Point("after", step, FAR): power_cut(district, FAR)}).finish()
    assert (done.code, all_before(district, done)) == (1, True)


@pytest.mark.long
@pytest.mark.matrix("power cut before the confirmation", "cut halfway through the change: exactly as before")
def test_power_is_cut_halfway(district: District) -> None:
    file = district.plan(FAR)
    with district.slow(FAR) as slow:
        cut_ = slow.halfway(lambda: district.twin.lab.power_cut(FAR))
        done = district.apply(file, deeds={Point("before", "write", FAR): cut_}).finish()
    assert (done.code, all_before(district, done)) == (1, True)


@pytest.mark.matrix("power cut after the confirmation", "the router boots from what was saved: exactly as intended")
def test_power_is_cut_after_the_confirmation(district: District) -> None:
    file = district.plan(FAR)
    done = district.apply(file, deeds={Point("after", "save", FAR): power_cut(district, FAR)}).finish()
    held = held_after(district, done)
    assert {router for router, state in held.items() if state == "intended"} == {FAR}


@pytest.mark.matrix(
    "post-check that never converges",
    "a link of the router stays down after the change: given up before the timer ends, and exactly as before",
)
def test_a_check_never_converges(district: District) -> None:
    router, link = "pop-perkantoran", "core-2--pop-perkantoran"
    file = district.plan(router)
    loss: Deed = lambda _run: district.twin.lab.lose(link)  # noqa: E731 - one deed among many
    done = district.apply(file, deeds={Point("after", "write", router): loss}).finish()
    district.twin.lab.mend(link)
    assert (done.code, done.rows[router]["step"], all_before(district, done)) == (1, "check", True)


@pytest.mark.matrix(
    "canary fails",
    "the first router of a rollout of ten loses its power before it is confirmed: exactly as before, nobody else "
    "touched",
)
def test_the_canary_fails(district: District) -> None:
    file = district.plan()
    lost: list[str] = []

    def lose(run: Watched) -> None:
        lost.append(str(run.seen[-1].router))
        district.twin.lab.power_cut(lost[0])

    done = district.apply(file, deeds={Point("after", "write", ANY): lose}).finish()
    untouched = district.changed - set(lost)
    assert {router for router, row in done.rows.items() if row["step"] == "not started"} == untouched
    assert (done.code, done.touched(), all_before(district, done)) == (1, set(lost), True)


@pytest.mark.matrix(
    "failure limit reached in batch three",
    "a router of the third batch loses its power before it is confirmed: as before, the first two batches as "
    "intended, the rest untouched and listed",
)
def test_the_limit_is_reached_in_batch_three(district: District) -> None:
    file = district.plan("setwan", "kel-paku", "pop-kota", "core-1")
    done = district.apply(file, deeds={Point("after", "write", NEAR): power_cut(district, NEAR)}).finish()
    held = held_after(district, done)
    assert [done.rows[router]["batch"] for router in ("setwan", "kel-paku", "pop-kota", "core-1")] == [1, 2, 3, 4]
    assert {router for router, state in held.items() if state == "intended"} == {"setwan", "kel-paku"}
    assert (done.code, done.rows["core-1"]["step"], "core-1" in done.touched()) == (1, "not started", False)


@pytest.mark.matrix(
    "uplink lost during the rollout",
    "every way to the router of the next batch is cut before it begins, and mended once it waits: the journal "
    "says so, and all of it is changed",
)
def test_the_uplink_is_lost(district: District) -> None:
    file = district.plan("setwan", FAR)
    lab = district.twin.lab
    uplinks = [name for name, ends in lab.state.cables.items() if NEAR in ends and name != UPLINK]

    def each_uplink(what: Callable[[str], None]) -> Deed:
        def deed(_run: Watched) -> None:
            for link in uplinks:
                what(link)

        return deed

    deeds = {
        Point("after", "confirmed", "setwan"): each_uplink(lab.cut),
        Point("after", "paused", None): each_uplink(lab.mend),
    }
    done = district.apply(file, "--patience", "120", deeds=deeds).finish()
    held = held_after(district, done)
    assert done.code == 0, done.said
    assert {router for router, state in held.items() if state == "intended"} == {"setwan", FAR}
    assert {"paused", "resumed"} <= {point.step for point in done.seen}
