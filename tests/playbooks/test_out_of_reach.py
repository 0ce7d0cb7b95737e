"""Routers that cannot be reached while a rollout goes on: whose fault it is, who waits, and who is tried again."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime

import pytest

from jipkit.errors import UsageError
from jipkit.reasons import because
from jipkit.rollout import windows
from jipkit.testing.simulation import Simulation
from playbooks import _permission, _rescue, _rollout, _waiting
from playbooks._waiting import seconds_in
from playbooks._way import Way
from playbooks.apply import apply
from playbooks.rollback import rollback
from tests.playbooks.rollouts import at_each, canary_of, drifted, holds, others_of, rows, running, steps
from tests.playbooks.rolls import key_roll, keys_of

FAR, POP, ROOT = "desa-jauh", "pop-1", "core-1"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_waiting, "POLL_S", 0.05)
    monkeypatch.setattr(_rollout, "AGAIN_S", 0.05)


# ------------------------------------------------------------------ the way is lost


@pytest.mark.parametrize("silent", [POP, ROOT], ids=["an upstream router", "our own uplink"])
def test_a_way_that_is_lost_is_waited_for(simulated: Simulation, monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    file = drifted(simulated, FAR)
    at_each("batch", lambda: simulated.district.freeze(silent), monkeypatch)
    at_each("paused", lambda: simulated.district.thaw(silent), monkeypatch)
    report = apply(simulated.project, file)
    assert (report.ok, holds(report)) == (True, {FAR: "all"})
    assert steps(simulated, report) == ["batch", "paused", "resumed"]


def test_the_journal_says_who_is_waited_for(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated, FAR)
    at_each("batch", lambda: simulated.district.freeze(POP), monkeypatch)
    at_each("paused", lambda: simulated.district.thaw(POP), monkeypatch)
    report = apply(simulated.project, file, patience=77)
    (paused,) = [e for e in simulated.project.store.journal(run=report.data["run"]) if e.step == "paused"]
    assert paused.detail == {"unit": [FAR], "waits_for": POP, "within_s": 77}


def test_nothing_is_begun_while_somebody_is_waited_for(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    at_each("batch", lambda: simulated.district.freeze(ROOT), monkeypatch)
    at_each("paused", lambda: threading.Timer(0.5, simulated.district.thaw, [ROOT]).start(), monkeypatch)
    report = apply(simulated.project, file)
    told = steps(simulated, report)
    assert told[:4] == ["batch", "paused", "resumed", "batch"]
    assert holds(report)[canary_of(file)] == "all"


def test_when_the_way_does_not_come_back_its_routers_have_failed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, FAR)
    at_each("batch", lambda: simulated.district.freeze(POP), monkeypatch)
    report = apply(simulated.project, file, patience=1)
    assert steps(simulated, report) == ["batch", "paused", "given up"]
    assert (report.ok, rows(report)[FAR]["step"], holds(report)) == (False, "queued", {FAR: "nothing"})


def test_without_patience_nobody_is_waited_for(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated, FAR)
    at_each("batch", lambda: simulated.district.freeze(POP), monkeypatch)
    assert steps(simulated, apply(simulated.project, file, patience=0)) == ["batch"]


def test_a_window_that_closes_ends_the_waiting(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated, FAR)
    opened = [windows.Opening(None, None)]
    closed = windows.Opening(because("no-window", windows="malam"), datetime(2026, 12, 1, 20, tzinfo=UTC))
    monkeypatch.setattr(_permission, "opening", lambda *_: opened.pop() if opened else closed)
    at_each("batch", lambda: simulated.district.freeze(POP), monkeypatch)
    assert steps(simulated, apply(simulated.project, file)) == ["batch", "paused", "given up"]


def test_who_asks_to_stop_need_not_wait(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated, FAR)
    before = running(simulated)
    at_each("batch", lambda: simulated.district.freeze(POP), monkeypatch)
    at_each("paused", lambda: os.kill(os.getpid(), signal.SIGTERM), monkeypatch)
    report = apply(simulated.project, file)
    assert (report.ok, holds(report)) == (False, {FAR: "nothing"})
    simulated.district.thaw(POP)
    assert running(simulated) == before


def lost_after_the_write(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the way to the far office be lost whenever that has been written to, until somebody waits for it."""
    monkeypatch.setattr(_rescue, "GRACE_S", 0.5)
    at_each("check", lambda: simulated.district.freeze(POP), monkeypatch, router=FAR)
    at_each("paused", lambda: simulated.district.thaw(POP), monkeypatch)


def test_a_unit_whose_way_is_lost_in_its_middle_is_taken_anew(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, FAR)
    lost_after_the_write(simulated, monkeypatch)
    seen = at_each("resumed", lambda: monkeypatch.setattr(simulated.district, "freeze", lambda _: None), monkeypatch)
    report = apply(simulated.project, file, timer=2)
    assert (seen, report.ok, holds(report)) == (["resumed"], True, {FAR: "all"})
    assert "192.0.2.0" not in simulated.district.saved(FAR)


