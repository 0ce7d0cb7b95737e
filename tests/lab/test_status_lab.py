"""What `jip status` says of a network on real routers when something in it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import CompletedProcess
from typing import Any

import pytest

from jipkit.testing.labs import Twin, eventually

UPLINK = "pop-kota--kel-paku"
TO_POP = ("core-1--pop-kota", "core-2--pop-kota")
NEAR, FAR = "pop-kota", "kel-paku"

GARBAGE = "head -c 3000 /dev/urandom"
COLOURS = r"printf '\033[31m%s\033[0m' '{}'"
FLOOD = "head -c 100000000 /dev/zero | tr '\\0' x"
NOTHING = "true"


def rows(answer: CompletedProcess[str]) -> dict[str, Any]:
    assert answer.returncode in (0, 1), answer.stderr
    return {row["link"]: row for row in json.loads(answer.stdout)["rows"]}


def status(twin: Twin, *options: str) -> dict[str, Any]:
    return rows(twin.jip("status", "--json", *options))


def verdict(twin: Twin, link: str) -> str:
    return str(status(twin)[link]["verdict"])


@pytest.fixture
def twin(small_lab: Twin) -> Twin:
    """A twin of four routers in which every link is up, and of which nobody remembers what it went through before."""
    forget(small_lab)
    eventually(lambda: all_up(small_lab), within_s=60, every_s=1)
    return small_lab


def forget(twin: Twin) -> None:
    for file in twin.project.var.glob("jip.db*"):
        file.unlink()


def all_up(twin: Twin) -> bool:
    answer = twin.jip("status")
    assert answer.returncode == 0, answer.stdout
    return True


@contextmanager
def vtysh_that(twin: Twin, router: str, does: str) -> Iterator[None]:
    """Let the shell of FRR on ``router`` do something else."""
    script = f"#!/bin/sh\n{does}\n"
    twin.lab.exec(router, ["sh", "-c", 'printf %s "$1" > /run/odd; chmod 755 /run/odd', "sh", script])
    twin.lab.exec(router, ["mount", "--bind", "/run/odd", "/usr/bin/vtysh"])
    try:
        yield
    finally:
        twin.lab.exec(router, ["umount", "/usr/bin/vtysh"])


def test_a_link_that_is_cut_is_down_with_its_cause_and_the_office_that_it_cuts_off(twin: Twin) -> None:
    twin.lab.cut(UPLINK)

    row = status(twin)[UPLINK]

    assert (row["verdict"], row["cause"]["code"], row["offices"]) == ("down", "no-carrier", ["kel-paku"])


def test_what_lies_behind_a_cut_is_unknown_and_never_down(twin: Twin) -> None:
    for link in TO_POP:
        twin.lab.cut(link)

    found = status(twin)

    assert {found[link]["verdict"] for link in TO_POP} == {"down"}
    assert found[UPLINK]["verdict"] == "unknown: upstream"
    assert found[UPLINK]["cause"]["arguments"]["links"] == ", ".join(TO_POP)


def test_two_cuts_around_one_part_are_one_outage(twin: Twin) -> None:
    for link in TO_POP:
        twin.lab.cut(link)

    outages = json.loads(twin.jip("status", "--json", "--office", "kel-paku").stdout)["outages"]

    assert [(o["links"], o["offices"], o["hidden_links"]) for o in outages] == [
        (list(TO_POP), ["pop-kota", "kel-paku"], [UPLINK])
    ]


def test_a_cut_with_another_way_cuts_nobody_off(twin: Twin) -> None:
    twin.lab.cut(TO_POP[0])
    eventually(lambda: verdict(twin, UPLINK) == "up", within_s=30, every_s=1)

    row = status(twin)[TO_POP[0]]

    assert (row["verdict"], row["offices"]) == ("down", [])


@pytest.mark.parametrize("does", [GARBAGE, COLOURS, FLOOD, NOTHING], ids=["garbage", "colours", "flood", "nothing"])
def test_a_router_that_answers_nonsense_is_not_parsed(twin: Twin, does: str) -> None:
    with vtysh_that(twin, FAR, does):
        assert verdict(twin, UPLINK) == "not parsed"


def test_a_router_that_was_never_asked_is_never_collected(twin: Twin) -> None:
    forget(twin)
    eventually(lambda: status(twin, "--link", "core-1--core-2")["core-1--core-2"]["verdict"] == "up", within_s=60)

    found = status(twin, "--stored")

    assert found["core-1--core-2"]["verdict"] == "up"
    assert found[UPLINK]["verdict"] == "never collected"


def test_what_was_down_is_remembered_as_down(twin: Twin) -> None:
    twin.lab.cut(UPLINK)
    seen = status(twin)[UPLINK]
    twin.lab.mend(UPLINK)

    stored = status(twin, "--stored")[UPLINK]

    assert (stored["verdict"], stored["since"], stored["evidence"]) == ("down", seen["since"], seen["evidence"])


def test_a_line_that_loses_everything_silently_is_down_before_and_after_ospf_notices(twin: Twin) -> None:
    twin.lab.lose(UPLINK)
    before = status(twin)[UPLINK]
    eventually(lambda: '"10.' not in twin.lab.vtysh(FAR, "show ip ospf neighbor json"), within_s=20)
    after = status(twin)[UPLINK]

    assert [row["verdict"] for row in (before, after)] == ["down", "down"]
    assert after["cause"]["code"] == "silent"


def test_a_line_that_passes_one_direction_only_is_one_way(twin: Twin) -> None:
    twin.lab.lose(UPLINK, towards=FAR)

    eventually(lambda: verdict(twin, UPLINK) == "one-way", within_s=30, every_s=1)


def test_a_slow_line_is_degraded(twin: Twin) -> None:
    twin.lab.delay(UPLINK, rtt_ms=100)

    assert status(twin)[UPLINK]["cause"]["code"] == "delay"


def test_a_port_that_somebody_shut_is_down_for_that_reason(twin: Twin) -> None:
    end = twin.project.network.link(UPLINK).end_of(NEAR)
    twin.lab.exec(NEAR, ["vtysh", "-c", "configure terminal", "-c", f"interface {end.interface}", "-c", "shutdown"])
    try:
        cause = status(twin)[UPLINK]["cause"]["code"]
    finally:
        lines = ["-c", "configure terminal", "-c", f"interface {end.interface}", "-c", "no shutdown"]
        twin.lab.exec(NEAR, ["vtysh", *lines])

    assert cause == "shut"


def test_swapped_cables_are_a_wrong_connection(twin: Twin) -> None:
    twin.lab.miswire(*TO_POP)
    try:
        eventually(lambda: verdict(twin, TO_POP[0]) == "miswired", within_s=45, every_s=1)
    finally:
        twin.lab.miswire(*TO_POP)


def test_a_frozen_router_is_down_and_not_merely_slow(twin: Twin) -> None:
    twin.lab.freeze(FAR)

    assert status(twin)[UPLINK]["verdict"] == "down"


@pytest.mark.parametrize(
    ("fault", "undo", "cause"),
    [
        (lambda lab: lab.kill_sshd(FAR), lambda lab: lab.start_sshd(FAR), "no-session"),
        (lambda lab: lab.new_host_key(FAR), lambda lab: lab.first_host_key(FAR), "identity"),
    ],
    ids=["sshd killed", "another host key"],
)
def test_an_end_that_cannot_testify_leaves_the_link_unconfirmed(
    twin: Twin, fault: Callable[[Any], None], undo: Callable[[Any], None], cause: str
) -> None:
    fault(twin.lab)
    try:
        row = status(twin)[UPLINK]
    finally:
        undo(twin.lab)

    assert (row["verdict"], row["cause"]["code"]) == ("unconfirmed", cause)


def test_every_link_of_a_sound_twin_is_up(lab12: Twin) -> None:
    eventually(lambda: all_up(lab12), within_s=60, every_s=2)

    assert {row["verdict"] for row in status(lab12).values()} == {"up", "planned"}
