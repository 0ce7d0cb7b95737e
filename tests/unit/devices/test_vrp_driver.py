"""Our driver of VRP, and stock Netmiko, with a simulated router at the other end of a real SSH session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import CommitError, ConnectionClosedException, ConnectionException, MergeConfigException
from netmiko import ConnectHandler

from jipkit.drivers import load
from jipkit.drivers.huawei_vrp import HuaweiVrpDriver
from jipkit.drivers.huawei_vrp_session import without_echo
from jipkit.errors import IdentityError
from jipkit.hostkeys import name_at
from jipkit.testing.devices.vrp import SimulatedVrp
from jipkit.transport.failures import translated
from jipkit.transport.login import strict

HOST_KEY, OTHER_KEY, CLIENT_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
TEXT = """\
#
 sysname kota
#
acl number 2001
 rule 5 permit source 10.160.0.0 0.15.255.255
#
aaa
 local-user jip password irreversible-cipher $1c$rekaan$
 local-user jip privilege level 15
#
interface GigabitEthernet0/0/0
 description lama
 ip address 10.161.0.1 255.255.255.252
#
interface GigabitEthernet0/0/1
#
interface LoopBack0
 ip address 10.160.0.1 255.255.255.255
#
ospf 1 router-id 10.160.0.1
 area 0.0.0.0
  network 10.161.0.0 0.0.0.3
