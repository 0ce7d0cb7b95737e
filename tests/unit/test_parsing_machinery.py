"""What all answers in text go through: cleaning, rows, values, records; and what is no answer does not come through."""

from __future__ import annotations

import contextlib
import threading
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import TemplateError
from jipkit.init import shipped_files
from jipkit.observation import ArpEntry, InterfaceState, NotParsed, Ping
from jipkit.parsing import choose, fsm, read, values
from jipkit.parsing.answers import cleaned
from jipkit.parsing.reading import reached
from jipkit.parsing.rows import Item, read_items, read_rows
from jipkit.parsing.strict import SurpriseError
from jipkit.platforms import Answers, Command, Fact, PlatformFacts
from jipkit.project import Project

ARP = """Value Required ADDRESS (\\d+\\.\\d+\\.\\d+\\.\\d+)
Value MAC (\\S+)
Value INTERFACE (\\S+)

Start
  ^${ADDRESS}\\s+${MAC}\\s+${INTERFACE}$$ -> Record
  ^\\s*$$
  ^. -> Error
"""
PING = """Value SENT (\\d+)
Value RECEIVED (\\d+)
Value RTT_MS (\\S+)

Start
  ^${SENT} sent, ${RECEIVED} received(?:, ${RTT_MS} mean)?$$ -> Record
"""
PORTS = """Value INTERFACE (\\S+)
Value ENABLED (\\S+)
Value UP (\\S+)
Value List ADDRESSES (\\S+)

Start
  ^${INTERFACE} ${ENABLED} ${UP}(?: ${ADDRESSES})?$$ -> Record
"""
ONE = "10.161.0.3 48a9-8a00-2002 eth0\n"


def facts(**more: Any) -> PlatformFacts:
    templates = {"arp.textfsm": ARP, "ping.textfsm": PING, "ports.textfsm": PORTS}
    return PlatformFacts(platform="frr", netmiko="linux", textfsm=templates, **more)


def asked(answer: object, fact: Fact = "arp", read_with: str = "arp.textfsm", **more: Any) -> Any:
    answers = more.pop("answers", Answers())
    about = {"address": more.pop("address", None), "probes": more.pop("probes", 0)}
    secrets = more.pop("secrets", ())
    command = Command(send="show it", read=read_with, **more)
    return read(fact, answer, command, facts(answers=answers, secrets=secrets), **about)


# ------------------------------------------------------------------ cleaning


def test_the_echo_of_the_command_is_no_part_of_the_answer() -> None:
    assert cleaned("router# show it\r\nwell\r\n", "show it", Answers()) == "well\n"


def test_what_only_looks_like_the_echo_further_down_stays() -> None:
    assert cleaned("a\nb\nc\nshow it\n", "show it", Answers()) == "a\nb\nc\nshow it\n"


def test_escape_codes_and_a_pager_are_taken_out() -> None:
    answers = Answers(erased=(r" *-- More --(?: {10})?",))

    assert cleaned("one\n -- More --\x1b[10D          \x1b[10Dtwo\n", "", answers) == "one\ntwo\n"


def test_lines_of_the_log_are_taken_out_of_any_answer_but_a_log() -> None:
    answers = Answers(interruptions=(r"%\w+-\d-",))
    text = "one\n%OSPF-5-ADJCHG: Process 1\ntwo\n"

    assert cleaned(text, "", answers) == "one\ntwo\n"
    assert cleaned(text, "", answers, is_log=True) == text


# ------------------------------------------------------------------ reading


def test_a_template_gives_records() -> None:
    assert asked(ONE) == (ArpEntry(IPv4Address("10.161.0.3"), "48:a9:8a:00:20:02", "eth0"),)


def test_a_line_that_the_template_does_not_know_is_named() -> None:
    answer = asked(ONE + "Traceback (most recent call last)\n")

    assert isinstance(answer, NotParsed)
    assert answer.reason == "there is a line we do not understand: 'Traceback (most recent call last)'"


@pytest.mark.parametrize("silence", ["", "\r\n", "show it\r\n\r\n"])
def test_silence_is_not_parsed(silence: str) -> None:
    assert isinstance(asked(silence), NotParsed)


def test_there_is_none_where_the_router_says_so_in_words_of_its_platforms_data() -> None:
    assert asked("No entries found\n", none=("No entries",)) == ()


def test_the_same_words_are_not_parsed_where_the_data_does_not_know_them() -> None:
    assert isinstance(asked("No entries found\n"), NotParsed)


