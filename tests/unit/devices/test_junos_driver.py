"""Our driver of Junos, and the stock one, with a simulated router at the other end of a real NETCONF session."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectAuthError,
    ConnectionClosedException,
    LockError,
    MergeConfigException,
)

from jipkit.drivers import Capabilities, load
from jipkit.drivers.junos import JunosDriver
from jipkit.errors import IdentityError, LoginError, UnreachableError
from jipkit.hostkeys import name_at
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.junos import JunosRouter
from jipkit.testing.ssh import SshServer
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, OTHER_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
PASSWORD = "R4hasia-kantor"
TEXT = """\
set system host-name kota
set system services netconf ssh
set interfaces ge-0/0/0 description lama
set interfaces ge-0/0/0 unit 0 family inet address 10.161.0.1/30
set policy-options policy-statement to-ospf term all then accept
set protocols ospf export to-ospf
"""
CHANGE = "set interfaces ge-0/0/0 description baru\nset system no-redirects\n"
BAD = (
    "set system no-redirects\nset interfaces ge-0/0/0 description baru\nset system host name lain\n"
    "set system domain-name uji.example\nset system time-zone Asia/Jakarta\n"
)
LOST = "set protocols ospf export nowhere"


@pytest.fixture(autouse=True)
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ncclient send what it has to say sooner than after the tenth of a second that it waits."""
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def router(clock: ManualClock) -> JunosRouter:
    return JunosRouter(TEXT, clock=clock)


@pytest.fixture
def server(router: JunosRouter) -> Iterator[SshServer]:
    with router.server(HOST_KEY, password=PASSWORD, keys=(CLIENT_KEY,)) as running:
        yield running


def options(server: SshServer, tmp_path: Path, key: paramiko.PKey | None = HOST_KEY) -> dict[str, Any]:
    known = tmp_path / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', server.port)} {key.get_name()} {key.get_base64()}\n" if key else "")
    return {"port": server.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False, **strict(known)}


def opened(server: SshServer, tmp_path: Path, password: str = "", **more: Any) -> JunosDriver:
    driver = JunosDriver("127.0.0.1", "jip", password, timeout=10, optional_args=options(server, tmp_path) | more)
    driver.open()
    return driver


@pytest.fixture
def driver(server: SshServer, tmp_path: Path) -> Iterator[JunosDriver]:
    with closing(opened(server, tmp_path)) as open_driver:
        yield open_driver


def pushed(driver: JunosDriver, lines: str = CHANGE, revert_in: int | None = 300) -> JunosDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(message="pekerjaan", revert_in=revert_in)
    return driver


# ---------------------------------------------------------------------- the stock driver
@pytest.fixture
def stock(server: SshServer) -> Iterator[Any]:
    device = get_network_driver("junos")("127.0.0.1", "jip", PASSWORD, optional_args={"port": server.port})
    device.open()
    with closing(device):
        yield device


def test_the_stock_driver_reads_the_configuration_in_blocks(stock: Any) -> None:
    assert "    ospf {\n        export to-ospf;\n    }\n" in stock.get_config(retrieve="running")["running"]


def test_the_stock_driver_commits_on_a_timer_and_confirms(stock: Any, router: JunosRouter, clock: ManualClock) -> None:
    stock.load_merge_candidate(config=CHANGE)
    assert "+  set system no-redirects" in stock.compare_config()
    stock.commit_config(message="kerja", revert_in=120)
    assert stock.has_pending_commit()
    stock.confirm_commit()
    clock.advance(600)
    assert (stock.has_pending_commit(), "set system no-redirects" in router.running) == (False, True)


def test_the_stock_driver_rolls_back(stock: Any, router: JunosRouter) -> None:
    before = router.running
    stock.load_merge_candidate(config=CHANGE)
    stock.commit_config()
    stock.rollback()
    assert router.running == before


def test_the_stock_driver_is_told_what_was_refused(stock: Any) -> None:
    with pytest.raises(Exception, match="syntax error"):
        stock.load_merge_candidate(config=BAD)


# ---------------------------------------------------------------------- logging in
def test_our_driver_is_found_by_its_name() -> None:
    assert load("junos") is JunosDriver


def test_a_password_logs_in(server: SshServer, tmp_path: Path) -> None:
    with closing(opened(server, tmp_path, PASSWORD, pkey=None)) as driver:
        assert driver.is_alive() == {"is_alive": True}


def test_a_wrong_password_does_not(server: SshServer, tmp_path: Path) -> None:
    with pytest.raises(ConnectAuthError) as caught:
        opened(server, tmp_path, "salah", pkey=None)
    assert isinstance(translated("kota", caught.value), LoginError)


@pytest.mark.parametrize(("key", "kind"), [(OTHER_KEY, IdentityError), (None, UnreachableError)])
def test_a_router_with_another_key_is_refused(
    server: SshServer, tmp_path: Path, key: paramiko.PKey | None, kind: type[Exception]
) -> None:
    login = options(server, tmp_path, key)
    with pytest.raises(paramiko.SSHException) as caught:
        JunosDriver("127.0.0.1", "jip", "", optional_args=login).open()
    assert (type(translated("kota", caught.value)), server.logins) == (kind, [])


