"""FRR's configuration text: cleaning, comparing, judging, hiding secrets."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from napalm_frr import configuration, parsing, shell
from napalm_frr.configuration import (
    candidate_text,
    clean,
    diff_merge,
    diff_replace,
    judge_merge,
    judge_replace,
    sanitize,
)

RUNNING = (Path(__file__).parents[1] / "captures/frr/running/everything.txt").read_text(encoding="utf-8")


def _without(line: str) -> str:
    assert f"{line}\n" in RUNNING
    return RUNNING.replace(f"{line}\n", "", 1)


@pytest.mark.parametrize("module", [configuration, parsing, shell], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert (failed, tried > 0) == (0, True)


# ------------------------------------------------------------------ clean


def test_the_header_and_the_end_are_not_configuration() -> None:
    assert clean("Building configuration...\n\nCurrent configuration:\n!\nhostname r1\nend\n") == "!\nhostname r1\n"


def test_an_empty_answer_stays_empty() -> None:
    assert clean("Building configuration...\n\n") == ""


def test_a_candidate_keeps_its_line_numbers() -> None:
    given = "Building configuration...\n\ninterface eth1\r\n\tip ospf cost 5\nend\n"
    assert candidate_text(given) == "!\n\ninterface eth1\n ip ospf cost 5\n!\n"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x07", "\u202e", "\x85"])
def test_a_control_character_in_a_candidate_is_refused_with_its_line(sign: str) -> None:
    with pytest.raises(ValueError, match="line 2: a control character"):
        candidate_text(f"hostname r1\ninterface eth{sign}1\n")


# ------------------------------------------------------------------ replace


def test_a_configuration_does_not_differ_from_itself() -> None:
    assert diff_replace(RUNNING, RUNNING) == ""
    assert judge_replace(RUNNING, RUNNING).good


_HEADERS = ("address-family", "exit", "!", "peer ")
INDENTED = [line for line in RUNNING.splitlines() if line.startswith(" ") and not line.strip().startswith(_HEADERS)]


@pytest.mark.parametrize("line", dict.fromkeys(INDENTED))
def test_every_line_that_goes_or_comes_is_seen(line: str) -> None:
    shorter = _without(line)
    assert f"-{line}" in diff_replace(RUNNING, shorter).splitlines()
    assert f"+{line}" in diff_replace(shorter, RUNNING).splitlines()
    assert judge_replace(RUNNING, shorter).missing
    assert judge_replace(shorter, RUNNING).unexpected


def test_a_changed_line_stands_under_the_line_it_belongs_to() -> None:
    change = RUNNING.replace(" ip ospf cost 10\n", " ip ospf cost 20\n")
    assert diff_replace(RUNNING, change).splitlines() == [" interface eth1", "- ip ospf cost 10", "+ ip ospf cost 20"]


def test_a_line_two_levels_down_shows_both_lines_above_it() -> None:
    assert diff_replace(RUNNING, _without("  network 10.254.0.1/32")).splitlines() == [
        " router bgp 65001",
        "  address-family ipv4 unicast",
        "-  network 10.254.0.1/32",
    ]


def test_the_order_of_lines_and_blocks_is_no_difference() -> None:
    one = "interface eth1\n description a\n ip ospf cost 5\nexit\nip route 192.0.2.0/24 Null0\n"
    other = "ip route 192.0.2.0/24 Null0\ninterface eth1\n ip ospf cost 5\n description a\nexit\n"
    assert diff_replace(one, other) == ""
    assert judge_replace(one, other).good


def test_what_frr_keeps_by_itself_need_not_be_in_a_candidate() -> None:
    own = ("frr version", "frr defaults", "hostname", "username", "service integrated")
    bare = "".join(f"{line}\n" for line in RUNNING.splitlines() if not line.startswith(own))
    assert diff_replace(RUNNING, bare) == ""
    assert judge_replace(bare, RUNNING).good


def test_another_hostname_than_the_candidates_is_a_difference() -> None:
    verdict = judge_replace(RUNNING.replace("hostname r1", "hostname r9"), RUNNING)
    assert (verdict.missing, verdict.unexpected) == ((("hostname r9",),), (("hostname r1",),))


IMPLIED = """\
router bgp 1
 neighbor 192.0.2.1 remote-as 2
 address-family ipv4 unicast
  neighbor 192.0.2.1 activate
 exit-address-family
