"""Readings that broke off: a plan made of half a configuration would add the other half a second time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import CommandErrorException, ConnectionClosedException, ConnectionException

from jipkit.drivers.ios import IosDriver
from jipkit.drivers.junos import JunosDriver
from jipkit.drivers.routeros import RouterOsDriver
from jipkit.drivers.vyos import VyosDriver
from jipkit.errors import UnreachableError
from jipkit.hostkeys import name_at
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.ios import IosRouter
from jipkit.testing.devices.junos import JunosRouter
from jipkit.testing.devices.vyos import SimulatedVyos
from jipkit.testing.ssh import SshServer, Visit
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(2))
HALF = "# 2026-11-24 10:00:00 by RouterOS 7.16.2\n/interface bridge add name=bridge1\n"
USERS = "username jip privilege 15 secret 9 $9$rekaan\nusername budi privilege 1 secret 9 $9$rekaan\n"


def options(port: int, folder: Path) -> dict[str, Any]:
    known = folder / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', port)} {HOST_KEY.get_name()} {HOST_KEY.get_base64()}\n")
    return {"port": port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False, **strict(known)}


# ---------------------------------------------------------------------- RouterOS, on exec channels
def broken_off(visit: Visit, command: str) -> int:
    """Say half of an export, and close the channel without an exit status."""
    del command
    visit.channel.sendall(HALF.encode())
    raise EOFError


def ended_early(visit: Visit, command: str) -> int:
    """Say half of an export, and end as if that were all."""
    del command
    visit.channel.sendall(HALF.encode())
    return 0


@pytest.fixture
def routeros(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RouterOsDriver]:
    with SshServer(
        HOST_KEY, lambda _: b"version: 7.16.2 (stable)\n", keys=(CLIENT_KEY,), programs={"/export": request.param}
    ) as server:
        driver = RouterOsDriver("127.0.0.1", "jip", "", optional_args=options(server.port, tmp_path))
        driver.open()
        with closing(driver):
            yield driver


@pytest.mark.parametrize("routeros", [broken_off], indirect=True)
def test_an_export_whose_channel_was_closed_is_refused(routeros: RouterOsDriver) -> None:
    with pytest.raises(ConnectionClosedException, match="ended by the router"):
        routeros.get_config()


@pytest.mark.parametrize("routeros", [broken_off], indirect=True)
def test_a_closed_channel_is_a_router_that_does_not_answer(routeros: RouterOsDriver) -> None:
    with pytest.raises(ConnectionClosedException) as caught:
        routeros.get_config()
    assert isinstance(translated("kota", caught.value), UnreachableError)


@pytest.mark.parametrize("routeros", [ended_early], indirect=True)
def test_an_export_without_its_last_word_is_refused(routeros: RouterOsDriver) -> None:
    with pytest.raises(CommandErrorException, match="cut short"):
        routeros.get_config()


# ---------------------------------------------------------------------- VyOS and Junos
def test_a_session_of_vyos_that_breaks_off_while_it_is_read_is_refused(tmp_path: Path) -> None:
    text = "set system host-name 'kota'\nset service ssh port '22'\n"
    with SimulatedVyos(text, host_key=HOST_KEY, clock=ManualClock(), keys=(CLIENT_KEY,)) as router:
        driver = VyosDriver("127.0.0.1", "jip", "", timeout=10, optional_args=options(router.port, tmp_path))
        driver.open()
        router.router.troubles.cut_at = "show configuration commands"
        with closing(driver), pytest.raises(ConnectionException):
            driver.get_config(retrieve="running")


def test_a_session_of_junos_that_breaks_off_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)
    router = JunosRouter("set system host-name kota\nset system services netconf ssh\n", clock=ManualClock())
    with router.server(HOST_KEY, keys=(CLIENT_KEY,)) as server:
        driver = JunosDriver("127.0.0.1", "jip", "", timeout=10, optional_args=options(server.port, tmp_path))
        driver.open()
        router.troubles.cut_at = "get-configuration"
        with closing(driver), pytest.raises(ConnectionException):
            driver.get_config(retrieve="running")


# ---------------------------------------------------------------------- what IOS asks
def test_ios_is_told_that_an_account_was_meant_to_go(tmp_path: Path) -> None:
    text = f"hostname kota\narchive\n path bootflash:archive\n{USERS}line vty 0 4\n login local\nend\n"
    router = IosRouter(text, clock=ManualClock())
    with router.server(HOST_KEY, keys=(CLIENT_KEY,)) as server:
        driver = IosDriver("127.0.0.1", "jip", "", timeout=10, optional_args=options(server.port, tmp_path))
        driver.open()
        with closing(driver):
            driver.load_merge_candidate(config="no username budi\nlogging host 10.160.255.12\n")
            driver.commit_config(message="pekerjaan", revert_in=300)
    assert ("budi" in router.running, "logging host 10.160.255.12" in router.running) == (False, True)