def test_rows_that_are_there_count_for_more_than_words_that_there_is_none() -> None:
    assert len(asked(ONE + "\n", none=(r"\n\n",))) == 1


@pytest.mark.parametrize(
    ("total", "parsed"), [("Total: 1", True), ("Total: 2", False), ("", False), ("Total: 0", False)]
)
def test_a_total_is_the_number_of_rows(total: str, *, parsed: bool) -> None:
    answer = asked(f"{ONE}{total}\n", whole=r"^Total: (?P<count>\d+)$")

    assert isinstance(answer, NotParsed) is not parsed


def test_a_total_that_may_have_changed_meanwhile_only_shows_that_the_answer_is_whole() -> None:
    assert len(asked(f"{ONE}Total: 7\n", whole=r"^Total: (?P<some>\d+)$")) == 1


def test_what_was_sent_besides_is_read_with_the_answer() -> None:
    assert len(asked((ONE, "show clock\r\n08:41\r\n"), also=("show clock",), whole=r"^\d\d:\d\d$")) == 1


def test_a_silent_router_that_then_tells_the_time_was_listening() -> None:
    answer = asked(("\r\n", "show clock\r\n08:41\r\n"), also=("show clock",), whole=r"^\d\d:\d\d$", none=(r"\A\s*\Z",))

    assert answer == ()


def test_a_refusal_is_named_in_words_of_the_platforms_data() -> None:
    refusals = {"unknown-command": ("Error: Unrecognized",)}

    answer = asked("   ^\nError: Unrecognized command found at '^'\n", answers=Answers(refusals=refusals))

    assert isinstance(answer, NotParsed)
    assert answer.reason == "the router does not know the command"


@pytest.mark.parametrize("answer", [None, 7, b"10.161.0.3", ["10.161.0.3"], (ONE, 7)])
def test_what_is_no_text_is_not_parsed(answer: object) -> None:
    assert isinstance(asked(answer), NotParsed)


def test_a_secret_in_an_answer_that_is_not_understood_is_not_shown() -> None:
    answer = asked("name=isp tcp-md5-key=rahasia\n", secrets=("md5-key=(?P<secret>\\S+)",))

    assert isinstance(answer, NotParsed)
    assert "rahasia" not in answer.reason + answer.excerpt
    assert answer.excerpt == "name=isp tcp-md5-key=***"


def test_a_value_that_no_record_can_hold_is_not_parsed() -> None:
    answer = asked("10.161.0.3 48a9-8a00 eth0\n")

    assert isinstance(answer, NotParsed)
    assert answer.reason == "'48a9-8a00' is not a MAC address"


def test_a_word_that_the_data_calls_empty_is_no_value() -> None:
    answer = asked("10.161.0.3 Incomplete eth0\n", answers=Answers(words={"mac": {"Incomplete": ""}}))

    assert answer == (ArpEntry(IPv4Address("10.161.0.3"), None, "eth0"),)


def test_what_every_row_has_besides_is_data() -> None:
    assert asked(ONE, fields={"interface": "eth9"})[0].interface == "eth0"


def test_an_interface_that_is_there_twice_is_not_parsed() -> None:
    assert isinstance(asked("eth0 up up\neth0 up down\n", "interfaces", "ports.textfsm"), NotParsed)


def test_a_port_that_is_shut_is_not_up_whatever_it_says() -> None:
    assert asked("eth0 down up\n", "interfaces", "ports.textfsm") == {"eth0": InterfaceState(enabled=False, up=False)}


def test_a_word_that_nobody_knows_is_not_parsed() -> None:
    assert isinstance(asked("eth0 up dormant\n", "interfaces", "ports.textfsm"), NotParsed)


def test_an_address_may_be_followed_by_its_mask() -> None:
    state = asked("eth0 up up 10.161.0.2/31\n", "interfaces", "ports.textfsm")["eth0"]

    assert state.addresses == (IPv4Interface("10.161.0.2/31"),)


@pytest.mark.parametrize(
    ("answer", "ping"),
    [
        ("3 sent, 2 received, 1ms203us mean\n", Ping(IPv4Address("192.0.2.1"), 3, 1 / 3, 1.203)),
        ("3 sent, 0 received\n", Ping(IPv4Address("192.0.2.1"), 3, 1.0, None)),
        ("no way\n", Ping(IPv4Address("192.0.2.1"), 3, 1.0, None)),
    ],
)
def test_a_ping_is_of_the_address_that_was_asked_for(answer: str, ping: Ping) -> None:
    found = asked(answer, "ping", "ping.textfsm", none=("no way",), address=IPv4Address("192.0.2.1"), probes=3)

    assert found == ping


