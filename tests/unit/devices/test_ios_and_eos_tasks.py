"""IOS and EOS through the same door as every router: our sessions, our tasks, our words, the engine's own remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import ConnectionClosedException
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result
from nornir.plugins.runners import SerialRunner

from jipkit.errors import ChangeError
from jipkit.hostkeys import HostKeys
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.eos import EosSwitch
from jipkit.testing.devices.ios import IosRouter
from jipkit.testing.kits import Kit, secret
from jipkit.testing.networks import small_network
from jipkit.testing.ssh import SshServer
from jipkit.transport import CONNECTION, DeviceConnection, Login, Target
from tasks.confirm import confirm_config
from tasks.fetch import fetch_running
from tasks.identify import identify_router
from tasks.observe import observe_router
from tasks.probe import probe_router
from tasks.push import dry_run_config, push_config
from tasks.rollback import read_commit, rollback_config

PROJECT = Project(Path(__file__).parents[3])
KEY = paramiko.ECDSAKey.generate()
ROUTER = "kec-rawa"
DEVICES: dict[str, Callable[..., Any]] = {"cisco_ios": IosRouter, "arista_eos": EosSwitch}
REFUSED = "interface Loopback0\n neighbor 192.0.2.1 password sangat-rahasia\nexit\n"
Run = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """A router that is as intended but for what somebody has changed, and the commands that make it right."""

    kit: Kit
    device: Any
    server: SshServer
    remedy: str


@pytest.fixture(params=sorted(DEVICES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    kit = Kit(PROJECT, request.param)
    changed = (
        kit.running(ROUTER).replace("description loopback of", "description lama").replace("10.160.255.12", "192.0.2.9")
    )
    device = DEVICES[request.param](f"{changed}end\n", clock=ManualClock())
    remedy = "".join(f"{fill(line, secret)}\n" for line in kit.drift(ROUTER, device.running).remedy)
    with device.server(KEY, keys=(KEY,)) as server:
        yield Place(kit, device, server, remedy)


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


def test_the_router_is_known_by_its_name_and_what_it_can_do(run: Run) -> None:
    assert (run(identify_router), run(probe_router).device_timer) == (ROUTER, True)


def test_the_remedy_makes_the_router_what_was_intended(run: Run, place: Place) -> None:
    earlier = run(read_commit)["token"]
    run(dry_run_config, candidate=place.remedy)
    run(push_config, candidate=place.remedy, revert_in_s=600, message="uji")
    settled = place.kit.drift(ROUTER, run(fetch_running)).settled
    pending = run(read_commit)["state"]
    run(confirm_config, earlier=earlier)
    assert (settled, pending, run(read_commit)["state"]) == (True, "pending", "confirmed")
    assert place.device.startup == place.device.running


def test_a_change_whose_session_was_lost_between_confirming_and_saving_is_saved(run: Run, place: Place) -> None:
    run(push_config, candidate=place.remedy, revert_in_s=600, message="uji")
    commit = {"IosRouter": "configure confirm", "EosSwitch": f"configure session {run(read_commit)['token']} commit"}
    place.device.troubles.cut_at = commit[type(place.device).__name__]
    with pytest.raises(ConnectionClosedException):
        run(confirm_config, earlier="")
    place.device.troubles.cut_at = None
    run(confirm_config, earlier="")
    assert place.device.startup == place.device.running


def somebody_else_commits(place: Place) -> None:
    """Begin a change on a timer that is none of ours."""
    if isinstance(place.device, IosRouter):
        place.device.arm(5, "rina")
    else:
        place.device.session("kerja", "rina")
        place.device.commit("kerja", "rina", 300)


def test_a_push_tells_the_name_of_the_commit(run: Run, place: Place) -> None:
    token = run(push_config, candidate=place.remedy, revert_in_s=600, message="uji")
    assert token == run(read_commit)["token"] != ""


def test_what_somebody_else_has_begun_is_not_confirmed(run: Run, place: Place) -> None:
    token = run(push_config, candidate=place.remedy, revert_in_s=600, message="uji")
    run(rollback_config)
    somebody_else_commits(place)
    with pytest.raises(ChangeError, match="another change waits"):
        run(confirm_config, earlier="", token=token)
    assert run(read_commit)["state"] == "pending"


def test_what_waits_under_the_name_of_before_is_not_confirmed(run: Run, place: Place) -> None:
    somebody_else_commits(place)
    with pytest.raises(ChangeError, match="another change waits"):
        run(confirm_config, earlier=run(read_commit)["token"])
    assert run(read_commit)["state"] == "pending"


def test_a_router_tells_how_long_its_timer_takes_at_most(run: Run, place: Place) -> None:
    assert run(read_commit, timer_s=61)["back_s"] == (120 if isinstance(place.device, IosRouter) else 61)


def test_a_change_is_taken_back_in_another_session(run: Run, place: Place) -> None:
    before = place.device.running
    run(push_config, candidate=place.remedy, revert_in_s=600, message="uji")
    run(rollback_config)
    status = run(read_commit)
    assert (place.device.running, status["state"], status["exact"]) == (before, "reverted", True)


def test_a_refused_change_shows_no_secret_and_leaves_nothing(run: Run, place: Place) -> None:
    before = place.device.running
    with pytest.raises(ChangeError, match="was refused") as caught:
        run(push_config, candidate=place.remedy + REFUSED, revert_in_s=600, message="uji")
    assert (caught.value.holds, "sangat-rahasia" in str(caught.value)) == ("nothing", False)
    assert place.device.running == before


def test_what_the_router_says_of_its_links_is_understood(run: Run) -> None:
    seen = run(observe_router, network=small_network())
    assert (seen.failure, seen.parse_failures, seen.neighbors, seen.lldp) == (None, (), (), ())
    assert "Loopback0" in seen.interfaces
