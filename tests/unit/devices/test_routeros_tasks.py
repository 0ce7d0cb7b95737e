"""RouterOS through the same door as every router: our sessions, our tasks, our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result
from nornir.plugins.runners import SerialRunner

from jipkit.errors import ChangeError, IdentityError
from jipkit.hostkeys import HostKeys
from jipkit.project import Project
from jipkit.testing.clock import WallClock
from jipkit.testing.devices.routeros import HOME_MODE, Box, SimulatedRouterOs
from jipkit.transport import CONNECTION, DeviceConnection, Login, Target
from tasks.confirm import confirm_config
from tasks.fetch import fetch_running
from tasks.identify import identify_router
from tasks.probe import probe_router
from tasks.push import dry_run_config, push_config
from tasks.rollback import read_commit, rollback_config

FACTS = Project(Path(__file__).parents[3]).platforms["mikrotik_routeros"]
KEY = paramiko.ECDSAKey.generate()
RUNNING = """\
/ip address add address=10.160.0.1/24 interface=ether1 network=10.160.0.0
/ppp secret add name=rina password=rahasia
/system identity set name=kec-rawa
"""
CHANGE = '/ppp secret set [ find where name="rina" ] password=sangat-rahasia\n'
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jipkit.drivers.routeros_commit.Timing.__init__.__defaults__", (0.05, 0.02, 8.0, 120.0, 600.0))


@pytest.fixture
def router() -> Iterator[SimulatedRouterOs]:
    with SimulatedRouterOs(RUNNING, Box(version="7.22"), clock=WallClock(200.0), keys=(KEY,)) as made:
        yield made


@pytest.fixture
def run(router: SimulatedRouterOs, tmp_path: Path) -> Run:
    """Return what runs a task on the router, over a session of its own, and returns its result."""
    hostkeys = HostKeys(tmp_path / "known_hosts")
    hostkeys.pin("kec-rawa", ["127.0.0.1"], router.port, router.host_key.type, router.host_key.base64)
    target = Target("kec-rawa", "mikrotik_routeros", FACTS, Login("jip", router.port, KEY, use_agent=False), hostkeys)
    ConnectionPluginRegister.register(CONNECTION, DeviceConnection)

    def over_a_session(task: Callable[..., Result], **parameters: Any) -> Any:
        options = {CONNECTION: ConnectionOptions(port=router.port, extras={"target": target})}
        host = Host("kec-rawa", "127.0.0.1", data={"facts": FACTS}, connection_options=options, defaults=Defaults())
        with Nornir(Inventory(Hosts({"kec-rawa": host}), Groups(), Defaults()), runner=SerialRunner()) as session:
            answer = session.run(task, **parameters)["kec-rawa"]
        if answer.exception:
            raise answer.exception
        return answer[0].result

    return over_a_session


def test_the_router_is_the_one_we_mean(run: Run) -> None:
    assert run(identify_router) == "kec-rawa"


def test_another_router_is_not(run: Run, router: SimulatedRouterOs) -> None:
    router.model.apply(["/system identity set name=lain"])
    with pytest.raises(IdentityError):
        run(identify_router)


def test_the_running_configuration_is_read(run: Run) -> None:
    assert "password=rahasia" in run(fetch_running)


def test_what_it_can_do_is_found_out(run: Run, router: SimulatedRouterOs) -> None:
    router.box.mode = HOME_MODE
    found = run(probe_router)
    assert (found.dry_run, found.device_timer, len(found.notes)) == (True, False, 1)


def test_a_dry_run_shows_no_secret(run: Run) -> None:
    assert "sangat-rahasia" not in run(dry_run_config, candidate=CHANGE)


@pytest.mark.parametrize("version", ["6.49.17", "7.12.1"])
def test_a_router_too_old_for_a_dry_run_is_changed_without_one(
    run: Run, router: SimulatedRouterOs, version: str
) -> None:
    router.box.version = version
    said = run(dry_run_config, candidate=CHANGE)
    run(push_config, candidate=CHANGE, revert_in_s=600, message="uji")
    assert (said, run(read_commit)["state"]) == ("", "pending")


def test_a_line_that_cannot_be_read_is_named(run: Run) -> None:
    with pytest.raises(ChangeError, match="bad command name secrets"):
        run(dry_run_config, candidate="/ppp secrets add name=x\n")


@pytest.mark.covers("change", "mikrotik_routeros")
def test_a_change_is_confirmed_in_another_session(run: Run, router: SimulatedRouterOs) -> None:
    run(push_config, candidate=CHANGE, revert_in_s=600, message="uji")
    pending = run(read_commit)["state"]
    run(confirm_config, earlier="")
    assert (pending, run(read_commit)["state"]) == ("pending", "confirmed")
    assert "password=sangat-rahasia" in router.model.text()


@pytest.mark.covers("change", "mikrotik_routeros")
def test_a_change_is_taken_back_in_another_session(run: Run, router: SimulatedRouterOs) -> None:
    run(push_config, candidate=CHANGE, revert_in_s=600, message="uji")
    run(rollback_config)
    assert (router.model.text(), run(read_commit)["exact"]) == (RUNNING, True)


def test_a_refused_change_shows_no_secret_and_leaves_nothing(run: Run, router: SimulatedRouterOs) -> None:
    with pytest.raises(ChangeError, match="already exists") as caught:
        run(push_config, candidate="/ppp secret add name=rina password=sangat-rahasia\n", revert_in_s=600, message="")
    assert (caught.value.holds, "sangat-rahasia" in str(caught.value)) == ("nothing", False)
    assert router.model.text() == RUNNING
