"""What IOS leaves unsaid is not taken for nothing, and what its answers share is read alike in all of them."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.parsing.values import full_name
from jipkit.platforms import Fact
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures" / "cisco_ios"
FACTS = next(facts for name, facts in Project(ROOT).platforms.items() if str(name) == "cisco_ios")

CLOCK = "*09:20:41.330 WIB Tue Nov 24 2026"
NEIGHBORS = """
Neighbor ID     Pri   State           Dead Time   Address         Interface
10.160.0.1        0   FULL/  -        00:00:38    10.161.0.44     GigabitEthernet0/0
"""


def understood(fact: Fact, answer: object) -> Any:
    command = choose(FACTS, fact)
    assert command is not None
    return read(fact, answer, command, FACTS)


def test_silence_before_the_clock_means_that_there_are_no_neighbours() -> None:
    assert understood("ospf_neighbors", ("", CLOCK)) == ()


def test_silence_without_the_clock_is_not_parsed() -> None:
    assert isinstance(understood("ospf_neighbors", ("", "")), NotParsed)


def test_a_clock_that_is_not_known_proves_nothing() -> None:
    assert isinstance(understood("ospf_neighbors", ("", "% Invalid input detected at '^' marker.")), NotParsed)


def test_neighbours_without_the_clock_after_them_may_be_too_few() -> None:
    assert isinstance(understood("ospf_neighbors", (NEIGHBORS, "")), NotParsed)


def test_each_of_two_answers_may_begin_with_its_echo() -> None:
    answers = (f"kec-tulung#show ip ospf neighbor\n{NEIGHBORS}", f"kec-tulung#show clock\n{CLOCK}")

    assert [n.interface for n in understood("ospf_neighbors", answers)] == ["GigabitEthernet0/0"]


def test_the_clock_in_the_midst_of_an_answer_is_not_its_end() -> None:
    assert isinstance(understood("ospf_neighbors", f"{CLOCK}\n{NEIGHBORS}"), NotParsed)


def test_bgp_that_is_not_configured_has_no_peers() -> None:
    assert understood("bgp_neighbors", ("% BGP not active\n", CLOCK)) == ()


def test_an_error_that_only_begins_like_the_word_for_no_bgp_is_not_parsed() -> None:
    assert isinstance(understood("bgp_neighbors", ("% BGP not active in this VRF, see above\n", CLOCK)), NotParsed)


def test_a_description_cannot_pretend_to_be_an_interface() -> None:
    answer = (CAPTURES / "interfaces" / "15.4_branch_with_log_line.txt").read_text("utf-8")

    interfaces = understood("interfaces", answer)

    assert (interfaces["Loopback0"].up, interfaces["Loopback0"].description) == (
        True,
        "Loopback0 is up, line protocol is down",
    )


def test_a_description_cannot_pretend_to_be_a_counter() -> None:
    answer = (CAPTURES / "counters" / "15.4_errors_and_subinterface.txt").read_text("utf-8")
    named = answer.replace("Description: LAN pegawai", "Description: 9 packets input, 9 bytes, 9 input errors,")

    assert understood("counters", named) == understood("counters", answer)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("Gi0/0/1", "GigabitEthernet0/0/1"),
        ("Gi0/0.10", "GigabitEthernet0/0.10"),
        ("Te1/1/3", "TenGigabitEthernet1/1/3"),
        ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
        ("Fa0", "FastEthernet0"),
        ("GigabitEthernet0/0", "GigabitEthernet0/0"),
        ("Vlan110", "Vlan110"),
    ],
)
def test_an_interface_goes_by_its_whole_name_however_it_is_shortened(short: str, name: str) -> None:
    assert full_name(short, FACTS.answers.names) == name


@pytest.mark.parametrize(
    "capture",
    sorted(
        str(path.relative_to(CAPTURES))
        for fact in ("ospf_neighbors", "bgp_neighbors", "arp", "addresses", "optics")
        for path in (CAPTURES / fact).glob("*.txt")
    ),
)
def test_an_answer_that_ends_before_the_clock_is_not_parsed(capture: str) -> None:
    fact: Any = capture.partition("/")[0]
    text = (CAPTURES / capture).read_text("utf-8").rstrip()

    answers = [understood(fact, text[:length]) for length in range(0, len(text) - len("Nov 24 2026"), 3)]

    assert [answer for answer in answers if not isinstance(answer, NotParsed)] == []


@pytest.mark.parametrize("capture", sorted(path.name for path in (CAPTURES / "interfaces").glob("*.txt")))
def test_interfaces_that_end_before_the_clock_are_not_parsed(capture: str) -> None:
    text = (CAPTURES / "interfaces" / capture).read_text("utf-8").rstrip()

    answers = [understood("interfaces", text[:length]) for length in range(0, len(text) - len("Nov 24 2026"), 97)]

    assert [answer for answer in answers if not isinstance(answer, NotParsed)] == []


LONG_LINES = {
    "digits": "Nov 24 " + "1" * 50_000,
    "blanks": "  " + " " * 50_000 + "x",
    "words": "a " * 50_000,
    "colons": "000031: " + "1:" * 50_000,
    "percents": ": %" * 50_000,
    "addresses": "192.0.2.1 " * 50_000,
}


@pytest.mark.parametrize("line", LONG_LINES.values(), ids=LONG_LINES.keys())
@pytest.mark.parametrize("capture", sorted(str(path.relative_to(CAPTURES)) for path in CAPTURES.glob("*/17*.txt")))
def test_a_line_that_never_ends_does_not_hold_up_the_reading(capture: str, line: str) -> None:
    fact: Any = capture.partition("/")[0]
    lines = (CAPTURES / capture).read_text("utf-8").splitlines()
    began = process_time()

    understood(fact, "\n".join([*lines[:-1], line, lines[-1]]))

    assert process_time() - began < 1
