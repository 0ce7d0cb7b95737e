"""What RouterOS is told to become as intended, and that its model does what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.configs import statements
from jipkit.project import Project
from jipkit.rows.syntax import commands, differences
from jipkit.statement import Statement
from jipkit.testing.models.routeros import Model

FACTS = Project(Path(__file__).parents[2]).platforms["mikrotik_routeros"]
VERSION = "7.16.2"


def read(lines: list[str]) -> tuple[Statement, ...]:
    return statements("\n".join(lines) + "\n", FACTS) if lines else ()


def remedy(running: list[str], intended: list[str], kept: list[str] | None = None) -> list[str]:
    """Return the commands, after the model took them and became as intended."""
    kept = kept or []
    told = list(commands(read(running), read(intended), FACTS, VERSION, read(kept)))
    model = Model("\n".join([f"# 2026-03-19 07:38:01 by RouterOS {VERSION}", *running, *kept]) + "\n")
    model.apply(told)
    assert list(differences(read([*intended, *kept]), read(model.text().splitlines()), FACTS, VERSION)) == []
    return told


def rule(comment: str, chain: str = "input", action: str = "accept") -> str:
    return f"/ip firewall filter add action={action} chain={chain} comment={comment}"


def test_nothing_is_told_where_nothing_differs() -> None:
    rows = [rule("a"), "/ip dns set servers=10.0.0.1"]
    assert remedy(rows, rows) == []


def test_a_value_is_set_where_the_row_is_found_by_its_key() -> None:
    head = "/interface bridge port add bridge=bridge interface=ether2 pvid="
    bridge = "/interface bridge add name=bridge"
    assert remedy([bridge, f"{head}120"], [bridge, f"{head}110"]) == [
        '/interface bridge port set [ find where interface="ether2" ] pvid=110'
    ]


def test_an_address_is_found_by_its_interface_and_network() -> None:
    head = "/ip address add address=10.0.0.1 interface=ether1 network=10.0.0.0"
    assert remedy([f"{head} disabled=yes"], [head]) == [
        '/ip address set [ find where interface="ether1" network="10.0.0.0" ] disabled=no'
    ]


def test_two_addresses_of_one_network_are_told_apart() -> None:
    one, two = (f"/ip address add address=10.0.0.{n}/24 interface=ether1 network=10.0.0.0" for n in (1, 2))
    assert remedy([one, two], [one]) == ['/ip address remove [ find where address="10.0.0.2/24" interface="ether1" ]']


def test_a_property_goes_back_to_its_default() -> None:
    head = "/interface vlan add interface=ether1 name=v vlan-id=10"
    assert remedy([f"{head} mtu=1400"], [head]) == ['/interface vlan set [ find where name="v" ] mtu=1500']


def test_a_property_without_a_default_is_unset() -> None:
    assert remedy([rule("a") + " protocol=tcp"], [rule("a")]) == [
        '/ip firewall filter set [ find where chain="input" comment="a" ] !protocol'
    ]


def test_a_setting_that_nobody_wants_goes_back_to_its_defaults() -> None:
    service = "/ip service set www address=10.0.0.0/8 port=8080"
    dns = "/ip dns set servers=10.0.0.1"
    assert remedy([dns, service], [dns]) == ['/ip service set www address="" port=80']


def test_what_refers_goes_before_what_it_refers_to_and_comes_after_it() -> None:
    bridge = "/interface bridge add name=loopback protocol-mode=none"
    address = "/ip address add address=10.0.0.9 interface=loopback network=10.0.0.9"
    dns = "/ip dns set servers=10.0.0.1"
    assert remedy([dns], [dns, address, bridge]) == [bridge, address]
    assert remedy([dns, bridge, address], [dns]) == [
        '/ip address remove [ find where interface="loopback" network="10.0.0.9" ]',
        '/interface bridge remove [ find where name="loopback" ]',
    ]


def test_a_rule_comes_before_the_one_that_follows_it() -> None:
    assert remedy([rule("a"), rule("c")], [rule("a"), rule("b"), rule("c")]) == [
        f'{rule("b")} place-before=[ find where chain="input" comment="c" ]'
    ]


def test_the_last_rule_of_a_chain_is_simply_added() -> None:
    assert remedy([rule("a"), rule("x", "forward")], [rule("a"), rule("b"), rule("x", "forward")]) == [rule("b")]


def test_several_rules_come_in_their_order() -> None:
    wanted = [rule("a"), rule("b"), rule("c"), rule("d")]
    assert remedy([rule("d")], wanted) == [
        f'{rule("c")} place-before=[ find where chain="input" comment="d" ]',
        f'{rule("b")} place-before=[ find where chain="input" comment="c" ]',
        f'{rule("a")} place-before=[ find where chain="input" comment="b" ]',
    ]


def test_one_rule_is_moved_not_all_the_others() -> None:
    a, b, c, d = (rule(name) for name in "abcd")
    assert remedy([d, a, b, c], [a, b, c, d]) == ['/ip firewall filter move [ find where chain="input" comment="d" ]']
    assert remedy([b, c, a, d], [a, b, c, d]) == [
        (
            '/ip firewall filter move [ find where chain="input" comment="a" ] '
            'destination=[ find where chain="input" comment="b" ]'
        )
    ]


def test_a_rule_without_a_remark_is_found_by_all_that_it_says() -> None:
    ssh = "/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp"
    assert remedy([rule("a"), ssh], [rule("a")]) == [
        '/ip firewall filter remove [ find where chain="input" action="accept" dst-port="22" protocol="tcp" ]'
    ]


def test_a_rule_that_says_less_than_another_is_found_by_its_missing_remark() -> None:
    drop = "/ip firewall filter add action=drop chain=input"
    last = "/ip firewall filter add action=drop chain=input comment=last protocol=udp"
    assert remedy([drop, last], [last]) == [
        '/ip firewall filter remove [ find where chain="input" action="drop" comment="" ]'
    ]


def test_a_chain_is_told_anew_where_a_rule_cannot_be_named() -> None:
    drop = "/ip firewall filter add action=drop chain=input"
    udp = "/ip firewall filter add action=drop chain=input protocol=udp"
    other = rule("x", "forward")
    assert remedy([drop, udp, other], [udp, other]) == [
        '/ip firewall filter remove [ find where action="drop" chain="input" protocol="udp" ]',
        '/ip firewall filter remove [ find where action="drop" chain="input" ]',
        udp,
    ]


def test_of_two_equal_rules_both_go_and_one_comes_back_to_its_place() -> None:
    drop = "/ip firewall filter add action=drop chain=input"
    assert remedy([rule("a"), drop, rule("b"), drop, rule("c")], [rule("a"), drop, rule("b"), rule("c")]) == [
        '/ip firewall filter remove [ find where chain="input" action="drop" ]',
        f'{drop} place-before=[ find where chain="input" comment="b" ]',
    ]


def test_what_stays_is_not_found_by_mistake() -> None:
    ours = "/ip firewall filter add action=accept chain=input protocol=tcp"
    theirs = "/ip firewall filter add action=accept chain=input comment=theirs protocol=tcp"
    dns = "/ip dns set servers=10.0.0.1"
    assert remedy([dns, ours], [dns], kept=[theirs]) == [
        '/ip firewall filter remove [ find where chain="input" action="accept" protocol="tcp" comment="" ]'
    ]


def test_a_row_that_is_called_otherwise_is_renamed_so_that_nothing_loses_it() -> None:
    one, two = (f"/interface list add comment=a name={name}" for name in "xy")
    assert remedy([one], [two]) == ['/interface list set [ find where name="x" ] name=y']


@pytest.mark.parametrize(
    "text", ['say "x"', "a$b", "back\\slash", "semi;colon", "Désa", "?", "[x]", "{y}", "!z", "a=b"]
)
def test_a_remark_is_told_and_found_whatever_it_holds(text: str) -> None:
    written = (
        '"'
        + "".join(
            f"\\{c}" if c in '"\\$?' else c if c.isascii() else "".join(f"\\{b:02X}" for b in c.encode()) for c in text
        )
        + '"'
    )
    head = "/ip firewall filter add action=accept chain=input"
    assert len(remedy([rule("last")], [f"{head} comment={written}", rule("last")])) == 1
    assert len(remedy([f"{head} comment={written}", rule("last")], [rule("last")])) == 1


def test_a_key_is_told_by_its_name_alone() -> None:
    head = "/radius add address=10.0.0.1 service=login"
    wanted, found = read([f"{head} secret=<secret:radius/key>"]), read([f"{head} secret=<secret>"])
    find = '/radius set [ find where address="10.0.0.1" service="login" ]'
    assert commands(found, wanted, FACTS, VERSION) == (f'{find} secret="<secret:radius/key>"',)
    assert commands(wanted, found, FACTS, VERSION) == (f'{find} secret="<secret>"',)


def test_a_setting_is_told_without_touching_others_of_the_same_value() -> None:
    off = [f"/ip service set {name} disabled=yes" for name in ("telnet", "ftp", "www")]
    assert remedy(off, off[1:]) == ["/ip service set telnet disabled=no"]