@pytest.mark.parametrize("answer", ["3 sent, 4 received, 1 mean\n", "0 sent, 0 received\n", "3 sent, 3 received\n"])
def test_a_ping_that_does_not_add_up_is_not_parsed(answer: str) -> None:
    assert isinstance(asked(answer, "ping", "ping.textfsm", address=IPv4Address("192.0.2.1")), NotParsed)


# ------------------------------------------------------------------ templates


def test_a_template_that_is_not_there_is_an_error_that_says_what_there_is() -> None:
    with pytest.raises(TemplateError, match=r"templates/frr/textfsm/no\.textfsm: .* arp\.textfsm"):
        asked(ONE, read_with="no.textfsm")


def test_a_template_that_reads_what_no_record_has_is_an_error() -> None:
    with pytest.raises(TemplateError, match="version have no ADDRESS"):
        asked(ONE, "version")


def test_a_template_that_is_none_is_an_error_that_says_where() -> None:
    with pytest.raises(TemplateError, match=r"templates/x: .*Line"):
        fsm.fields_of("Value X (\n\nStart\n", "x")


def test_a_template_is_compiled_once_a_thread() -> None:
    machines = []

    def look() -> None:
        machines.append((fsm._machine(ARP, "arp"), fsm._machine(ARP, "arp")))

    look()
    other = threading.Thread(target=look)
    other.start()
    other.join()
    (here, again), (there, _) = machines

    assert here is again
    assert here is not there


def test_an_answer_leaves_nothing_behind_for_the_next() -> None:
    asked(ONE)

    assert len(asked("10.161.0.4 48a9-8a00-2003 eth1\n")) == 1


@pytest.mark.parametrize("name", ["templates/vyos/textfsm/version.textfsm", "templates/huawei_vrp/textfsm/arp.textfsm"])
def test_templates_for_answers_come_with_a_new_project(name: str) -> None:
    assert name in shipped_files("starter")


# ------------------------------------------------------------------ versions


@pytest.mark.parametrize(
    ("version", "since", "yes"),
    [
        ("7.20beta4", "7.20", True),
        ("7.9.2 (stable)", "7.10", False),
        ("6.49.10 (long-term)", "7.0", False),
        ("8.180 (NE40E V800R010C10SPC500)", "8.0", True),
        ("unknown", "1.0", False),
    ],
)
def test_versions_are_compared_number_by_number(version: str, since: str, *, yes: bool) -> None:
    assert reached(version, since) is yes


@pytest.mark.parametrize(("version", "sent"), [(None, "old"), ("6.49", "old"), ("7.1", "new"), ("7.20", "newest")])
def test_the_last_command_that_the_version_has_reached_is_asked(version: str | None, sent: str) -> None:
    commands = (
        Command(send="old", read="rows"),
        Command(send="new", read="rows", since="7.0"),
        Command(send="newest", read="rows", since="7.20"),
    )

    command = choose(facts(commands={"arp": commands}), "arp", version)

    assert command is not None
    assert command.send == sent


def test_a_count_of_none_after_what_nobody_understands_is_no_answer() -> None:
    optics = Project(Path(__file__).parents[2]).platforms["mikrotik_routeros"]
    command = choose(optics, "optics", "7.16")
    assert command is not None
    answers = [read("optics", (text, "0\n"), command, optics) for text in ("interrupted\n", "\n")]
    assert (isinstance(answers[0], NotParsed), answers[1]) == (True, ())


# ------------------------------------------------------------------ rows of key=value