def test_without_a_file_of_keys_nobody_is_trusted(server: SshServer) -> None:
    with pytest.raises(paramiko.SSHException, match="not found in known_hosts"):
        JunosDriver("127.0.0.1", "jip", "", optional_args={"port": server.port, "pkey": CLIENT_KEY}).open()


def test_a_socket_that_is_connected_is_used_and_verified(server: SshServer, tmp_path: Path) -> None:
    sock = socket.create_connection(("127.0.0.1", server.port))
    with closing(opened(server, tmp_path, sock=sock)) as driver:
        assert driver.is_alive() == {"is_alive": True}
        assert server.logins == ["jip"]


def test_a_router_that_nobody_answers_for_is_unreachable(server: SshServer, tmp_path: Path) -> None:
    login = options(server, tmp_path) | {"port": 1}
    with pytest.raises(Exception, match="cannot connect to port 1") as caught:
        JunosDriver("127.0.0.1", "jip", "", optional_args=login).open()
    assert isinstance(translated("kota", caught.value), UnreachableError)


# ---------------------------------------------------------------------- reading
def test_the_configuration_is_read_as_set_commands(driver: JunosDriver) -> None:
    assert driver.get_config(retrieve="running")["running"] == f"set version 21.4R3-S5.4\n{TEXT}"


def test_the_router_says_its_name(driver: JunosDriver) -> None:
    assert driver.get_facts()["hostname"] == "kota"


def test_json_is_asked_for_without_the_pipe(driver: JunosDriver) -> None:
    answer = json.loads(driver.cli(["show version | display json"])["show version | display json"])
    assert answer["software-information"][0]["host-name"] == [{"data": "kota"}]


def test_other_commands_are_answered_in_text(driver: JunosDriver, router: JunosRouter) -> None:
    router.answers = {"show log messages": "satu\ndua\ntiga"}
    assert driver.cli(["show log messages | last 2"])["show log messages | last 2"].split() == ["dua", "tiga"]


def test_a_command_that_is_not_known_is_an_error(driver: JunosDriver) -> None:
    with pytest.raises(CommandErrorException, match="syntax error"):
        driver.cli(["show nonsense | display json"])


# ---------------------------------------------------------------------- changing
def test_a_dry_run_changes_nothing(driver: JunosDriver, router: JunosRouter) -> None:
    before = router.running
    driver.load_merge_candidate(config=CHANGE)
    assert "+  set system no-redirects" in driver.compare_config()
    driver.discard_config()
    assert (router.running, router.locked_by) == (before, None)


def test_the_line_that_is_refused_is_named_and_nothing_stays(driver: JunosDriver, router: JunosRouter) -> None:
    with pytest.raises(MergeConfigException) as caught:
        driver.load_merge_candidate(config=BAD)
    assert str(caught.value).splitlines()[1] == "set system host name lain"
    assert (router.modified, router.locked_by) == (False, None)


def test_what_is_to_be_deleted_and_is_not_there_is_refused(driver: JunosDriver) -> None:
    with pytest.raises(MergeConfigException, match="delete system domain-name\nstatement not found"):
        driver.load_merge_candidate(config="set system no-redirects\ndelete system domain-name")


def test_what_a_commit_would_refuse_is_told_by_the_dry_run(driver: JunosDriver) -> None:
    driver.load_merge_candidate(config=f"set system no-redirects\n{LOST}")
    with pytest.raises(MergeConfigException, match=f"\n{LOST}\n.*Policy nowhere referenced but not defined"):
        driver.compare_config()


def test_a_commit_that_is_refused_changes_nothing_and_gives_up_the_lock(
    driver: JunosDriver, router: JunosRouter
) -> None:
    before = router.running
    driver.load_merge_candidate(config=LOST)
    with pytest.raises(CommitError, match="referenced but not defined"):
        driver.commit_config(revert_in=60)
    assert (router.running, router.locked_by, router.modified) == (before, None, False)


def test_nobody_is_disturbed_who_changes_the_router(driver: JunosDriver, server: SshServer, tmp_path: Path) -> None:
    with closing(opened(server, tmp_path)) as other:
        other.load_merge_candidate(config=CHANGE)
        with pytest.raises(LockError, match="locked by"):
            driver.load_merge_candidate(config=CHANGE)


def test_a_session_that_ends_gives_up_its_lock(driver: JunosDriver, server: SshServer, tmp_path: Path) -> None:
    other = opened(server, tmp_path)
    other.load_merge_candidate(config=CHANGE)
    other.close()
    driver.load_merge_candidate(config=CHANGE)
    assert driver.locked


def test_seconds_become_whole_minutes(driver: JunosDriver, router: JunosRouter) -> None:
    pushed(driver, revert_in=61)
    assert router.history[0].comment == "commit confirmed, rollback in 2mins"


def test_a_time_that_is_too_long_is_refused(driver: JunosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommitConfirmException, match="waits at most 65535 minutes"):
        driver.commit_config(revert_in=65536 * 60)


