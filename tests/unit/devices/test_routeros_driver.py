"""Changing RouterOS: a backup and a scheduler stand for the commit and the timer that it does not have."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from jipkit.drift import compare
from jipkit.drivers import Capabilities, load
from jipkit.drivers.routeros import RouterOsDriver
from jipkit.drivers.routeros_memory import Memory, digest, remembered
from jipkit.hostkeys import HostKey
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.testing.clock import Clock, ManualClock, WallClock
from jipkit.testing.devices.routeros import HOME_MODE, Box, Caller, SimulatedRouterOs
from jipkit.testing.networks import changed, small_network
from jipkit.testing.replatform import on_platform

HOST_KEY, OTHER_KEY, OUR_KEY = (paramiko.ECDSAKey.generate() for _ in range(3))
SPEED = 200.0
"""How much faster time goes by on the routers than here: a restart of 35 s takes 0.2 s."""
RUNNING = """\
/interface bridge add name=bridge1
/interface list add name=uplink
/ip address add address=10.160.0.1/24 interface=bridge1 network=10.160.0.0
/ip firewall filter add action=accept chain=input connection-state=established,related
/ip firewall filter add action=accept chain=input comment=ssh dst-port=22 protocol=tcp
/ppp secret add name=rina password=rahasia
/system identity set name=kec-rawa
"""
ADD = "/interface list add name=office\n"
HALF = f"{ADD}/interface list add name=uplink\n/interface list add name=never\n"
LOCKOUT = "/ip firewall filter set [find comment=ssh] action=drop\n"
CALLER = Caller(IPv4Address("192.0.2.10"))


@dataclass
class Office:
    """Routers and sessions with them, all of which end with the test."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def router(self, config: str = RUNNING, clock: Clock | None = None, **box: Any) -> SimulatedRouterOs:
        made = SimulatedRouterOs(
            config, Box(**box), clock=clock or WallClock(SPEED), host_key=HOST_KEY, keys=(OUR_KEY,), password="sandi"
        )
        return self.stack.enter_context(made)

    def session(self, router: SimulatedRouterOs, password: str = "", **options: Any) -> RouterOsDriver:
        known_hosts = self.folder / "known_hosts"
        key = options.pop("host_key", router.host_key)
        known_hosts.write_text(f"[127.0.0.1]:{router.port} {key.type} {key.base64}\n")
        given = {
            "port": router.port,
            "pkey": None if password else OUR_KEY,
            "allow_agent": False,
            "use_keys": False,
            "ssh_strict": True,
            "system_host_keys": False,
            "alt_host_keys": True,
            "alt_key_file": str(known_hosts),
            "settle_s": 0.05,
            "poll_s": 0.02,
            "boot_limit_s": 8.0,
            **options,
        }
        driver = RouterOsDriver("127.0.0.1", "jip", password, optional_args=given)
        driver.open()
        self.stack.callback(driver.close)
        return driver


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    with made.stack:
        yield made


def text_of(router: SimulatedRouterOs) -> str:
    """Return the configuration without the header."""
    with router.lock:
        return router.model.text()


def committed(driver: RouterOsDriver, lines: str = ADD, revert_in: int | None = 600) -> RouterOsDriver:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(revert_in=revert_in, message="uji coba")
    return driver


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def back(office: Office, router: SimulatedRouterOs, boots: int = 1) -> RouterOsDriver:
    """Return a session with a router once it has restarted so often."""
    assert eventually(lambda: router.boots == boots and router.awake)
    return office.session(router)


# ------------------------------------------------------------------ sessions


def test_the_driver_is_found_by_its_name() -> None:
    assert load("routeros") is RouterOsDriver


@pytest.mark.parametrize("password", ["", "sandi"])
def test_a_key_and_a_password_log_in(office: Office, password: str) -> None:
    router = office.router()
    office.session(router, password)
    assert router.logins == ["jip+ct511w4098h"]


