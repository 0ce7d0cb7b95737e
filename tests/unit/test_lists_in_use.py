"""Lists and policies that get another name: at no line of a change is one gone that something refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from jipkit.testing.models import indented
from tests.unit.laws.worlds import MAKES, Blocks, drift_of, typed

FROM_HERE = "permit 10.160.0.0 0.15.255.255"
RUNNING: dict[str, list[str]] = {
    "cisco_ios": [
        *("hostname kota", "ip access-list standard lama", f" 10 {FROM_HERE}"),
        *("ip prefix-list lama seq 5 permit 10.160.0.0/12", "route-map lama permit 10"),
        *(" match ip address prefix-list lama", "router bgp 64512", " neighbor 192.0.2.1 remote-as 64500"),
        *(" neighbor 192.0.2.1 route-map lama out", " neighbor 192.0.2.1 prefix-list lama in"),
        *("line vty 0 4", " access-class lama in"),
    ],
    "arista_eos": [
        *("hostname kota", "ip access-list standard lama", "   10 permit 10.160.0.0/12"),
        *("ip prefix-list lama", "   seq 5 permit 10.160.0.0/12", "route-map lama permit 10"),
        *("   match ip address prefix-list lama", "router bgp 64512", "   neighbor 192.0.2.1 remote-as 64500"),
        *("   neighbor 192.0.2.1 route-map lama out", "   neighbor 192.0.2.1 prefix-list lama in"),
        *("management ssh", "   ip access-group lama in"),
    ],
    "huawei_vrp": [
        *("sysname kota", "acl name lama 2001", " rule 5 permit source 10.160.0.0 0.15.255.255"),
        *("ip ip-prefix lama index 10 permit 10.160.0.0 12", "route-policy lama permit node 10"),
        *(
            " if-match ip-prefix lama",
            "bgp 64512",
            " peer 192.0.2.1 as-number 64500",
            " ipv4-family unicast",
            "  undo synchronization",
        ),
        *("  peer 192.0.2.1 enable", "  peer 192.0.2.1 route-policy lama export"),
        *("  peer 192.0.2.1 ip-prefix lama import", "user-interface vty 0 4", " acl 2001 inbound"),
    ],
}
USES = re.compile(
    r"^ +(?:access-class|ip access-group|acl) (?P<list>\S+)|^ +(?:match ip address|if-match)(?: prefix-list| ip-prefix)"
    r" (?P<prefixes>\S+)|^ +(?:neighbor|peer) \S+ (?:(?:route-map|route-policy) (?P<policy>\S+)|"
    r"(?:prefix-list|ip-prefix) (?P<own>\S+)) ",
    re.MULTILINE,
)
IS = {
    "list": r"^(?:ip access-list standard {0}|acl name \S+ {0})$",
    "prefixes": r"^ ?ip (?:prefix-list|ip-prefix) {0}\b",
    "own": r"^ ?ip (?:prefix-list|ip-prefix) {0}\b",
    "policy": r"^(?:route-map|route-policy) {0} ",
}


def renamed(lines: Iterable[str]) -> list[str]:
    return [line.replace("lama", "baru").replace("2001", "2002") for line in lines]


def missing(text: str) -> set[str]:
    """Return what a router refers to and does not have."""
    used = {(kind, name) for use in USES.finditer(text) for kind, name in use.groupdict().items() if name}
    return {name for kind, name in used if not re.search(IS[kind].format(name), text, re.MULTILINE)}


def gone_meanwhile(platform: str, running: list[str], intended: list[str]) -> list[set[str]]:
    """Return what is referred to and not there, after each line of the change at which something is."""
    router = MAKES[platform](typed(running))
    assert isinstance(router, Blocks)
    assert missing(router.text()) == set()
    session, after = indented.Typing(router), []
    for line in drift_of(platform, intended, router.text()).remedy:
        session.take(line)
        after.append(missing(router.text()))
    assert router.meaning() == MAKES[platform](typed(intended)).meaning()
    return [names for names in after if names]


@pytest.mark.parametrize("platform", RUNNING)
@pytest.mark.covers("remedy")
def test_what_others_refer_to_is_there_at_every_line(platform: str) -> None:
    assert gone_meanwhile(platform, RUNNING[platform], renamed(RUNNING[platform])) == []


@pytest.mark.parametrize("platform", RUNNING)
@pytest.mark.covers("remedy")
def test_the_old_list_goes_in_the_end(platform: str) -> None:
    router = MAKES[platform](typed(RUNNING[platform]))
    remedy = drift_of(platform, renamed(RUNNING[platform]), router.text()).remedy
    assert [line.split()[0] in ("no", "undo") for line in remedy[-3:]] == [True, True, True]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_list_goes_first_where_another_kind_takes_its_name() -> None:
    running = ["hostname kota", "ip access-list extended manajemen", " 10 permit ip any any", "end", ""]
    intended = ["hostname kota", "ip access-list standard manajemen", f" 10 {FROM_HERE}"]
    remedy = drift_of("cisco_ios", intended, "\n".join(running)).remedy
    assert remedy[:2] == ("no ip access-list extended manajemen", "ip access-list standard manajemen")


@pytest.mark.covers("remedy", "huawei_vrp")
def test_a_list_goes_first_where_another_takes_its_number() -> None:
    rule = " rule 5 permit source 10.160.0.0 0.15.255.255"
    running = ["sysname kota", "acl name lama 2001", rule, "return", ""]
    remedy = drift_of("huawei_vrp", ["sysname kota", "acl name baru 2001", rule], "\n".join(running)).remedy
    assert remedy[:2] == ("undo acl name lama", "acl name baru 2001")


NEIGHBOURS = {
    "cisco_ios": ["ip prefix-list luar seq {} permit {}/8", "route-map luar permit {}"],
    "huawei_vrp": ["ip ip-prefix luar index {} permit {} 8", "route-policy luar permit node {}"],
}


def change_of(platform: str, running: str, intended: str) -> tuple[str, ...]:
    head, last = RUNNING[platform][0], {"huawei_vrp": "return"}.get(platform, "end")
    return drift_of(platform, [head, intended], f"{head}\n{running}\n{last}\n").remedy


@pytest.mark.parametrize("platform", NEIGHBOURS)
@pytest.mark.covers("remedy")
def test_a_list_is_never_empty_while_its_entries_change(platform: str) -> None:
    entry, _ = NEIGHBOURS[platform]
    remedy = change_of(platform, entry.format(5, "10.0.0.0"), entry.format(10, "11.0.0.0"))
    assert (remedy[0], remedy[1].split()[0]) == (
        entry.format(10, "11.0.0.0"),
        {"cisco_ios": "no"}.get(platform, "undo"),
    )


@pytest.mark.parametrize("platform", NEIGHBOURS)
@pytest.mark.parametrize(("number", "prefix"), [(5, "11.0.0.0"), (10, "10.0.0.0")])
@pytest.mark.covers("remedy")
def test_an_entry_goes_first_where_its_number_or_its_words_are_taken(platform: str, number: int, prefix: str) -> None:
    entry, _ = NEIGHBOURS[platform]
    remedy = change_of(platform, entry.format(5, "10.0.0.0"), entry.format(number, prefix))
    assert (remedy[0].split()[0] in ("no", "undo"), remedy[1:]) == (True, (entry.format(number, prefix),))


@pytest.mark.parametrize("platform", NEIGHBOURS)
@pytest.mark.covers("remedy")
def test_a_policy_is_never_gone_while_its_parts_change(platform: str) -> None:
    _, part = NEIGHBOURS[platform]
    remedy = change_of(platform, part.format(10), part.format(20))
    assert (remedy[0], remedy[-1].split()[:3:2]) == (part.format(20), [remedy[-1].split()[0], "luar"])