# ---------------------------------------------------------------------- the timer
def test_the_timer_puts_back_the_very_configuration_from_before(
    driver: JunosDriver, router: JunosRouter, clock: ManualClock
) -> None:
    before = router.running
    pushed(driver)
    assert "set system no-redirects" in router.running
    clock.advance(300)
    assert router.running == before
    status = driver.commit_status()
    assert (status["state"], status["exact"]) == ("reverted", True)


def test_a_second_session_sees_what_waits(driver: JunosDriver, server: SshServer, tmp_path: Path) -> None:
    pushed(driver)
    with closing(opened(server, tmp_path)) as other:
        assert (other.has_pending_commit(), other.commit_status()) == (True, driver.commit_status())


def test_a_confirmed_change_stays(driver: JunosDriver, router: JunosRouter, clock: ManualClock) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.confirm_commit()
    clock.advance(3600)
    status = driver.commit_status()
    assert (status["state"], status["token"], "no-redirects" in router.running) == ("confirmed", token, True)


def test_confirming_twice_changes_nothing(driver: JunosDriver, router: JunosRouter) -> None:
    pushed(driver).confirm_commit()
    commits = len(router.history)
    driver.confirm_commit()
    assert len(router.history) == commits


def test_the_name_of_a_commit_is_told_by_the_one_who_begins_it(driver: JunosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    token = driver.commit_config(revert_in=300)
    assert (token, driver.commit_status()["state"]) == (driver.commit_status()["token"], "pending")


def test_a_commit_is_confirmed_by_its_name_again_and_again(driver: JunosDriver) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.confirm_commit(token)
    driver.confirm_commit(token)
    assert driver.commit_status()["state"] == "confirmed"


def test_what_somebody_else_has_begun_is_not_confirmed(
    driver: JunosDriver, router: JunosRouter, clock: ManualClock
) -> None:
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    driver.commit_status()
    router.commit(router.candidate, "rina", minutes=5)
    with pytest.raises(CommitError, match="what waits is not ours: commit-"):
        driver.confirm_commit(token)
    assert router.pending


def test_a_router_is_back_after_whole_minutes(driver: JunosDriver) -> None:
    assert (driver.back_within(61), driver.back_within(120)) == (120, 120)


def test_two_changes_have_two_names(driver: JunosDriver) -> None:
    first = pushed(driver, revert_in=None).commit_status()["token"]
    second = pushed(driver, "set system domain-name uji.example", revert_in=None).commit_status()["token"]
    assert [first[:4], second[:4], first == second] == ["jip-", "jip-", False]


def test_a_change_that_was_taken_back_cannot_be_confirmed(driver: JunosDriver, clock: ManualClock) -> None:
    pushed(driver)
    clock.advance(301)
    with pytest.raises(CommitError, match="it was taken back"):
        driver.confirm_commit()


def test_a_dry_run_does_not_confirm_what_waits(driver: JunosDriver, router: JunosRouter) -> None:
    pushed(driver)
    driver.load_merge_candidate(config="set system domain-name uji.example")
    with pytest.raises(MergeConfigException, match="another change waits"):
        driver.compare_config()
    assert router.pending


def test_no_second_change_while_one_waits(driver: JunosDriver, router: JunosRouter) -> None:
    pushed(driver)
    with pytest.raises(CommitError, match="another change waits"):
        pushed(driver, "set system domain-name uji.example")
    assert (router.pending, router.locked_by) == (True, None)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_rollback_puts_back_what_was_before(driver: JunosDriver, router: JunosRouter, confirmed: bool) -> None:
    before = router.running
    token = pushed(driver).commit_status()["token"]
    if confirmed:
        driver.confirm_commit()
    driver.rollback()
    status = driver.commit_status()
    assert (router.running, router.pending) == (before, False)
    assert (status["state"], status["token"], status["exact"]) == ("reverted", token, True)


def test_without_a_change_of_ours_there_is_nothing_to_go_back_from(driver: JunosDriver) -> None:
    assert driver.commit_status()["state"] == "none"
    with pytest.raises(CommitError, match="remembers no change of ours"):
        driver.rollback()


def test_a_session_that_breaks_off_while_committing_is_told_from_a_refusal(
    driver: JunosDriver, router: JunosRouter, server: SshServer, tmp_path: Path
) -> None:
    router.troubles.cut_at = "commit-configuration"
    with pytest.raises(ConnectionClosedException):
        pushed(driver)
    with closing(opened(server, tmp_path)) as other:
        assert other.commit_status()["state"] == "pending"
        other.confirm_commit()
        assert other.commit_status()["state"] == "confirmed"


# ---------------------------------------------------------------------- what it can do
def test_what_the_router_offers_is_what_it_can(driver: JunosDriver) -> None:
    assert driver.capabilities() == Capabilities(dry_run=True, device_timer=True, atomic_replace=True)


def test_an_account_that_may_not_see_the_commits_has_no_timer(driver: JunosDriver, router: JunosRouter) -> None:
    router.troubles.deny = frozenset({"get-commit-information"})
    found = driver.capabilities()
    assert (found.device_timer, "permission denied" in found.notes[0]) == (False, True)
