"""Our driver of IOS, and the stock ones, with a simulated router at the other end of a real SSH session."""

from __future__ import annotations

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

from jipkit.drivers import load
from jipkit.drivers.cisco_style import EXEC_PROMPT
from jipkit.drivers.ios import IosDriver
from jipkit.errors import IdentityError, UnreachableError
from jipkit.hostkeys import name_at
from jipkit.project import Project
from jipkit.redaction import redact
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.ios import IosRouter
from jipkit.testing.ssh import SshServer
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, OTHER_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
TEXT = """\
hostname kota
archive
 path bootflash:archive
 maximum 5
username jip privilege 15 secret 9 $9$rekaan
interface Loopback0
 ip address 10.160.0.1 255.255.255.255
interface GigabitEthernet0/0
 description lama
 ip address 10.161.0.1 255.255.255.252
 no ip redirects
interface GigabitEthernet0/1
 shutdown
ip access-list extended masuk
 10 permit ip any any
logging buffered 65536
line con 0
line vty 0 4
 login local
end
"""
CHANGE = "interface GigabitEthernet0/0\n description baru\n exit\nlogging host 10.160.255.12\n"
BAD = "interface GigabitEthernet0/0\n description baru\n exit\nloging host 10.160.255.12\nhostname lain\n"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def router(clock: ManualClock) -> IosRouter:
    return IosRouter(TEXT, clock=clock)


@pytest.fixture
def server(router: IosRouter) -> Iterator[SshServer]:
    with router.server(HOST_KEY, keys=(CLIENT_KEY,)) as running:
        yield running


def options(server: SshServer, tmp_path: Path, key: paramiko.PKey = HOST_KEY) -> dict[str, Any]:
    known = tmp_path / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', server.port)} {key.get_name()} {key.get_base64()}\n")
    return {"port": server.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False, **strict(known)}


def opened(server: SshServer, tmp_path: Path) -> IosDriver:
    driver = IosDriver("127.0.0.1", "jip", "", timeout=10, optional_args=options(server, tmp_path))
    driver.open()
    return driver


@pytest.fixture
def driver(server: SshServer, tmp_path: Path) -> Iterator[IosDriver]:
    with closing(opened(server, tmp_path)) as open_driver:
        yield open_driver


def pushed(driver: IosDriver, lines: str = CHANGE, revert_in: int | None = 300) -> IosDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(message="pekerjaan", revert_in=revert_in)
    return driver


# ---------------------------------------------------------------------- the stock drivers
def test_the_stock_driver_of_napalm_reads_the_router(server: SshServer) -> None:
    stock = get_network_driver("ios")
    login = {"port": server.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False}
    with closing(stock("127.0.0.1", "jip", "", optional_args=login)) as device:
        device.open()
        facts = device.get_facts()
        assert (facts["hostname"], facts["interface_list"]) == (
            "kota",
            ["Loopback0", "GigabitEthernet0/0", "GigabitEthernet0/1"],
        )


def test_stock_netmiko_changes_the_router(server: SshServer, router: IosRouter) -> None:
    with ConnectHandler(
        device_type="cisco_ios", host="127.0.0.1", port=server.port, username="jip", use_keys=False, pkey=CLIENT_KEY
    ) as device:
        device.send_config_set(["interface GigabitEthernet0/1", "no shutdown", "description baru"])
        device.save_config()
    assert "interface GigabitEthernet0/1\n description baru\n!" in router.startup


# ---------------------------------------------------------------------- logging in and reading
def test_our_driver_is_found_by_its_name() -> None:
    assert load("ios") is IosDriver


def test_another_host_key_is_refused(server: SshServer, tmp_path: Path) -> None:
    driver = IosDriver("127.0.0.1", "jip", "", optional_args=options(server, tmp_path, OTHER_KEY))
    with pytest.raises(ConnectionException) as caught:
        driver.open()
    assert isinstance(translated("kota", caught.value), IdentityError)
    assert server.logins == []


def test_an_account_without_privilege_is_told_so(clock: ManualClock, tmp_path: Path) -> None:
    router = IosRouter(TEXT, clock=clock, privilege=1)
    with router.server(HOST_KEY, keys=(CLIENT_KEY,)) as server:
        driver = IosDriver("127.0.0.1", "jip", "", optional_args=options(server, tmp_path))
        with pytest.raises(ConnectionException, match="privilege 15"):
            driver.open()