def test_a_wrong_password_does_not_log_in(office: Office) -> None:
    with pytest.raises(ConnectAuthError):
        office.session(office.router(), "salah")


def test_nothing_is_said_to_a_router_with_another_host_key(office: Office) -> None:
    router = office.router()
    other = HostKey(OTHER_KEY.get_name(), OTHER_KEY.get_base64())
    with pytest.raises(ConnectionException, match="host key has changed"):
        office.session(router, host_key=other)
    assert router.logins == []


def test_what_is_no_routeros_is_refused(office: Office) -> None:
    router = office.router(answers={"/system resource print": "Linux\n"})
    with pytest.raises(CommandErrorException, match="no RouterOS"):
        office.session(router)


def test_a_session_that_ended_is_not_alive(office: Office) -> None:
    router = office.router()
    driver = office.session(router)
    before = driver.is_alive()
    router.cut()
    assert before == {"is_alive": True}
    assert eventually(lambda: driver.is_alive() == {"is_alive": False})


def test_facts_are_those_of_the_box(office: Office) -> None:
    facts = office.session(office.router(version="7.12.1")).get_facts()
    assert {name: facts[name] for name in ("hostname", "vendor", "model", "os_version", "serial_number")} == {
        "hostname": "kec-rawa",
        "vendor": "MikroTik",
        "model": "RB4011iGS+",
        "os_version": "7.12.1 (stable)",
        "serial_number": "REKAAN-0002",
    }


def test_the_interfaces_are_named(office: Office) -> None:
    assert office.session(office.router()).get_facts()["interface_list"][:3] == ["bridge1", "ether1", "ether2"]


def test_a_virtual_router_has_no_serial_number(office: Office) -> None:
    assert office.session(office.router(serial="")).get_facts()["serial_number"] == ""


def test_commands_are_answered_as_they_are(office: Office) -> None:
    command = "/ip address print terse without-paging"
    assert office.session(office.router()).cli([command]) == {
        command: " 0    address=10.160.0.1/24 interface=bridge1 network=10.160.0.0\n"
    }


def test_what_routeros_refuses_is_in_its_own_words(office: Office) -> None:
    assert office.session(office.router()).cli(["/ip adress print"]) == {
        "/ip adress print": "bad command name adress (line 1 column 5)\n"
    }


@pytest.mark.parametrize(("address", "received"), [("10.160.0.9", 3), ("192.0.2.1", 0)])
def test_a_ping_is_counted(office: Office, address: str, received: int) -> None:
    answer = office.session(office.router()).ping(address, count=3)
    assert (3 - answer["success"]["packet_loss"], len(answer["success"]["results"])) == (received, received)


def test_a_ping_that_is_refused_is_an_error(office: Office) -> None:
    router = office.router(answers={"/ping address=x count=5 size=100 ttl=255": "invalid value for argument address\n"})
    assert office.session(router).ping("x") == {"error": "invalid value for argument address"}


# ------------------------------------------------------------------ reading the configuration


@pytest.mark.parametrize("version", ["6.49.17", "7.12.1", "7.22"])
def test_the_configuration_is_read_with_its_secrets(office: Office, version: str) -> None:
    assert "password=rahasia" in office.session(office.router(version=version)).get_config()["running"]


@pytest.mark.parametrize("version", ["6.49.17", "7.12.1", "7.22"])
def test_the_configuration_is_read_without_secrets_where_they_are_not_wanted(office: Office, version: str) -> None:
    running = office.session(office.router(version=version)).get_config(sanitized=True)["running"]
    assert "/ppp secret add name=rina\n" in running


def test_version_7_hides_secrets_unless_it_is_told_to_show_them(office: Office) -> None:
    said = office.session(office.router(version="7.22")).cli(["/export terse"])["/export terse"]
    assert "rahasia" not in said


def test_the_header_says_which_version_it_is(office: Office) -> None:
    first = office.session(office.router(version="7.22")).get_config()["running"].splitlines()[0]
    assert first.endswith("by RouterOS 7.22")


