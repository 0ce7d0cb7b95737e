"""What both sides say is not read again, and still counts: in what stays, in order, in coverage."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.drift import Drift, compare
from jipkit.errors import SecretError, TemplateError
from jipkit.project import Project
from jipkit.rendering import Origin, Rendered

PROJECT = Project(Path(__file__).parents[2])
SECRETS = {"ospf/a": "key 1", "snmp/a": "ours", "snmp/b": "theirs"}
PORT = "set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/30\n"
TERMS = (
    "set policy-options policy-statement up term a then accept\n",
    "set policy-options policy-statement up term b then reject\n",
)


def secret(name: str) -> str:
    if name not in SECRETS:
        raise SecretError(f"secret {name} is not set")
    return SECRETS[name]


def drift(intended: str, running: str, platform: str = "juniper_junos") -> Drift:
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(intended.splitlines(), 1))
    rendered = Rendered("r1", PROJECT.platforms[platform].platform, intended, origins)
    return compare(rendered, running, PROJECT.platforms[platform], resolve=secret)


def test_a_deletion_leaves_what_both_say() -> None:
    assert drift(PORT, f"{PORT}set interfaces ge-0/0/0 mtu 9000\n").remedy == ("delete interfaces ge-0/0/0 mtu",)


def test_a_deletion_takes_the_whole_block_where_both_say_nothing_in_it() -> None:
    assert drift(PORT, f"{PORT}set interfaces ge-0/0/1 mtu 9000\n").remedy == ("delete interfaces ge-0/0/1",)


def test_two_lines_that_changed_places_in_a_list_are_seen() -> None:
    found = drift("".join(TERMS), "".join(reversed(TERMS)))
    assert [d.kind for d in found.differences] == ["misordered"]
    assert found.remedy == ("insert policy-options policy-statement up term a before term b",)


def test_two_lines_that_changed_places_elsewhere_are_nothing() -> None:
    lines = [PORT, "set interfaces ge-0/0/1 mtu 9000\n"]
    assert drift("".join(lines), "".join(reversed(lines))).proven


def test_a_line_that_is_there_twice_in_two_spellings_is_there_once() -> None:
    text = f"{PORT}set system host-name r1\n"
    assert drift(text, f'{text}set system host-name "r1"\n').proven


def test_a_line_that_begins_what_both_say_says_nothing_more() -> None:
    assert drift(PORT, f"{PORT}set interfaces ge-0/0/0\n").clean


def test_a_line_is_the_same_with_other_blanks() -> None:
    assert drift(PORT, PORT.replace(" unit", "  unit ")).proven


@pytest.mark.parametrize("remark", ["", " ## SECRET-DATA"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_line_with_the_intended_secret_is_the_same(quote: str, remark: str) -> None:
    said = "set protocols ospf area 0 interface ge-0/0/0 authentication md5 1 key {0}{1}{0}{2}\n"
    text = f"{PORT}{said}"
    assert drift(text.format('"', "<secret:ospf/a>", ""), text.format(quote, "key 1", remark)).proven


def test_two_secrets_that_differ_in_nothing_else_are_the_same_in_another_spelling() -> None:
    said = "".join(f"set snmp community {{0}}{one}{{0}}\n" for one in ("{1}", "{2}"))
    assert drift(said.format("", "<secret:snmp/a>", "<secret:snmp/b>"), said.format('"', "ours", "theirs")).proven


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("juniper_junos", "set snmp community {}\nset snmp community {}\n"),
        ("cisco_ios", "snmp-server community {} ro\nsnmp-server community {} ro\nend\n"),
    ],
)
def test_two_secrets_that_differ_in_nothing_else_are_two_doubts(platform: str, said: str) -> None:
    found = drift(said.format("<secret:snmp/x>", "<secret:snmp/y>"), said.format("ours", "theirs"), platform)
    assert [d.kind for d in found.differences] == ["not assessable", "not assessable"]
    assert found.remedy == ()


def test_a_known_secret_is_not_taken_for_an_unknown_one() -> None:
    said = "set snmp community {}\nset snmp community {}\n"
    found = drift(said.format("<secret:snmp/x>", "<secret:snmp/b>"), said.format("'theirs'", "other"))
    assert [(d.kind, d.intended) for d in found.differences] == [
        ("not assessable", 'set snmp community "<secret:snmp/x>"')
    ]


def test_what_both_say_counts_as_covered_but_for_noise() -> None:
    text = f"set version 21.4R3\n{PORT}set interfaces ge-0/0/1 mtu 9000\n{''.join(TERMS[:1])}"
    assert drift(text, f"{text}set chassis alarm x\n").coverage == 0.75


def test_a_line_that_is_too_long_is_refused_even_if_both_say_it() -> None:
    text = f'{PORT}set interfaces ge-0/0/0 description "{"x" * 20_000}"\n'
    with pytest.raises(TemplateError, match="20"):
        drift(text, text)


RULE = "/ip firewall filter add action={} chain={} comment=ours\n"
FIRST = "/ip firewall filter add action=drop chain=input comment=first"
BEFORE_OURS = ' place-before=[ find where chain="input" comment="ours" ]'


def test_a_rule_is_named_by_its_chain_where_another_chain_has_the_same() -> None:
    both = RULE.format("accept", "input")
    found = drift(both + RULE.format("drop", "forward"), both + RULE.format("accept", "forward"), "mikrotik_routeros")
    assert found.remedy == ('/ip firewall filter set [ find where chain="forward" comment="ours" ] action=drop',)


def test_a_rule_in_another_chain_goes_and_comes() -> None:
    both = RULE.format("accept", "output")
    found = drift(both + RULE.format("drop", "input"), both + RULE.format("drop", "forward"), "mikrotik_routeros")
    assert found.remedy == (
        "/ip firewall filter add action=drop chain=input comment=ours",
        '/ip firewall filter remove [ find where chain="forward" comment="ours" ]',
    )


@pytest.mark.parametrize("first", [FIRST, FIRST.replace("ip firewall filter", "ip/firewall/filter")])
def test_a_rule_is_put_before_one_that_both_have_in_its_chain(first: str) -> None:
    both = RULE.format("accept", "input")
    assert drift(f"{first}\n{both}", both, "mikrotik_routeros").remedy == (FIRST + BEFORE_OURS,)


def test_a_comment_that_names_a_chain_puts_no_rule_in_it() -> None:
    rule = '/ip firewall filter add action=drop comment="not chain=input this" chain=forward{}\n'
    both = RULE.format("accept", "input") + rule.format(" log=yes").replace("not", "nor")
    found = drift(both + rule.format(""), both + rule.format(" disabled=yes"), "mikrotik_routeros")
    assert found.remedy == (
        '/ip firewall filter set [ find where chain="forward" comment="not chain=input this" ] disabled=no',
    )


def test_a_rule_is_put_before_one_whose_chain_comes_after_a_comment() -> None:
    both = '/ip firewall filter add comment="that is ours" chain=input action=accept\n'
    assert drift(f"{FIRST}\n{both}", both, "mikrotik_routeros").remedy == (
        FIRST + BEFORE_OURS.replace("ours", "that is ours"),
    )


def test_rules_without_a_chain_are_together_whatever_their_comments_say() -> None:
    first, both = (f'/ip firewall filter add action=drop comment="a chain={chain} b"\n' for chain in ("x", "y"))
    assert drift(first + both, both, "mikrotik_routeros").remedy == (
        f'{first.strip()} place-before=[ find where chain="" comment="a chain=y b" ]',
    )
