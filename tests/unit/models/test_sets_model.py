"""What Junos and VyOS make of lines that set and delete."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.reveal import junos9
from jipkit.testing.models.sets import JUNOS, VYOS, Model, Refused, Rules

GOLDEN = Path(__file__).parents[2] / "golden"
FILES = sorted((*GOLDEN.glob("juniper_junos/*.conf"), *GOLDEN.glob("vyos/*.conf")))


def rules_of(path: Path) -> Rules:
    return JUNOS if path.parent.name == "juniper_junos" else VYOS


def after(before: str, lines: str, rules: Rules = JUNOS) -> str:
    model = Model(before, rules)
    model.apply(lines.splitlines())
    return model.text()


def refusal(before: str, lines: str, rules: Rules = JUNOS) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        Model(before, rules).apply(lines.splitlines())
    return caught.value.line, caught.value.message


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_configuration_is_printed_as_it_was_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert sorted(Model(text, rules_of(path)).text().splitlines()) == sorted(text.splitlines())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_configuration_can_be_typed_line_by_line(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    model = Model("", rules_of(path))
    model.apply(lines)
    assert (len(model.text().splitlines()), model.problems()) == (len(lines), ())


@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param("set system host-name a", "set system host-name b", "set system host-name b\n", id="one value"),
        pytest.param(
            "set system name-server 10.160.0.1",
            "set system name-server 10.160.0.2",
            "set system name-server 10.160.0.1\nset system name-server 10.160.0.2\n",
            id="several values",
        ),
        pytest.param("set system ntp server 10.160.0.1", "delete system ntp server 10.160.0.1", "", id="containers go"),
        pytest.param(
            "set interfaces ge-0/0/0 unit 0 family inet address 10.160.0.1/24",
            "delete interfaces ge-0/0/0 unit 0 family inet address 10.160.0.1/24",
            "set interfaces ge-0/0/0 unit 0 family inet\n",
            id="a family stays",
        ),
        pytest.param(
            "set interfaces ge-0/0/0 unit 0 family inet filter input a",
            "delete interfaces ge-0/0/0 unit 0 family inet filter input",
            "set interfaces ge-0/0/0 unit 0 family inet\n",
            id="and the container in it goes",
        ),
        pytest.param(
            "set interfaces ge-0/0/0 unit 0\nset interfaces ge-0/0/0 unit 1",
            "delete interfaces ge-0/0/0 unit",
            "set interfaces ge-0/0/0\n",
            id="all entries of a name",
        ),
        pytest.param(
            "set system host-name a", "delete system host-name a", "", id="a value is deleted by its name and itself"
        ),
        pytest.param(
            "set firewall family inet filter f term t then accept",
            "set firewall family inet filter f term t then discard",
            "set firewall family inet filter f term t then discard\n",
            id="one verdict",
        ),
        pytest.param(
            "set snmp v3 usm local-engine user u authentication-none",
            "set snmp v3 usm local-engine user u privacy-none",
            "set snmp v3 usm local-engine user u authentication-none\n"
            "set snmp v3 usm local-engine user u privacy-none\n",
            id="two choices in one place",
        ),
        pytest.param(
            "",
            "set routing-options static route 10.160.0.0/16 discard preference 250",
            "set routing-options static route 10.160.0.0/16 discard\n"
            "set routing-options static route 10.160.0.0/16 preference 250\n",
            id="two statements in one line",
        ),
        pytest.param(
            "",
            "set system login class c permissions [ view reset ]",
            "set system login class c permissions view\nset system login class c permissions reset\n",
            id="values in brackets",
        ),
        pytest.param("", "set snmp location Kayu", "set snmp location Kayu\n", id="no quotes where none are needed"),
        pytest.param("", "set snmp location 'a \"b'", 'set snmp location "a \\"b"\n', id="quotes in quotes"),
        pytest.param(
            "set system no-redirects",
            "deactivate system no-redirects",
            "set system no-redirects\ndeactivate system no-redirects\n",
            id="deactivated",
        ),
        pytest.param(
            "set system no-redirects\ndeactivate system no-redirects",
            "activate system no-redirects",
            "set system no-redirects\n",
            id="activated",
        ),
        pytest.param(
            "set firewall filter f term a\nset firewall filter f term b",
            "insert firewall filter f term b before term a",
            "set firewall filter f term b\nset firewall filter f term a\n",
            id="inserted",
        ),
        pytest.param(
            "set protocols ospf export a\nset protocols ospf export b",
            "insert protocols ospf export a after b",
            "set protocols ospf export b\nset protocols ospf export a\n",
            id="a value inserted",
        ),
        pytest.param(
            "set interfaces ge-0/0/0 disable",
            "rename interfaces ge-0/0/0 to ge-0/0/1",
            "set interfaces ge-0/0/1 disable\n",
            id="renamed",
        ),
        pytest.param(
            "set firewall filter f term a\nset firewall filter f term b",
            "rename firewall filter f term a to term c",
            "set firewall filter f term c\nset firewall filter f term b\n",
            id="renamed in its place",
        ),
    ],
)
def test_junos_takes_a_line(before: str, lines: str, held: str) -> None:
    assert after(before, lines) == held


@pytest.mark.parametrize(
    ("before", "line", "said"),
    [
        ("", "set system hostname a", "syntax error"),
        ("", "system host-name a", "syntax error"),
        ("", "set system services ssh root-login perhaps", "syntax error"),
        ("", "set interfaces ge-0/0/0 mtu big", "invalid numeric value: 'big'"),
        ("", "set system name-server nine", "invalid ip address or hostname: nine"),
        ("", "set system host-name", "missing argument"),
        ("", "set interfaces ge-0/0/0 unit", "missing argument"),
        ("", "delete system hostname", "syntax error"),
        (
            "set firewall filter f term a",
            "insert firewall filter f term a before term b",
            "statement 'term b' not found",
        ),
        (
            "set firewall filter f term a\nset firewall filter f term b",
            "rename firewall filter f term a to term b",
            "target 'b' already exists",
        ),
        ("", 'set snmp location "Kayu', "unterminated quoted string"),
    ],
)
def test_junos_refuses(before: str, line: str, said: str) -> None:
    assert refusal(before, line) == (line, said)


@pytest.mark.parametrize("verb", ["delete", "deactivate", "activate"])
def test_junos_warns_of_what_is_not_there_and_goes_on(verb: str) -> None:
    model = Model("", JUNOS)
    model.apply([f"{verb} system host-name", "set system no-redirects"])
    assert (model.warnings, model.text()) == (
        [(f"{verb} system host-name", "statement not found")],
        "set system no-redirects\n",
    )


def test_junos_disguises_a_key() -> None:
    held = after("", 'set protocols bgp group g authentication-key "R4hasia bgp"')
    assert junos9(held.split('"')[1]) == "R4hasia bgp"


def test_junos_keeps_the_hash_of_a_password_alone() -> None:
    held = after("", "set system root-authentication plain-text-password-value abcd")
    assert held.startswith('set system root-authentication encrypted-password "$6$')


@pytest.mark.parametrize(
    ("lines", "where", "said"),
    [
        ("set protocols ospf export a", "protocols ospf export", "Policy error: Policy a referenced but not defined"),
        (
            "set interfaces ge-0/0/0 unit 0 family inet filter input a",
            "interfaces ge-0/0/0 unit 0 family inet filter input",
            "Referenced filter 'a' is not defined",
        ),
    ],
)
def test_junos_commits_nothing_that_names_what_is_not_there(lines: str, where: str, said: str) -> None:
    assert Model(lines, JUNOS).problems() == ((where, said),)


def test_what_the_rules_do_not_know_is_held_and_can_be_deleted() -> None:
    before = "set chassis alarm management-ethernet link-down ignore\nset system host-name a"
    assert (Model(before, JUNOS).text(), after(before, "delete chassis")) == (
        "set system host-name a\nset chassis alarm management-ethernet link-down ignore\n",
        "set system host-name a\n",
    )


def test_a_copy_of_a_device_is_another_device() -> None:
    model = Model("set system host-name a", JUNOS)
    model.copy().apply(["set system host-name b", "delete system"])
    assert model.text() == "set system host-name a\n"


@pytest.mark.parametrize("order", ["firewall filter f term", "protocols ospf export"])
def test_the_order_of_terms_is_meaning(order: str) -> None:
    lines = [f"set {order} a", f"set {order} b"]
    assert Model("\n".join(lines), JUNOS).meaning() != Model("\n".join(lines[::-1]), JUNOS).meaning()


def test_the_order_of_interfaces_is_none() -> None:
    lines = ["set interfaces ge-0/0/0 disable", "set interfaces ge-0/0/1 disable"]
    assert Model("\n".join(lines), JUNOS).meaning() == Model("\n".join(lines[::-1]), JUNOS).meaning()


# ---------------------------------------------------------------------- VyOS
@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param(
            "set system host-name 'a'", "set system host-name b", "set system host-name 'b'\n", id="one value"
        ),
        pytest.param(
            "set interfaces ethernet eth0 address '10.160.0.1/24'",
            "set interfaces ethernet eth0 address 10.160.1.1/24",
            "set interfaces ethernet eth0 address '10.160.0.1/24'\n"
            "set interfaces ethernet eth0 address '10.160.1.1/24'\n",
            id="several values",
        ),
        pytest.param(
            "set system login banner pre-login 'a'",
            "delete system login banner pre-login",
            "set system login banner\n",
            id="containers stay",
        ),
        pytest.param(
            "set protocols static route 10.160.0.0/16 next-hop 10.161.0.1",
            "delete protocols static route",
            "set protocols static\n",
            id="all entries of a name",
        ),
        pytest.param(
            "set interfaces ethernet eth10 disable",
            "set interfaces ethernet eth2 disable",
            "set interfaces ethernet eth2 disable\nset interfaces ethernet eth10 disable\n",
            id="in the order of their numbers",
        ),
    ],
)
def test_vyos_takes_a_line(before: str, lines: str, held: str) -> None:
    assert after(before, lines, VYOS) == held


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("set system hostname a", "Configuration path: [system hostname a] is not valid"),
        ("set system host-name a b", "Configuration path: [system host-name a b] is not valid"),
        ("set interfaces ethernet eth0 mtu big", "Invalid value: big\nValue validation failed"),
        ("delete system host-name", "Nothing to delete (the specified node does not exist)"),
        (
            "insert system name-server 10.160.0.1 before 10.160.0.2",
            "Configuration path: [insert system name-server 10.160.0.1 before 10.160.0.2] is not valid",
        ),
    ],
)
def test_vyos_refuses(line: str, said: str) -> None:
    assert refusal("", line, VYOS) == (line, said)