def test_the_running_configuration_is_read_to_its_end(driver: IosDriver) -> None:
    running = driver.get_config(retrieve="running")["running"]
    assert running.endswith("\nend")
    assert "interface GigabitEthernet0/1\n no ip address\n shutdown" in running


def test_a_router_with_an_archive_has_a_timer(driver: IosDriver) -> None:
    found = driver.capabilities()
    assert (found.dry_run, found.device_timer, found.atomic_replace, found.notes) == (False, True, False, ())


# ---------------------------------------------------------------------- changing
def test_a_change_is_in_force_and_not_saved(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver)
    assert "description baru" in router.running
    assert "description lama" in router.startup


def test_a_change_waits_for_its_confirmation(driver: IosDriver) -> None:
    status = pushed(driver).commit_status()
    assert (status["state"], status["token"][:18]) == ("pending", "bootflash:archive-")


def test_seconds_are_rounded_up_to_minutes(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, revert_in=61)
    assert router.pending is not None
    assert router.pending.minutes == 2


def test_what_is_printed_late_is_no_answer_to_a_line(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, revert_in=30)
    assert router.pending is not None
    assert router.pending.minutes == 1


def test_a_confirmed_change_is_saved_and_stays(driver: IosDriver, router: IosRouter, clock: ManualClock) -> None:
    pushed(driver).confirm_commit()
    clock.advance(3600)
    assert driver.commit_status()["state"] == "confirmed"
    assert "description baru" in router.running
    assert "description baru" in router.startup


def test_a_confirmation_may_be_asked_for_again(driver: IosDriver) -> None:
    pushed(driver).confirm_commit()
    driver.confirm_commit()
    assert driver.commit_status()["state"] == "confirmed"


def test_a_change_that_nobody_confirms_is_taken_back(driver: IosDriver, router: IosRouter, clock: ManualClock) -> None:
    before = router.running
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    status = driver.commit_status()
    assert (status["state"], status["exact"], status["token"]) == ("reverted", True, token)
    assert router.running == before


def test_what_was_taken_back_cannot_be_confirmed(driver: IosDriver, clock: ManualClock) -> None:
    pushed(driver)
    clock.advance(301)
    with pytest.raises(CommitError, match="nothing waits for confirmation"):
        driver.confirm_commit()


