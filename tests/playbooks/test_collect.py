"""Any platform is asked by its own commands: one after the other in a shell, and for its version where that matters."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nornir.core.task import Result, Task

from jipkit.observation import (
    ArpEntry,
    LldpNeighbor,
    Neighbor,
    NotAsked,
    NotParsed,
    Observation,
    Optics,
    Ping,
    Software,
)
from jipkit.platforms import Command, Fact, PlatformFacts
from jipkit.project import Project
from jipkit.testing.networks import small_network
from tasks.collect import collect_facts
from tasks.observe import observe_router
from tasks.ping import ping_address

PLATFORMS = {str(name): facts for name, facts in Project(Path(__file__).parents[2]).platforms.items()}
COUNT = "1\n"
PORTS = (
    ' 0   R   name="ether1" type="ether" mtu=1500 actual-mtu=1500 mac-address=48:A9:8A:00:10:01\n'
    ' 1       name="ether2" type="ether" mtu=1500 actual-mtu=1500 mac-address=48:A9:8A:00:10:02\n'
)
PINGED = "    sent=3 received=3 packet-loss=0% min-rtt=390us avg-rtt=676us max-rtt=1ms203us\n"
SEVEN: dict[str, str] = {
    "/interface print detail without-paging": PORTS,
    ":put [:len [/interface find]]": "2\n",
    "/ip address print terse without-paging": " 0   address=10.161.0.9/31 network=10.161.0.8 interface=ether1\n",
    ":put [:len [/ip address find]]": COUNT,
    "/interface print stats-detail without-paging": ' 0  name="ether1" rx-byte=1 203 tx-byte=9 rx-error=4 tx-error=0\n',
    "/routing ospf neighbor print terse without-paging": " 0 D address=10.161.0.8 router-id=10.160.0.3 state=Full\n",
    ":put [:len [/routing ospf neighbor find]]": COUNT,
    "/routing bgp session print detail without-paging": "\n",
    ":put [:len [/routing bgp session find]]": "0\n",
    "/ip neighbor print detail without-paging": ' 0 interface=ether1 identity="pop-1" interface-name="eth1"\n',
    ":put [:len [/ip neighbor find]]": COUNT,
    "/ip arp print terse without-paging": " 0 DC address=10.161.0.8 mac-address=48:A9:8A:00:20:02 interface=ether1\n",
    ":put [:len [/ip arp find]]": COUNT,
    "/system resource print": "  uptime: 1d\n  version: 7.19.4 (stable)\n  board-name: CHR\n",
    "/system routerboard print": "  routerboard: no\n",
    "/system identity print": "  name: kec-rawa\n",
}


@dataclass
class Shell:
    """A driver over one shell, with canned answers; it breaks when two commands are on their way at once."""

    answers: Mapping[str, str] = field(default_factory=lambda: SEVEN)
    asked: list[str] = field(default_factory=list)
    _busy: threading.Lock = field(default_factory=threading.Lock)

    def cli(self, commands: list[str]) -> dict[str, str]:
        if not self._busy.acquire(blocking=False):
            raise AssertionError("two commands at once")
        with_answers = {command: self._answer(command) for command in commands}
        self._busy.release()
        return with_answers

    def _answer(self, command: str) -> str:
        self.asked.append(command)
        return PINGED if command.startswith("/ping ") else self.answers[command]


def task_on(device: object, platform: str | PlatformFacts) -> Task:
    facts = PLATFORMS[platform] if isinstance(platform, str) else platform
    host = SimpleNamespace(name="kec-rawa", get_connection=lambda *_: device, data={"facts": facts})
    return cast("Task", SimpleNamespace(host=host, nornir=SimpleNamespace(config=None)))


def collected(device: object, *wanted: Fact, platform: str | PlatformFacts = "mikrotik_routeros") -> Mapping[Fact, Any]:
    result: Result = collect_facts(task_on(device, platform), cast("Sequence[Fact]", wanted))
    return cast("Mapping[Fact, Any]", result.result)


def observed(device: object) -> Observation:
    result = observe_router(task_on(device, "mikrotik_routeros"), small_network()).result
    assert isinstance(result, Observation)
    return result


def test_a_router_behind_one_shell_is_observed() -> None:
    found = observed(Shell())

    assert found.failure is None
    assert found.parse_failures == ()
    assert found.lldp == (LldpNeighbor("ether1", "pop-1", "eth1"),)


def test_addresses_that_are_asked_for_by_themselves_are_those_of_the_ports() -> None:
    interfaces = observed(Shell()).interfaces

    assert not isinstance(interfaces, (NotParsed, NotAsked))
    assert {name: [str(a) for a in state.addresses] for name, state in interfaces.items()} == {
        "ether1": ["10.161.0.9/31"],
        "ether2": [],
    }


def test_ports_whose_addresses_are_not_understood_are_not_understood() -> None:
    found = observed(Shell({**SEVEN, ":put [:len [/ip address find]]": "2\n"}))

    assert isinstance(found.interfaces, NotParsed)
    assert found.interfaces.command == "/ip address print terse without-paging"


def test_a_neighbour_without_interface_is_on_the_one_whose_network_it_is_in() -> None:
    assert observed(Shell()).neighbors == (
        Neighbor("ospf", "ether1", IPv4Address("10.161.0.8"), "Full", good=True, router_id=IPv4Address("10.160.0.3")),
    )


def test_counters_that_a_command_tells_are_those_of_the_ports() -> None:
    interfaces = observed(Shell()).interfaces

    assert not isinstance(interfaces, (NotParsed, NotAsked))
    assert (interfaces["ether1"].rx_octets, interfaces["ether1"].rx_errors) == (1203, 4)
    assert interfaces["ether2"].rx_octets is None


def test_links_are_pinged_by_the_platforms_own_command_each_from_its_own_address() -> None:
    device = Shell()

    found = observed(device)

    assert [command for command in device.asked if command.startswith("/ping ")] == [
        "/ping address=10.161.0.6 src-address=10.161.0.7 count=3 interval=200ms",
        "/ping address=10.161.0.8 src-address=10.161.0.9 count=3 interval=200ms",
    ]
    assert not isinstance(found.pings, (NotParsed, NotAsked))
    assert found.pings[IPv4Address("10.161.0.6")] == Ping(IPv4Address("10.161.0.6"), 3, 0.0, 0.676, 0.39, 1.203)


def test_one_address_is_pinged_by_the_platforms_own_command() -> None:
    result = ping_address(
        task_on(Shell(), "mikrotik_routeros"), IPv4Address("10.161.0.8"), IPv4Address("10.161.0.9")
    ).result

    assert result == Ping(IPv4Address("10.161.0.8"), 3, 0.0, 0.676, 0.39, 1.203)


def test_an_empty_menu_is_nobody_only_where_the_router_counts_none() -> None:
    assert collected(Shell(), "bgp_neighbors") == {"bgp_neighbors": ()}


def test_the_command_is_that_of_the_routers_version() -> None:
    device = Shell()

    collected(device, "bgp_neighbors")

    assert device.asked[:4] == [
        "/system resource print",
        "/system routerboard print",
        "/system identity print",
        "/routing bgp session print detail without-paging",
    ]


def test_a_router_that_does_not_tell_its_version_is_asked_as_the_oldest_is() -> None:
    silent = {**SEVEN, "/system resource print": "\n", "/system identity print": "\n", "/system routerboard print": ""}
    old = {
        "/routing bgp peer print status without-paging": "bad command name peer (line 1 column 14)\n",
        ":put [:len [/routing bgp peer find]]": "",
    }

    found = collected(Shell({**silent, **old}), "bgp_neighbors")["bgp_neighbors"]

    assert isinstance(found, NotParsed)
    assert found.reason == "the router does not know the command"


def test_the_version_is_not_asked_for_where_nothing_depends_on_it() -> None:
    device = Shell()

    collected(device, "arp")

    assert device.asked == ["/ip arp print terse without-paging", ":put [:len [/ip arp find]]"]


def test_facts_that_are_no_links_concern_are_collected_too() -> None:
    found = collected(Shell(), "arp", "version")

    assert found["arp"] == (ArpEntry(IPv4Address("10.161.0.8"), "48:a9:8a:00:20:02", "ether1"),)
    assert found["version"] == Software("7.19.4 (stable)", "CHR", None, "kec-rawa", 86400.0)


def test_a_fact_for_which_there_is_neither_command_nor_getter_was_not_asked_for() -> None:
    found = collected(SimpleNamespace(), "optics", platform="frr")["optics"]

    assert found == NotAsked("jip cannot ask frr for optics")


class Getters:
    """A NAPALM driver whose getters know what no command does."""

    def get_arp_table(self) -> Any:
        return [
            {"interface": "eth0", "mac": "48:A9:8A:00:20:02", "ip": "10.161.0.8", "age": -1.0},
            {"interface": "eth0", "mac": "48:A9:8A:00:20:02", "ip": "fe80::1", "age": -1.0},
        ]

    def get_facts(self) -> Any:
        return {"os_version": "8.4.4", "model": "FRR", "serial_number": "", "hostname": "core-1", "uptime": -1.0}


@pytest.mark.covers("arp", "frr")
@pytest.mark.covers("version", "frr")
def test_what_no_command_tells_a_getter_may() -> None:
    found = collected(Getters(), "arp", "version", platform="frr")

    assert found["arp"] == (ArpEntry(IPv4Address("10.161.0.8"), "48:a9:8a:00:20:02", "eth0"),)
    assert found["version"] == Software("8.4.4", "FRR", None, "core-1", None)


PER_PORT = PlatformFacts(
    platform="vyos",
    netmiko="vyos",
    commands={
        "interfaces": (Command(send="ports", read="linux.interfaces"),),
        "optics": PLATFORMS["vyos"].commands["optics"],
    },
    textfsm=PLATFORMS["vyos"].textfsm,
)
TWO_PORTS = (
    '[{"ifname": "eth0", "flags": ["UP"], "operstate": "UP", "mtu": 1500},'
    ' {"ifname": "eth1", "flags": ["UP"], "operstate": "UP", "mtu": 1500}]'
)
COPPER = "netlink error: Operation not supported\n"
GLASS = "\tIdentifier : 0x03 (SFP)\n\tReceiver signal average optical power : 0.3940 mW / -4.05 dBm\n"


def test_what_is_asked_of_each_port_is_one_answer() -> None:
    answers = {"ports": TWO_PORTS, "sudo ethtool -m eth0": COPPER, "sudo ethtool -m eth1": GLASS}

    assert collected(Shell(answers), "optics", platform=PER_PORT)["optics"] == (Optics("eth1", rx_dbm=-4.05),)


def test_what_is_not_understood_of_one_port_makes_the_whole_not_understood() -> None:
    answers = {"ports": TWO_PORTS, "sudo ethtool -m eth0": "what?", "sudo ethtool -m eth1": GLASS}

    found = collected(Shell(answers), "optics", platform=PER_PORT)["optics"]

    assert isinstance(found, NotParsed)
    assert found.command == "sudo ethtool -m eth0"


def test_no_port_is_asked_where_the_ports_are_not_understood() -> None:
    device = Shell({"ports": "[]"})

    found = collected(device, "optics", platform=PER_PORT)["optics"]

    assert isinstance(found, NotParsed)
    assert device.asked == ["ports"]


@pytest.mark.parametrize("platform", ["cisco_ios", "arista_eos", "juniper_junos", "huawei_vrp", "vyos"])
def test_only_a_platform_that_allows_it_is_asked_for_much_at_once(platform: str) -> None:
    assert not PLATFORMS[platform].parallel