def test_a_change_by_which_its_own_way_may_be_lost_is_not_tried_a_third_time(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, FAR)
    lost_after_the_write(simulated, monkeypatch)
    report = apply(simulated.project, file, timer=2)
    simulated.district.thaw(POP)
    assert steps(simulated, report) == ["batch", "paused", "resumed", "stopped"]
    assert (rows(report)[FAR]["step"], holds(report)) == ("check", {FAR: "unknown"})


# ------------------------------------------------------------------ the router itself does not answer


def test_a_router_that_is_back_by_the_end_is_changed_then(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    canary = canary_of(file)
    simulated.district.freeze(canary)
    at_each("backup", lambda: simulated.district.thaw(canary), monkeypatch, router=others_of(file)[0])
    report = apply(simulated.project, file, max_failures="1")
    assert (report.ok, set(holds(report).values())) == (True, {"all"})
    assert steps(simulated, report) == ["batch", "batch", "batch"]


def test_a_router_that_stays_away_is_named_with_what_to_do(simulated: Simulation) -> None:
    file = drifted(simulated)
    canary = canary_of(file)
    simulated.district.freeze(canary)
    report = apply(simulated.project, file, max_failures="1", patience=0)
    assert (report.ok, report.data["queued"], report.data["stopped"]) == (False, [canary], None)
    assert report.notes[-1] == (
        f"Not reached, and untouched: {canary}. When they answer: jip --lab simulated apply {file} --max-failures 1 "
        "--patience 0"
    )


def test_routers_that_are_away_count_as_failed(simulated: Simulation) -> None:
    file = drifted(simulated)
    simulated.district.freeze(canary_of(file))
    report = apply(simulated.project, file)
    assert {row["step"] for row in rows(report).values()} == {"queued", "not started"}
    assert "more routers failed than may" in str(report.data["stopped"])


def test_with_wait_who_is_away_has_not_failed_before_the_end(simulated: Simulation) -> None:
    file = drifted(simulated)
    canary = canary_of(file)
    simulated.district.freeze(canary)
    report = apply(simulated.project, file, wait="1s")
    assert {router: row["step"] for router, row in rows(report).items()} == {
        canary: "queued",
        **dict.fromkeys(others_of(file), "confirm"),
    }
    assert (report.ok, report.data["queued"], report.data["stopped"]) == (False, [canary], None)


def test_with_wait_routers_are_looked_for_again_and_again(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, FAR)
    simulated.district.freeze(FAR)
    answers, asked = Way.answers, list[bool]()

    def look(way: Way, unit: tuple[str, ...]) -> bool:
        asked.append(answers(way, unit))
        if len(asked) == 3:
            simulated.district.thaw(FAR)
        return asked[-1]

    monkeypatch.setattr(Way, "answers", look)
    report = apply(simulated.project, file, wait="60s")
    assert (asked, report.ok, holds(report)) == ([False, False, False, True], True, {FAR: "all"})


def test_a_router_that_was_changed_by_hand_while_it_was_away_is_left_as_it_is(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    canary = canary_of(file)
    simulated.district.freeze(canary)

    def back() -> None:
        simulated.district.hand_edit(canary, "ip route 192.0.2.0/24 10.161.0.1")
        simulated.district.thaw(canary)

    at_each("backup", back, monkeypatch, router=others_of(file)[0])
    report = apply(simulated.project, file, max_failures="1")
    assert (rows(report)[canary]["step"], holds(report)[canary]) == ("guard", "nothing")


def test_what_was_typed_elsewhere_while_a_unit_waited_is_kept_when_it_is_undone(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The far end was made ready before its near end was found to be away, and is another when that is back."""
    file, gone = key_roll(simulated, ("pop-1--kec-rawa",)), list[str]()

    def lose() -> None:
        if not gone:
            gone.append(POP)
            simulated.district.freeze(POP)

    def back(*_: object) -> bool:
        simulated.district.hand_edit("kec-rawa", "ip route 192.0.2.0/24 blackhole")
        simulated.district.thaw(POP)
        return True

    at_each("guard", lose, monkeypatch, router=POP)
    monkeypatch.setattr(Way, "answers", back)
    report = apply(simulated.project, file, patience=0)
    assert report.notes == [
        "kec-rawa is changed, but not as intended: - ip route 192.0.2.0/24 blackhole",
    ]
    assert rollback(simulated.project, report.data["run"], commit=True).ok
    assert keys_of(simulated)["pop-1--kec-rawa"] == (1, 1)
    assert "ip route 192.0.2.0/24 blackhole" in simulated.district.running("kec-rawa")


def test_the_same_command_goes_on_where_the_last_one_ended(simulated: Simulation) -> None:
    file = drifted(simulated)
    simulated.district.freeze(canary_of(file))
    first = apply(simulated.project, file)
    simulated.district.thaw(canary_of(file))
    second = apply(simulated.project, file)
    assert (second.ok, set(holds(second).values())) == (True, {"all"})
    assert (first.data["continues"], second.data["continues"]) == (None, first.data["run"])
    assert f"The same plan was begun in run {first.data['run']}" in second.notes[0]


@pytest.mark.parametrize(("text", "seconds"), [("600s", 600), ("90min", 5400), ("2h", 7200), ("0s", 0)])
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["", "2", "-1h", "2d", "1.5h", "h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--wait"):
        seconds_in(text)
