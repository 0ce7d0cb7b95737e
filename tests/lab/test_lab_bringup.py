"""A twin is what the inventory says, on real routers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from jipkit.hostkeys import HostKeys
from jipkit.lab import state
from jipkit.lab.build import KEY_FILE
from jipkit.model import Routing, State, managed_ends
from jipkit.testing.labs import Twin, eventually


def full_neighbours(twin: Twin, router: str) -> set[str]:
    """Return the interfaces over which a router has a neighbour in state Full."""
    found: dict[str, Any] = json.loads(twin.lab.vtysh(router, "show ip ospf neighbor json")).get("neighbors", {})
    states = [one for several in found.values() for one in several]
    return {one["ifaceName"].partition(":")[0] for one in states if one["nbrState"].startswith("Full")}


def expected_neighbours(twin: Twin, router: str) -> set[str]:
    network = twin.project.network
    return {
        interface
        for link in network.links_of(router)
        if link.routing is Routing.OSPF and link.state is State.ACTIVE
        for owner, interface in managed_ends(link)
        if owner == router
    }


def ssh(twin: Twin, *options: str, command: str = "true") -> CompletedProcess[str]:
    address = str(twin.project.network.router("kel-paku").address)
    argv = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={twin.lab.var / 'known_hosts'}"]
    return twin.lab.exec("controller", [*argv, *options, address, command], check=False)


def test_a_lab_has_at_least_twelve_routers(lab12: Twin) -> None:
    assert len(lab12.lab.routers) >= 12


def test_every_router_in_service_answers_over_the_links(lab12: Twin) -> None:
    assert lab12.silent(within_s=10) == []


def test_every_ospf_link_is_full_at_both_ends(lab12: Twin) -> None:
    routers = [key for key, one in lab12.project.network.routers.items() if one.state is State.ACTIVE]
    wanted = {key: expected_neighbours(lab12, key) for key in routers}
    eventually(lambda: {key: full_neighbours(lab12, key) for key in routers} == wanted, within_s=15)


def test_a_planned_router_has_only_its_bootstrap(lab12: Twin) -> None:
    running = lab12.lab.vtysh("pkm-celikah", "show running-config no-header")
    assert ("ip route 0.0.0.0/0" in running, "router ospf" in running) == (True, False)


def test_a_planned_router_cannot_be_reached_while_its_near_end_is_shut(lab12: Twin) -> None:
    link = lab12.project.network.link("pop-kota--pkm-celikah")
    address = str(link.address_of(link.end_of("pkm-celikah")).ip)
    assert lab12.lab.exec("controller", ["ping", "-c", "1", "-W", "1", address], check=False).returncode == 1


def test_the_shut_near_end_takes_the_carrier_from_a_planned_router(lab12: Twin) -> None:
    carrier = lab12.lab.exec("pkm-celikah", ["cat", "/sys/class/net/sfp1/carrier"]).stdout
    assert carrier == "0\n"


def test_the_providers_announce_a_default_route(lab12: Twin) -> None:
    def received() -> list[int]:
        peers = json.loads(lab12.lab.vtysh("gateway-1", "show bgp ipv4 unicast summary json"))["peers"]
        return [peer["pfxRcd"] for peer in peers.values() if peer["state"] == "Established"]

    eventually(lambda: received() == [1, 1], within_s=20)


def test_lldp_knows_each_neighbour_by_its_key(lab12: Twin) -> None:
    def neighbours() -> set[str]:
        text = lab12.lab.exec("pop-tugumulyo", ["lldpcli", "-f", "json0", "show", "neighbors"]).stdout
        interfaces = json.loads(text)["lldp"][0].get("interface", [])
        return {one["chassis"][0]["name"][0]["value"] for one in interfaces}

    eventually(lambda: neighbours() == {"core-1", "pop-pedamaran"}, within_s=20)


def test_a_port_has_a_name_that_linux_can_hold(lab12: Twin) -> None:
    assert "ge-0-0-0" in lab12.lab.exec("setwan", ["ls", "/sys/class/net"]).stdout.split()


def test_a_port_that_nothing_is_plugged_into_has_no_carrier(lab12: Twin) -> None:
    lab12.lab.exec("kel-paku", ["ip", "link", "set", "ether5", "up"])
    carrier = lab12.lab.exec("kel-paku", ["cat", "/sys/class/net/ether5/carrier"]).stdout
    lab12.lab.exec("kel-paku", ["ip", "link", "set", "ether5", "down"])
    assert carrier == "0\n"


def test_a_user_on_a_lan_reaches_the_router(lab12: Twin) -> None:
    lan = lab12.project.network.router("kel-paku").lans[0]
    gateway = str(lan.address.ip)
    assert lab12.lab.exec(f"kel-paku.{lan.name}", ["ping", "-c", "1", "-W", "2", gateway]).returncode == 0


def test_the_controller_stands_on_its_lan(lab12: Twin) -> None:
    addresses = lab12.lab.exec("controller", ["ip", "-brief", "-4", "address"]).stdout
    assert "10.160.255.2/24" in addresses


def test_the_host_key_of_every_router_is_pinned(lab12: Twin) -> None:
    assert set(HostKeys(lab12.lab.var / "known_hosts").all()) == set(lab12.lab.routers)


def test_the_controller_s_key_logs_in(lab12: Twin) -> None:
    key = str(lab12.lab.var / KEY_FILE)
    assert ssh(lab12, "-i", key, "-l", "ops", command="hostname").stdout == "kel-paku\n"


def test_the_user_may_run_vtysh(lab12: Twin) -> None:
    key = str(lab12.lab.var / KEY_FILE)
    done = ssh(lab12, "-i", key, "-l", "ops", command="vtysh -c 'show running-config'")
    assert ("router ospf" in done.stdout, done.stderr) == (True, "")


def test_nobody_logs_in_without_the_key(lab12: Twin) -> None:
    done = ssh(lab12, "-i", "/dev/null", "-o", "IdentityAgent=none", "-l", "ops")
    assert (done.returncode, "Permission denied (publickey)" in done.stderr) == (255, True)


def test_the_keys_of_a_lab_are_for_root_alone(lab12: Twin) -> None:
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in lab12.lab.var.iterdir()}
    assert (modes[KEY_FILE], modes["secrets.seed"]) == ("0o600", "0o600")


def test_no_secret_is_in_the_state_file(lab12: Twin) -> None:
    assert "PRIVATE KEY" not in state.file_of(lab12.name).read_text("utf-8")


def test_commands_run_inside_a_lab_of_their_own(lab12: Twin) -> None:
    """`jip lab exec` needs no project: it looks at the lab alone."""
    argv = [sys.executable, "-m", "jipkit", "lab", "exec", lab12.name, "kel-paku", "--", "hostname"]
    assert subprocess.run(argv, capture_output=True, text=True, check=False).stdout == "kel-paku\n"


def test_jip_lab_ssh_logs_in_over_the_links(lab12: Twin) -> None:
    argv = [sys.executable, "-m", "jipkit", "-C", str(lab12.root), "lab", "ssh", lab12.name, "kel-paku", "hostname"]
    assert subprocess.run(argv, capture_output=True, text=True, check=False).stdout == "kel-paku\n"


def test_jip_lab_ls_names_what_is_in_a_lab(lab12: Twin) -> None:
    argv = [sys.executable, "-m", "jipkit", "lab", "ls", lab12.name, "--json"]
    rows = json.loads(subprocess.run(argv, capture_output=True, text=True, check=False).stdout)["rows"]
    assert {"kind": "cable", "name": "core-1--pop-kota", "powered": None, "ends": ["core-1", "pop-kota"]} in rows


def test_jip_against_a_lab_says_that_it_is_a_twin(jip: Callable[..., CompletedProcess[str]]) -> None:
    assert "not the district" in jip("list", "routers").stderr


def test_an_unknown_router_is_named_with_the_closest(lab12: Twin) -> None:
    argv = [sys.executable, "-m", "jipkit", "lab", "exec", lab12.name, "kel-pku", "--", "true"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, "did you mean kel-paku" in done.stderr) == (1, True)


def test_no_secret_of_the_district_is_with_what_runs_in_a_lab(
    new_twin: Callable[..., Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIP_SECRET_LOGIN_JIP", "hunter2-of-the-district")
    lab = new_twin("core-1").lab
    living = [lab.state.holder, *lab.state.processes.values()]
    environments = [Path(f"/proc/{process}/environ").read_bytes() for process in living]
    assert all(b"PATH=" in environment for environment in environments)
    assert not any(b"hunter2" in environment for environment in environments)