def test_an_export_that_is_cut_short_is_no_configuration(office: Office) -> None:
    cut = {"/export terse show-sensitive": "# 2026-11-24 10:00:00 by RouterOS 7.16.2\n/interface bri"}
    router = office.router(answers=cut)
    driver = office.session(router)
    assert driver.get_config()["running"].endswith("/interface bri")  # nothing tells that the router itself cut it
    router.box.answers = {':put "jip: this is the end"': ""}
    with pytest.raises(CommandErrorException, match="cut short"):
        driver.get_config()


def test_what_we_put_into_the_configuration_ourselves_is_not_read(office: Office) -> None:
    router = office.router()
    driver = office.session(router)
    before = driver.get_config()["running"].splitlines()[1:]
    after = committed(driver).get_config()["running"].splitlines()[1:]
    assert set(after) - set(before) == {ADD.strip()}
    assert "/system scheduler add" in text_of(router)


# ------------------------------------------------------------------ what it can do


@pytest.mark.parametrize(
    ("version", "dry_run"), [("6.49.17", False), ("7.12.1", False), ("7.15.3", False), ("7.16.2", True), ("7.22", True)]
)
def test_a_dry_run_needs_version_7_16(office: Office, version: str, dry_run: bool) -> None:
    assert office.session(office.router(version=version)).capabilities().dry_run is dry_run


def test_an_older_router_is_not_asked_for_a_dry_run(office: Office) -> None:
    driver = office.session(office.router(version="7.15.3"))
    driver.load_merge_candidate(config=ADD)
    with pytest.raises(NotImplementedError, match=r"before version 7\.16"):
        driver.compare_config()


def test_device_mode_may_forbid_the_scheduler(office: Office) -> None:
    found = office.session(office.router(version="7.22", mode=HOME_MODE)).capabilities()
    assert found == Capabilities(
        dry_run=True,
        device_timer=False,
        atomic_replace=False,
        notes=("device-mode 'home' forbids the scheduler that would take a change back",),
    )


def test_there_is_no_device_mode_before_7_17(office: Office) -> None:
    assert office.session(office.router(version="7.16.2", mode=HOME_MODE)).capabilities().device_timer


def test_a_flagged_router_has_no_timer(office: Office) -> None:
    mode = {"mode": "advanced", "scheduler": "yes", "flagged": "yes"}
    assert not office.session(office.router(version="7.22", mode=mode)).capabilities().device_timer


def test_a_full_disk_leaves_no_room_for_the_timer(office: Office) -> None:
    assert not office.session(office.router(free_bytes=300_000)).capabilities().device_timer


# ------------------------------------------------------------------ candidates


def test_a_replacement_is_refused_because_nothing_takes_it_back(office: Office) -> None:
    with pytest.raises(ReplaceConfigException, match="cannot take a replacement back"):
        office.session(office.router()).load_replace_candidate(config=RUNNING)


@pytest.mark.parametrize("config", ["", " \n", "/system note set note=\x1b[2J\n"])
def test_a_candidate_that_is_no_text_is_refused(office: Office, config: str) -> None:
    with pytest.raises(MergeConfigException):
        office.session(office.router()).load_merge_candidate(config=config)


def test_a_dry_run_says_every_line_that_cannot_be_read(office: Office) -> None:
    driver = office.session(office.router())
    driver.load_merge_candidate(config="/interface lists add name=x\n/interface list add nme=y\n")
    with pytest.raises(MergeConfigException) as caught:
        driver.compare_config()
    assert [line.partition(": ")[2] or line for line in str(caught.value).splitlines()] == [
        "bad command name lists (line 1 column 12)",
        "expected end of command (line 2 column 21)",
    ]


def test_a_dry_run_does_not_know_what_fails_when_it_is_done(office: Office) -> None:
    driver = office.session(office.router())
    driver.load_merge_candidate(config=HALF)
    assert driver.compare_config() == HALF


