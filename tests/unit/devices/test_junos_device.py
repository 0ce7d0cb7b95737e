"""What a simulated Junos router answers, request by request, without a network in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import paramiko
import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.platforms import Fact
from jipkit.project import Project
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.junos import JunosRouter
from jipkit.testing.devices.junos_netconf import NetconfSession
from jipkit.testing.ssh import Visit

ROOT = Path(__file__).parents[3]
FACTS = Project(ROOT).platforms["juniper_junos"]
GOLDEN = (ROOT / "tests/golden/juniper_junos/kec-rawa.conf").read_text(encoding="utf-8")
TEXT = """\
set system host-name kota
set interfaces ge-0/0/0 description "ke core-1"
set interfaces ge-0/0/0 unit 0 family inet address 10.161.0.1/30
set interfaces ge-0/0/1 disable
set interfaces irb unit 110 family inet address 10.162.0.1/24
"""
LOCK = "<lock-configuration/>"
CHECK = "<commit-configuration><check/></commit-configuration>"
COMMIT = "<commit-configuration/>"
CONFIRMED = "<commit-configuration><confirmed/><confirm-timeout>5</confirm-timeout></commit-configuration>"


def router(text: str = TEXT, clock: ManualClock | None = None) -> JunosRouter:
    return JunosRouter(text, clock=clock or ManualClock(1_795_500_000.0))


def session(of: JunosRouter, number: int = 1) -> NetconfSession:
    return NetconfSession(Visit("jip", cast("paramiko.Channel", None)), of, number)


def asked(of: NetconfSession, *requests: str) -> str:
    """Return what the last of ``requests`` is answered, without the envelope."""
    said = [of._answered(f'<rpc message-id="1">{request}</rpc>') or "" for request in requests][-1]
    return said.partition(">\n")[2].removesuffix("\n</rpc-reply>")


def typed(*lines: str) -> str:
    """Return the request that puts lines into the candidate."""
    text = escape("\n".join(lines))
    return f'<load-configuration action="set"><configuration-set>{text}</configuration-set></load-configuration>'


def command(text: str, kind: str = "json") -> str:
    return f'<command format="{kind}">{escape(text)}</command>'


def said_of(text: str, asking: str) -> Any:
    """Return what a router with a configuration answers a command in JSON."""
    return json.loads(asked(session(router(text)), command(asking)))


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        (["<get-nonsense/>"], "syntax error"),
        ([command("show nonsense")], "syntax error"),
        ([command("show interfaces", "text")], "only JSON is simulated"),
        ([typed("set system nonsense x")], "syntax error"),
        (["<unlock-configuration/>"], "configuration database not locked"),
        ([typed("set system host-name lain"), LOCK], "configuration database modified"),
        (['<load-configuration rollback="7"/>'], "rollback file 7 does not exist"),
        ([CONFIRMED, CONFIRMED], "a commit confirmed is already pending"),
        ([command("show lldp neighbors")], "lldp subsystem not running - not needed by configuration"),
    ],
)
def test_a_refusal_says_why(requests: list[str], message: str) -> None:
    assert f"<error-message>\n{message}" in asked(session(router()), *requests)


def test_what_another_session_has_locked_is_not_locked_again() -> None:
    device = router()
    asked(session(device), LOCK)
    assert "locked by:\n  jip netconf (pid 1)" in asked(session(device, 2), LOCK)


def test_what_is_put_into_the_candidate_is_not_in_force() -> None:
    device = router()
    asked(session(device), typed("set system host-name lain"))
    assert (device.hostname, device.modified) == ("kota", True)


def test_lines_after_one_that_is_refused_are_taken() -> None:
    device = router()
    asked(session(device), typed("set system nonsense x", "set system host-name lain"), COMMIT)
    assert device.hostname == "lain"


def test_a_check_confirms_what_waits() -> None:
    device = router()
    asked(session(device), typed("set system host-name lain"), CONFIRMED, CHECK)
    assert (device.pending, device.hostname) == (False, "lain")


def test_what_nobody_confirms_is_committed_back_by_root() -> None:
    clock = ManualClock()
    device = router(clock=clock)
    asked(session(device), typed("set system host-name lain"), CONFIRMED)
    clock.advance(300)
    assert (device.hostname, device.history[0].user, len(device.history)) == ("kota", "root", 3)


def test_a_port_that_is_disabled_is_down() -> None:
    ports = said_of(TEXT, "show interfaces")["interface-information"][0]["physical-interface"]
    assert {port["name"][0]["data"]: port["oper-status"][0]["data"] for port in ports} == {
        "ge-0/0/0": "up",
        "ge-0/0/1": "down",
        "irb": "up",
    }


def test_what_is_deactivated_has_no_state() -> None:
    said = said_of(f"{TEXT}deactivate interfaces ge-0/0/0\n", "show interfaces")
    assert [port["name"][0]["data"] for port in said["interface-information"][0]["physical-interface"]] == [
        "ge-0/0/1",
        "irb",
    ]


@pytest.mark.parametrize(
    ("asking", "words"),
    [("show ospf neighbor", "OSPF instance is not running"), ("show bgp summary", "BGP is not running")],
)
def test_words_are_wrapped_up_where_json_is_asked_for(asking: str, words: str) -> None:
    assert said_of(TEXT, asking) == {"output": [{"data": words}]}


def test_an_address_that_is_not_reached_does_not_answer() -> None:
    device = router()
    device.reaches = lambda address: address != "10.161.0.2"
    said = asked(session(device), command("ping 10.161.0.2 source 10.161.0.1 count 3 rapid wait 1", "text"))
    assert "3 packets transmitted, 0 packets received, 100% packet loss" in said


ASKED: tuple[Fact, ...] = (
    "interfaces",
    "counters",
    "ospf_neighbors",
    "bgp_neighbors",
    "lldp",
    "arp",
    "optics",
    "version",
    "log",
)


@pytest.mark.parametrize("fact", ASKED)
@pytest.mark.parametrize("name", ["kec-rawa", "core-1"])
def test_what_is_asked_of_it_is_understood(fact: Fact, name: str) -> None:
    sent = choose(FACTS, fact)
    assert sent is not None
    golden = (ROOT / f"tests/golden/juniper_junos/{name}.conf").read_text(encoding="utf-8")
    kind = "json" if sent.send.endswith("json") else "text"
    reply = asked(session(router(golden)), command(sent.send, kind))
    answer = ET.fromstring(f"<reply>{reply}</reply>")  # noqa: S314 - it is ours
    told = "".join(answer.itertext()).strip()
    if told.startswith('{"output"'):
        told = json.loads(told)["output"][0]["data"]
    assert not isinstance(read(fact, told, sent, FACTS), NotParsed)
