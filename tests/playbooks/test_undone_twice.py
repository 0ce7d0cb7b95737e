"""Runs that were interrupted, gone on with, undone, done again: the records say what is so, and no hand edit goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.store import Run
from jipkit.testing.simulation import Simulation
from playbooks import _rescue, _rollout, _waiting
from playbooks.apply import apply
from playbooks.recover import recover
from playbooks.rollback import rollback
from tests.playbooks.rollouts import at_each
from tests.playbooks.rolls import dies_at, dies_before, key_roll, keys_of

LINK = ("pop-1--kec-rawa",)
ROUTE = "ip route 192.0.2.0/24 blackhole"
BY_HAND = "kunciketikan9"


def running(simulated: Simulation) -> Mapping[str, str]:
    return {key: simulated.district.running(key) for key in simulated.routers}


def fire(simulated: Simulation, *routers: str) -> None:
    """Let the timers of routers run out now; of all of them, where none is named."""
    for router in routers or simulated.routers:
        box = simulated.district.routers[router]
        if box.pending is not None:
            box._give_up(box.pending, "not confirmed in time")
    simulated.district.changed()


def another_secret(simulated: Simulation) -> None:
    """Give both ends of the link another secret under the same number, by hand."""
    for router in ("pop-1", "kec-rawa"):
        port = next(
            str(end.interface) for end in simulated.project.network.links[LINK[0]].ends if str(end.router) == router
        )
        told = f"no ip ospf message-digest-key 2\n ip ospf message-digest-key 2 md5 {BY_HAND}"
        simulated.district.hand_edit(router, f"interface {port}\n {told}\nexit")


def plan_of_first(simulated: Simulation) -> Path:
    return next((simulated.project.var / "plans").glob("plan-*.json"))


def crashed_rollback(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roll two keys; take that back, and die in the second unit, whose timers run out."""
    assert apply(simulated.project, key_roll(simulated)).ok
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1", times=2)
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    fire(simulated)


