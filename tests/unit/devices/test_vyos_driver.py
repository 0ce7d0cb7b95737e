"""Our driver of VyOS, and stock Netmiko, with a simulated router at the other end of a real SSH session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
)
from netmiko import ConnectHandler

from jipkit.drivers import load
from jipkit.drivers.vyos import VyosDriver
from jipkit.errors import IdentityError
from jipkit.hostkeys import name_at
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.vyos import SimulatedVyos
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, OTHER_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
TEXT = """\
set interfaces ethernet eth0 address '10.161.0.1/30'
set interfaces ethernet eth0 description 'lama'
set interfaces loopback lo address '10.160.0.1/32'
set service ssh port '22'
set system config-management commit-revisions '100'
set system host-name 'kota'
"""
CHANGE = """\
set interfaces ethernet eth0 description 'baru sekali'
set protocols static route 10.162.0.0/16 next-hop 10.161.0.2
"""
BAD = "set interfaces ethernet eth0 description baru\nset interfaces ethernet eth0 adress 10.161.0.9/30\n"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def router(clock: ManualClock) -> Iterator[SimulatedVyos]:
    with SimulatedVyos(TEXT, host_key=HOST_KEY, clock=clock, keys=(CLIENT_KEY,)) as running:
        yield running


def made(router: SimulatedVyos, tmp_path: Path, key: paramiko.PKey = HOST_KEY) -> VyosDriver:
    known = tmp_path / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', router.port)} {key.get_name()} {key.get_base64()}\n")
    login: dict[str, Any] = {"port": router.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False}
    return VyosDriver("127.0.0.1", "jip", "", timeout=10, optional_args={**login, **strict(known)})


def opened(router: SimulatedVyos, tmp_path: Path) -> VyosDriver:
    device = made(router, tmp_path)
    device.open()
    return device


@pytest.fixture
def driver(router: SimulatedVyos, tmp_path: Path) -> Iterator[VyosDriver]:
    with closing(opened(router, tmp_path)) as device:
        yield device


def pushed(driver: VyosDriver, lines: str = CHANGE, revert_in: int | None = 300) -> VyosDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(message="pekerjaan", revert_in=revert_in)
    return driver


# ---------------------------------------------------------------------- logging in and reading
def test_stock_netmiko_reads_the_router(router: SimulatedVyos) -> None:
    with ConnectHandler(
        device_type="vyos", host="127.0.0.1", port=router.port, username="jip", use_keys=False, pkey=CLIENT_KEY
    ) as device:
        assert "set system host-name 'kota'" in device.send_command("show configuration commands")


def test_our_driver_is_found_by_its_name() -> None:
    assert load("vyos") is VyosDriver


def test_another_host_key_is_refused(router: SimulatedVyos, tmp_path: Path) -> None:
    with pytest.raises(ConnectionException) as caught:
        made(router, tmp_path, OTHER_KEY).open()
    assert isinstance(translated("kota", caught.value), IdentityError)


def test_the_running_configuration_is_read_to_its_end(driver: VyosDriver) -> None:
    assert driver.get_config(retrieve="running")["running"] == TEXT.strip()


def test_the_router_tells_its_name_and_version(driver: VyosDriver) -> None:
    facts = driver.get_facts()
    assert (facts["hostname"], facts["os_version"]) == ("kota", "1.4.3")


def test_a_router_tells_what_it_can_do(driver: VyosDriver) -> None:
    found = driver.capabilities()
    assert (found.dry_run, found.device_timer, found.atomic_replace) == (False, True, False)


# ---------------------------------------------------------------------- before changing
def test_a_dry_run_shows_what_would_change_and_changes_nothing(driver: VyosDriver, router: SimulatedVyos) -> None:
    driver.load_merge_candidate(config=CHANGE)
    assert "+ set interfaces ethernet eth0 description 'baru sekali'" in driver.compare_config()
    assert router.running() == TEXT


def test_a_dry_run_names_the_line_that_is_refused(driver: VyosDriver) -> None:
    driver.load_merge_candidate(config=BAD)
    with pytest.raises(MergeConfigException, match=r"line 2 of 2 was refused:\nset .* adress .*\n.*Set failed"):
        driver.compare_config()


@pytest.mark.parametrize("lines", ["", "reboot\n", "set\n", "set system host-name 'x", 'set a "it\'s"\n', "run x\n"])
def test_lines_that_change_nothing_are_refused(driver: VyosDriver, lines: str) -> None:
    with pytest.raises(MergeConfigException):
        driver.load_merge_candidate(config=lines)


# ---------------------------------------------------------------------- changing
def test_a_change_is_in_force_and_not_saved(driver: VyosDriver, router: SimulatedVyos) -> None:
    status = pushed(driver).commit_status()
    assert status["state"] == "pending"
    assert "description 'baru sekali'" in router.running()
    assert router.router.saved == TEXT


def test_the_router_s_own_log_names_the_commit(driver: VyosDriver) -> None:
    token = pushed(driver).commit_status()["token"]
    assert f"jip-{token} pekerjaan" in driver.cli(["show system commit"])["show system commit"]


def test_seconds_are_rounded_up_to_minutes(driver: VyosDriver, router: SimulatedVyos, clock: ManualClock) -> None:
    pushed(driver, revert_in=61)
    assert router.router.deadline == clock.now() + 120


def test_a_confirmed_change_is_saved_and_stays(driver: VyosDriver, router: SimulatedVyos, clock: ManualClock) -> None:
    pushed(driver).confirm_commit()
    driver.confirm_commit()
    clock.advance(3600)
    assert driver.commit_status()["state"] == "confirmed"
    assert router.router.saved == router.running() != TEXT


def test_a_change_that_nobody_confirms_is_taken_back_by_a_restart(
    driver: VyosDriver, router: SimulatedVyos, clock: ManualClock, tmp_path: Path
) -> None:
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    with pytest.raises(ConnectionClosedException):
        driver.commit_status()
    with closing(opened(router, tmp_path)) as again:
        status = again.commit_status()
        assert (status["state"], status["exact"], status["token"]) == ("reverted", True, token)
        with pytest.raises(CommitError, match="nothing waits for confirmation"):
            again.confirm_commit()
    assert router.running() == TEXT


def test_the_name_of_a_commit_is_told_by_the_one_who_begins_it(driver: VyosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    token = driver.commit_config(revert_in=300)
    assert (token, driver.commit_status()["state"]) == (driver.commit_status()["token"], "pending")


def test_a_commit_is_confirmed_by_its_name_again_and_again(driver: VyosDriver) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.confirm_commit(token)
    driver.confirm_commit(token)
    assert driver.commit_status()["state"] == "confirmed"


def test_what_somebody_else_has_begun_is_not_confirmed(driver: VyosDriver, router: SimulatedVyos) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.rollback()
    router.router.arm(10)
    with pytest.raises(CommitError, match="what waits is not ours"):
        driver.confirm_commit(token)
    assert (driver.commit_status()["token"], router.router.deadline is None) == ("", False)


def test_a_router_is_back_after_whole_minutes_and_a_restart(driver: VyosDriver) -> None:
    assert (driver.back_within(61), driver.back_within(120)) == (300, 300)


def test_a_change_is_taken_back_on_request_without_a_restart(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver).rollback()
    assert (router.running(), router.router.deadline, router.router.boots) == (TEXT, None, 1)
    assert driver.commit_status()["state"] == "reverted"


def test_a_confirmed_change_is_taken_back_on_request_and_saved(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver).confirm_commit()
    driver.rollback()
    assert (router.running(), router.router.saved) == (TEXT, TEXT)


def test_a_refused_line_is_named_and_nothing_is_in_force(driver: VyosDriver, router: SimulatedVyos) -> None:
    with pytest.raises(CommitError, match=r"(?s)line 2 of 2 was refused:\nset .* adress .*nothing is in force"):
        pushed(driver, BAD)
    assert (router.running(), router.router.deadline) == (TEXT, None)


@pytest.mark.parametrize("half", [False, True])
def test_a_refused_commit_is_put_back_and_its_timer_stopped(
    driver: VyosDriver, router: SimulatedVyos, half: bool
) -> None:
    router.router.troubles.refuse_commit, router.router.troubles.refuse_half = "Address is in use", half
    with pytest.raises(CommitError, match=r"(?s)Address is in use.*exactly as it was before"):
        pushed(driver)
    assert (router.running(), router.router.deadline, driver.commit_status()["state"]) == (TEXT, None, "failed")


def test_nothing_is_changed_where_no_copy_to_go_back_to_can_be_made(driver: VyosDriver, router: SimulatedVyos) -> None:
    router.router.troubles.cannot_copy = True
    with pytest.raises(CommitError, match="No space left on device"):
        pushed(driver)
    assert (router.running(), router.router.deadline) == (TEXT, None)


def test_a_commit_that_is_locked_out_is_none_although_nothing_says_failed(
    driver: VyosDriver, router: SimulatedVyos
) -> None:
    router.router.troubles.locked = True
    with pytest.raises(CommitError, match="locked due to another commit"):
        pushed(driver, revert_in=None)


def test_a_commit_that_changed_nothing_is_none_and_leaves_no_timer(driver: VyosDriver, router: SimulatedVyos) -> None:
    with pytest.raises(CommitError, match=r"(?s)was refused.*No configuration changes to commit"):
        pushed(driver, "set system host-name kota\n")
    assert (router.running(), router.router.deadline) == (TEXT, None)


def test_a_second_change_waits_for_the_first(driver: VyosDriver) -> None:
    pushed(driver)
    with pytest.raises(CommitError, match="another change waits"):
        pushed(driver, "set system host-name lain\n")


def test_what_is_not_saved_is_not_put_at_risk_by_a_restart(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver, revert_in=None)
    with pytest.raises(CommitConfirmException, match="what runs is not what is saved"):
        pushed(driver, "set system host-name lain\n")
    assert router.router.hostname == "kota"


def test_what_cannot_be_saved_is_an_error(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver)
    router.router.troubles.cannot_save = True
    with pytest.raises(CommitError, match="in force, but not saved"):
        driver.confirm_commit()


def test_a_changed_name_is_followed(driver: VyosDriver) -> None:
    pushed(driver, "set system host-name lain\n").confirm_commit()
    assert driver.get_facts()["hostname"] == "lain"


def test_a_question_mark_and_a_long_value_are_typed_as_they_are(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver, f"set interfaces ethernet eth0 description 'apa? {'x' * 700}'\n")
    assert f"description 'apa? {'x' * 700}'\n" in router.running()


# ---------------------------------------------------------------------- sessions that are lost
def test_a_session_that_is_lost_while_typing_leaves_nothing_in_force(
    driver: VyosDriver, router: SimulatedVyos, tmp_path: Path
) -> None:
    router.router.troubles.cut_at = "set interfaces ethernet eth0 description 'baru sekali'"
    with pytest.raises(ConnectionClosedException):
        pushed(driver)
    with closing(opened(router, tmp_path)) as again:
        assert (again.commit_status()["state"], router.running()) == ("reverted", TEXT)


def test_a_change_can_be_confirmed_over_another_session(
    driver: VyosDriver, router: SimulatedVyos, tmp_path: Path
) -> None:
    pushed(driver).close()
    with closing(opened(router, tmp_path)) as again:
        again.confirm_commit()
        assert again.commit_status()["state"] == "confirmed"
    assert router.router.saved == router.running() != TEXT


def test_a_change_whose_timer_was_stopped_can_still_be_saved(driver: VyosDriver, router: SimulatedVyos) -> None:
    pushed(driver)
    router.router.confirm()
    assert driver.commit_status()["state"] == "pending"
    driver.confirm_commit()
    assert router.router.saved == router.running() != TEXT


# ---------------------------------------------------------------------- version 1.3
def old(text: str, clock: ManualClock, tmp_path: Path) -> Iterator[tuple[VyosDriver, SimulatedVyos]]:
    with (
        SimulatedVyos(text, host_key=HOST_KEY, clock=clock, version="1.3.8", keys=(CLIENT_KEY,)) as router,
        closing(opened(router, tmp_path)) as driver,
    ):
        yield driver, router


@pytest.fixture
def older(clock: ManualClock, tmp_path: Path) -> Iterator[tuple[VyosDriver, SimulatedVyos]]:
    yield from old(TEXT, clock, tmp_path)


@pytest.fixture
def forgetful(clock: ManualClock, tmp_path: Path) -> Iterator[tuple[VyosDriver, SimulatedVyos]]:
    """A router that keeps no revisions."""
    yield from old(TEXT.replace("set system config-management commit-revisions '100'\n", ""), clock, tmp_path)


def test_version_1_3_is_changed_on_its_timer_and_confirmed(older: tuple[VyosDriver, SimulatedVyos]) -> None:
    driver, router = older
    pushed(driver).confirm_commit()
    assert (driver.commit_status()["state"], router.router.saved) == ("confirmed", router.running())


def test_version_1_3_without_revisions_has_no_timer(forgetful: tuple[VyosDriver, SimulatedVyos]) -> None:
    driver, router = forgetful
    assert driver.capabilities().device_timer is False
    with pytest.raises(CommitConfirmException, match=r"(?s)not armed: commit-revisions is not configured.*as it was"):
        pushed(driver)
    assert "lama" in router.running()