def test_an_answer_to_a_dry_run_that_nobody_understands_is_a_refusal(office: Office) -> None:
    command = "/import file-name=jip-candidate.rsc verbose=yes dry-run"
    driver = office.session(office.router(answers={command: "all quiet\n"}))
    driver.load_merge_candidate(config=ADD)
    with pytest.raises(MergeConfigException, match="all quiet"):
        driver.compare_config()


@pytest.mark.parametrize("said", ["", "\n", "#line 1\n"])
def test_a_dry_run_that_does_not_show_the_last_line_was_none(office: Office, said: str) -> None:
    command = "/import file-name=jip-candidate.rsc verbose=yes dry-run"
    driver = office.session(office.router(answers={command: said}))
    driver.load_merge_candidate(config=ADD + LOCKOUT)
    with pytest.raises(MergeConfigException, match="did not read the candidate to its end"):
        driver.compare_config()


@pytest.mark.parametrize(
    "said", ["#line 1\n#line 2\n", f"{ADD}{LOCKOUT}", "Script file loaded and executed successfully\n"]
)
def test_a_dry_run_that_shows_the_last_line_was_one(office: Office, said: str) -> None:
    command = "/import file-name=jip-candidate.rsc verbose=yes dry-run"
    driver = office.session(office.router(answers={command: said}))
    driver.load_merge_candidate(config=ADD + LOCKOUT)
    assert driver.compare_config() == ADD + LOCKOUT


def test_a_dry_run_that_counts_errors_and_names_none_is_a_refusal(office: Office) -> None:
    command = "/import file-name=jip-candidate.rsc verbose=yes dry-run"
    driver = office.session(office.router(answers={command: f"#line 1\n{ADD}found 1 error(s) in import file\n"}))
    driver.load_merge_candidate(config=ADD)
    with pytest.raises(MergeConfigException, match="found 1 error"):
        driver.compare_config()


def test_a_dry_run_leaves_nothing_behind(office: Office) -> None:
    router = office.router()
    driver = office.session(router)
    driver.load_merge_candidate(config=ADD)
    driver.compare_config()
    assert (text_of(router), router.files) == (RUNNING, {})


def test_without_a_candidate_nothing_is_committed(office: Office) -> None:
    driver = office.session(office.router())
    driver.load_merge_candidate(config=ADD)
    driver.discard_config()
    with pytest.raises(CommitError, match="no candidate"):
        driver.commit_config(revert_in=60)


# ------------------------------------------------------------------ commit and confirm


@pytest.mark.parametrize("version", ["6.49.17", "7.12.1", "7.16.2", "7.22"])
def test_a_change_is_in_force_and_pending(office: Office, version: str) -> None:
    router = office.router(version=version)
    driver = committed(office.session(router))
    assert (ADD in text_of(router), driver.has_pending_commit()) == (True, True)


def test_the_timer_is_armed_before_anything_is_changed(office: Office) -> None:
    router = office.router()
    committed(office.session(router))
    commands = ["" if "jip-tidy" in command else command for command in router.commands]
    asked = [command.split(" name=")[0].split(" policy=")[0] for command in commands]
    order = [asked.index(step) for step in ("/system backup save", "/system scheduler add")]
    done = next(n for n, command in enumerate(router.commands) if command.startswith("/import"))
    assert order == sorted(order)
    assert order[-1] < done