def done_and_not_recorded(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roll the key of one link, and die before that it is confirmed is written down."""
    file = key_roll(simulated, LINK)
    with monkeypatch.context() as dying:
        dies_before(dying, "confirmed")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)


def held(simulated: Simulation, run: int) -> Mapping[str, str | None]:
    return simulated.project.store.held([run])[run]


def test_what_was_typed_after_a_timer_had_taken_a_unit_back_is_kept_when_it_is_undone(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session was lost, so that nobody knew what pop-1 held; then the unit was taken anew in the same run."""
    file, seen, journal = key_roll(simulated, LINK), list[str](), Run.journal

    def write(run: Run, key: str | None, what: str, detail: Mapping[str, Any] | None = None) -> None:
        journal(run, key, what, detail)
        if (key, what) == ("pop-1", "check") and not seen:
            seen.append(what)
            simulated.district.freeze("pop-1")
        if (key, what) == ("pop-1", "taken back") and len(seen) == 1:
            seen.append(what)
            fire(simulated)
            simulated.district.thaw("pop-1")
            simulated.district.hand_edit("pop-1", ROUTE)

    monkeypatch.setattr(_rescue, "GRACE_S", 1)
    monkeypatch.setattr(_waiting.Waiting, "lost", lambda *_: "pop-1")
    monkeypatch.setattr(_waiting.Waiting, "for_way", lambda *_: True)
    with monkeypatch.context() as writing:
        writing.setattr(Run, "journal", write)
        apply(simulated.project, file, timer=20, patience=60)
    assert keys_of(simulated)[LINK[0]] == (2, 2)
    assert rollback(simulated.project, 1, commit=True).ok
    assert (keys_of(simulated)[LINK[0]], ROUTE in simulated.district.running("pop-1")) == ((1, 1), True)


def test_a_secret_that_was_changed_by_hand_after_recover_looked_is_kept(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_and_not_recorded(simulated, monkeypatch)
    assert recover(simulated.project).ok
    another_secret(simulated)
    done = rollback(simulated.project, 1, commit=True)
    assert (done.ok, BY_HAND in simulated.district.running("pop-1")) == (False, True)
    assert "message-digest-key 2" in str(done.rows[0].values["why"])


def test_a_secret_that_was_changed_by_hand_after_a_rollback_was_undone_is_kept(simulated: Simulation) -> None:
    assert apply(simulated.project, key_roll(simulated, LINK)).ok
    first = rollback(simulated.project, 1, commit=True).data["run"]
    assert rollback(simulated.project, first, commit=True).ok
    another_secret(simulated)
    assert (rollback(simulated.project, 1, commit=True).ok, BY_HAND in simulated.district.running("pop-1")) == (
        False,
        True,
    )


def test_what_was_done_again_after_a_crashed_rollback_is_not_called_undone(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed_rollback(simulated, monkeypatch)
    assert apply(simulated.project, plan_of_first(simulated)).ok
    recover(simulated.project, finish=True)
    assert set(held(simulated, 3).values()) == {"all"}


def test_a_rollback_that_took_two_to_finish_has_undone_the_run(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed_rollback(simulated, monkeypatch)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirm", "pop-1")
        with pytest.raises(SystemExit):
            recover(simulated.project, finish=True)
    fire(simulated)
    assert recover(simulated.project, finish=True, run=3).data["acted"][0]["why"] is None
    assert set(held(simulated, 1).values()) == {"reverted"}


def test_a_rollback_that_died_before_it_could_say_what_it_took_back_is_told(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(simulated.project, key_roll(simulated, LINK)).ok
    with monkeypatch.context() as dying:
        dies_before(dying, "undone")
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    told = "Run 2 took back something of run 1 and could not write that down: `jip --lab simulated rollback 1` looks"
    assert told in recover(simulated.project).notes
    assert rollback(simulated.project, 1, commit=True).ok
    assert (held(simulated, 1), told in recover(simulated.project).notes) == (
        {"kec-rawa": "reverted", "pop-1": "reverted"},
        False,
    )


def test_a_unit_of_which_half_was_recorded_is_settled_whole(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_and_not_recorded(simulated, monkeypatch)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "kec-rawa")
        with pytest.raises(SystemExit):
            recover(simulated.project, take_back=True)
    assert recover(simulated.project).ok
    assert held(simulated, 1) == {"kec-rawa": "reverted", "pop-1": "reverted"}


def test_both_runs_of_a_plan_hold_it_again_when_its_rollback_is_undone(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_roll(simulated, LINK)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirm", "kec-rawa")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    fire(simulated, "kec-rawa")
    assert apply(simulated.project, file).ok
    recover(simulated.project)
    first = rollback(simulated.project, 2, commit=True).data["run"]
    assert rollback(simulated.project, first, commit=True).ok
    assert rollback(simulated.project, 2, commit=True).ok
    assert keys_of(simulated)[LINK[0]] == (1, 1)


def test_a_unit_that_a_later_one_stands_on_says_so_when_it_cannot_be_taken_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The far end of the first link took its change back by itself; the second link of pop-1 is done by then."""
    file, batches = key_roll(simulated), list[str]()
    monkeypatch.setattr(_rescue, "GRACE_S", 1)

    def away() -> None:
        simulated.district.freeze("kec-rawa")
        simulated.district.freeze("pop-1")

    def back() -> None:
        batches.append("batch")
        if len(batches) == 2:
            fire(simulated, "kec-rawa")
            simulated.district.thaw("kec-rawa")
            simulated.district.thaw("pop-1")

    at_each("confirm", away, monkeypatch, router="kec-rawa")
    at_each("batch", back, monkeypatch)
    apply(simulated.project, file, max_failures="5", patience=0, timer=20)
    assert keys_of(simulated) == {"pop-1--kec-rawa": (2, 1), "core-1--pop-1": (2, 2)}
    (acted,) = recover(simulated.project, take_back=True).data["acted"]
    assert acted["refused"][0]["why"] == "unit 2, which came later on it, stays"


def test_a_unit_on_its_way_back_waits_for_the_one_before_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = running(simulated)
    assert apply(simulated.project, key_roll(simulated)).ok
    monkeypatch.setattr(_rollout, "AGAIN_S", 0.05)
    batches = list[str]()

    def away() -> None:
        batches.append("batch")
        if len(batches) == 1:
            simulated.district.freeze("core-1")

    at_each("batch", away, monkeypatch)
    at_each("queued", lambda: simulated.district.thaw("core-1"), monkeypatch, router="core-1")
    assert rollback(simulated.project, 1, commit=True, patience=0, wait="60s").ok
    assert running(simulated) == before