@pytest.mark.parametrize(
    ("row", "item"),
    [
        (" 0  R  name=ether1 mtu=1500", Item("R", {"name": "ether1", "mtu": "1500"})),
        (" 0 name=ether3 UniFi1 comment=it is one", Item("", {"name": "ether3 UniFi1", "comment": "it is one"})),
        (" 3 DRS name=x", Item("DRS", {"name": "x"})),
        ("*1A D E name=x", Item("DE", {"name": "x"})),
        (' 0 name="a \\"b\\" =c" mtu=1', Item("", {"name": 'a "b" =c', "mtu": "1"})),
        (' 0 comment="caf\\E9\\r\\nx"', Item("", {"comment": "caf\u00e9  x"})),
        (" 0 rx-byte=25 351 563 tx-byte=0", Item("", {"rx-byte": "25 351 563", "tx-byte": "0"})),
        (" 0 far.id=a .as=9 near.as=1 .id=2", Item("", {"far.id": "a", "far.as": "9", "near.as": "1", "near.id": "2"})),
        (" 0 ;;; to core-1, a=b\n   name=x", Item("", {"comment": "to core-1, a=b", "name": "x"})),
        (" 0 name=x\n   mtu=1500\n   type=ether", Item("", {"name": "x", "mtu": "1500", "type": "ether"})),
        (" 0 tcp-md5-key= name=x", Item("", {"tcp-md5-key": "", "name": "x"})),
    ],
)  # fmt: skip
def test_a_row_has_flags_and_values(row: str, item: Item) -> None:
    assert read_items(row) == [item]


@pytest.mark.parametrize(
    "text",
    [
        "name=x",
        "well, no\n 0 name=x",
        " 0 name=x name=y",
        "\n Flags: none\n 0 name=x",
        " 0 name=x\nconnection lost",
        " 0 name=x\nfailure: no memory\n 1 name=y",
    ],
)
def test_a_row_that_is_none_is_a_surprise(text: str) -> None:
    with pytest.raises(SurpriseError):
        read_items(text)


def test_a_row_that_is_printed_on_one_line_goes_on_in_no_other() -> None:
    with pytest.raises(SurpriseError):
        read_items(" 0 name=x\n   interrupted\n", folded=False)


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"mtu": "actual-mtu|mtu"}, {"mtu": "1500"}),
        ({"up": "flag R", "enabled": "no flag X"}, {"up": "no", "enabled": "no"}),
        ({"addresses": "address unless XI"}, {}),
        ({"addresses": "address unless I"}, {"addresses": "10.0.0.1/30"}),
        ({"description": "comment"}, {}),
    ],
)
def test_which_key_is_which_field_is_data(fields: dict[str, str], row: dict[str, str]) -> None:
    assert read_rows(" 0 X mtu=1500 address=10.0.0.1/30", fields) == [row]


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "bomb", [" " * 200_000, "a" * 200_000, "a " * 100_000, '"' * 200_000, "a=" * 100_000, "." * 200_000]
)
def test_a_row_of_any_length_is_read_in_no_time(bomb: str) -> None:
    with contextlib.suppress(SurpriseError):
        read_items(f" 0 name={bomb}")


# ------------------------------------------------------------------ values


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1,234", 1234), ("25 351 563", 25351563), ("1'000", 1000)])
def test_a_count_may_be_divided_into_thousands(text: str, number: int) -> None:
    assert values.count(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "12 34", "1 23", "0x10", "٣", "many"])
def test_what_is_no_count_is_a_surprise(text: str) -> None:
    with pytest.raises(SurpriseError):
        values.count(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12", 12),
        ("00:01:02", 62),
        ("19h18m08s", 69488),
        ("0045h12m", 162720),
        ("7w5d8h47m54s", 4697274),
        ("12 weeks, 3 days, 4 hours, 5 minutes", 7531500),
        ("1 day, 2:03", 93780),
        ("1y2w3d", 33004800),
        ("93780.50", 93780.5),
    ],
)
def test_a_span_is_in_seconds(text: str, seconds: float) -> None:
    assert values.span_s(text) == seconds


@pytest.mark.parametrize("text", ["", "never", "soon", "1h x", ":12"])
def test_what_is_no_span_is_a_surprise(text: str) -> None:
    with pytest.raises(SurpriseError):
        values.span_s(text)


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("1000", 1000),
        ("1Gbps", 1000),
        ("100M-baseT-full", 100),
        ("64 Kbit", 0.064),
        ("1000000000 bps", 1000),
        ("10G", 10000),
    ],
)
def test_a_speed_is_in_mbit_per_second(text: str, speed: float) -> None:
    assert values.speed_mbps(text) == speed


@pytest.mark.parametrize("text", ["fast", "", "10 parsec", "Auto-speed"])
def test_what_is_no_speed_is_a_surprise(text: str) -> None:
    with pytest.raises(SurpriseError):
        values.speed_mbps(text)


def test_the_weakest_lane_of_a_transceiver_is_what_it_measures() -> None:
    assert values.weakest("-2.35|-12.10|-2.41") == -12.1