exit
"""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("router ospf\n passive-interface lo\n", "interface lo\n ip ospf passive\nexit\nrouter ospf\n"),
        ("interface eth1\nexit\n", ""),
        ("interface eth1\n description a  b\nexit\n", "interface eth1\n description a b\nexit\n"),
        ("interface eth1\n ip ospf cost 5\n no shutdown\nexit\n", "interface eth1\n ip ospf cost 5\nexit\n"),
        ("router bgp 1\n address-family ipv6 unicast\n exit-address-family\nexit\n", "router bgp 1\nexit\n"),
        (IMPLIED, "router bgp 1\n neighbor 192.0.2.1 remote-as 2\nexit\n"),
        ("line vty\n", ""),
        ("service password-encryption\n", "service password-encryption\n" * 5),
    ],
    ids=["passive", "empty interface", "blanks", "no shutdown", "empty family", "activate", "line vty", "five times"],
)
def test_what_frr_is_known_to_write_otherwise_is_no_difference(written: str, shown: str) -> None:
    assert diff_replace(shown, written) == ""
    assert judge_replace(written, shown).good


def test_an_activation_counts_once_it_is_not_the_default() -> None:
    head = "router bgp 1\n no bgp default ipv4-unicast\n neighbor 192.0.2.1 remote-as 2\n"
    active = f"{head} address-family ipv4 unicast\n  neighbor 192.0.2.1 activate\n exit-address-family\nexit\n"
    assert judge_replace(active, f"{head}exit\n").missing


# ------------------------------------------------------------------ merge


def test_a_merge_of_what_is_there_changes_nothing() -> None:
    there = "interface eth1\n ip ospf cost 10\n no shutdown\nexit\nno ip route 203.0.113.0/24 Null0\n"
    assert diff_merge(RUNNING, there) == ""
    assert judge_merge(there, RUNNING, RUNNING).good


def test_a_merge_takes_away_a_whole_block() -> None:
    lines = diff_merge(RUNNING, "no route-map OUT deny 20\nno bfd\n").splitlines()
    assert lines == ["-route-map OUT deny 20", "-bfd", "- peer 10.200.0.4", "-  shutdown"]


def test_a_merge_without_the_value_takes_the_line_away() -> None:
    assert diff_merge(RUNNING, "interface eth1\n no ip ospf cost\nexit\n").splitlines() == [
        " interface eth1",
        "- ip ospf cost 10",
    ]


def test_a_value_may_give_way_to_the_candidates() -> None:
    after = RUNNING.replace(" ip ospf cost 10\n", " ip ospf cost 20\n")
    assert judge_merge("interface eth1\n ip ospf cost 20\nexit\n", RUNNING, after).good


def test_an_address_may_not_give_way_to_another() -> None:
    after = RUNNING.replace(" ip address 172.16.10.1/24\n", " ip address 172.16.11.1/24\n")
    verdict = judge_merge("interface eth2\n ip address 172.16.11.1/24\nexit\n", RUNNING, after)
    assert verdict.missing == (("interface eth2", "ip address 172.16.10.1/24"),)


def test_a_line_that_vanished_elsewhere_is_named() -> None:
    after = _without(" description to-r3").replace(" ip ospf cost 10\n", " ip ospf cost 20\n")
    verdict = judge_merge("interface eth1\n ip ospf cost 20\nexit\n", RUNNING, after)
    assert str(verdict) == "missing: interface eth2 / description to-r3"


def test_a_line_that_nobody_asked_for_is_named() -> None:
    after = RUNNING.replace(" ip ospf cost 10\n", " ip ospf cost 20\n ip ospf priority 7\n")
    verdict = judge_merge("interface eth1\n ip ospf cost 20\nexit\n", RUNNING, after)
    assert str(verdict) == "unexpected: interface eth1 / ip ospf priority 7"


def test_a_line_that_should_have_gone_and_is_still_there_is_named() -> None:
    verdict = judge_merge("interface eth1\n no description\nexit\n", RUNNING, RUNNING)
    assert str(verdict) == "unexpected: interface eth1 / description to-r2"


# ------------------------------------------------------------------ secrets


@pytest.mark.parametrize(
    "line",
    [
        " ip ospf message-digest-key 1 md5 S3CRET",
        " ip ospf authentication-key S3CRET",
        " neighbor 192.0.2.1 password S3CRET",
        "password S3CRET",
        "password 8 S3CRET",
        "enable password S3CRET",
        "enable password 8 S3CRET",
        "username admin password S3CRET",
        "  key-string S3CRET",
        " area 1 virtual-link 192.0.2.1 message-digest-key 2 md5 S3CRET",
        " area 1 virtual-link 192.0.2.1 authentication-key S3CRET",
        " isis password md5 S3CRET",
        " area-password clear S3CRET",
        " domain-password md5 S3CRET authenticate snp validate",
        " ip rip authentication string S3CRET",
        " ip rip authentication string dua S3CRET",
        " ipv6 ospf6 authentication key-id 1 hash-algo hmac-sha-256 key S3CRET",
        " ip nhrp authentication S3CRET",
        "  pce-config C\n   tcp-md5-auth S3CRET",
    ],
)
def test_no_secret_survives_sanitizing(line: str) -> None:
    assert "S3CRET" not in sanitize(line)
    assert "<removed>" in sanitize(line)


def test_sanitizing_leaves_the_rest_alone() -> None:
    assert "abcdefgh12345678" not in sanitize(RUNNING)
    assert "geheim123" not in sanitize(RUNNING)
    assert len([1 for a, b in zip(RUNNING.split("\n"), sanitize(RUNNING).split("\n"), strict=True) if a != b]) == 2


def test_a_verdict_shows_no_secret() -> None:
    verdict = judge_replace(RUNNING, _without(" ip ospf message-digest-key 1 md5 abcdefgh12345678"))
    assert str(verdict) == "missing: interface eth1 / ip ospf message-digest-key 1 md5 <removed>"
