"""Rules and lists of a firewall that become others: at no command of a change is the administrator shut out."""

from __future__ import annotations

import re

import pytest

from tests.unit.laws.worlds import MAKES, drift_of

HEAD = ["/system identity set name=kota"]
ANSWERS = "/ip firewall filter add action=accept chain=input comment=answers connection-state=established,related"
DROP = '/ip firewall filter add action=drop chain=input comment="everything else"'


def listed(*rows: str) -> list[str]:
    return [f"/ip firewall address-list add {row}" for row in rows]


def accept(said: str) -> str:
    return f"/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp {said}"


def lets_in(text: str) -> bool:
    """Return whether somebody comes in by SSH: over a rule whose lists hold anything, before one that drops all."""
    said = text.replace("/ip firewall address-list add ", "/LIST ").splitlines()
    lists = {re.search(r"list=(\S+)", line)[1] for line in said if line.startswith("/LIST ")}  # type: ignore[index]
    members = set(re.findall(r"^/interface list member add .*list=(\S+)", text, re.MULTILINE))
    for rule in (line for line in said if line.startswith("/ip firewall filter add ") and "chain=input" in line):
        used = re.search(r"src-address-list=(\S+)", rule), re.search(r"in-interface-list=(\S+)", rule)
        known = all(match is None or match[1] in held for match, held in zip(used, (lists, members), strict=True))
        if "dst-port=22" in rule and known:
            return True
        if "everything else" in rule:
            return False
    return True


PORTS = ["/interface list add name=kantor", "/interface list member add interface=ether2 list=kantor"]
OTHER_PORTS = ["/interface list add name=dalam", "/interface list member add interface=ether3 list=dalam"]
CASES = {
    "another list": (
        [*listed("address=10.160.1.0/24 list=lama"), ANSWERS, accept("comment=ssh src-address-list=lama"), DROP],
        [*listed("address=10.160.1.0/24 list=baru"), ANSWERS, accept("comment=ssh src-address-list=baru"), DROP],
    ),
    "other addresses": (
        [*listed("address=10.160.1.0/24 list=admin"), ANSWERS, accept("comment=ssh src-address-list=admin"), DROP],
        [*listed("address=10.160.2.0/24 list=admin"), ANSWERS, accept("comment=ssh src-address-list=admin"), DROP],
    ),
    "another rule": (
        [ANSWERS, accept("comment=lama src-address=10.160.1.0/24"), DROP],
        [ANSWERS, accept("comment=baru in-interface=ether2 connection-state=new log=yes"), DROP],
    ),
    "other ports": (
        [*PORTS, ANSWERS, accept("comment=ssh in-interface-list=kantor"), DROP],
        [*OTHER_PORTS, ANSWERS, accept("comment=ssh in-interface-list=dalam"), DROP],
    ),
    "everything": (
        [*PORTS, accept("comment=lama in-interface-list=kantor"), DROP],
        [*listed("address=10.160.1.0/24 list=baru"), accept("comment=baru src-address-list=baru"), ANSWERS, DROP],
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("make", ["mikrotik_routeros", "mikrotik_routeros-6"])
@pytest.mark.covers("remedy", "mikrotik_routeros")
def test_the_administrator_comes_in_after_every_command(name: str, make: str) -> None:
    running, intended = ([*HEAD, *lines] for lines in CASES[name])
    router = MAKES[make](running)
    shut = []
    assert lets_in(router.text())
    for command in drift_of("mikrotik_routeros", intended, router.text()).remedy:
        router.apply([command])
        if not lets_in(router.text()):
            shut.append(command)
    assert shut == []
    assert router.meaning() == MAKES[make](intended).meaning()


@pytest.mark.covers("remedy", "mikrotik_routeros")
def test_what_names_an_interface_that_goes_is_gone_before_it() -> None:
    vlan = "/interface vlan add interface=ether1 name=vlan9 vlan-id=9"
    rule = "/ip firewall filter add action=drop chain=forward comment=tamu in-interface=vlan9"
    router = MAKES["mikrotik_routeros"]([*HEAD, vlan, rule, ANSWERS])
    other = "/ip firewall filter add action=drop chain=forward comment=kamera src-address=10.162.9.0/24"
    remedy = drift_of("mikrotik_routeros", [*HEAD, other, ANSWERS], router.text()).remedy
    assert [line.split(" [")[0] for line in remedy[:2]] == ["/ip firewall filter remove", "/interface vlan remove"]


@pytest.mark.covers("remedy", "mikrotik_routeros")
def test_a_rule_that_says_the_same_as_one_that_comes_goes_first() -> None:
    rule = "/ip firewall filter add action=accept chain=input protocol=icmp"
    router = MAKES["mikrotik_routeros"]([*HEAD, rule, rule, DROP])
    intended = [*HEAD, rule, DROP]
    router.apply(drift_of("mikrotik_routeros", intended, router.text()).remedy)
    assert router.meaning() == MAKES["mikrotik_routeros"](intended).meaning()