@pytest.mark.covers("change", "mikrotik_routeros")
def test_a_confirmed_change_stays(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    driver.confirm_commit()
    assert (driver.commit_status()["state"], text_of(router)) == (
        "confirmed",
        RUNNING.replace("/interface list add name=uplink\n", f"/interface list add name=uplink\n{ADD}"),
    )


def test_the_router_remembers_across_sessions(office: Office) -> None:
    router = office.router()
    first = committed(office.session(router)).commit_status()
    assert office.session(router).commit_status() == first
    assert (first["state"], len(first["token"]), first["detail"]) == ("pending", 16, "uji coba")


def test_another_session_confirms(office: Office) -> None:
    router = office.router()
    committed(office.session(router)).close()
    driver = office.session(router)
    driver.confirm_commit()
    assert driver.commit_status()["state"] == "confirmed"


def test_confirming_again_changes_nothing(office: Office) -> None:
    driver = committed(office.session(office.router()))
    driver.confirm_commit()
    first = driver.commit_status()
    driver.confirm_commit()
    assert driver.commit_status() == first


def test_the_name_of_a_commit_is_told_by_the_one_who_begins_it(office: Office) -> None:
    driver = office.session(office.router())
    driver.load_merge_candidate(config=ADD)
    token = driver.commit_config(revert_in=600)
    assert (token, driver.commit_status()["state"]) == (driver.commit_status()["token"], "pending")


def test_another_commit_than_ours_is_not_confirmed(office: Office) -> None:
    driver = committed(office.session(office.router()))
    with pytest.raises(CommitError, match="not ours"):
        driver.confirm_commit("0123456789abcdef")
    assert driver.commit_status()["state"] == "pending"


def test_a_router_is_back_after_its_restart(office: Office) -> None:
    assert office.session(office.router(), boot_limit_s=90.0).back_within(61) == 151


def test_a_confirmation_that_was_cut_off_is_finished(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    memory = json.loads(router.files["jip-commit.txt"])  # type: ignore[arg-type]  # the bytes of a file
    router.files["jip-commit.txt"] = json.dumps(memory | {"state": "confirming"}).encode()
    router.model.apply(["/system scheduler remove [find]"])
    assert driver.commit_status()["state"] == "confirmed"


def test_there_is_nothing_to_confirm_where_nothing_was_committed(office: Office) -> None:
    with pytest.raises(CommitError, match="nothing to confirm"):
        office.session(office.router()).confirm_commit()


def test_a_second_commit_while_one_is_pending_is_refused(office: Office) -> None:
    driver = committed(office.session(office.router()))
    driver.load_merge_candidate(config="/interface list add name=lain\n")
    with pytest.raises(CommitConfirmException):
        driver.commit_config(revert_in=60)


def test_a_commit_after_a_confirmed_one_is_a_commit_of_its_own(office: Office) -> None:
    driver = committed(office.session(office.router()))
    driver.confirm_commit()
    first = driver.commit_status()["token"]
    assert committed(driver, "/interface list add name=lain\n").commit_status()["token"] != first


def test_the_candidate_does_not_stay_on_the_router(office: Office) -> None:
    router = office.router()
    committed(office.session(router))
    assert sorted(router.files) == ["jip-commit.txt", "jip-rollback.backup"]


def test_a_candidate_that_a_lost_session_has_left_is_removed_by_the_next(office: Office) -> None:
    router = office.router()
    router.files["jip-candidate.rsc"] = b"/ppp secret add name=x password=sangat-rahasia\n"
    office.session(router).commit_status()
    assert "jip-candidate.rsc" not in router.files


BACKUP = "jip-rollback.backup"


def test_a_confirmed_change_is_forgotten_with_its_backup(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    driver.confirm_commit()
    kept = BACKUP in router.files
    driver.forget_commit()
    assert (kept, BACKUP in router.files, driver.commit_status()["state"]) == (True, False, "confirmed")


def test_a_change_that_waits_is_not_forgotten(office: Office) -> None:
    router = office.router()
    committed(office.session(router)).forget_commit()
    assert BACKUP in router.files


def test_a_backup_that_a_lost_session_has_left_is_removed_after_an_hour(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    driver.confirm_commit()
    memory = router.files["jip-commit.txt"]
    assert isinstance(memory, bytes)
    held = json.loads(memory)
    router.files["jip-commit.txt"] = json.dumps({**held, "when": int(time.time()) - 3700}).encode()
    driver.commit_status()
    assert BACKUP not in router.files


def test_after_a_rollback_no_backup_stays(office: Office) -> None:
    router = office.router()
    committed(office.session(router)).rollback()
    assert eventually(lambda: BACKUP not in router.files)
    assert eventually(lambda: text_of(router) == RUNNING)


def test_after_the_timer_has_fired_the_router_removes_the_backup_by_itself(office: Office) -> None:
    router = office.router()
    committed(office.session(router), revert_in=60)
    assert eventually(lambda: router.boots == 1 and router.awake and BACKUP not in router.files)
    assert eventually(lambda: text_of(router) == RUNNING)


def test_where_a_change_was_not_begun_no_backup_stays(office: Office) -> None:
    router = office.router(version="7.22", mode=HOME_MODE)
    with pytest.raises(CommitError, match="nothing was changed"):
        committed(office.session(router))
    assert BACKUP not in router.files


def test_a_change_is_not_begun_where_its_backup_would_be_removed_at_the_next_start(office: Office) -> None:
    gone = '/system scheduler remove [find where name="jip-tidy"]'
    router = office.router(answers={gone: ""})
    with pytest.raises(CommitError, match="would be removed"):
        committed(office.session(router))
    assert "office" not in text_of(router)


def test_where_only_flash_survives_a_restart_everything_is_kept_there(office: Office) -> None:
    router = office.router(flash=True)
    driver = committed(office.session(router))
    driver.rollback()
    assert (driver.commit_status()["state"], text_of(router)) == ("reverted", RUNNING)


# ------------------------------------------------------------------ no timer


def test_where_the_scheduler_is_forbidden_nothing_is_changed(office: Office) -> None:
    router = office.router(version="7.22", mode=HOME_MODE)
    with pytest.raises(CommitError, match=r"nothing was changed: .*not allowed by device-mode"):
        committed(office.session(router))
    assert text_of(router) == RUNNING


def test_where_there_is_no_room_for_a_backup_nothing_is_changed(office: Office) -> None:
    router = office.router(free_bytes=1000)
    with pytest.raises(CommitError, match=r"nothing was changed: .*not enough disk space"):
        committed(office.session(router))
    assert text_of(router) == RUNNING


def test_without_a_timer_a_change_is_final_at_once(office: Office) -> None:
    router = office.router(version="7.22", mode=HOME_MODE)
    driver = committed(office.session(router), revert_in=None)
    assert (driver.commit_status()["state"], ADD in text_of(router)) == ("confirmed", True)


def test_without_a_timer_a_change_is_still_taken_back_by_request(office: Office) -> None:
    router = office.router(version="7.22", mode=HOME_MODE)
    committed(office.session(router), revert_in=None).rollback()
    assert text_of(router) == RUNNING


# ------------------------------------------------------------------ taking it back


@pytest.mark.covers("change", "mikrotik_routeros")
def test_the_timer_brings_the_old_configuration_back_exactly(office: Office) -> None:
    router = office.router()
    first = committed(office.session(router), revert_in=100).commit_status()
    status = back(office, router).commit_status()
    assert text_of(router) == RUNNING
    assert (status["token"], status["state"], status["exact"]) == (first["token"], "reverted", True)


def test_the_timer_waits_as_long_as_it_was_told_to(office: Office) -> None:
    clock = ManualClock()
    router = office.router(clock=clock)
    driver = committed(office.session(router), revert_in=100)
    clock.advance(99)
    assert driver.has_pending_commit()
    clock.advance(1)
    assert eventually(lambda: router.boots == 1)


def test_a_confirmed_change_is_not_taken_back_by_the_timer(office: Office) -> None:
    clock = ManualClock()
    router = office.router(clock=clock)
    driver = committed(office.session(router), revert_in=100)
    driver.confirm_commit()
    clock.advance(1000)
    assert (driver.commit_status()["state"], router.boots) == ("confirmed", 0)


def test_a_power_cut_before_the_confirmation_takes_the_change_back(office: Office) -> None:
    router = office.router()
    committed(office.session(router), revert_in=100_000)
    with router.lock:
        router.reboot()
    status = back(office, router, boots=2).commit_status()
    assert (text_of(router), status["state"], status["exact"]) == (RUNNING, "reverted", True)


def test_what_was_taken_back_cannot_be_confirmed(office: Office) -> None:
    router = office.router()
    committed(office.session(router), revert_in=100)
    with pytest.raises(CommitError, match="nothing to confirm: the timer has loaded the backup"):
        back(office, router).confirm_commit()


def test_a_pending_change_is_taken_back_by_request(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    driver.rollback()
    status = driver.commit_status()
    assert (text_of(router), status["state"], status["exact"]) == (RUNNING, "reverted", True)


def test_a_confirmed_change_is_taken_back_by_request(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    driver.confirm_commit()
    driver.rollback()
    assert (text_of(router), driver.commit_status()["state"]) == (RUNNING, "reverted")


def test_there_is_nothing_to_go_back_to_where_nothing_was_committed(office: Office) -> None:
    with pytest.raises(CommitError, match="nothing to go back to"):
        office.session(office.router()).rollback()


def test_a_router_that_does_not_come_back_is_said_to(office: Office) -> None:
    router = office.router(boot_s=1e6)
    driver = committed(office.session(router, boot_limit_s=0.3))
    with pytest.raises(CommitError, match="has not come back"):
        driver.rollback()


def test_a_configuration_that_is_not_as_before_is_said_to_be_so(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    memory = json.loads(router.files["jip-commit.txt"])  # type: ignore[arg-type]  # the bytes of a file
    router.files["jip-commit.txt"] = json.dumps(memory | {"before": "0" * 64}).encode()
    with pytest.raises(CommitError, match="NOT exactly as it was"):
        driver.rollback()
    assert driver.commit_status()["exact"] is False


@pytest.mark.parametrize("version", ["6.49.17", "7.22"])
def test_a_change_that_is_refused_half_way_is_taken_back(office: Office, version: str) -> None:
    router = office.router(version=version)
    driver = office.session(router)
    with pytest.raises(CommitError, match="already have such entry") as caught:
        committed(driver, HALF)
    assert "(line 2: /interface list add name=uplink)\nthe router was put back, exactly as it was" in str(caught.value)
    assert (text_of(router), driver.commit_status()["state"]) == (RUNNING, "failed")


def test_the_line_that_was_refused_is_not_remembered_on_the_router(office: Office) -> None:
    router = office.router()
    with pytest.raises(CommitError):
        committed(office.session(router), "/ppp secret add name=rina password=sangat-rahasia\n")
    assert b"sangat-rahasia" not in router.files["jip-commit.txt"]  # type: ignore[operator]  # the bytes of a file


def test_a_change_whose_end_was_not_reached_cannot_be_confirmed(office: Office) -> None:
    router = office.router()
    driver = committed(office.session(router))
    router.model.apply(['/system scheduler set [find] comment=""'])
    assert driver.commit_status()["detail"] == "not applied as a whole"
    with pytest.raises(CommitError, match="not applied as a whole"):
        driver.confirm_commit()


def severed(office: Office, clock: Clock) -> SimulatedRouterOs:
    """Return a router that lost its session with us, and stopped, in the middle of a change."""
    first, second = "/interface list add name=a", "/interface list add name=b"
    router = office.router(clock=clock, severed_by=first)
    with pytest.raises(ConnectionClosedException):
        committed(office.session(router), f"{first}\n{second}\n", revert_in=100)
    return router


def test_a_session_that_is_lost_in_between_leaves_a_change_that_is_known_to_be_half(office: Office) -> None:
    driver = office.session(severed(office, ManualClock()))
    assert (driver.commit_status()["state"], driver.commit_status()["detail"]) == ("pending", "not applied as a whole")


def test_half_a_change_is_taken_back_by_the_timer(office: Office) -> None:
    router = severed(office, WallClock(SPEED))
    assert back(office, router).commit_status()["exact"]
    assert text_of(router) == RUNNING


def test_half_a_change_is_taken_back_by_request(office: Office) -> None:
    router = severed(office, WallClock(1.0))
    router.box.boot_s = 0.1
    office.session(router).rollback()
    assert (text_of(router), "jip-candidate.rsc" in router.files) == (RUNNING, False)


# ------------------------------------------------------------------ the proof


@pytest.mark.covers("change", "mikrotik_routeros")
def test_a_change_that_locks_us_out_is_taken_back_at_once(office: Office) -> None:
    router = office.router(caller=CALLER)
    driver = office.session(router)
    with pytest.raises(CommitError, match="no new login comes about") as caught:
        committed(driver, LOCKOUT)
    assert "exactly as it was" in str(caught.value)
    assert text_of(router) == RUNNING


def test_a_new_login_right_after_the_change_would_prove_nothing(office: Office) -> None:
    router = office.router(caller=CALLER, clock=WallClock(1.0))
    driver = committed(office.session(router, settle_s=0.0), LOCKOUT)
    assert driver.has_pending_commit()


@pytest.mark.parametrize(("lines", "waits"), [(ADD, True), ("/system note set note=halo\n", False)])
def test_the_proof_waits_where_the_firewall_may_have_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch, lines: str, waits: bool
) -> None:
    driver = office.session(office.router(), settle_s=5.0)
    slept: list[float] = []
    monkeypatch.setattr("jipkit.drivers.routeros_commit.time.sleep", slept.append)
    committed(driver, lines)
    assert (5.0 in slept) is waits


def test_a_new_login_is_made_with_the_same_host_key(office: Office) -> None:
    router = office.router()
    committed(office.session(router))
    assert len(router.logins) == 2


# ------------------------------------------------------------------ what a router remembers


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": 7}', '{"token": "a", "state": "pending", "when": "soon"}'])
def test_a_file_that_is_not_ours_is_no_memory(text: str) -> None:
    assert remembered(text) == Memory()


def test_a_digest_does_not_know_when_it_was_read_nor_our_own_rows() -> None:
    first = "# 2026-11-24 10:00:00 by RouterOS 7.22\r\n/interface list add name=a\r\n"
    second = (
        "# 2026-11-24 10:05:00 by RouterOS 7.22\n/interface list add name=a\n"
        "/system scheduler add interval=10m name=jip-rollback on-event=x\n"
        "/system scheduler add name=jip-rollback-boot on-event=x start-time=startup\n"
    )
    assert digest(first) == digest(second)


def test_a_digest_knows_every_other_row() -> None:
    assert digest("/system scheduler add name=jip-rollback-lama\n") != digest("")


# ------------------------------------------------------------------ with what compares and remedies


def secret(name: str) -> str:
    return f"kunci-{len(name)}"


@pytest.mark.covers("change", "mikrotik_routeros")
@pytest.mark.parametrize("version", ["6.49.17", "7.16.2", "7.22"])
def test_the_remedy_of_a_difference_makes_the_router_as_intended(office: Office, version: str) -> None:
    project = Project(Path(__file__).parents[3])
    facts = project.platforms["mikrotik_routeros"]
    network = on_platform(small_network(), "kec-rawa", "mikrotik_routeros", version=version)
    wanted = project.render("kec-rawa", changed(network, "link", "pop-1--kec-rawa", cost=77))
    router = office.router(fill(project.render("kec-rawa", network).text, secret), version=version)
    driver = office.session(router)
    before = compare(wanted, driver.get_config()["running"], facts, resolve=secret)
    committed(driver, "\n".join(fill(line, secret) for line in before.remedy)).confirm_commit()
    after = compare(wanted, driver.get_config()["running"], facts, resolve=secret)
    assert (len(before.remedy), after.clean, after.remedy) == (1, True, ())
