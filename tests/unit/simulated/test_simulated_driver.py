"""A simulated router changes, confirms and takes back as a real one does, and its driver says so in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    MergeConfigException,
    ReplaceConfigException,
)

from jipkit.testing.clock import ManualClock
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.driver import SimulatedDriver
from jipkit.testing.frr_model import RefusedError

DESCRIBE = "interface eth6\n description to the new mast\nexit\n"
CUT_OFF = "interface ether1\n shutdown\nexit\n"


class Login(Protocol):
    def __call__(self, router: str, address: str | None = None) -> SimulatedDriver: ...


def test_what_a_router_boots_from_is_what_it_runs_and_has_saved(texts: Mapping[str, str], login: Login) -> None:
    driver = login("pop-1")
    assert driver.get_config()["running"] == driver.get_config()["startup"]
    driver.load_replace_candidate(config=texts["pop-1"])
    assert driver.compare_config() == ""


def test_a_comparison_shows_what_a_commit_would_change_and_changes_nothing(
    district: SimulatedDistrict, login: Login
) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    assert driver.compare_config().splitlines() == [
        " interface eth6",
        "+ description to the new mast",
    ]
    driver.discard_config()
    assert district.running("pop-1") == before


def test_a_commit_that_nobody_confirms_comes_back_exactly(
    district: SimulatedDistrict, clock: ManualClock, login: Login
) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    assert driver.has_pending_commit()
    assert "to the new mast" in district.running("pop-1")
    clock.advance(59)
    assert driver.commit_status()["state"] == "pending"
    clock.advance(1)
    assert driver.commit_status() | {"token": "", "when": 0} == {
        "state": "reverted",
        "exact": True,
        "token": "",
        "when": 0,
        "detail": "not confirmed in time",
    }
    assert district.running("pop-1") == district.saved("pop-1") == before


def test_a_confirmed_commit_is_saved_and_stays(district: SimulatedDistrict, clock: ManualClock, login: Login) -> None:
    driver = login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    assert "to the new mast" not in district.saved("pop-1")
    driver.confirm_commit()
    clock.advance(3600)
    assert driver.commit_status()["state"] == "confirmed"
    assert "to the new mast" in district.saved("pop-1")


def test_a_commit_without_a_timer_is_confirmed_at_once(district: SimulatedDistrict, login: Login) -> None:
    driver = login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config()
    assert not driver.has_pending_commit()
    assert "to the new mast" in district.saved("pop-1")


def test_a_commit_that_cuts_its_own_path_loses_the_session_and_comes_back_by_the_timer(
    district: SimulatedDistrict, clock: ManualClock, login: Login
) -> None:
    before, driver = district.running("desa-jauh"), login("desa-jauh")
    driver.load_merge_candidate(config=CUT_OFF)
    with pytest.raises(ConnectionClosedException, match="does not answer"):
        driver.commit_config(revert_in=30)
    assert district.answering("10.160.0.6") is None
    clock.advance(30)
    again = login("desa-jauh")
    assert (again.commit_status()["state"], again.commit_status()["exact"]) == ("reverted", True)
    assert district.running("desa-jauh") == before


def test_a_pending_commit_can_be_taken_back_at_once(district: SimulatedDistrict, login: Login) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    driver.rollback()
    assert (driver.commit_status()["state"], driver.commit_status()["detail"]) == ("reverted", "by request")
    assert district.running("pop-1") == before


def test_a_confirmed_commit_can_be_taken_back_too_and_is_saved(district: SimulatedDistrict, login: Login) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config()
    driver.rollback()
    assert district.running("pop-1") == district.saved("pop-1") == before


def test_a_power_cut_in_the_window_boots_the_old_configuration(district: SimulatedDistrict, login: Login) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    district.power_cut("pop-1")
    district.boot("pop-1")
    again = login("pop-1")
    assert not again.has_pending_commit()
    assert (again.commit_status()["state"], again.commit_status()["exact"]) == ("reverted", True)
    assert district.running("pop-1") == before


def test_the_timer_of_a_frozen_router_strikes_when_it_is_thawed(
    district: SimulatedDistrict, clock: ManualClock, login: Login
) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    district.freeze("pop-1")
    clock.advance(120)
    assert "to the new mast" in district.running("pop-1")
    district.thaw("pop-1")
    assert district.running("pop-1") == before


def test_a_second_commit_waits_until_the_first_is_settled(login: Login) -> None:
    driver = login("pop-1")
    driver.load_merge_candidate(config=DESCRIBE)
    driver.commit_config(revert_in=60)
    driver.load_merge_candidate(config=DESCRIBE)
    with pytest.raises(CommitError, match="a commit is waiting for its confirmation"):
        driver.commit_config(revert_in=60)


def test_there_is_nothing_to_confirm_and_nothing_to_take_back_at_first(login: Login) -> None:
    driver = login("pop-1")
    assert driver.commit_status()["state"] == "none"
    with pytest.raises(CommitConfirmException, match="no commit waits for a confirmation"):
        driver.confirm_commit()
    with pytest.raises(CommitError, match="there is no commit to roll back"):
        driver.rollback()


def test_a_grammar_error_is_refused_by_line_before_anything_changes(district: SimulatedDistrict, login: Login) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    with pytest.raises(ReplaceConfigException, match=r"line 2: % Unknown command\[1\]:  bogus"):
        driver.load_replace_candidate(config="interface eth0\n bogus\nexit\n")
    with pytest.raises(MergeConfigException, match=r"line 1: % Unknown command\[2\]: frobnicate all"):
        driver.load_merge_candidate(config="frobnicate all\n")
    assert district.running("pop-1") == before


def test_a_line_that_a_daemon_refuses_is_named_and_all_is_as_before(district: SimulatedDistrict, login: Login) -> None:
    before, driver = district.running("core-1"), login("core-1")
    driver.load_merge_candidate(config="router bgp 65001\n bgp router-id 10.0.0.1\nexit\n")
    with pytest.raises(CommitError, match=r"(?s)put back.*BGP is already running"):
        driver.commit_config(revert_in=60)
    assert district.running("core-1") == before


def test_a_line_that_frr_drops_silently_fails_the_commit_by_name(
    district: SimulatedDistrict, texts: Mapping[str, str], login: Login
) -> None:
    before, driver = district.running("pop-1"), login("pop-1")
    driver.load_replace_candidate(config=f"banner motd line Selamat datang\n{texts['pop-1']}")
    with pytest.raises(CommitError, match="missing: banner motd line Selamat datang"):
        driver.commit_config(revert_in=60)
    assert district.running("pop-1") == before


def test_a_replacement_takes_away_what_it_does_not_hold(
    district: SimulatedDistrict, texts: Mapping[str, str], login: Login
) -> None:
    district.hand_edit("pop-1", "ip route 192.0.2.0/24 10.161.0.2")
    driver = login("pop-1")
    driver.load_replace_candidate(config=texts["pop-1"])
    assert driver.compare_config() == "-ip route 192.0.2.0/24 10.161.0.2"
    driver.commit_config(revert_in=60)
    assert "192.0.2.0" not in district.running("pop-1")


def test_a_hand_edit_is_running_but_not_saved(district: SimulatedDistrict) -> None:
    district.hand_edit("pop-1", "interface eth0\n ip ospf cost 99")
    assert " ip ospf cost 99\n" in district.running("pop-1")
    assert " ip ospf cost 99\n" not in district.saved("pop-1")


def test_a_hand_edit_that_frr_refuses_leaves_what_came_before_it(district: SimulatedDistrict) -> None:
    with pytest.raises(RefusedError, match="must remove previous area config"):
        district.hand_edit("pop-1", "interface eth0\n ip ospf cost 99\n ip ospf area 0.0.0.9")
    assert " ip ospf cost 99\n" in district.running("pop-1")


def test_a_router_gone_mad_is_not_understood_until_it_talks_sense_again(
    district: SimulatedDistrict, login: Login
) -> None:
    driver = login("pop-1")
    district.garbage("pop-1")
    with pytest.raises(CommandErrorException, match="not JSON"):
        driver.get_interfaces()
    district.garbage("pop-1", None)
    assert driver.get_interfaces()["eth0"]["is_up"]


def test_an_answer_without_end_is_cut_off(district: SimulatedDistrict) -> None:
    options = {"router": "pop-1", "max_answer_bytes": 1 << 20}
    driver = district.driver("10.160.0.3", "jip", "", optional_args=options)
    driver.open()
    district.garbage("pop-1", "x" * (2 << 20))
    with pytest.raises(CommandErrorException, match="the answer exceeds 1 MiB"):
        driver.get_config()


def test_a_command_that_frr_does_not_know_is_an_error(login: Login) -> None:
    with pytest.raises(CommandErrorException, match="% Unknown command: show the way"):
        login("pop-1").cli(["show the way"])


def test_getters_speak_of_the_router_that_was_asked(login: Login) -> None:
    driver = login("core-1")
    assert driver.get_facts()["hostname"] == "core-1"
    assert driver.get_interfaces_ip()["lo"] == {"ipv4": {"10.160.0.1": {"prefix_length": 32}}}
    assert driver.get_interfaces()["eth4"] | {"mac_address": ""} == {
        "is_up": False,
        "is_enabled": False,
        "description": "unused",
        "last_flapped": -1.0,
        "speed": 10000.0,
        "mtu": 1500,
        "mac_address": "",
    }
    assert driver.get_bgp_neighbors()["global"]["peers"]["198.51.100.2"]["is_up"]
    assert driver.get_lldp_neighbors()["eth1"] == [{"hostname": "pop-1", "port": "eth0"}]
    assert {entry["ip"] for entry in driver.get_arp_table()} >= {"10.161.0.1", "10.161.0.3"}
    assert [hop["next_hop"] for hop in driver.get_route_to("10.160.0.5")["10.160.0.5/32"]] == ["10.161.0.3"]


def test_counters_grow_with_time_on_ports_that_are_up(login: Login, clock: ManualClock) -> None:
    driver = login("core-1")
    before = driver.get_interfaces_counters()
    clock.advance(10)
    after = driver.get_interfaces_counters()
    assert after["eth0"]["rx_octets"] > before["eth0"]["rx_octets"]
    assert after["eth4"]["rx_octets"] == before["eth4"]["rx_octets"] == 0


@pytest.mark.parametrize(
    ("loss", "lost"),
    [(0.0, 0), (0.05, 1), (0.5, 5), (1.0, 10)],
)
def test_a_ping_loses_what_the_line_loses(district: SimulatedDistrict, login: Login, loss: float, lost: int) -> None:
    driver = login("core-1")
    district.disturb("core-1--pop-1", loss_a=loss, delay_ms=20)
    answer = driver.ping("10.161.0.3", source="10.161.0.2", count=10)["success"]
    assert answer["packet_loss"] == lost
    assert answer["rtt_avg"] == (0.0 if lost == 10 else 40.5)


def test_a_ping_without_a_route_is_an_error(district: SimulatedDistrict, login: Login) -> None:
    district.cut("core-1--isp-a")
    assert login("core-2").ping("192.0.2.1") == {"error": "ping: connect: Network is unreachable"}


def test_a_ping_from_an_address_of_another_router_is_an_error(login: Login) -> None:
    answer = login("core-2").ping("10.161.0.0", source="10.161.0.3")
    assert answer == {"error": "ping: bind: Cannot assign requested address"}