#
return
"""
CHANGE = "interface GigabitEthernet0/0/0\n description baru\n quit\ninfo-center loghost 10.160.255.12\n"
BAD = "interface GigabitEthernet0/0/0\n description baru\n quit\ninfo-centre loghost 10.160.255.12\nsysname lain\n"


@pytest.fixture
def router() -> Iterator[SimulatedVrp]:
    with SimulatedVrp(TEXT, host_key=HOST_KEY, keys=(CLIENT_KEY,)) as running:
        yield running


@pytest.fixture
def staged() -> Iterator[SimulatedVrp]:
    """A router with VRP 8, which wants a commit."""
    with SimulatedVrp(TEXT, host_key=HOST_KEY, keys=(CLIENT_KEY,), two_stage=True) as running:
        yield running


def made(router: SimulatedVrp, tmp_path: Path, key: paramiko.PKey = HOST_KEY) -> HuaweiVrpDriver:
    known = tmp_path / "known_hosts"
    known.write_text(f"{name_at('127.0.0.1', router.port)} {key.get_name()} {key.get_base64()}\n")
    login: dict[str, Any] = {"port": router.port, "pkey": CLIENT_KEY, "use_keys": False, "allow_agent": False}
    return HuaweiVrpDriver("127.0.0.1", "jip", "", timeout=10, optional_args={**login, **strict(known)})


@pytest.fixture
def driver(router: SimulatedVrp, tmp_path: Path) -> Iterator[HuaweiVrpDriver]:
    with closing(made(router, tmp_path)) as device:
        device.open()
        yield device


@pytest.fixture
def staged_driver(staged: SimulatedVrp, tmp_path: Path) -> Iterator[HuaweiVrpDriver]:
    with closing(made(staged, tmp_path)) as device:
        device.open()
        yield device


def pushed(driver: HuaweiVrpDriver, lines: str = CHANGE) -> HuaweiVrpDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(message="pekerjaan")
    return driver


# ---------------------------------------------------------------------- logging in and reading
def test_stock_netmiko_reads_the_router(router: SimulatedVrp) -> None:
    with ConnectHandler(
        device_type="huawei", host="127.0.0.1", port=router.port, username="jip", use_keys=False, pkey=CLIENT_KEY
    ) as device:
        assert "sysname kota" in device.send_command("display current-configuration")


def test_our_driver_is_found_by_its_name() -> None:
    assert load("huawei_vrp") is HuaweiVrpDriver


def test_another_host_key_is_refused(router: SimulatedVrp, tmp_path: Path) -> None:
    with pytest.raises(ConnectionException) as caught:
        made(router, tmp_path, OTHER_KEY).open()
    assert isinstance(translated("kota", caught.value), IdentityError)


def test_the_running_configuration_is_read_to_its_end(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    assert driver.get_config(retrieve="running")["running"] == f"[V200R010C10SPC700]\n#\n{router.running()}".strip("\n")


def test_the_router_tells_its_name_and_version(driver: HuaweiVrpDriver) -> None:
    facts = driver.get_facts()
    assert (facts["hostname"], facts["os_version"]) == ("kota", "V200R010C10SPC700")


def test_a_command_that_is_not_known_is_answered_so(driver: HuaweiVrpDriver) -> None:
    assert "Error: Unrecognized command found at '^' position." in driver.cli(["display nothing"])["display nothing"]


def test_a_router_without_a_timer_says_so(driver: HuaweiVrpDriver) -> None:
    found = driver.capabilities()
    assert (found.dry_run, found.device_timer, found.atomic_replace) == (False, False, False)
    assert "VRP has no timer that takes a change back" in found.notes


# ---------------------------------------------------------------------- changing
def test_a_change_is_in_force_and_not_saved(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    pushed(driver)
    assert " description baru\n" in router.running()
    assert " description lama\n" in router.router.saved


def test_a_confirmed_change_is_saved_and_may_be_confirmed_again(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    pushed(driver).confirm_commit()
    driver.confirm_commit()
    assert router.router.saved == router.running()


def test_a_change_on_a_timer_is_refused(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    before = router.running()
    driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommitError, match="no timer"):
        driver.commit_config(revert_in=300)
    assert router.running() == before


def test_a_refused_line_is_named_and_what_came_before_stays(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    with pytest.raises(
        CommitError,
        match=r"(?s)line 4 of 5 was refused:\ninfo-centre loghost .*Error: Unrecognized.* the 3 before it are in force",
    ):
        pushed(driver, BAD)
    assert " description baru\n" in router.running()
    assert router.router.hostname == "kota"


def test_a_change_that_vrp_takes_back_line_by_line_is_undone(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    before = router.running()
    pushed(driver)
    pushed(
        driver,
        "undo info-center loghost 10.160.255.12\ninterface GigabitEthernet0/0/0\n description lama\n quit\n",
    )
    assert router.running() == before


def test_a_header_of_several_lines_is_typed_as_it_is(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    pushed(driver, 'header login information "\n  Jaringan pemerintah\n\n# kota"\ninfo-center loghost 10.160.255.12\n')
    assert 'header login information "\n  Jaringan pemerintah\n\n# kota"\n' in router.running()
    assert "info-center loghost 10.160.255.12" in router.running()


def test_a_question_whether_it_was_meant_is_answered_yes(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    router.router.troubles.asks = {"undo ospf 1": "Warning: The OSPF process will be deleted. Continue?"}
    pushed(driver, "undo ospf 1\n")
    assert "ospf 1" not in router.running()


def test_a_question_that_is_not_known_is_answered_no(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    router.router.troubles.asks = {"undo ospf 1": "The board will restart. Continue?"}
    with pytest.raises(
        CommitError, match=r"(?s)line 1 of 1 was refused:\nundo ospf 1\nit asks: The board will restart"
    ):
        pushed(driver, "undo ospf 1\n")
    assert "ospf 1" in router.running()


@pytest.mark.parametrize(
    "said",
    [
        "Error: The specified interface does not exist.",
        "The specified interface does not exist.",
        "Incorrect password format.",
        "               ^\nUnrecognized command found at '^' position.",
        "Wrong parameter found at '^' position.",
        "Warning: The command is not supported on this board.",
        "Warning: nobody knows what this means.",
        "Info: Please configure the address first.",
        "Info: Add a new user.\nError: The password is too short.",
    ],
)
def test_what_is_not_known_to_be_harmless_stops_the_change_and_is_named(
    driver: HuaweiVrpDriver, router: SimulatedVrp, said: str
) -> None:
    router.router.troubles.says = {"info-center loghost 10.160.255.12": said}
    words = said.splitlines()[-1]
    with pytest.raises(
        CommitError, match=rf"(?s)line 4 of 5 was refused:\ninfo-center .*{re.escape(words)}\n.* the 3 "
    ):
        pushed(driver, f"{CHANGE}sysname lain\n")
    assert router.router.hostname == "kota"


@pytest.mark.parametrize(
    "said",
    [
        "Info: This operation may take a few seconds. Please wait for a moment...done.\n",
        "Info: The max number of hosts is 8, and the number\n      of current hosts is 1.\n",
        "Warning: The configuration takes effect after the process is restarted.\n",
        "Warning: The user access modes include Telnet, FTP or HTTP, and so security risks exist.\n",
        "Nov 24 2026 17:41:58+07:00 kota %%01IFNET/4/LINK_STATE(l)[0]:The line protocol IP\non the interface is up.\n",
    ],
)
def test_a_harmless_remark_is_no_refusal(driver: HuaweiVrpDriver, router: SimulatedVrp, said: str) -> None:
    router.router.troubles.remarks = {"info-center loghost 10.160.255.12": said}
    pushed(driver, f"{CHANGE}sysname lain\n")
    assert router.router.hostname == "lain"


def test_a_long_line_that_is_echoed_in_pieces_is_no_refusal() -> None:
    assert without_echo("description kantor keca\nmatan\nError: no\n", "description kantor kecamatan") == "Error: no"


def test_a_changed_name_is_followed(driver: HuaweiVrpDriver) -> None:
    pushed(driver, "sysname lain\n").confirm_commit()
    assert driver.get_facts()["hostname"] == "lain"


def test_what_cannot_be_saved_is_an_error(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    pushed(driver)
    router.router.troubles.cannot_save = True
    with pytest.raises(CommitError, match="in force, but not saved"):
        driver.confirm_commit()


@pytest.mark.parametrize(
    "question",
    [
        "Please input the file name(*.cfg,*.zip)[vrpcfg.zip]:",
        "Please input the file name(*.cfg)[flash:/vrpcfg.cfg]\n(To leave the filename unchanged, press the enter key):",
    ],
)
def test_the_name_of_a_file_that_is_proposed_is_taken(
    driver: HuaweiVrpDriver, router: SimulatedVrp, question: str
) -> None:
    router.router.troubles.asks_for_a_name = question
    pushed(driver).confirm_commit()
    assert router.router.saved == router.running()


def test_a_question_for_the_name_of_a_file_is_named_at_once(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    router.router.troubles.asks_for_a_name = "Please input the file name(*.cfg, *.zip, *.dat):"
    pushed(driver)
    with pytest.raises(CommitError, match=r"(?s)not saved: .*input the file name.*save NAME"):
        driver.confirm_commit()
    assert driver.get_facts()["hostname"] == "kota"


@pytest.mark.parametrize(
    "lines", ["", "#\n", "return\n", "save\n", "reset saved-configuration\n", 'header login information "x\n']
)
def test_lines_that_are_not_for_the_system_view_are_refused(driver: HuaweiVrpDriver, lines: str) -> None:
    with pytest.raises(MergeConfigException):
        driver.load_merge_candidate(config=lines)


def test_a_line_that_would_call_for_help_is_refused_by_name(driver: HuaweiVrpDriver) -> None:
    with pytest.raises(MergeConfigException, match=r"(?s)cannot be typed:\ndescription kantor\?"):
        driver.load_merge_candidate(config="interface LoopBack0\ndescription kantor?\n")


def test_vrp_remembers_nothing_to_go_back_to(driver: HuaweiVrpDriver) -> None:
    pushed(driver)
    assert (driver.commit_status()["state"], driver.has_pending_commit()) == ("none", False)
    with pytest.raises(CommitError, match="remembers nothing"):
        driver.rollback()


def test_a_session_that_is_lost_while_typing_is_told(driver: HuaweiVrpDriver, router: SimulatedVrp) -> None:
    router.router.troubles.cut_at = "description baru"
    with pytest.raises(ConnectionClosedException):
        pushed(driver)
    assert " description baru\n" in router.running()


# ---------------------------------------------------------------------- two-stage software
def test_two_stage_software_is_told_to_commit(staged_driver: HuaweiVrpDriver, staged: SimulatedVrp) -> None:
    pushed(staged_driver)
    assert " description baru\n" in staged.running()


def test_two_stage_software_has_nothing_in_force_of_a_refused_change(
    staged_driver: HuaweiVrpDriver, staged: SimulatedVrp
) -> None:
    before = staged.running()
    with pytest.raises(CommitError, match=r"(?s)line 4 of 5 was refused.*nothing is in force"):
        pushed(staged_driver, BAD)
    assert staged.running() == before
