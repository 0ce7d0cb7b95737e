"""Commits on a real router that is managed through the very link that they change."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionException,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
)

from napalm_frr import device
from napalm_frr import driver as driver_module

if TYPE_CHECKING:
    from tests.lab.napalm_frr.conftest import FrrRouter

pytestmark = pytest.mark.lab

REVERT_IN = 4
COST = "interface eth1\n ip ospf cost 77\nexit\n"
LINK = "r1--r2"

CUTS_ITSELF_OFF = {
    "management address removed": "interface lo\n no ip address 10.7.0.2/32\nexit\n",
    "uplink shut": "interface eth1\n shutdown\nexit\n",
    "uplink renumbered": "interface eth1\n no ip address 10.8.0.1/31\n ip address 10.8.0.5/31\nexit\n",
    "routing key changed": (
        "interface eth1\n no ip ospf message-digest-key 1\n ip ospf message-digest-key 2 md5 kunci-baru\n"
        " ip ospf authentication message-digest\nexit\n"
    ),
}


def test_a_replace_brings_exactly_the_candidate_and_saves_it(router: FrrRouter) -> None:
    with router.driver() as driver:
        wanted = driver.get_config("running")["running"].replace("uplink to r1", "pindah jalur")
        driver.load_replace_candidate(config=wanted)
        assert driver.compare_config().splitlines() == [
            " interface eth1",
            "- description uplink to r1",
            "+ description pindah jalur",
        ]
        driver.commit_config(message="pindah")
        assert driver.get_config("running")["running"] == wanted
        assert driver.compare_config() == ""
        assert "description pindah jalur" in driver.get_config("startup")["startup"]
        assert driver.commit_status()["state"] == "confirmed"
    assert "message: pindah" in router.state_file("history")


def test_a_merge_shows_and_brings_only_its_own_lines(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=f"{COST}no ip route 192.0.2.0/24 Null0\nno ip route 9.9.9.0/24 Null0\n")
        assert driver.compare_config().splitlines() == [
            "-ip route 192.0.2.0/24 Null0",
            " interface eth1",
            "+ ip ospf cost 77",
        ]
        driver.commit_config()
        running = driver.get_config("running")["running"]
    assert " ip ospf cost 77" in running
    assert "192.0.2.0" not in running


def test_a_commit_that_nobody_confirms_is_taken_back_exactly(router: FrrRouter) -> None:
    before = router.truth()
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config(revert_in=REVERT_IN)
        assert driver.has_pending_commit()
        assert router.truth()["saved"] == before["saved"]
        assert router.eventually(lambda: not driver.has_pending_commit(), REVERT_IN + 5)
        status = driver.commit_status()
        assert (status["state"], status["exact"]) == ("reverted", True)
    assert router.differs(before, 10) == ""


def test_a_confirmed_commit_stays_and_is_saved(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config(revert_in=REVERT_IN)
    with router.driver() as another_session:
        another_session.confirm_commit()
        assert not another_session.has_pending_commit()
    time.sleep(REVERT_IN + 1)
    truth = router.truth()
    assert " ip ospf cost 77" in truth["running"]
    assert " ip ospf cost 77" in truth["saved"]


@pytest.mark.parametrize("change", CUTS_ITSELF_OFF.values(), ids=CUTS_ITSELF_OFF)
def test_a_change_that_cuts_its_own_path_is_taken_back_exactly(router: FrrRouter, change: str) -> None:
    before = router.truth()
    driver = router.driver()
    driver.open()
    driver.load_merge_candidate(config=change)
    # the old TCP session may outlive the outage: then the driver itself learns of the revert
    with pytest.raises((ConnectionException, CommitError)):
        _commit_and_look(driver)
    assert router.truth()["running"] != before["running"] or router.state_file("status").count("reverted")
    assert router.differs(before, REVERT_IN + 15) == ""
    assert router.answers()
    with router.driver() as again:
        status = again.commit_status()
        assert (status["state"], status["exact"]) == ("reverted", True)
        assert not again.has_pending_commit()


SENDING = 'sh ~/.napalm_frr/device-*.sh commit 0123456789abcdef replace 60 "" 4000'


@pytest.mark.parametrize("arrived", ["", "hostname r2\n"], ids=["nothing", "a part"])
def test_a_session_lost_while_the_candidate_is_sent_changes_nothing(router: FrrRouter, arrived: str) -> None:
    """To the router it looks like the end of a text; applied, that would take everything away."""
    with router.driver() as driver:
        driver.commit_status()  # the device side is installed
    before, known = router.truth(), router.state_file("status")
    done = subprocess.run(router.account(SENDING), input=arrived, text=True, capture_output=True, check=False)
    assert done.returncode == device.CUT_SHORT
    assert router.truth() == before
    assert router.state_file("status") == known
    assert router.state_file("candidate.*") == ""


def test_a_session_that_hangs_while_the_candidate_is_sent_keeps_nobody_else_out(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_status()  # the device side is installed
        with subprocess.Popen(router.account(SENDING), stdin=subprocess.PIPE, text=True) as hanging:
            assert hanging.stdin is not None
            print("hostname r2", file=hanging.stdin, flush=True)
            assert router.eventually(lambda: router.state_file("candidate.*") != "", 5)
            driver.commit_config()
    assert " ip ospf cost 77" in router.truth()["running"]


def test_a_cable_pulled_before_the_confirmation_ends_in_the_old_configuration(router: FrrRouter) -> None:
    before = router.truth()
    driver = router.driver()
    driver.open()
    driver.load_merge_candidate(config=COST)
    driver.commit_config(revert_in=REVERT_IN)
    router.lab.cut(LINK)
    assert router.eventually(lambda: router.truth()["running"] == before["running"], REVERT_IN + 5)
    router.lab.mend(LINK)
    assert router.differs(before, 20) == ""


def test_killing_every_sshd_does_not_stop_the_timer(router: FrrRouter) -> None:
    before = router.truth()
    driver = router.driver()
    driver.open()
    driver.load_merge_candidate(config=COST)
    driver.commit_config(revert_in=REVERT_IN)
    router.lab.kill_sshd(router.name)
    assert router.differs(before, REVERT_IN + 10) == ""
    router.lab.start_sshd(router.name)
    with router.driver() as again:
        assert router.eventually(lambda: again.commit_status()["state"] == "reverted", 10)


def test_a_power_cut_before_the_confirmation_boots_the_old_configuration(router: FrrRouter) -> None:
    before = router.truth()
    driver = router.driver()
    driver.open()
    driver.load_merge_candidate(config=COST)
    driver.commit_config(revert_in=600)
    router.lab.power_cut(router.name)
    assert router.answers()
    with router.driver() as again:
        assert not again.has_pending_commit()
        status = again.commit_status()
        assert (status["state"], status["exact"]) == ("reverted", True)
        with pytest.raises(CommitConfirmException, match="no commit waits"):
            again.confirm_commit()
    assert router.differs(before, 20) == ""


def test_a_power_cut_after_the_confirmation_boots_the_new_configuration(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config()
    router.lab.power_cut(router.name)
    assert router.answers()
    with router.driver() as again:
        assert " ip ospf cost 77" in again.get_config("running")["running"]
        again.rollback()
        assert " ip ospf cost 77" not in again.get_config("startup")["startup"]


def test_a_controller_killed_after_the_apply_leaves_nothing_behind(router: FrrRouter) -> None:
    before = router.truth()
    code = (
        "import sys, time\nfrom napalm_frr import FRRDriver\n"
        "d = FRRDriver(sys.argv[1], 'ops', '', optional_args={'key_file': sys.argv[2], 'alt_key_file': sys.argv[3]})\n"
        f"d.open(); d.load_merge_candidate(config={COST!r}); d.commit_config(revert_in={REVERT_IN})\n"
        "print('applied', flush=True); time.sleep(60)\n"
    )
    argv = [sys.executable, "-c", code, router.address, str(router.key_file), str(router.known_hosts)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "applied\n"
        process.kill()
    assert " ip ospf cost 77" in router.truth()["running"]
    assert router.differs(before, REVERT_IN + 10) == ""


def test_a_commit_without_a_timer_that_cuts_its_own_path_is_taken_back_too(
    router: FrrRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = router.truth()
    monkeypatch.setattr(driver_module, "_GUARD_S", REVERT_IN)
    driver = router.driver()
    driver.open()
    driver.load_merge_candidate(config=CUTS_ITSELF_OFF["uplink shut"])
    with pytest.raises((ConnectionException, CommitError, CommitConfirmException)):
        driver.commit_config()
    assert router.differs(before, REVERT_IN + 15) == ""
    assert router.answers()


def test_a_daemon_frozen_when_the_time_is_up_only_delays_the_return(router: FrrRouter) -> None:
    before = router.truth()
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config(revert_in=1)
        router.lab.freeze_daemon(router.name, "bgpd")
        time.sleep(4)
        pending = driver.has_pending_commit()
        router.lab.thaw_daemon(router.name, "bgpd")
        assert pending
        assert router.eventually(lambda: not driver.has_pending_commit(), 20)
        assert driver.commit_status()["exact"] is True
    assert router.differs(before, 15) == ""


def test_a_killed_timer_is_told_and_a_rollback_still_puts_things_right(router: FrrRouter) -> None:
    before = router.truth()
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config(revert_in=600)
        router.kill_timer()
        assert not driver.has_pending_commit()
        status = driver.commit_status()
        assert (status["state"], status["exact"]) == ("failed", False)
        driver.rollback()
        assert driver.commit_status()["exact"] is True
    assert router.differs(before, 10) == ""


def test_a_rollback_after_a_refused_commit_leaves_the_one_before_alone(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config()
        driver.load_merge_candidate(config="banner motd line halo\n")
        with pytest.raises(CommitError):
            driver.commit_config()
        driver.rollback()
        assert " ip ospf cost 77" in driver.get_config("running")["running"]


def test_two_commits_at_the_same_moment_are_one_commit(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.has_pending_commit()  # lays out the directory
        holding = router.lab.console(router.name, ["flock", "/home/ops/.napalm_frr/lock", "sleep", "8"])
        with subprocess.Popen(holding):
            time.sleep(0.5)
            with pytest.raises(LockError, match="another commit is being applied"):
                driver.commit_config()


def test_a_second_commit_is_refused_while_one_is_pending(router: FrrRouter) -> None:
    with router.driver() as driver, router.driver() as other:
        driver.load_merge_candidate(config=COST)
        driver.commit_config(revert_in=60)
        other.load_merge_candidate(config="ip route 198.51.100.0/24 Null0\n")
        with pytest.raises(CommitError, match="waiting for its confirmation"):
            other.commit_config()
        assert driver.has_pending_commit()
        driver.rollback()
        assert not other.has_pending_commit()


def test_a_rollback_after_the_confirmation_restores_and_saves(router: FrrRouter) -> None:
    before = router.truth()
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config()
        assert router.truth()["saved"] != before["saved"]
        driver.rollback()
    assert router.differs(before, 10) == ""


def test_a_rollback_with_nothing_to_go_back_to_says_so(router: FrrRouter) -> None:
    with router.driver() as driver, pytest.raises(CommitError, match="no commit to roll back"):
        driver.rollback()


def test_a_line_the_grammar_refuses_is_named_with_its_number(router: FrrRouter) -> None:
    with router.driver() as driver:
        with pytest.raises(MergeConfigException, match=r"line 3: % Unknown command.*bogus 1"):
            driver.load_merge_candidate(config="!\ninterface eth1\n bogus 1\nexit\n")
        with pytest.raises(ReplaceConfigException, match=r"line 1: .*control character"):
            driver.load_replace_candidate(config="hostname \x1b[31mr2\n")
        assert driver.compare_config() == ""


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("banner motd line selamat datang\n", "missing: banner motd line selamat datang"),
        (
            "key chain k\n key 1\n  key-string rahasia\n exit\nexit\n",
            "missing: key chain k / key 1 / key-string <removed>",
        ),
        (
            "interface eth1\n ip ospf message-digest-key 3 md5 rahasia-yang-terlalu-panjang\nexit\n",
            "unexpected: interface eth1 / ip ospf message-digest-key 3 md5 <removed>",
        ),
    ],
    ids=["dropped", "secret dropped", "secret cut off"],
)
def test_what_frr_accepts_but_does_not_hold_is_named_and_taken_back(router: FrrRouter, lines: str, named: str) -> None:
    before = router.truth()
    with router.driver() as driver:
        driver.load_merge_candidate(config=lines)
        with pytest.raises(CommitError) as caught:
            driver.commit_config()
    assert named in str(caught.value)
    assert "rahasia" not in str(caught.value)
    assert router.differs(before, 10) == ""


def test_blanks_that_frr_folds_are_no_difference(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config="interface eth1\n description dua  spasi\nexit\n")
        driver.commit_config()
        assert " description dua spasi" in driver.get_config("running")["running"]


def test_a_line_a_daemon_refuses_takes_the_whole_commit_back(router: FrrRouter) -> None:
    before = router.truth()
    with router.driver() as driver:
        refused = "router bgp 65001\n neighbor NOSUCH remote-as 65002\nexit\n"
        driver.load_merge_candidate(config=f"{COST}{refused}")
        with pytest.raises(CommitError, match="put back: "):
            driver.commit_config()
        status = driver.commit_status()
        assert (status["state"], status["exact"]) == ("failed", True)
    assert router.differs(before, 10) == ""


def test_a_daemon_that_is_down_stops_a_commit_before_it_begins(router: FrrRouter) -> None:
    before = router.truth()["saved"]
    with router.driver() as driver:
        driver.load_merge_candidate(config="ip route 198.51.100.0/24 Null0\n")
        router.lab.kill_daemon(router.name, "bgpd")
        with pytest.raises(CommitError, match="bgpd"):
            driver.commit_config()
    assert router.truth()["saved"] == before
    up = r"(?m)^  bgpd +Up"
    assert router.eventually(lambda: bool(re.search(up, router.lab.vtysh(router.name, "show watchfrr"))), 30)


def test_the_device_side_keeps_its_files_to_itself(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        driver.commit_config()
        driver.rollback()
    modes = router.console("sh", "-c", "stat -c '%a %U %n' /home/ops/.napalm_frr /home/ops/.napalm_frr/*").splitlines()
    assert modes[0] == "700 ops /home/ops/.napalm_frr"
    assert {line.split()[0] for line in modes[1:]} == {"600"}
    names = {line.rpartition("/")[2] for line in modes[1:] if "device-" not in line}
    assert names == {"history", "lock", "previous.conf", "status"}


def test_a_directory_that_somebody_else_laid_out_is_refused(router: FrrRouter) -> None:
    router.console("sh", "-c", "mkdir /tmp/trap && chmod 777 /tmp/trap && ln -s /tmp/trap /home/ops/.napalm_frr")
    with router.driver() as driver:
        driver.load_merge_candidate(config=COST)
        with pytest.raises(Exception, match="refusing to keep state") as caught:
            driver.commit_config()
    router.console("rm", "-rf", "/tmp/trap")
    assert "symbolic link" in str(caught.value)


def _commit_and_look(driver: object) -> None:
    """Commit with a timer, then use the session: whichever notices the lost path raises."""
    driver.commit_config(revert_in=REVERT_IN)  # type: ignore[attr-defined]
    for _ in range(100):
        if not driver.has_pending_commit():  # type: ignore[attr-defined]
            raise CommitError("reverted while we looked")
        time.sleep(0.2)
