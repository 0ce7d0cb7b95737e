"""Our driver of EOS, and the stock ones, with a simulated switch at the other end of a real SSH session."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
)
from netmiko import ConnectHandler

from jipkit.drivers import eos_session, load
from jipkit.drivers.eos import EosDriver
from jipkit.errors import IdentityError, UnreachableError
from jipkit.hostkeys import name_at
from jipkit.project import Project
from jipkit.redaction import redact
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.eos import EosSwitch
from jipkit.testing.ssh import SshServer
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, OTHER_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
TEXT = """\
no aaa root
username jip privilege 15 role network-admin secret sha512 $6$rekaan
hostname kota
aaa authorization exec default local
interface Ethernet1
   description lama
   no switchport
   ip address 10.161.0.1/30
interface Ethernet2
   shutdown
interface Loopback0
   ip address 10.160.0.1/32
ip access-list masuk
   10 permit ip any any
ip routing
end
"""
CHANGE = "interface Ethernet1\n   description baru\n   exit\nlogging host 10.160.255.12\n"
BAD = "interface Ethernet1\n   description baru\n   exit\nloging host 10.160.255.12\nhostname lain\n"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def switch(clock: ManualClock) -> EosSwitch:
    return EosSwitch(TEXT, clock=clock)


@pytest.fixture
def server(switch: EosSwitch) -> Iterator[SshServer]:
    with switch.server(HOST_KEY, keys=(CLIENT_KEY,)) as running:
        yield running


def options(server: SshServer, tmp_path: Path, key: paramiko.PKey = HOST_KEY) -> dict[str, Any]:
    known = tmp_path / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', server.port)} {key.get_name()} {key.get_base64()}\n")
    return {"port": server.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False, **strict(known)}


def opened(server: SshServer, tmp_path: Path) -> EosDriver:
    driver = EosDriver("127.0.0.1", "jip", "", timeout=10, optional_args=options(server, tmp_path))
    driver.open()
    return driver


@pytest.fixture
def driver(server: SshServer, tmp_path: Path) -> Iterator[EosDriver]:
    with closing(opened(server, tmp_path)) as open_driver:
        yield open_driver


def pushed(driver: EosDriver, lines: str = CHANGE, revert_in: int | None = 300) -> EosDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(message="pekerjaan", revert_in=revert_in)
    return driver


# ---------------------------------------------------------------------- the stock drivers
def test_the_stock_driver_of_napalm_reads_changes_and_confirms(server: SshServer, switch: EosSwitch) -> None:
    stock = get_network_driver("eos")
    login = {"transport": "ssh", "port": server.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False}
    device = stock("127.0.0.1", "jip", "", optional_args=login)
    device.open()
    facts = device.get_facts()
    device.load_merge_candidate(config=CHANGE)
    device.commit_config(revert_in=300)
    waits = device.has_pending_commit()
    device.confirm_commit()
    device.close()
    assert (facts["hostname"], facts["interface_list"], waits) == (
        "kota",
        ["Ethernet1", "Ethernet2", "Loopback0"],
        True,
    )
    assert "description baru" in switch.startup


def test_stock_netmiko_changes_the_switch(server: SshServer, switch: EosSwitch) -> None:
    with ConnectHandler(
        device_type="arista_eos", host="127.0.0.1", port=server.port, username="jip", use_keys=False, pkey=CLIENT_KEY
    ) as device:
        device.send_config_set(["interface Ethernet2", "no shutdown", "description baru"])
    assert "interface Ethernet2\n   description baru\n!" in switch.running


# ---------------------------------------------------------------------- logging in and reading
def test_our_driver_is_found_by_its_name() -> None:
    assert load("eos") is EosDriver


def test_another_host_key_is_refused(server: SshServer, tmp_path: Path) -> None:
    driver = EosDriver("127.0.0.1", "jip", "", optional_args=options(server, tmp_path, OTHER_KEY))
    with pytest.raises(ConnectionException) as caught:
        driver.open()
    assert isinstance(translated("kota", caught.value), IdentityError)
    assert server.logins == []


def test_a_session_that_begins_unprivileged_is_raised(clock: ManualClock, tmp_path: Path) -> None:
    switch = EosSwitch(TEXT.replace("aaa authorization exec default local\n", ""), clock=clock)
    with switch.server(HOST_KEY, keys=(CLIENT_KEY,)) as server, closing(opened(server, tmp_path)) as driver:
        assert driver.get_facts()["hostname"] == "kota"


def test_the_running_configuration_is_read_to_its_end(driver: EosDriver) -> None:
    running = driver.get_config(retrieve="running")["running"]
    assert running.rstrip().endswith("\nend")
    assert "! device: kota (vEOS-lab, EOS-4.27.2F)" in running


def test_an_unknown_command_is_answered_as_the_switch_does(driver: EosDriver) -> None:
    assert driver.cli(["show nonsense"]) == {"show nonsense": "% Invalid input"}


def test_a_switch_with_sessions_can_do_all(driver: EosDriver, switch: EosSwitch) -> None:
    found = driver.capabilities()
    assert (found.dry_run, found.device_timer, found.atomic_replace, found.notes) == (True, True, True, ())
    assert switch.sessions == {}


def test_an_account_without_sessions_is_told_so(driver: EosDriver, switch: EosSwitch) -> None:
    switch.troubles.no_sessions = True
    found = driver.capabilities()
    assert (found.dry_run, found.device_timer, found.atomic_replace) == (False, False, False)
    assert found.notes == ("no configuration session: % Authorization denied for command 'configure session'",)


# ---------------------------------------------------------------------- the dry run
def test_a_candidate_is_compared_and_not_in_force(driver: EosDriver, switch: EosSwitch) -> None:
    driver.load_merge_candidate(config=CHANGE)
    said = driver.compare_config()
    driver.discard_config()
    assert "-   description lama" in said
    assert "+   description baru" in said
    assert ("description lama" in switch.running, switch.sessions) == (True, {})


def test_a_refused_line_is_named_and_no_session_stays(driver: EosDriver, switch: EosSwitch) -> None:
    with pytest.raises(
        MergeConfigException, match=r"line 4 of 5 was refused:\nloging host 10.160.255.12\n% Invalid input"
    ):
        driver.load_merge_candidate(config=BAD)
    assert ("description lama" in switch.running, switch.sessions) == (True, {})


def test_a_secret_in_a_refused_line_is_recognised(driver: EosDriver) -> None:
    facts = Project(Path(__file__).parents[3]).platforms["arista_eos"]
    with pytest.raises(MergeConfigException) as caught:
        driver.load_merge_candidate(config="interface Ethernet1\nneighbor 192.0.2.1 password rahasia\n")
    assert "rahasia" not in redact(str(caught.value), facts)


@pytest.mark.parametrize("lines", ["", "!\n", "hostname x\ncommit\n", "abort\n", "banner login\ntanpa akhir\n"])
def test_lines_that_are_not_for_configuration_mode_are_refused(driver: EosDriver, lines: str) -> None:
    with pytest.raises(MergeConfigException):
        driver.load_merge_candidate(config=lines)


def test_a_line_that_would_call_for_help_is_refused_by_name(driver: EosDriver) -> None:
    with pytest.raises(MergeConfigException, match=r"(?s)cannot be typed:\ndescription kantor\?"):
        driver.load_merge_candidate(config="interface Ethernet1\ndescription kantor?\n")


def test_without_sessions_nothing_is_loaded(driver: EosDriver, switch: EosSwitch) -> None:
    switch.troubles.no_sessions = True
    with pytest.raises(MergeConfigException, match="no configuration session"):
        driver.load_merge_candidate(config=CHANGE)


# ---------------------------------------------------------------------- sessions that were left behind
def name_of(seconds_ago: float) -> str:
    return eos_session.name_at(time.time() - seconds_ago)


def test_what_lost_sessions_have_left_behind_is_aborted_before_a_new_one(driver: EosDriver, switch: EosSwitch) -> None:
    for number in range(5):
        switch.session(name_of(3600 + number), "jip")
    driver.load_merge_candidate(config=CHANGE)
    assert len(switch.sessions) == 1


def test_asking_what_a_switch_can_do_finds_room_for_a_session(driver: EosDriver, switch: EosSwitch) -> None:
    for number in range(5):
        switch.session(name_of(3600 + number), "jip")
    assert driver.capabilities().device_timer


@pytest.mark.parametrize(
    ("name", "inside", "timer_s"),
    [("napalm_60712", 0, None), ("jip-kerja", 0, None), ("old", 1, None), ("young", 0, None), ("old", 0, 7200)],
)
def test_a_session_that_may_be_in_use_is_left_alone(
    driver: EosDriver, switch: EosSwitch, name: str, inside: int, timer_s: int | None
) -> None:
    name = {"old": name_of(3600), "young": name_of(60)}.get(name, name)
    switch.session(name, "jip").inside = inside
    if timer_s:
        switch.commit(name, "jip", timer_s)
    driver.load_merge_candidate(config=CHANGE)
    assert name in switch.sessions


# ---------------------------------------------------------------------- changing
def test_a_change_is_in_force_and_not_saved(driver: EosDriver, switch: EosSwitch) -> None:
    pushed(driver)
    assert "description baru" in switch.running
    assert "description lama" in switch.startup


@pytest.mark.parametrize("version", ["4.27.2F", "4.33.1F"])
def test_a_change_waits_for_its_confirmation_whatever_the_version(
    driver: EosDriver, switch: EosSwitch, version: str
) -> None:
    switch.version = version
    status = pushed(driver).commit_status()
    assert (status["state"], status["token"][:4], driver.has_pending_commit()) == ("pending", "jip-", True)


def test_seconds_are_counted_as_seconds(driver: EosDriver, clock: ManualClock) -> None:
    pushed(driver, revert_in=61)
    clock.advance(60)
    still = driver.has_pending_commit()
    clock.advance(1)
    assert (still, driver.has_pending_commit()) == (True, False)


def test_a_confirmed_change_is_saved_and_stays(driver: EosDriver, switch: EosSwitch, clock: ManualClock) -> None:
    pushed(driver).confirm_commit()
    clock.advance(3600)
    assert driver.commit_status()["state"] == "confirmed"
    assert "description baru" in switch.running
    assert "description baru" in switch.startup


def test_a_confirmation_may_be_asked_for_again(driver: EosDriver) -> None:
    pushed(driver).confirm_commit()
    driver.confirm_commit()
    assert driver.commit_status()["state"] == "confirmed"


def test_a_change_that_nobody_confirms_is_taken_back(driver: EosDriver, switch: EosSwitch, clock: ManualClock) -> None:
    before = switch.running
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    status = driver.commit_status()
    assert (status["state"], status["exact"], status["token"]) == ("reverted", True, token)
    assert switch.running == before


def test_what_was_taken_back_cannot_be_confirmed(driver: EosDriver, clock: ManualClock) -> None:
    pushed(driver)
    clock.advance(301)
    with pytest.raises(CommitError, match="nothing waits for confirmation"):
        driver.confirm_commit()


def test_a_confirmation_that_is_answered_with_nothing_after_the_time_was_up_is_none(
    driver: EosDriver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter([pushed(driver).commit_status()["token"]])
    clock.advance(301)
    monkeypatch.setattr(driver, "_pending", lambda: next(asked, None))
    monkeypatch.setattr(driver, "_do", lambda *_: None)
    with pytest.raises(CommitError, match="nothing waits for confirmation"):
        driver.confirm_commit()


def test_a_switch_that_remembers_nothing_says_so(driver: EosDriver) -> None:
    assert driver.commit_status()["state"] == "none"
    with pytest.raises(CommitError, match="remembers no change"):
        driver.rollback()


def test_a_change_is_taken_back_on_request(driver: EosDriver, switch: EosSwitch) -> None:
    before = switch.running
    pushed(driver).rollback()
    assert (switch.running, driver.has_pending_commit()) == (before, False)


def test_a_confirmed_change_is_taken_back_on_request_and_saved(driver: EosDriver, switch: EosSwitch) -> None:
    before = switch.running
    pushed(driver).confirm_commit()
    driver.rollback()
    assert (switch.running, switch.startup) == (before, before)


def test_what_somebody_else_has_committed_on_a_timer_is_not_confirmed(
    driver: EosDriver, switch: EosSwitch, clock: ManualClock
) -> None:
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    driver.commit_status()
    switch.session("kerja", "rina")
    switch.commit("kerja", "rina", 300)
    with pytest.raises(CommitError, match="not ours: kerja"):
        driver.confirm_commit(token)
    assert switch.sessions["kerja"].state == "pendingCommitTimer"


def test_the_name_of_a_commit_is_told_by_the_one_who_begins_it(driver: EosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    token = driver.commit_config(revert_in=300)
    assert (token, driver.commit_status()["state"]) == (driver.commit_status()["token"], "pending")


def test_what_has_been_confirmed_by_its_name_may_be_confirmed_again(driver: EosDriver) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.confirm_commit(token)
    driver.confirm_commit(token)
    assert driver.commit_status()["state"] == "confirmed"


def test_a_switch_is_back_after_the_seconds_it_was_given(driver: EosDriver) -> None:
    assert driver.back_within(61) == 61


def test_closing_the_connection_does_not_take_a_change_back(
    driver: EosDriver, server: SshServer, switch: EosSwitch, tmp_path: Path
) -> None:
    pushed(driver).close()
    with closing(opened(server, tmp_path)) as again:
        again.confirm_commit()
    assert "description baru" in switch.startup


def test_a_commit_that_is_refused_is_told(driver: EosDriver, switch: EosSwitch) -> None:
    switch.troubles.refuse_commit = "% Cannot commit: a daemon is not ready"
    with pytest.raises(CommitError, match=r"not committed:\n% Cannot commit"):
        pushed(driver)
    assert "description lama" in switch.running


def test_a_second_change_waits_for_the_first(driver: EosDriver, switch: EosSwitch) -> None:
    pushed(driver)
    with pytest.raises(CommitError, match="another change waits"):
        pushed(driver, "hostname lain\n")
    assert switch.hostname == "kota"


def test_a_change_without_a_timer_is_saved(driver: EosDriver, switch: EosSwitch) -> None:
    pushed(driver, revert_in=None)
    assert "description baru" in switch.startup


def test_a_timer_of_more_than_a_day_is_refused(driver: EosDriver) -> None:
    with pytest.raises(CommitConfirmException):
        pushed(driver, revert_in=86_400)


def test_a_changed_name_is_followed(driver: EosDriver) -> None:
    pushed(driver, "hostname lain\n").confirm_commit()
    assert driver.get_facts()["hostname"] == "lain"


def test_a_banner_is_one_line_of_many(driver: EosDriver, switch: EosSwitch) -> None:
    pushed(driver, "banner login\n Jaringan pemerintah\n\n# kota\nEOF\nlogging host 10.160.255.12\n")
    assert "banner login\n Jaringan pemerintah\n\n# kota\nEOF\n" in switch.running


# ---------------------------------------------------------------------- sessions that are lost
def test_a_session_that_is_lost_while_typing_leaves_nothing_in_force(driver: EosDriver, switch: EosSwitch) -> None:
    before = switch.running
    switch.troubles.cut_at = "description baru"
    with pytest.raises(ConnectionClosedException) as caught:
        pushed(driver)
    assert isinstance(translated("kota", caught.value), UnreachableError)
    assert switch.running == before


def test_a_session_that_is_lost_while_committing_is_told_and_the_timer_runs(
    driver: EosDriver, server: SshServer, switch: EosSwitch, tmp_path: Path
) -> None:
    driver.load_merge_candidate(config=CHANGE)
    name = next(iter(switch.sessions))
    switch.troubles.cut_at = f"configure session {name} commit timer 00:05:00"
    with pytest.raises(ConnectionClosedException):
        driver.commit_config(revert_in=300)
    with closing(opened(server, tmp_path)) as again:
        status = again.commit_status()
    assert (status["state"], status["token"]) == ("pending", name)
