"""Each fault does what it says, seen from the console and from a neighbour."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest

from jipkit.errors import LabError
from jipkit.hostkeys import HostKeys
from jipkit.lab.build import KEY_FILE
from jipkit.testing.labs import Twin, eventually

UPLINK = "pop-kota--kel-paku"
FAR = "kel-paku"


def carrier(twin: Twin, router: str, interface: str) -> str:
    return twin.lab.exec(router, ["cat", f"/sys/class/net/{interface}/carrier"]).stdout.strip()


def is_up(twin: Twin, router: str, interface: str) -> bool:
    """Return whether a port is administratively up."""
    return ",UP" in twin.lab.exec(router, ["ip", "-o", "link", "show", interface]).stdout


def pings(twin: Twin, address: str, count: int = 3, source: str = "controller") -> str:
    argv = ["ping", "-q", "-c", str(count), "-i", "0.05", "-W", "1", address]
    return twin.lab.exec(source, argv, check=False).stdout


def reaches(twin: Twin, address: str, source: str = "controller") -> bool:
    return ", 0% packet loss" in pings(twin, address, source=source)


def lost_percent(text: str) -> float:
    found = re.search(r"([\d.]+)% packet loss", text)
    assert found, text
    return float(found[1])


def far_address(twin: Twin) -> str:
    return str(twin.project.network.router(FAR).address)


def link_address(twin: Twin, link: str, router: str) -> str:
    it = twin.project.network.link(link)
    return str(it.address_of(it.end_of(router)).ip)


def ports(twin: Twin, link: str) -> list[tuple[str, str]]:
    return [(str(end.router), str(end.interface)) for end in twin.project.network.link(link).ends]


def full(twin: Twin, router: str) -> int:
    found = json.loads(twin.lab.vtysh(router, "show ip ospf neighbor json")).get("neighbors", {})
    return sum(one["nbrState"].startswith("Full") for several in found.values() for one in several)


def shown_key(twin: Twin, router: str) -> str:
    address = str(twin.project.network.router(router).address)
    argv = ["ssh-keyscan", "-T", "2", "-t", "ed25519", address]
    return twin.lab.exec("controller", argv, check=False).stdout.strip().rpartition(" ")[2]


# ---------------------------------------------------------------------- links


def test_a_cut_takes_the_carrier_from_both_ends_and_leaves_them_administratively_up(small_lab: Twin) -> None:
    small_lab.lab.cut(UPLINK)
    seen = [(carrier(small_lab, *port), is_up(small_lab, *port)) for port in ports(small_lab, UPLINK)]
    assert seen == [("0", True), ("0", True)]


def test_what_lies_behind_a_cut_cannot_be_reached(small_lab: Twin) -> None:
    small_lab.lab.cut(UPLINK)
    assert not reaches(small_lab, far_address(small_lab))


def test_the_console_still_works_behind_a_cut(small_lab: Twin) -> None:
    small_lab.lab.cut(UPLINK)
    assert small_lab.lab.exec(FAR, ["hostname"]).stdout == "kel-paku\n"


def test_a_mended_link_is_full_again(small_lab: Twin) -> None:
    small_lab.lab.cut(UPLINK)
    small_lab.lab.mend(UPLINK)
    eventually(lambda: full(small_lab, FAR) == 1, within_s=15)


def test_a_cut_with_another_way_is_rerouted(small_lab: Twin) -> None:
    small_lab.lab.cut("core-1--pop-kota")
    eventually(lambda: reaches(small_lab, far_address(small_lab)), within_s=5)


def test_a_port_that_is_shut_takes_the_carrier_from_the_other_end(small_lab: Twin) -> None:
    near, far = ports(small_lab, UPLINK)
    small_lab.lab.exec(near[0], ["ip", "link", "set", near[1], "down"])
    eventually(lambda: carrier(small_lab, *far) == "0", within_s=2)
    small_lab.lab.exec(near[0], ["ip", "link", "set", near[1], "up"])
    eventually(lambda: carrier(small_lab, *far) == "1", within_s=2)


def test_a_link_mended_while_a_port_is_shut_has_no_carrier(small_lab: Twin) -> None:
    near, far = ports(small_lab, UPLINK)
    small_lab.lab.cut(UPLINK)
    small_lab.lab.exec(near[0], ["ip", "link", "set", near[1], "down"])
    small_lab.lab.mend(UPLINK)
    try:
        assert carrier(small_lab, *far) == "0"
    finally:
        small_lab.lab.exec(near[0], ["ip", "link", "set", near[1], "up"])


def test_silent_loss_leaves_the_carrier(small_lab: Twin) -> None:
    small_lab.lab.lose(UPLINK)
    seen = [carrier(small_lab, *port) for port in ports(small_lab, UPLINK)]
    assert (seen, reaches(small_lab, link_address(small_lab, UPLINK, FAR), "pop-kota")) == (["1", "1"], False)


def test_loss_in_one_direction_lets_the_other_pass(small_lab: Twin) -> None:
    small_lab.lab.lose(UPLINK, towards=FAR)
    interface = ports(small_lab, UPLINK)[0][1]
    counter = ["cat", f"/sys/class/net/{interface}/statistics/rx_packets"]
    before = int(small_lab.lab.exec("pop-kota", counter).stdout)
    argv = ["ping", "-q", "-c", "5", "-i", "0.05", "-W", "1", link_address(small_lab, UPLINK, "pop-kota")]
    done = small_lab.lab.exec(FAR, argv, check=False)
    heard = int(small_lab.lab.exec("pop-kota", counter).stdout) - before
    assert (lost_percent(done.stdout), heard >= 5) == (100, True)


def test_loss_in_percent_loses_about_that_share(small_lab: Twin) -> None:
    small_lab.lab.lose(UPLINK, percent=30, towards=FAR)
    argv = ["ping", "-q", "-c", "300", "-i", "0.002", "-W", "1", link_address(small_lab, UPLINK, FAR)]
    lost = lost_percent(small_lab.lab.exec("pop-kota", argv, check=False).stdout)
    assert 15 < lost < 45


def test_loss_towards_a_router_that_is_not_there_is_refused(small_lab: Twin) -> None:
    with pytest.raises(LabError, match="its ends are pop-kota and kel-paku"):
        small_lab.lab.lose(UPLINK, towards="core-1")


def test_delay_is_there_and_back(small_lab: Twin) -> None:
    small_lab.lab.delay(UPLINK, 400)
    text = pings(small_lab, link_address(small_lab, UPLINK, FAR), source="pop-kota")
    found = re.search(r"= ([\d.]+)/", text)
    assert found, text
    assert 400 <= float(found[1]) < 450


def test_large_packets_pass_a_delayed_link(small_lab: Twin) -> None:
    small_lab.lab.delay(UPLINK, 20)
    key = ["-i", str(small_lab.lab.var / KEY_FILE), "-o", f"UserKnownHostsFile={small_lab.lab.var / 'known_hosts'}"]
    argv = [
        "ssh",
        "-F",
        "none",
        *key,
        f"ops@{far_address(small_lab)}",
        "head -c 2000000 /dev/zero | wc -c; yes | head -c 200000",
    ]
    assert len(small_lab.lab.exec("controller", argv).stdout) == len("2000000\n") + 200_000


def test_a_delayed_link_keeps_its_ports(small_lab: Twin) -> None:
    before = small_lab.lab.exec(FAR, ["cat", "/sys/class/net/ether1/ifindex"]).stdout
    small_lab.lab.delay(UPLINK, 100)
    assert small_lab.lab.exec(FAR, ["cat", "/sys/class/net/ether1/ifindex"]).stdout == before


def test_a_cut_cuts_a_delayed_link_too(small_lab: Twin) -> None:
    small_lab.lab.delay(UPLINK, 50)
    small_lab.lab.cut(UPLINK)
    assert [carrier(small_lab, *port) for port in ports(small_lab, UPLINK)] == ["0", "0"]


def test_miswired_links_lead_to_each_other_s_far_ends(small_lab: Twin) -> None:
    def neighbour() -> str:
        argv = ["lldpcli", "-f", "json0", "show", "neighbors", "ports", "ether1"]
        interfaces = json.loads(small_lab.lab.exec(FAR, argv).stdout)["lldp"][0].get("interface", [])
        return ",".join(one["chassis"][0]["name"][0]["value"] for one in interfaces)

    small_lab.lab.miswire("core-1--core-2", UPLINK)
    try:
        eventually(lambda: neighbour() == "core-1", within_s=15)
    finally:
        small_lab.lab.miswire("core-1--core-2", UPLINK)
    eventually(lambda: neighbour() == "pop-kota", within_s=15)


# ---------------------------------------------------------------------- routers


def test_a_frozen_router_forwards_and_answers_nothing(small_lab: Twin) -> None:
    small_lab.lab.freeze("pop-kota")
    near = link_address(small_lab, "core-1--pop-kota", "pop-kota")
    assert not reaches(small_lab, near)
    assert not reaches(small_lab, far_address(small_lab))


def test_the_neighbours_of_a_frozen_router_keep_their_carrier(small_lab: Twin) -> None:
    small_lab.lab.freeze("pop-kota")
    assert carrier(small_lab, FAR, "ether1") == "1"


def test_a_thawed_router_goes_on(small_lab: Twin) -> None:
    small_lab.lab.freeze("pop-kota")
    small_lab.lab.thaw("pop-kota")
    eventually(lambda: reaches(small_lab, far_address(small_lab)), within_s=20)


def test_a_power_cut_takes_the_carrier_from_the_neighbours(small_lab: Twin) -> None:
    small_lab.lab.power_off(FAR)
    near = ports(small_lab, UPLINK)[0]
    assert (carrier(small_lab, *near), is_up(small_lab, *near)) == ("0", True)


def test_a_router_without_power_says_how_it_gets_it_back(small_lab: Twin) -> None:
    small_lab.lab.power_off(FAR)
    with pytest.raises(LabError, match=r"kel-paku: has no power; `jip lab fault \S+ power-on kel-paku`"):
        small_lab.lab.exec(FAR, ["true"])


def test_a_power_cut_loses_what_was_not_saved(small_lab: Twin) -> None:
    small_lab.lab.vtysh(FAR, "configure terminal", "ip route 203.0.113.9/32 Null0")
    small_lab.lab.exec(FAR, ["ip", "address", "add", "198.51.100.77/32", "dev", "lo"])
    small_lab.lab.power_cut(FAR)
    truth = small_lab.lab.truth(FAR)
    assert ("203.0.113.9" in truth.running, "198.51.100.77" in "".join(truth.addresses)) == (False, False)


def test_a_power_cut_keeps_what_was_saved(small_lab: Twin) -> None:
    saved = small_lab.lab.truth(FAR).saved
    small_lab.lab.vtysh(FAR, "configure terminal", "ip route 203.0.113.9/32 Null0", "end", "write memory")
    small_lab.lab.power_cut(FAR)
    try:
        assert "ip route 203.0.113.9/32 Null0" in small_lab.lab.truth(FAR).running
    finally:
        small_lab.lab.exec(FAR, ["sh", "-c", "cat > /etc/frr/frr.conf"], stdin=saved)
        small_lab.lab.power_cut(FAR)


def test_a_router_is_reached_again_after_a_power_cut(small_lab: Twin) -> None:
    small_lab.lab.power_cut("pop-kota")
    eventually(lambda: reaches(small_lab, far_address(small_lab)), within_s=30)


def test_the_controller_s_router_may_lose_power_too(small_lab: Twin) -> None:
    small_lab.lab.power_cut("core-1")
    eventually(lambda: reaches(small_lab, far_address(small_lab)), within_s=30)


def test_two_neighbours_may_be_without_power_at_once(small_lab: Twin) -> None:
    for router in ("pop-kota", FAR):
        small_lab.lab.power_off(router)
    small_lab.lab.power_on("pop-kota")
    assert carrier(small_lab, *ports(small_lab, UPLINK)[0]) == "0"
    small_lab.lab.power_on(FAR)
    eventually(lambda: reaches(small_lab, far_address(small_lab)), within_s=30)


def test_faults_of_a_link_outlive_a_power_cut(small_lab: Twin) -> None:
    small_lab.lab.lose(UPLINK)
    small_lab.lab.power_cut(FAR)
    assert not reaches(small_lab, link_address(small_lab, UPLINK, FAR), "pop-kota")


def test_a_killed_daemon_comes_back_by_watchfrr(small_lab: Twin) -> None:
    old = small_lab.lab.processes(FAR, "ospfd")
    small_lab.lab.kill_daemon(FAR, "ospfd")

    def again() -> bool:
        new = small_lab.lab.processes(FAR, "ospfd")
        return bool(new) and new != old and full(small_lab, FAR) == 1

    eventually(again, within_s=90)


def test_a_frozen_daemon_does_not_answer_while_others_do(small_lab: Twin) -> None:
    small_lab.lab.freeze_daemon(FAR, "ospfd")
    with pytest.raises(LabError, match="no end within 2 s"):
        small_lab.lab.exec(FAR, ["vtysh", "-d", "ospfd", "-c", "show ip ospf"], timeout_s=2)
    assert "10.161" in small_lab.lab.exec(FAR, ["vtysh", "-d", "zebra", "-c", "show ip route"]).stdout
    small_lab.lab.thaw_daemon(FAR, "ospfd")
    assert full(small_lab, FAR) == 1


def test_a_daemon_that_does_not_exist_is_refused(small_lab: Twin) -> None:
    with pytest.raises(LabError, match="no daemon 'pimd'"):
        small_lab.lab.kill_daemon(FAR, "pimd")


# ---------------------------------------------------------------------- SSH


def test_a_killed_sshd_refuses_and_comes_back_when_started(small_lab: Twin) -> None:
    small_lab.lab.kill_sshd(FAR)
    refused = shown_key(small_lab, FAR)
    small_lab.lab.start_sshd(FAR)
    assert (refused, shown_key(small_lab, FAR) != "") == ("", True)


def test_a_new_host_key_is_not_the_pinned_one(small_lab: Twin) -> None:
    pinned = HostKeys(small_lab.lab.var / "known_hosts").pinned(FAR)
    assert pinned is not None
    small_lab.lab.new_host_key(FAR)
    other = shown_key(small_lab, FAR)
    small_lab.lab.first_host_key(FAR)
    assert (other not in ("", pinned.base64), shown_key(small_lab, FAR)) == (True, pinned.base64)


# ---------------------------------------------------------------------- commands


def test_the_command_does_it_too(small_lab: Twin) -> None:
    argv = [sys.executable, "-m", "jipkit", "lab", "fault", small_lab.name, "cut", UPLINK]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, carrier(small_lab, FAR, "ether1")) == (0, "0")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["burn", UPLINK], "no fault 'burn'"),
        (["cut", "core-1--nowhere"], "no cable 'core-1--nowhere'"),
        (["kill-daemon", FAR], "name the daemon too"),
        (["power-on", FAR], "has power already"),
        (["miswire", UPLINK, UPLINK], "name another one to swap its far end with"),
        (["freeze", "nobody"], "no router 'nobody'"),
    ],
)
def test_a_fault_that_makes_no_sense_is_one_line(small_lab: Twin, words: list[str], said: str) -> None:
    argv = [sys.executable, "-m", "jipkit", "lab", "fault", small_lab.name, *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (1, True, 1)


def test_the_lab_answers_after_nonsense(small_lab: Twin) -> None:
    with pytest.raises(LabError, match="not a request that a lab knows"):
        small_lab.lab.ask(do="explode")
    started = time.monotonic()
    small_lab.lab.mend(UPLINK)
    assert time.monotonic() - started < 5
