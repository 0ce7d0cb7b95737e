"""Rows are one by their key, and differ in what matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.configs import statements
from jipkit.menus import Default, Menu, Table
from jipkit.project import Project
from jipkit.rows.syntax import differences

FACTS = Project(Path(__file__).parents[2]).platforms["mikrotik_routeros"]
INPUT = "/ip firewall filter add action={} chain=input comment={}"
FORWARD = "/ip firewall filter add action={} chain=forward comment={}"


def edits(wanted: list[str], found: list[str], version: str | None = "7.16.2") -> list[tuple[str, str, str]]:
    ours, theirs = (statements("\n".join(side) + "\n", FACTS) for side in (wanted, found))
    return [
        (edit.kind, edit.intended.text if edit.intended else "", edit.running.text if edit.running else "")
        for edit in differences(ours, theirs, FACTS, version)
    ]


def kinds(wanted: list[str], found: list[str], version: str | None = "7.16.2") -> list[str]:
    return [kind for kind, _, _ in edits(wanted, found, version)]


@pytest.mark.parametrize(
    "rows",
    [
        [
            "/ip address add address=10.0.0.1/30 interface=ether1",
            "/ip address add address=10.0.0.5/30 interface=ether2",
        ],
        ["/interface list add name=a", "/interface list add name=b"],
        [INPUT.format("drop", "x"), FORWARD.format("drop", "y")],
        ["/system logging add action=remote topics=error", "/system logging add action=remote topics=critical"],
    ],
    ids=["addresses", "lists", "rules of two chains", "logging"],
)
def test_an_order_that_means_nothing_is_no_difference(rows: list[str]) -> None:
    assert kinds(rows, rows[::-1]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [INPUT.format("accept", "x"), INPUT.format("drop", "y")],
        ["/queue simple add name=a target=10.0.0.1", "/queue simple add name=b target=10.0.0.2"],
        ["/routing filter rule add chain=a rule=accept", "/routing filter rule add chain=a rule=reject"],
        ["/ip firewall nat add action=masquerade chain=srcnat", "/ip firewall nat add action=accept chain=srcnat"],
    ],
    ids=["filter", "queues", "routing filter", "nat"],
)
def test_an_order_that_has_a_meaning_is_one(rows: list[str]) -> None:
    assert kinds(rows, rows[::-1]) == ["misordered"]


def test_one_rule_that_moved_far_is_one_difference() -> None:
    rules = [INPUT.format("accept", f"r{number}") for number in range(6)]
    assert edits(rules, [rules[5], *rules[:5]]) == [("misordered", rules[5], rules[5])]


def test_a_row_with_the_same_key_was_changed() -> None:
    wanted = "/interface bridge port add bridge=bridge interface=ether2 pvid=110"
    found = "/interface bridge port add bridge=bridge interface=ether2 pvid=120"
    assert edits([wanted], [found]) == [("changed", wanted, found)]


def test_a_rule_is_known_by_its_remark() -> None:
    wanted, found = INPUT.format("accept", "ping") + " protocol=icmp", INPUT.format("drop", "ping")
    assert edits([wanted], [found]) == [("changed", wanted, found)]


def test_a_rule_without_a_remark_is_known_by_its_looks() -> None:
    wanted = "/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp src-address=10.0.0.0/8"
    found = "/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp src-address=10.0.0.0/16"
    other = "/ip firewall filter add action=drop chain=forward out-interface=ether1"
    assert edits([wanted, other], [other, found]) == [("changed", wanted, found)]


def test_rules_that_have_little_in_common_are_two() -> None:
    wanted = "/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp"
    found = "/ip firewall filter add action=drop chain=input in-interface=ether1"
    assert edits([wanted], [found]) == [("missing", wanted, ""), ("extra", "", found)]


def test_a_renamed_row_with_the_same_remark_was_changed() -> None:
    wanted = "/interface vlan add comment=staff interface=bridge name=vlan110-staff vlan-id=110"
    found = "/interface vlan add comment=staff interface=bridge name=old vlan-id=110"
    assert edits([wanted], [found]) == [("changed", wanted, found)]


def test_a_second_row_that_says_the_same_is_extra() -> None:
    rule = "/ip firewall filter add action=drop chain=input"
    assert edits([rule], [rule, rule]) == [("extra", "", rule)]


def test_a_setting_that_only_the_router_has_is_extra() -> None:
    wanted, found = "/ip dns set servers=10.0.0.1", "/ip ssh set forwarding-enabled=both"
    assert edits([wanted], [wanted, found]) == [("extra", "", found)]


def test_a_disabled_row_was_changed() -> None:
    row = "/ip route add dst-address=10.0.0.0/8 gateway=10.1.1.1"
    assert kinds([row], [f"{row} disabled=yes"]) == ["changed"]


def test_settings_that_are_said_in_two_lines_are_one() -> None:
    assert kinds(["/snmp set contact=NOC enabled=yes"], ["/snmp set contact=NOC", "/snmp set enabled=yes"]) == []


def test_the_version_of_the_router_says_what_its_defaults_are() -> None:
    wanted = ["/interface bridge add name=bridge"]
    found = ["/interface bridge add ingress-filtering=no name=bridge"]
    assert (kinds(wanted, found, "6.49.17"), kinds(wanted, found, "7.16.2")) == ([], ["changed"])


@pytest.mark.parametrize(
    ("version", "value"), [("6.49", "a"), ("7", "b"), ("7.15.3", "b"), ("7.16", "c"), ("8.1", "c"), (None, None)]
)
def test_a_default_holds_from_a_version_to_another(version: str | None, value: str | None) -> None:
    given = (
        Default(value="a", before="7"),
        Default(value="b", since="7", before="7.16"),
        Default(value="c", since="7.16"),
    )
    table = Table({"/x": (Menu(defaults={"p": given}),)})
    assert table.rules("/x", version).defaults.get("p") == value


def test_a_menu_can_be_another_in_another_version() -> None:
    table = Table({"/x": (Menu(before="7", key=("a",)), Menu(since="7", key=("b",)))})
    assert [table.rules("/x", version).key for version in ("6.49", "7.1", None)] == [("a",), ("b",), ("b",)]