def test_the_name_of_a_commit_is_told_by_the_one_who_begins_it(driver: IosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    token = driver.commit_config(revert_in=300)
    assert (token, driver.commit_status()["state"]) == (driver.commit_status()["token"], "pending")


def test_a_commit_is_confirmed_by_its_name_again_and_again(driver: IosDriver) -> None:
    token = pushed(driver).commit_status()["token"]
    driver.confirm_commit(token)
    driver.confirm_commit(token)
    assert driver.commit_status()["state"] == "confirmed"


def test_what_somebody_else_has_begun_is_not_confirmed(
    driver: IosDriver, router: IosRouter, clock: ManualClock
) -> None:
    token = pushed(driver).commit_status()["token"]
    clock.advance(301)
    driver.commit_status()
    router.arm(5, "rina")
    with pytest.raises(CommitError, match="what waits is not ours: bootflash:archive-"):
        driver.confirm_commit(token)
    assert router.pending is not None


def test_a_router_is_back_after_whole_minutes(driver: IosDriver) -> None:
    assert (driver.back_within(61), driver.back_within(120)) == (120, 120)


def test_a_change_is_taken_back_on_request(driver: IosDriver, router: IosRouter) -> None:
    before = router.running
    pushed(driver).rollback()
    assert (router.running, driver.has_pending_commit()) == (before, False)


def test_a_confirmed_change_is_taken_back_on_request_and_saved(driver: IosDriver, router: IosRouter) -> None:
    before = router.running
    pushed(driver).confirm_commit()
    driver.rollback()
    assert (router.running, router.startup) == (before, before)


def test_a_refused_line_takes_all_back(driver: IosDriver, router: IosRouter) -> None:
    before = router.running
    with pytest.raises(
        CommitError, match=r"(?s)line 4 of 5 was refused:\nloging host .*% Invalid input.* exactly as it was"
    ):
        pushed(driver, BAD)
    assert (router.running, router.pending) == (before, None)


@pytest.mark.parametrize(
    "line",
    [
        "interface GigabitEthernet0/1\nip address 10.161.0.2 255.255.255.252",
        "ip access-list extended masuk\n10 deny ip any any",
        "router bgp 65000\nneighbor 192.0.2.1 description pusat",
        "no interface GigabitEthernet0/1",
        "username jip password 0 rahasia\nusername jip secret rahasia",
        "no line vty 0 4",
    ],
)
def test_every_way_of_ios_to_refuse_is_seen(driver: IosDriver, router: IosRouter, line: str) -> None:
    before = router.running
    with pytest.raises(CommitError, match="was refused"):
        pushed(driver, line)
    assert router.running == before


def test_a_secret_in_a_refused_line_is_recognised(driver: IosDriver) -> None:
    facts = Project(Path(__file__).parents[3]).platforms["cisco_ios"]
    with pytest.raises(CommitError) as caught:
        pushed(driver, "router bgp 65000\nneighbor 192.0.2.1 password rahasia\n")
    assert "rahasia" not in redact(str(caught.value), facts)


def test_a_changed_name_is_followed(driver: IosDriver) -> None:
    pushed(driver, "hostname lain\n").confirm_commit()
    assert driver.get_facts()["hostname"] == "lain"


def test_a_banner_is_typed_with_a_mark_that_can_be_typed(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, "banner login ^C\n Jaringan pemerintah\n\n# kota ~ \n^C\nlogging host 10.160.255.12\n")
    assert "banner login ^C\n Jaringan pemerintah\n\n# kota ~ \n^C\n" in router.running


def test_a_question_whether_it_was_meant_is_answered_yes(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, "no username jip\nusername jip privilege 15 secret 9 $9$lain\n")
    assert "username jip privilege 15 secret 9 $9$lain" in router.running


def test_a_question_mark_is_typed_and_no_call_for_help(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, "interface GigabitEthernet0/0\ndescription kantor? lama\nip ospf cost 7\n")
    assert "description kantor? lama\n" in router.running


@pytest.mark.parametrize("line", ["####", "*****>", "+hostname lain#", "===>", "^C#", "<html>"])
def test_a_line_that_a_packet_ends_in_is_no_prompt(line: str) -> None:
    assert EXEC_PROMPT.search(f"\r\nbanner motd ^C\r\n{line}") is None


@pytest.mark.parametrize("prompt", ["kota#", "kota-1.a>", "9kota_b#", "kota(s1)#", "[10:15]kota#"])
def test_a_prompt_is_seen_whatever_is_in_the_name(prompt: str) -> None:
    assert EXEC_PROMPT.search(f"\r\n{prompt}") is not None


def test_a_description_that_looks_like_a_prompt_is_none(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, "interface GigabitEthernet0/0\ndescription sirkuit kota(cadangan)#1\nip ospf cost 7\n")
    assert "description sirkuit kota(cadangan)#1\n" in router.running
    assert "ip ospf cost 7\n" in router.running


def test_a_second_change_waits_for_the_first(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver)
    with pytest.raises(CommitError, match="another change waits"):
        pushed(driver, "hostname lain\n")
    assert router.hostname == "kota"


def test_a_change_without_a_timer_is_typed_on_one_and_saved(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver, revert_in=None)
    assert router.pending is None
    assert "description baru" in router.startup


def test_what_cannot_be_saved_is_an_error(driver: IosDriver, router: IosRouter) -> None:
    pushed(driver)
    router.troubles.cannot_save = True
    with pytest.raises(CommitError, match="in force, but not saved"):
        driver.confirm_commit()


@pytest.mark.parametrize(
    "lines", ["", "!\n", "interface Loopback7\nend\n", "do reload\n", "banner motd ^C tanpa akhir\n"]
)
def test_lines_that_are_not_for_configuration_mode_are_refused(driver: IosDriver, lines: str) -> None:
    with pytest.raises(MergeConfigException):
        driver.load_merge_candidate(config=lines)


def test_where_no_copy_can_be_archived_nothing_is_typed(driver: IosDriver, router: IosRouter) -> None:
    router.troubles.cannot_archive = True
    before = router.running
    with pytest.raises(CommitConfirmException, match="No space left on device"):
        pushed(driver)
    assert router.running == before


def test_a_candidate_can_be_dropped(driver: IosDriver) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.discard_config()
    with pytest.raises(CommitError, match="no candidate"):
        driver.commit_config(revert_in=300)


# ---------------------------------------------------------------------- sessions that are lost
def test_a_session_that_is_lost_while_typing_is_told_and_the_timer_does_its_work(
    driver: IosDriver, server: SshServer, router: IosRouter, clock: ManualClock, tmp_path: Path
) -> None:
    before = router.running
    router.troubles.cut_at = "description baru"
    with pytest.raises(ConnectionClosedException) as caught:
        pushed(driver)
    assert isinstance(translated("kota", caught.value), UnreachableError)
    with closing(opened(server, tmp_path)) as again:
        assert again.commit_status()["state"] == "pending"
        clock.advance(301)
        assert (again.commit_status()["state"], router.running) == ("reverted", before)


def test_a_change_can_be_confirmed_over_another_session(
    driver: IosDriver, server: SshServer, router: IosRouter, tmp_path: Path
) -> None:
    pushed(driver)
    driver.close()
    with closing(opened(server, tmp_path)) as again:
        again.confirm_commit()
        assert again.commit_status()["state"] == "confirmed"
    assert "description baru" in router.startup


# ---------------------------------------------------------------------- routers that can or remember less
def driven(text: str, clock: ManualClock, tmp_path: Path) -> Iterator[tuple[IosDriver, IosRouter]]:
    router = IosRouter(text, clock=clock)
    with (
        router.server(HOST_KEY, keys=(CLIENT_KEY,)) as server,
        closing(opened(server, tmp_path)) as driver,
    ):
        yield driver, router


@pytest.fixture
def bare(clock: ManualClock, tmp_path: Path) -> Iterator[tuple[IosDriver, IosRouter]]:
    """A router without an archive."""
    yield from driven(TEXT.replace("archive\n path bootflash:archive\n maximum 5\n", ""), clock, tmp_path)


@pytest.fixture
def forgetful(clock: ManualClock, tmp_path: Path) -> Iterator[tuple[IosDriver, IosRouter]]:
    """A router without a log."""
    yield from driven(TEXT.replace("logging buffered 65536\n", ""), clock, tmp_path)


def test_a_router_without_an_archive_has_no_timer(bare: tuple[IosDriver, IosRouter]) -> None:
    found = bare[0].capabilities()
    assert (found.device_timer, found.notes) == (False, ("it has no archive: enter `archive` and a `path` in it",))


def test_a_router_without_an_archive_takes_no_change_on_a_timer(bare: tuple[IosDriver, IosRouter]) -> None:
    driver, router = bare
    with pytest.raises(CommitConfirmException, match="not armed"):
        pushed(driver)
    assert "description lama" in router.running


def test_a_router_without_an_archive_is_changed_and_saved_where_no_timer_is_asked_for(
    bare: tuple[IosDriver, IosRouter],
) -> None:
    driver, router = bare
    pushed(driver, revert_in=None).confirm_commit()
    assert "description baru" in router.startup


def test_a_refused_line_without_a_timer_says_what_is_in_force(bare: tuple[IosDriver, IosRouter]) -> None:
    driver, router = bare
    with pytest.raises(CommitError, match=r"(?s)line 4 of 5 was refused.*the 3 before it are in force, and not saved"):
        pushed(driver, BAD, revert_in=None)
    assert "description baru" in router.running
    assert "description lama" in router.startup


def test_a_router_without_a_log_is_told_from_what_it_runs(
    forgetful: tuple[IosDriver, IosRouter], clock: ManualClock
) -> None:
    driver, _ = forgetful
    pushed(driver).confirm_commit()
    confirmed = driver.commit_status()["state"]
    pushed(driver, "hostname lain\n")
    clock.advance(301)
    status = driver.commit_status()
    assert (confirmed, status["state"], status["exact"]) == ("confirmed", "reverted", True)


def test_a_router_without_a_log_says_that_it_forgets(forgetful: tuple[IosDriver, IosRouter]) -> None:
    assert forgetful[0].capabilities().notes == ("without `logging buffered` it forgets what became of a change",)
