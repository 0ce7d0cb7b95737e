"""Rollouts: batch after batch, and whatever goes wrong, what was not begun is untouched and said to be so."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import ApprovalError, ChangeError, JipError, LockedError, SecretError, UnknownNameError, UsageError
from jipkit.locks import lock_rollout, lock_routers
from jipkit.model import Router
from jipkit.plan import digest_of
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.reasons import because
from jipkit.rollout import windows
from jipkit.secrets import TwinSecrets
from jipkit.testing.simulation import Simulation
from playbooks import _change, _permission, _rollout
from playbooks._selection import Filters
from playbooks.apply import apply
from playbooks.plan import plan
from playbooks.recover import recover
from playbooks.run.show import show
from tests.playbooks.rollouts import (
    OFFICES,
    at_each,
    batches_of,
    canary_of,
    drifted,
    holds,
    others_of,
    rows,
    running,
    with_another_hello,
)
from tests.playbooks.rolls import key_roll


def test_a_plan_of_two_batches_is_carried_out(simulated: Simulation) -> None:
    file = drifted(simulated)
    assert [len(batch) for batch in batches_of(file)] == [1, 2]
    report = apply(simulated.project, file)
    assert (report.ok, set(holds(report).values())) == (True, {"all"})
    assert all("192.0.2.0" not in text for text in running(simulated).values())
    assert plan(simulated.project, filters=Filters(router=OFFICES)).data["file"] is None


def test_every_changed_router_is_backed_up_and_audited(simulated: Simulation) -> None:
    report = apply(simulated.project, drifted(simulated))
    assert {row["as_intended"] for row in rows(report).values()} == {True}
    latest = [simulated.project.backups.latest(router) for router in OFFICES]
    assert ["192.0.2.0" in backup.text for backup in latest if backup] == [False] * 3


def test_the_units_of_a_batch_are_on_their_way_at_the_same_time(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    both, look = threading.Barrier(2, timeout=10), _change._Unit._look_again

    def meet(unit: _change._Unit) -> None:
        if unit.routers[0] != canary_of(file):
            both.wait()
        look(unit)

    monkeypatch.setattr(_change._Unit, "_look_again", meet)
    assert apply(simulated.project, file).ok


def test_what_both_ends_have_to_agree_on_goes_link_by_link(simulated: Simulation) -> None:
    """Another hello interval on every link: each router has a stage for each of its links."""
    file = with_another_hello(simulated)
    units = [unit for batch in batches_of(file) for unit in batch]
    assert (len(units), {len(unit) for unit in units}) == (5, {2})
    report = apply(simulated.project, file)
    assert (report.ok, {row.values["holds"] for row in report.rows}, len(report.rows)) == (True, {"all"}, 10)
    assert plan(simulated.project, everything=True).data["file"] is None


def test_a_plan_that_leaves_a_link_as_it_is_is_carried_out_but_for_that(simulated: Simulation) -> None:
    simulated.district.cut("core-1--dinas-sehat")
    file = with_another_hello(simulated)
    report = apply(simulated.project, file)
    assert {row.values["holds"] for row in report.rows} == {"all"}
    assert {row.values["router"]: row.values["as_intended"] for row in report.rows} == {
        "core-1": False,
        "core-2": True,
        "kec-rawa": True,
        "pop-1": True,
    }
    assert not report.ok


def heard_late(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let a neighbour that is lost show only so long after a change that disturbs a link."""

    def unheard_s(unit: _change._Unit, key: str) -> float:
        prepared = unit.members[key].prepared
        return seconds if prepared and prepared.disturbs else 0.0

    monkeypatch.setattr(_change._Unit, "_unheard_s", unheard_s)


