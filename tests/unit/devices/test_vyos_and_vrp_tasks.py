"""VyOS and VRP through the same door as every router: our sessions, our tasks, our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
import pytest
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result
from nornir.plugins.runners import SerialRunner

from jipkit.errors import ChangeError
from jipkit.hostkeys import HostKeys
from jipkit.project import Project
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.vrp import VrpRouter
from jipkit.testing.devices.vyos import VyosRouter
from jipkit.testing.kits import Kit
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from jipkit.testing.ssh import SshServer
from jipkit.transport import CONNECTION, DeviceConnection, Login, Target
from tasks.identify import identify_router
from tasks.observe import observe_router
from tasks.push import push_config

ROOT = Path(__file__).parents[3]
PROJECT = Project(ROOT)
KEY = paramiko.ECDSAKey.generate()
ROUTER = "kec-rawa"
DEVICES: Mapping[str, Callable[..., Any]] = {"huawei_vrp": VrpRouter, "vyos": VyosRouter}
CAPTURED = {
    "huawei_vrp": {
        "display interface": "interfaces/8.180_router",
        "display ospf peer": "ospf_neighbors/8.180_short_name",
        "display lldp neighbor": "lldp/8.180_one_neighbour",
        "ping -c 3 -m 200 -t 1000 -a 10.161.0.7 10.161.0.6": "ping/8.180_all_lost",
        "ping -c 3 -m 200 -t 1000 -a 10.161.0.9 10.161.0.8": "ping/8.180_all_lost",
    },
    "vyos": {
        "ip -j addr show": "interfaces/1.4.3_dummy",
        "ip -j -s link show": "counters/1.4.3_one",
        'sudo vtysh -c "show ip ospf neighbor json"': "ospf_neighbors/1.4.3_frr_10",
        "sudo lldpcli -f json0 show neighbors details": "lldp/1.4.3_one",
        "/bin/ping -n -c 3 -i 0.2 -W 1 -I 10.161.0.7 10.161.0.6": "ping/1.4.3_host_unreachable",
        "/bin/ping -n -c 3 -i 0.2 -W 1 -I 10.161.0.9 10.161.0.8": "ping/1.4.3_host_unreachable",
    },
}
"""What a router answers, and where it stands."""
REFUSED = {
    "huawei_vrp": "interface GigabitEthernet0/0/0\n ospf authentication-mod md5 1 cipher sangat-rahasia\n quit\n",
    "vyos": "set protocols ospf interface eth0 authentication md5 key-ids 1 md5-key 'sangat-rahasia'\n",
}
Run = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """A router that is as intended."""

    kit: Kit
    device: Any
    server: SshServer


@pytest.fixture(params=sorted(DEVICES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    platform: str = request.param
    kit, captures = Kit(PROJECT, platform), ROOT / "tests" / "captures" / platform
    said = {command: (captures / f"{name}.txt").read_text("utf-8") for command, name in CAPTURED[platform].items()}
    device = DEVICES[platform](kit.running(ROUTER), clock=ManualClock(), answers=said)
    with device.server(KEY, keys=(KEY,)) as server:
        yield Place(kit, device, server)


@pytest.fixture
def run(place: Place, tmp_path: Path) -> Run:
    """Return what runs a task on the router, over a session of its own, and returns its result."""
    facts, server = place.kit.facts, place.server
    hostkeys = HostKeys(tmp_path / "known_hosts")
    hostkeys.pin(ROUTER, ["127.0.0.1"], server.port, server.host_key.type, server.host_key.base64)
    target = Target(ROUTER, place.kit.platform, facts, Login("jip", server.port, KEY, use_agent=False), hostkeys)
    ConnectionPluginRegister.register(CONNECTION, DeviceConnection)

    def over_a_session(task: Callable[..., Result], **parameters: Any) -> Any:
        options = {CONNECTION: ConnectionOptions(port=server.port, extras={"target": target})}
        host = Host(ROUTER, "127.0.0.1", data={"facts": facts}, connection_options=options, defaults=Defaults())
        with Nornir(Inventory(Hosts({ROUTER: host}), Groups(), Defaults()), runner=SerialRunner()) as session:
            answer = session.run(task, **parameters)[ROUTER]
        if answer.exception:
            raise answer.exception
        return answer[0].result

    return over_a_session


def test_the_router_is_known_by_its_name(run: Run) -> None:
    assert run(identify_router) == ROUTER


def test_what_the_router_says_of_its_links_is_understood(run: Run, place: Place) -> None:
    seen = run(observe_router, network=on_platform(small_network(), ROUTER, place.kit.platform))
    assert (seen.failure, seen.parse_failures) == (None, ())
    assert (len(seen.interfaces) > 0, len(seen.neighbors) > 0, len(seen.lldp) > 0) == (True, True, True)
    assert [ping.loss for ping in seen.pings.values()] == [1.0, 1.0]


def test_a_refused_change_shows_no_secret(run: Run, place: Place) -> None:
    before = place.device.running
    with pytest.raises(ChangeError, match="was refused") as caught:
        run(push_config, candidate=REFUSED[place.kit.platform], revert_in_s=None, message="uji")
    assert "sangat-rahasia" not in str(caught.value)
    assert place.device.running == before
