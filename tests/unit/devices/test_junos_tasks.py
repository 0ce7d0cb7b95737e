"""Junos through the same door as every router: our sessions, our tasks, our words, the engine's own remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import SerialRunner

from jipkit.errors import ChangeError
from jipkit.hostkeys import HostKeys
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.junos import JunosRouter
from jipkit.testing.kits import Kit, secret
from jipkit.testing.models.sets import JUNOS, Model
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from jipkit.testing.ssh import SshServer
from jipkit.transport import CONNECTION, DeviceConnection, Login, Target
from tasks.confirm import confirm_config
from tasks.fetch import fetch_running
from tasks.identify import identify_router
from tasks.observe import observe_router
from tasks.probe import probe_router
from tasks.push import dry_run_config, push_config
from tasks.rollback import read_commit, rollback_config

KEY = paramiko.ECDSAKey.generate()
ROUTER = "kec-rawa"
REFUSED = 'set protocols bgp group x neighbour 192.0.2.1 authentication-key "sangat-rahasia"\n'
CHANGES = (
    "set interfaces lo0 unit 0 description lama",
    "delete system ntp",
    "deactivate protocols lldp",
    "set policy-options prefix-list dns 192.0.2.0/24",
)
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ncclient send what it has to say sooner than after the tenth of a second that it waits."""
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)


@pytest.fixture
def kit() -> Kit:
    return Kit(Project(Path(__file__).parents[3]), "juniper_junos")


@pytest.fixture
def device(kit: Kit) -> JunosRouter:
    """Return a router at which all was typed that is intended, and then something else."""
    model = Model("", JUNOS)
    model.apply([*kit.running(ROUTER).splitlines(), *CHANGES])
    return JunosRouter(model.text(), clock=ManualClock())


@pytest.fixture
def remedy(kit: Kit, device: JunosRouter) -> str:
    return "".join(f"{fill(line, secret)}\n" for line in kit.drift(ROUTER, device.running).remedy)


@pytest.fixture
def server(device: JunosRouter) -> Iterator[SshServer]:
    with device.server(KEY, keys=(KEY,)) as serving:
        yield serving


@pytest.fixture
def run(kit: Kit, server: SshServer, tmp_path: Path) -> Run:
    """Return what runs a task on the router, over a session of its own, and returns its result."""
    hostkeys = HostKeys(tmp_path / "known_hosts")
    hostkeys.pin(ROUTER, ["127.0.0.1"], server.port, server.host_key.type, server.host_key.base64)
    target = Target(ROUTER, kit.platform, kit.facts, Login("jip", server.port, KEY, use_agent=False), hostkeys)
    ConnectionPluginRegister.register(CONNECTION, DeviceConnection)

    def over_a_session(task: Callable[..., Any], **parameters: Any) -> Any:
        options = {CONNECTION: ConnectionOptions(port=server.port, extras={"target": target})}
        host = Host(ROUTER, "127.0.0.1", data={"facts": kit.facts}, connection_options=options, defaults=Defaults())
        with Nornir(Inventory(Hosts({ROUTER: host}), Groups(), Defaults()), runner=SerialRunner()) as session:
            answer = session.run(task, **parameters)[ROUTER]
        if answer.exception:
            raise answer.exception
        return answer[0].result

    return over_a_session


def test_the_router_is_known_by_its_name_and_what_it_can_do(run: Run) -> None:
    can = run(probe_router)
    assert (run(identify_router), can.device_timer, can.dry_run, can.atomic_replace) == (ROUTER, True, True, True)


def test_the_remedy_makes_the_router_what_was_intended(run: Run, kit: Kit, remedy: str) -> None:
    earlier = run(read_commit)["token"]
    run(dry_run_config, candidate=remedy)
    run(push_config, candidate=remedy, revert_in_s=600, message="uji")
    settled = kit.drift(ROUTER, run(fetch_running)).settled
    pending = run(read_commit)["state"]
    run(confirm_config, earlier=earlier)
    assert (settled, pending, run(read_commit)["state"]) == (True, "pending", "confirmed")


def test_a_change_is_taken_back_in_another_session(run: Run, device: JunosRouter, remedy: str) -> None:
    before = device.running
    run(push_config, candidate=remedy, revert_in_s=600, message="uji")
    run(rollback_config)
    status = run(read_commit)
    assert (device.running, status["state"], status["exact"]) == (before, "reverted", True)


def test_a_refused_change_shows_no_secret_and_leaves_nothing(run: Run, device: JunosRouter, remedy: str) -> None:
    before = device.running
    with pytest.raises(ChangeError, match="was refused") as caught:
        run(push_config, candidate=remedy + REFUSED, revert_in_s=600, message="uji")
    assert (caught.value.holds, "sangat-rahasia" in str(caught.value)) == ("nothing", False)
    assert (device.running, device.modified, device.locked_by) == (before, False, None)


def test_a_secret_that_the_router_quotes_apart_from_its_line_is_not_shown(run: Run, device: JunosRouter) -> None:
    device.troubles.refuse = "sangat-rahasia is too weak a key"
    key = 'set system radius-server 192.0.2.1 secret "sangat-rahasia"\n'
    with pytest.raises(ChangeError, match="<secret> is too weak a key") as caught:
        run(push_config, candidate=key, revert_in_s=600, message="uji")
    assert "sangat-rahasia" not in str(caught.value)


def test_what_the_router_says_of_its_links_is_understood(run: Run) -> None:
    seen = run(observe_router, network=on_platform(small_network(), ROUTER, "juniper_junos"))
    assert (seen.failure, seen.parse_failures, seen.neighbors, seen.lldp) == (None, (), (), ())
    assert {str(address): ping.loss for address, ping in seen.pings.items()} == {"10.161.0.6": 0.0, "10.161.0.8": 0.0}
    assert {"ge-0/0/0", "irb.110", "lo0"} <= set(seen.interfaces)


def test_a_router_that_says_in_words_that_nothing_runs_has_no_neighbours(run: Run, device: JunosRouter) -> None:
    model = Model("", JUNOS)
    model.apply(["set system host-name kec-rawa", "set interfaces lo0 unit 0 family inet address 10.160.0.5/32"])
    device.commit(model, "root")
    seen = run(observe_router, network=on_platform(small_network(), ROUTER, "juniper_junos"))
    assert (seen.failure, seen.parse_failures, seen.neighbors, seen.lldp) == (None, (), (), ())
