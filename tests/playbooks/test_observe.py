"""What a router answers becomes an observation, and so does what it does not answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from types import SimpleNamespace
from typing import Any

import pytest
from napalm.base.exceptions import CommandErrorException, CommandTimeoutException, ConnectionClosedException

from jipkit.errors import AnswerError, IdentityError, JipError, LoginError, RouterError, UnreachableError
from jipkit.model import Network
from jipkit.observation import LldpNeighbor, NotAsked, NotParsed, Observation, Ping
from jipkit.platforms import Command, PlatformFacts
from jipkit.testing.networks import small_network
from tasks import asking
from tasks.observe import observe_router
from tasks.ping import ping_address

NETWORK = small_network()
FACTS = PlatformFacts(
    platform="frr",
    netmiko="linux",
    parallel=True,
    commands={
        "interfaces": (Command(send="show interface json", read="frr.interfaces"),),
        "ospf_neighbors": (Command(send="show ip ospf neighbor json", read="frr.ospf_neighbors"),),
        "bgp_neighbors": (Command(send="show bgp summary json", read="frr.bgp_neighbors"),),
    },
)


def port(address: str) -> dict[str, Any]:
    return {"administrativeStatus": "up", "operationalStatus": "up", "ipAddresses": [{"address": address}]}


def pop_1() -> dict[str, Any]:
    """Return what pop-1 answers when it is well."""
    neighbour = {"nbrState": "Full/-", "ifaceAddress": "10.161.0.2", "ifaceName": "eth0:10.161.0.3"}
    ports = {"lo": port("10.160.0.3/32"), "eth0": port("10.161.0.3/31"), "eth2": port("10.161.0.13/30")}
    return {
        "show interface json": json.dumps(ports),
        "show ip ospf neighbor json": json.dumps({"neighbors": {"10.160.0.1": [neighbour]}}),
    }


@dataclass
class FakeDriver:
    """A NAPALM driver with canned answers; an exception among them is raised."""

    answers: dict[str, Any] = field(default_factory=pop_1)
    losses: dict[str, list[int]] = field(default_factory=dict)
    errors: list[int] = field(default_factory=lambda: [0, 0])
    lldp: Any = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pinged: list[tuple[str, str, int]] = field(default_factory=list)

    def cli(self, commands: list[str]) -> dict[str, Any]:
        self.asked += commands
        return {command: self._give(self.answers[command]) for command in commands}

    def get_lldp_neighbors_detail(self) -> Any:
        return self._give(self.lldp)

    def get_interfaces_counters(self) -> Any:
        counts = {"rx_errors": self.errors.pop(0), "tx_errors": 0, "rx_octets": 1, "tx_octets": 2}
        return {"lo": counts, "eth0": counts, "eth2": counts}

    def ping(self, destination: str, *, source: str, timeout: int, count: int) -> Any:  # noqa: ARG002 - NAPALM's
        self.pinged.append((source, destination, count))
        lost = self.losses[destination].pop(0) if self.losses.get(destination) else 0
        return {"success": {"probes_sent": count, "packet_loss": lost, "rtt_avg": 1.0}}

    @staticmethod
    def _give(answer: Any) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return answer


def observed(driver: FakeDriver | JipError, network: Network = NETWORK) -> Observation:
    """Run the task on pop-1 and return its result."""

    def connection(name: str, _: object) -> FakeDriver:
        assert name == "device"
        if isinstance(driver, JipError):
            raise driver
        return driver

    host = SimpleNamespace(name="pop-1", get_connection=connection, data={"facts": FACTS})
    result = observe_router(SimpleNamespace(host=host, nornir=SimpleNamespace(config=None)), network)  # type: ignore[arg-type]
    assert isinstance(result.result, Observation)
    return result.result


def test_a_router_that_is_well_is_understood() -> None:
    found = observed(FakeDriver())

    assert found.failure is None
    assert found.parse_failures == ()
    assert not isinstance(found.interfaces, (NotParsed, NotAsked))
    assert found.interfaces["eth0"].up
    assert not isinstance(found.neighbors, (NotParsed, NotAsked))
    assert [n.state for n in found.neighbors] == ["Full"]


def test_only_links_in_service_are_pinged_each_from_its_own_address() -> None:
    driver = FakeDriver()

    observed(driver)

    assert sorted(driver.pinged) == [
        ("10.161.0.13", "10.161.0.14", 3),
        ("10.161.0.3", "10.161.0.2", 3),
        ("10.161.0.6", "10.161.0.7", 3),
    ]


def test_only_the_protocols_of_its_links_are_asked_for() -> None:
    driver = FakeDriver()

    observed(driver)

    assert "show bgp summary json" not in driver.asked


def test_a_ping_that_lost_some_probes_is_repeated_with_more() -> None:
    found = observed(FakeDriver(losses={"10.161.0.2": [1, 1]}))

    assert not isinstance(found.pings, (NotParsed, NotAsked))
    assert found.pings[IPv4Address("10.161.0.2")] == Ping(IPv4Address("10.161.0.2"), 10, 0.1, 1.0)


def test_errors_that_rise_while_we_look_are_counted() -> None:
    found = observed(FakeDriver(errors=[5, 8]))

    assert not isinstance(found.interfaces, (NotParsed, NotAsked))
    assert found.interfaces["eth0"].rx_errors == 8
    assert found.interfaces["eth0"].new_errors == 3


def test_lldp_is_read_from_the_driver() -> None:
    heard = {"remote_port": "eth1", "remote_port_description": "", "remote_system_name": "core-1"}

    found = observed(FakeDriver(lldp={"eth0": [heard]}))

    assert found.lldp == (LldpNeighbor("eth0", "core-1", "eth1"),)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (UnreachableError("pop-1", "no route"), "unreachable"),
        (IdentityError("pop-1", "another host key"), "identity"),
        (LoginError("pop-1", "refused"), "login"),
        (AnswerError("pop-1", "no prompt"), "not parsed"),
    ],
)
def test_a_session_that_does_not_come_about_is_a_failure_in_the_observation(error: RouterError, failure: str) -> None:
    found = observed(error)

    assert (found.failure, found.reason) == (failure, str(error).removeprefix("pop-1: "))
    assert isinstance(found.interfaces, NotAsked)


def test_a_platform_without_a_driver_was_not_asked() -> None:
    found = observed(RouterError("pop-1", "platform huawei_vrp is not supported yet"))

    assert found.failure is None
    assert found.interfaces == NotAsked("platform huawei_vrp is not supported yet")


@pytest.mark.parametrize("answer", ["", "garbage", "% Unknown command: show", "x" * 8_000_001])
def test_an_answer_that_nobody_understands_is_not_parsed(answer: str) -> None:
    found = observed(FakeDriver(answers={**pop_1(), "show interface json": answer}))

    assert isinstance(found.interfaces, NotParsed)
    assert found.parse_failures == (found.interfaces,)
    assert found.failure is None


@pytest.mark.parametrize(
    "error", [CommandErrorException("ospfd is not running"), CommandTimeoutException("is a daemon frozen?")]
)
def test_a_command_that_fails_is_not_parsed_and_the_others_are(error: Exception) -> None:
    found = observed(FakeDriver(answers={**pop_1(), "show ip ospf neighbor json": error}))

    assert isinstance(found.neighbors, NotParsed)
    assert str(error) in found.neighbors.reason
    assert not isinstance(found.interfaces, NotParsed)


def test_a_session_that_breaks_off_is_unreachable() -> None:
    found = observed(FakeDriver(answers={**pop_1(), "show interface json": ConnectionClosedException("gone")}))

    assert found.failure == "unreachable"


def test_a_driver_without_lldp_was_not_asked_for_it() -> None:
    assert isinstance(observed(FakeDriver(lldp=NotImplementedError())).lldp, NotAsked)


def test_a_mistake_in_a_driver_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        observed(FakeDriver(answers={**pop_1(), "show interface json": ZeroDivisionError()}))


def test_a_ping_that_was_not_understood_is_no_ping() -> None:
    found = observed(FakeDriver(losses={"10.161.0.2": [9]}))

    assert not isinstance(found.pings, (NotParsed, NotAsked))
    assert IPv4Address("10.161.0.2") not in found.pings
    assert [failure.command for failure in found.parse_failures] == ["ping 10.161.0.2"]


def test_a_router_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeDriver):
        def get_lldp_neighbors_detail(self) -> Any:
            time.sleep(0.5)

    monkeypatch.setattr(asking, "PATIENCE_S", 0.1)
    started = time.monotonic()

    found = observed(Hanging())

    assert time.monotonic() - started < 0.4
    assert isinstance(found.lldp, NotParsed)
    assert found.lldp.reason == "no answer within 0.1 s"


def test_an_address_can_be_pinged_on_its_own() -> None:
    host = SimpleNamespace(name="pop-1", get_connection=lambda *_: FakeDriver(), data={"facts": FACTS})

    result = ping_address(
        SimpleNamespace(host=host, nornir=SimpleNamespace(config=None)),  # type: ignore[arg-type]
        IPv4Address("10.161.0.2"),
        IPv4Address("10.161.0.3"),
    )

    assert result.result == Ping(IPv4Address("10.161.0.2"), 3, 0.0, 1.0)