def test_no_check_counts_before_a_lost_neighbour_would_show(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_another_hello(simulated)
    faults, late = _change._Unit._faults, []

    def looked(unit: _change._Unit) -> Mapping[str, str]:
        late.append(min(time.monotonic() - (member.armed or 0.0) for member in unit.members.values()))
        return faults(unit)

    heard_late(monkeypatch, 0.5)
    monkeypatch.setattr(_change._Unit, "_faults", looked)
    assert apply(simulated.project, file).ok
    assert min(late) >= 0.5


def test_a_timer_that_is_over_before_a_lost_neighbour_shows_is_refused(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_another_hello(simulated)
    before = running(simulated)
    heard_late(monkeypatch, 41.0)
    report = apply(simulated.project, file, timer=57)
    assert "--timer 58" in str(report.rows[0].values["detail"])
    assert running(simulated) == before


def test_a_change_of_a_cost_waits_for_no_dead_interval(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    path = simulated.root / "inventory" / "links.yaml"
    path.write_text(re.sub(r"cost: (\d+)", lambda cost: f"cost: {int(cost[1]) + 1}", path.read_text("utf-8")), "utf-8")
    file = Path(str(plan(simulated.project, filters=Filters(router=["dinas-sehat"])).data["file"]))
    heard_late(monkeypatch, 60.0)
    assert apply(simulated.project, file, timer=30).ok


def test_a_link_that_was_told_anew_stays_so_when_the_next_one_fails(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_another_hello(simulated)
    first, *others = [unit for batch in batches_of(file) for unit in batch]
    again = next(unit for unit in others if set(unit) & set(first))
    faults = _change._Unit._faults

    def found(unit: _change._Unit) -> Mapping[str, str]:
        return {unit.routers[0]: "it does not come up"} if list(unit.routers) == again else faults(unit)

    with monkeypatch.context() as failing_one:
        failing_one.setattr(_change._Unit, "_faults", found)
        failing_one.setattr(_change._Unit, "_deadline", lambda _: 0.0)
        told = {
            (row.values["unit"], row.values["router"]): row.values["holds"]
            for row in apply(simulated.project, file).rows
        }
    number = [unit for batch in batches_of(file) for unit in batch].index(again) + 1
    assert {holds for (unit, _router), holds in told.items() if unit == number} <= {"reverted", "nothing"}
    assert {holds for (unit, _router), holds in told.items() if unit == 1} == {"all"}
    assert apply(simulated.project, file).ok


def test_a_router_that_was_touched_is_looked_at_even_where_its_last_link_failed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both links of pop-1 get another key, the second of them does not come up: one stage is done, one taken back."""
    file = key_roll(simulated)
    failing(monkeypatch, ["core-1"])
    report = apply(simulated.project, file)
    told = [e for e in simulated.project.store.journal("pop-1") if e.step == "looked after"]
    assert [(entry.detail["as_intended"], "holds" in entry.detail) for entry in told] == [(False, False)]
    assert {row.values["as_intended"] for row in report.rows if row.values["router"] == "pop-1"} == {False}
    assert simulated.project.store.held([1])[1]["pop-1"] == "part"


def test_a_router_that_nobody_can_look_at_afterwards_is_not_known_to_be_as_intended(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, "kec-rawa")
    at_each("confirmed", lambda: simulated.district.freeze("kec-rawa"), monkeypatch, router="kec-rawa")
    report = apply(simulated.project, file)
    assert (report.ok, rows(report)["kec-rawa"]["as_intended"]) == (False, None)
    assert report.notes[0].startswith("kec-rawa is changed, and it is not known whether as intended: ")


def test_secrets_that_are_not_there_are_all_named_before_anything_is_done(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_roll(simulated)
    before = running(simulated)
    monkeypatch.setattr(TwinSecrets, "has", lambda _secrets, name: not name.startswith("ospf/"))
    with pytest.raises(SecretError, match=r"ospf/core-1--pop-1/2, ospf/pop-1--kec-rawa/2: not set") as caught:
        apply(simulated.project, file)
    assert (running(simulated), "nothing was done" in str(caught.value)) == (before, True)


def test_routers_without_a_timer_are_all_named_before_anything_is_done(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    facts = Project.facts

    def unarmed(project: Project, router: Router) -> PlatformFacts:
        found = facts(project, router)
        return found.model_copy(update={"device_timer": False}) if router.key in OFFICES[1:] else found

    monkeypatch.setattr(Project, "facts", unarmed)
    with pytest.raises(UsageError, match="nothing was done") as caught:
        apply(simulated.project, file, without_timer=["desa-jauh"])
    assert ("--without-timer kec-rawa" in str(caught.value), "desa-jauh" in str(caught.value)) == (True, False)


def test_each_batch_is_written_down_before_its_routers_are_touched(simulated: Simulation) -> None:
    file = drifted(simulated)
    report = apply(simulated.project, file)
    told = [(row.values["step"], row.values["router"]) for row in show(simulated.project, report.data["run"]).rows]
    second = [number for number, (step, _router) in enumerate(told) if step == "batch"][1]
    assert {router for _step, router in told[:second]} == {None, canary_of(file)}
    assert {router for step, router in told[second:] if step == "identity"} == set(others_of(file))


def failing(monkeypatch: pytest.MonkeyPatch, routers: list[str]) -> None:
    """Let the checks of ``routers`` never be good."""
    faults = _change._Unit._faults

    def found(unit: _change._Unit) -> Mapping[str, str]:
        bad = [router for router in unit.routers if router in routers]
        return {bad[0]: "the link does not come up"} if bad else faults(unit)

    monkeypatch.setattr(_change._Unit, "_faults", found)
    monkeypatch.setattr(_change._Unit, "_deadline", lambda _: 0.0)


def test_when_the_canary_fails_nobody_else_is_touched(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    before = running(simulated)
    failing(monkeypatch, [canary_of(file)])

    report = apply(simulated.project, file)

    assert (report.ok, running(simulated)) == (False, before)
    assert holds(report) == {canary_of(file): "reverted", **dict.fromkeys(others_of(file), "nothing")}
    assert [rows(report)[router]["step"] for router in others_of(file)] == ["not started"] * 2
    assert "Nothing more was begun" in report.notes[-1]


def test_failures_within_the_limit_stop_nobody(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    failing(monkeypatch, [canary_of(file)])
    report = apply(simulated.project, file, max_failures="1")
    assert (report.ok, report.data["stopped"]) == (False, None)
    assert holds(report) == {canary_of(file): "reverted", **dict.fromkeys(others_of(file), "all")}


def test_a_router_that_cannot_be_reached_has_failed(simulated: Simulation) -> None:
    file = drifted(simulated)
    before = running(simulated)
    simulated.district.freeze(canary_of(file))
    report = apply(simulated.project, file)
    simulated.district.thaw(canary_of(file))
    assert (report.ok, set(holds(report).values()), running(simulated)) == (False, {"nothing"}, before)


def test_a_plan_that_the_inventory_has_left_behind_is_refused(simulated: Simulation) -> None:
    file = drifted(simulated)
    before = running(simulated)
    path = simulated.root / "inventory" / "links.yaml"
    head, found, rest = path.read_text("utf-8").partition("pop-1--kec-rawa:")
    path.write_text(head + found + rest.replace("cost: 40", "cost: 41", 1), "utf-8")
    with pytest.raises(ChangeError, match="inventory or a template changed since the plan was made, for kec-rawa"):
        apply(simulated.project, file)
    assert running(simulated) == before


def test_a_router_that_somebody_changed_since_the_plan_is_left_as_it_is(simulated: Simulation) -> None:
    file = drifted(simulated)
    simulated.district.hand_edit(canary_of(file), "ip route 198.51.100.0/24 blackhole")
    before = running(simulated)
    report = apply(simulated.project, file)
    assert (running(simulated), rows(report)[canary_of(file)]["step"]) == (before, "guard")
    assert "changed by someone else since the plan was made" in rows(report)[canary_of(file)]["detail"]


def test_a_line_of_nobody_s_in_a_touched_section_stops_the_router_and_is_named(simulated: Simulation) -> None:
    """What no section owns stands for a section in which others may have lines of their own."""
    file = drifted(simulated)
    plan = json.loads(file.read_bytes())
    sections = {**plan["routers"][canary_of(file)]["stages"][0]["sections"], "": digest_of("")}
    file.write_bytes(written(edited(plan, canary_of(file), stages=[{"sections": sections}])))
    simulated.district.hand_edit(canary_of(file), "service cputime-stats")
    row = rows(apply(simulated.project, file))[canary_of(file)]
    assert row["step"] == "guard"
    assert row["detail"].endswith("changed by someone else since the plan was made: + service cputime-stats")


def test_a_router_at_which_another_jip_works_stops_all_of_it(simulated: Simulation) -> None:
    file = drifted(simulated)
    before = running(simulated)
    with lock_routers(simulated.project, ["kec-rawa"], "jip provision kec-rawa"), pytest.raises(LockedError):
        apply(simulated.project, file)
    assert running(simulated) == before


def test_an_interrupt_leaves_no_router_in_between(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it comes: the units on their way are taken back, and everything is told."""
    file = drifted(simulated)
    before = running(simulated)
    faults = _change._Unit._faults

    def interrupt(unit: _change._Unit) -> Mapping[str, str]:
        if unit.routers[0] in others_of(file):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
                os.kill(os.getpid(), number)
                threading.Event().wait(0.1)
        return faults(unit)

    monkeypatch.setattr(_change._Unit, "_faults", interrupt)
    report = apply(simulated.project, file)
    assert (report.ok, holds(report)[canary_of(file)]) == (False, "all")
    assert {holds(report)[router] for router in others_of(file)} <= {"reverted", "nothing"}
    assert {router: running(simulated)[router] for router in others_of(file)} == {
        router: before[router] for router in others_of(file)
    }
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_between_two_batches_begins_no_more(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    exceeded = _rollout.Limit.exceeded

    def interrupt(limit: _rollout.Limit, failed: int, routers: int) -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return exceeded(limit, failed, routers)

    monkeypatch.setattr(_rollout.Limit, "exceeded", interrupt)
    report = apply(simulated.project, file)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert report.data["stopped"] == "asked to stop"


def test_a_mistake_in_one_unit_hides_no_other(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    bad, good = others_of(file)
    back = _change._Unit._read_back

    def stumble(unit: _change._Unit, key: str) -> None:
        if key == bad:
            raise TypeError("a mistake")
        back(unit, key)

    monkeypatch.setattr(_change._Unit, "_read_back", stumble)
    report = apply(simulated.project, file)
    assert holds(report) == {canary_of(file): "all", good: "all", bad: "unknown"}
    assert "192.0.2.0" in simulated.district.running(bad)  # taken back, and proven in the journal


def test_two_rollouts_do_not_go_at_once(simulated: Simulation) -> None:
    file = drifted(simulated)
    with lock_rollout(simulated.project), pytest.raises(LockedError):
        apply(simulated.project, file)


def closing(monkeypatch: pytest.MonkeyPatch, answers: list[str | None]) -> None:
    """Let the calendar be closed when its answer is a time, one answer after the other."""
    until = datetime(2026, 12, 1, 20, tzinfo=UTC)

    def opening(*_arguments: object) -> windows.Opening:
        closed = answers.pop(0) if answers else None
        return windows.Opening(because("no-window", windows=closed) if closed else None, until)

    monkeypatch.setattr(_permission, "opening", opening)


def test_outside_the_windows_nothing_is_begun_and_the_next_one_is_named(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    before = running(simulated)
    closing(monkeypatch, ["malam"])
    with pytest.raises(UsageError, match=r"outside the windows .*from 2026-12-01 20:00 Asia/Jakarta; nothing was done"):
        apply(simulated.project, file)
    assert running(simulated) == before


def test_an_emergency_needs_no_window_and_is_recorded(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    closing(monkeypatch, ["malam"] * 9)
    report = apply(simulated.project, file, emergency="BPJS putus")
    (started, *_) = simulated.project.store.journal(run=report.data["run"])
    assert (report.ok, json.loads(started.detail["arguments"])["emergency"]) == (True, "BPJS putus")


def test_a_window_that_closes_leaves_the_rest_for_the_next(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    closing(monkeypatch, [None, "malam"])
    report = apply(simulated.project, file)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert "outside the windows" in str(report.data["stopped"])


def test_after_a_crash_the_router_on_its_way_is_told_and_the_plan_found(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)

    def die(*_arguments: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as dying:
        dying.setattr(_change._Unit, "_look_again", die)
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    (row,) = recover(simulated.project).rows
    assert (row.values["router"], row.values["holds"], row.values["settled"]) == (canary_of(file), "all", False)


def edited(plan: dict[str, Any], router: str, **fields: object) -> dict[str, Any]:
    """Return a plan that says something else of a router, or of its stages."""
    told = plan["routers"][router]
    if isinstance(risk := fields.get("risk"), dict):
        fields["risk"] = {**told["risk"], **risk}
    if isinstance(stages := fields.get("stages"), list):
        fields["stages"] = [{**stage, **lie} for stage, lie in zip(told["stages"], stages, strict=True)]
    return {**plan, "routers": {**plan["routers"], router: {**told, **fields}}}


@pytest.mark.parametrize(
    "lie",
    [
        {"stages": [{"commands": ["! nothing"]}]},
        {"stages": [{"undo": []}]},
        {"stages": [{"links": ["core-1--dinas-sehat"]}]},
        {"stages": [{"differences": []}]},
        {"stages": [{"sections": {}}]},
        {"stages": [{"sections": {"static": "0" * 64}}]},
        {"stages": [{"checks": []}]},
        {"stages": [{"commands": ["! nothing"]}], "before": "! something else\n"},
        {"diff": "+ description harmless"},
        {"risk": {"score": 1, "level": "low", "reasons": []}},
        {"risk": {"reasons": []}},
        {"risk": {"level": "low"}},
    ],
)
def test_a_plan_that_does_not_say_what_would_be_done_is_refused(simulated: Simulation, lie: dict[str, object]) -> None:
    file = drifted(simulated)
    file.write_bytes(written(edited(json.loads(file.read_bytes()), canary_of(file), **lie)))
    before = running(simulated)
    report = apply(simulated.project, file)
    assert (running(simulated), rows(report)[canary_of(file)]["step"]) == (before, "guard")
    assert "the plan does not say what would be done" in rows(report)[canary_of(file)]["detail"]


def written(plan: dict[str, Any]) -> bytes:
    """Return a plan as jip writes it."""
    return (json.dumps(plan, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


@pytest.mark.parametrize(
    ("edit", "error", "match"),
    [
        (lambda found: {**found, "job": "provision", "subject": "kec-rawa"}, UsageError, "jip provision kec-rawa"),
        (lambda found: {**found, "format": 7}, UsageError, "make it again with `jip plan`"),
        (lambda found: {**found, "batches": []}, UsageError, "do not agree"),
        (lambda found: {**found, "batches": [*found["batches"], []]}, UsageError, "empty"),
        (
            lambda found: {**found, "batches": [[unit for batch in found["batches"] for unit in batch]]},
            UsageError,
            "the first batch is one unit",
        ),
        (lambda found: {**found, "activates": [["office", "kec-rawa", "state"]]}, UsageError, "into service"),
        (lambda found: edited(found, "kec-rawa", before=None), UsageError, "into service"),
    ],
)
def test_what_is_no_plan_to_be_applied_is_refused(
    simulated: Simulation,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    error: type[JipError],
    match: str,
) -> None:
    file = drifted(simulated)
    file.write_bytes(written(edit(json.loads(file.read_bytes()))))
    with pytest.raises(error, match=match):
        apply(simulated.project, file)


def test_a_plan_for_a_router_that_is_not_there_is_refused(simulated: Simulation) -> None:
    file = drifted(simulated)
    file.write_text(file.read_text("utf-8").replace('"kec-rawa"', '"kec-rowo"'), "utf-8")
    with pytest.raises(UnknownNameError):
        apply(simulated.project, file)


def test_a_plan_that_lacks_its_approval_is_refused(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drifted(simulated)
    before = running(simulated)

    def refuse(*_arguments: object) -> None:
        raise ApprovalError("needs an approval")

    monkeypatch.setattr(_permission, "require", refuse)
    with pytest.raises(ApprovalError):
        apply(simulated.project, file)
    assert running(simulated) == before


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "1.5", "%"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--max-failures"):
        _rollout.Limit.of(text)


@pytest.mark.parametrize(
    ("text", "failed", "routers", "exceeded"),
    [
        ("0", 0, 9, False),
        ("0", 1, 9, True),
        ("2", 2, 9, False),
        ("2", 3, 9, True),
        ("10%", 11, 118, False),
        ("10%", 12, 118, True),
    ],
)
def test_a_limit_counts_routers_or_a_share_of_all(text: str, failed: int, routers: int, *, exceeded: bool) -> None:
    assert _rollout.Limit.of(text).exceeded(failed, routers) is exceeded


def test_a_key_that_somebody_changed_since_the_plan_is_kept(simulated: Simulation) -> None:
    """Hidden, the key of the plan and that of now read alike."""
    at = "interface ether1\n no ip ospf message-digest-key 1\n ip ospf message-digest-key 1 md5 {}\nexit"
    simulated.district.hand_edit("kec-rawa", at.format("DulunyaBegini"))
    file = Path(str(plan(simulated.project, everything=True).data["file"]))
    simulated.district.hand_edit("kec-rawa", at.format("SekarangBegitu"))
    report = apply(simulated.project, file)
    row = rows(report)["kec-rawa"]
    assert (row["step"], row["holds"]) == ("guard", "nothing")
    assert "ip ospf message-digest-key 1 md5" in row["detail"]
    assert "SekarangBegitu" not in f"{report.rows} {report.notes}"
    assert "SekarangBegitu" in simulated.district.running("kec-rawa")
