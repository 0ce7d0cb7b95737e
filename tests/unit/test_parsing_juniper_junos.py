"""Junos answers in JSON: what is not in it is not made up, and unit 0 goes by the name of its port."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.platforms import Fact
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures" / "juniper_junos"
FACTS = next(facts for name, facts in Project(ROOT).platforms.items() if str(name) == "juniper_junos")

JSON = sorted(
    str(path.relative_to(CAPTURES))
    for fact in ("interfaces", "counters", "ospf_neighbors", "bgp_neighbors", "lldp", "arp", "optics", "version")
    for path in (CAPTURES / fact).glob("*.txt")
)


def understood(fact: Fact, answer: object) -> Any:
    command = choose(FACTS, fact)
    assert command is not None
    return read(fact, answer, command, FACTS)


def said(value: object) -> list[dict[str, object]]:
    return [{"data": value}]


def a_port(**changes: Any) -> str:
    """Return the answer of a router with one port, with ``changes`` to it; None takes a value out."""
    unit = {"name": said("ge-0/0/0.0"), "if-config-flags": [{"iff-up": said([None])}]}
    port = {
        "name": said("ge-0/0/0"),
        "admin-status": said("up"),
        "oper-status": said("up"),
        "logical-interface": [unit],
        **{key.replace("_", "-"): value for key, value in changes.items()},
    }
    held = {key: value for key, value in port.items() if value is not None}
    return json.dumps({"interface-information": [{"physical-interface": [held]}]})


def a_unit(*flags: str) -> str:
    unit = {"name": said("ge-0/0/0.0"), "if-config-flags": [{flag: said([None]) for flag in flags}]}
    return a_port(logical_interface=[unit])


@pytest.mark.parametrize(
    ("flags", "enabled", "up"),
    [
        (("iff-up", "iff-snmp-traps"), True, True),
        (("iff-snmp-traps",), True, True),
        (("iff-device-down", "iff-snmp-traps"), True, False),
        (("iff-hardware-down",), True, False),
        (("iff-down", "iff-snmp-traps"), False, False),
    ],
)
def test_a_port_is_as_good_as_its_unit_0(flags: tuple[str, ...], enabled: bool, up: bool) -> None:
    port = understood("interfaces", a_unit(*flags))["ge-0/0/0"]

    assert (port.enabled, port.up) == (enabled, up)


def test_a_port_without_units_is_what_it_says_of_itself() -> None:
    port = understood("interfaces", a_port(logical_interface=None, oper_status=said("down")))["ge-0/0/0"]

    assert (port.enabled, port.up) == (True, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"admin_status": None},
        {"oper_status": None},
        {"oper_status": said("perhaps")},
        {"oper_status": said(None)},
        {"oper_status": said({"up": True})},
        {"name": None},
        {"mtu": said("a lot")},
        {"mtu": "1514"},
        {"logical_interface": {"name": said("ge-0/0/0.0")}},
    ],
    ids=str,
)
def test_a_port_that_lacks_what_it_must_have_is_not_parsed(changes: dict[str, Any]) -> None:
    assert isinstance(understood("interfaces", a_port(**changes)), NotParsed)


def test_a_text_without_anything_in_it_is_no_description() -> None:
    assert understood("interfaces", a_port(description=said([None])))["ge-0/0/0"].description == ""


@pytest.mark.parametrize(
    ("destination", "address"),
    [
        ("10.160.9/24", "10.160.9.7/24"),
        ("10.160.9.6/31", "10.160.9.7/31"),
        ("10.128/9", "10.160.9.7/9"),
        ("10.160.9.6", "10.160.9.7/32"),
        (None, "10.160.9.7/32"),
    ],
)
def test_a_shortened_network_still_tells_the_length_of_the_prefix(destination: str | None, address: str) -> None:
    held = {"ifa-local": said("10.160.9.7"), **({"ifa-destination": said(destination)} if destination else {})}
    family = {"address-family-name": said("inet"), "interface-address": [held]}
    unit = {"name": said("ge-0/0/0.0"), "address-family": [family]}

    port = understood("interfaces", a_port(logical_interface=[unit]))["ge-0/0/0"]

    assert [str(one) for one in port.addresses] == [address]


def test_an_answer_without_what_was_asked_for_is_not_parsed() -> None:
    assert isinstance(understood("ospf_neighbors", '{"bgp-information": [{}]}'), NotParsed)


def test_bgp_that_is_said_not_to_run_amid_other_words_is_not_parsed() -> None:
    assert isinstance(understood("bgp_neighbors", "error: BGP is not running in this logical system"), NotParsed)


@pytest.mark.parametrize("capture", JSON)
def test_an_answer_in_json_that_was_cut_is_not_parsed(capture: str) -> None:
    fact: Any = capture.partition("/")[0]
    text = (CAPTURES / capture).read_text("utf-8")
    end = text.rfind("}", 0, text.rfind("\n{") if "\n{" in text[-30:] else None)

    answers = [understood(fact, text[:length]) for length in range(0, max(end, 0), max(1, len(text) // 50))]

    assert [answer for answer in answers if not isinstance(answer, NotParsed)] == []
