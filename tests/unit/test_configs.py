from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit import configs
from jipkit.configs import as_text, normalise, statements
from jipkit.errors import ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.printable import plain
from jipkit.statement import Statement

FACTS = PlatformFacts(
    platform="frr",
    netmiko="linux",
    noise=("Building configuration", "Current configuration", "frr version "),
)
RUNNING = """\
Building configuration...

Current configuration:
!
frr version 8.4.4
hostname r1
!
interface eth1
 description to pop-1
 ip address 10.0.0.1/30
exit
!
router bgp 65001
 neighbor 10.9.9.1 remote-as 65010
 !
 address-family ipv4 unicast
  network 10.0.0.0/8
 exit-address-family
exit
!
route-map OUT permit 10
exit
!
end
"""
NORMAL = """\
hostname r1
interface eth1
 description to pop-1
 ip address 10.0.0.1/30
router bgp 65001
 neighbor 10.9.9.1 remote-as 65010
 address-family ipv4 unicast
  network 10.0.0.0/8
route-map OUT permit 10
exit
"""


def test_what_two_readings_may_differ_in_is_dropped() -> None:
    assert normalise(RUNNING, FACTS) == NORMAL


@pytest.mark.parametrize(
    "reading",
    [
        RUNNING.replace("\n", "\r\n"),
        RUNNING.replace("\n", "  \n"),
        RUNNING.replace("hostname", "\x1b[1mhostname\x1b[0m"),
        RUNNING.replace("8.4.4", "10.5.1"),
        RUNNING.replace("exit\n", ""),
        RUNNING.replace("!\n", "\n"),
        RUNNING.removesuffix("end\n"),
        RUNNING.replace("description to pop-1", "description to  pop-1"),
    ],
    ids=["crlf", "trailing blanks", "colours", "version", "no exit", "no bang", "no end", "folded blanks"],
)
def test_two_readings_of_one_configuration_are_the_same(reading: str) -> None:
    assert normalise(reading, FACTS).removesuffix("exit\n") == NORMAL.removesuffix("exit\n")


def test_each_statement_knows_where_it_stands_and_its_line() -> None:
    assert statements(RUNNING, FACTS)[5] == Statement(("router bgp 65001",), "neighbor 10.9.9.1 remote-as 65010", 14)
    assert statements(RUNNING, FACTS)[7].path == ("router bgp 65001", "address-family ipv4 unicast")


def test_a_block_that_holds_nothing_is_known_to_be_one() -> None:
    assert [s.text for s in statements(RUNNING, FACTS) if s.block] == [
        "interface eth1",
        "router bgp 65001",
        "address-family ipv4 unicast",
        "route-map OUT permit 10",
    ]


def test_a_stray_exit_makes_no_block_of_the_line_before_it() -> None:
    text = "hostname r1\n!\nexit\nend\n"
    assert [s.block for s in statements(text, FACTS)] == [False]


def test_a_section_that_is_written_twice_is_one() -> None:
    again = "interface eth1\n description x\n ip address 10.0.0.1/30\nexit\n"
    text = f"interface eth1\n ip address 10.0.0.1/30\nexit\nhostname r1\n{again}"
    assert normalise(text, FACTS) == "interface eth1\n ip address 10.0.0.1/30\n description x\nhostname r1\n"


def test_what_is_indented_under_nothing_stands_on_its_own() -> None:
    text = "interface eth1\n description x\nexit\n!\n ip address 10.0.0.1/30\nexit\n"
    assert statements(text, FACTS)[-1] == Statement((), "ip address 10.0.0.1/30", 5)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "!\n!\n", "Building configuration...\n\nCurrent configuration:\n!\nend\n", " \r\n"]
)
def test_an_empty_configuration_is_no_answer(text: str) -> None:
    with pytest.raises(ConfigTextError, match="holds no statement"):
        statements(text, FACTS)


@pytest.mark.parametrize("text", ["hostname r1\n\x00\x01\x02", "hostname r1\n\x7fELF", "hostname r1\nab\x08c"])
def test_rubbish_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ConfigTextError, match="line 2: holds a control character"):
        statements(text, FACTS)


def test_too_many_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configs, "MAX_CHARACTERS", 10)
    with pytest.raises(ConfigTextError, match="12 characters; no router has more than 10"):
        statements("hostname r1\n", FACTS)


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configs, "MAX_LINES", 2)
    with pytest.raises(ConfigTextError, match="3 lines; no router has more than 2"):
        statements("a\nb\nc\n", FACTS)


def test_a_statement_without_end_is_refused() -> None:
    with pytest.raises(ConfigTextError, match="line 1: 30000 characters; no statement is longer than 20000"):
        statements("a" * 30_000, FACTS)


def test_a_bottomless_configuration_is_refused() -> None:
    text = "\n".join(" " * level + "a" for level in range(20))
    with pytest.raises(ConfigTextError, match="line 13: 13 levels deep; no statement is deeper than 12"):
        statements(text, FACTS)


def test_a_refusal_shows_nothing_of_the_text() -> None:
    with pytest.raises(ConfigTextError) as caught:
        statements("password hunter2\x00", FACTS)
    assert "hunter2" not in str(caught.value)


def test_a_block_inside_a_block_that_is_entered_again_is_one_block() -> None:
    text = "router bgp 1\n address-family a\n  one\n address-family b\n  two\n address-family a\n  three\n"
    assert normalise(text, FACTS) == ("router bgp 1\n address-family a\n  one\n  three\n address-family b\n  two\n")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["interface eth1", "a b", "exit", "!", "# x", "no a", "exit-address-family"]),
        ),
        min_size=1,
    )
)
def test_normalising_twice_changes_nothing_more(lines: list[tuple[int, str]]) -> None:
    text = "\n".join(" " * indent + word for indent, word in [(0, "hostname r1"), *lines])
    once = normalise(text, FACTS)
    assert normalise(once, FACTS) == once


@settings(max_examples=80, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = statements(text, FACTS)
    except ConfigTextError:
        return
    assert found
    assert all(s.text.strip() == s.text for s in found)
    assert as_text(found)


def test_plain_text_keeps_letters_of_every_language() -> None:
    assert plain("description Kantor Camat Pématang\tx\n") == "description Kantor Camat Pématang x\n"
