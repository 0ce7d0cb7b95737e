"""Sessions on a real router: whom the driver trusts, what it calls each failure, what it does not wait for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    ConnectTimeoutError,
)

from jipkit.lab.keys import KeyPair
from napalm_frr import FRRDriver, HostKeyError

if TYPE_CHECKING:
    from tests.lab.napalm_frr.conftest import FrrRouter

pytestmark = pytest.mark.lab

LINK = "r1--r2"


def test_napalm_finds_the_driver_by_its_name() -> None:
    assert get_network_driver("frr") is FRRDriver


def test_a_router_tells_its_facts(router: FrrRouter) -> None:
    with router.driver() as driver:
        facts = driver.get_facts()
        assert (facts["hostname"], facts["os_version"], facts["vendor"]) == ("r2", "8.4.4", "FRRouting")
        assert driver.get_interfaces_ip()["lo"] == {"ipv4": {"10.7.0.2": {"prefix_length": 32}}}
        assert driver.ping("10.8.0.0", count=2)["success"]["packet_loss"] == 0
        route = driver.get_route_to("10.9.0.0/24")["10.9.0.0/24"][0]
        assert (route["protocol"], route["next_hop"]) == ("OSPF", "10.8.0.0")
        assert driver.get_bgp_neighbors() == {}
        assert driver.cli(["show ip ospf neighbor"], encoding="json")


def test_a_command_that_frr_does_not_know_is_named(router: FrrRouter) -> None:
    with router.driver() as driver, pytest.raises(CommandErrorException, match="'show nonsense': % Unknown command"):
        driver.cli(["show nonsense"])


def test_an_unknown_host_key_stops_the_login(router: FrrRouter, tmp_path: Path) -> None:
    empty = tmp_path / "known_hosts"
    empty.touch()
    with pytest.raises(HostKeyError, match=r"ssh-ed25519 SHA256:.* is not known"):
        router.driver(alt_key_file=str(empty)).open()


def test_a_changed_host_key_stops_the_login(router: FrrRouter, tmp_path: Path) -> None:
    other = tmp_path / "known_hosts"
    other.write_text(f"{router.address} {KeyPair.new().public}\n", encoding="utf-8")
    with pytest.raises(HostKeyError, match="has changed"):
        router.driver(alt_key_file=str(other)).open()


def test_host_keys_are_not_verified_only_when_told_so(router: FrrRouter) -> None:
    with router.driver(alt_key_file="", ssh_strict=False) as driver:
        assert driver.is_alive() == {"is_alive": True}


def test_a_key_the_router_does_not_know_is_a_refused_login(router: FrrRouter, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KeyPair.new().private, encoding="utf-8")
    with pytest.raises(ConnectAuthError):
        router.driver(key_file=str(key)).open()


def test_no_credentials_at_all_is_a_refused_login(router: FrrRouter) -> None:
    with pytest.raises(ConnectAuthError):
        router.driver(key_file=None, allow_agent=False, use_keys=False).open()


def test_an_account_without_a_shell_is_refused_at_once(router: FrrRouter) -> None:
    router.console("sed", "-i", "s,^\\(ops:.*\\):/bin/bash$,\\1:/usr/bin/vtysh,", "/etc/passwd")
    try:
        with pytest.raises(ConnectionException, match="vtysh as login shell will not do"):
            router.driver().open()
    finally:
        router.console("sed", "-i", "s,^\\(ops:.*\\):/usr/bin/vtysh$,\\1:/bin/bash,", "/etc/passwd")


def test_names_keys_and_ports_come_from_the_ssh_configuration(router: FrrRouter, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(f"Host kantor\n  HostName {router.address}\n  User ops\n  IdentityFile {router.key_file}\n")
    driver = FRRDriver("kantor", "", "", optional_args={
        "ssh_config_file": str(config), "alt_key_file": str(router.known_hosts),
    })  # fmt: skip
    with driver:
        assert driver.get_facts()["hostname"] == "r2"


@pytest.mark.usefixtures("router")
def test_a_dead_address_is_given_up_in_time() -> None:
    driver = FRRDriver("10.9.0.77", "ops", "", optional_args={"conn_timeout": 1.0})
    started = time.monotonic()
    with pytest.raises(ConnectTimeoutError):
        driver.open()
    assert time.monotonic() - started < 5


def test_a_closed_port_is_a_failed_connection(router: FrrRouter) -> None:
    with pytest.raises(ConnectionException, match="port 2022: cannot connect"):
        router.driver(port=2022).open()


def test_a_frozen_daemon_is_a_timeout_that_names_the_command(router: FrrRouter) -> None:
    with router.driver() as driver:
        driver._shell().timeout_s = 2
        router.lab.freeze_daemon(router.name, "ospfd")
        try:
            with pytest.raises(CommandTimeoutException, match=r"'show running-config'.*within 2 s"):
                driver.get_config("running")
        finally:
            router.lab.thaw_daemon(router.name, "ospfd")
        assert driver.get_config("running")["running"]


def test_a_dead_link_is_noticed_after_the_time_limit_not_after_minutes(router: FrrRouter) -> None:
    driver = router.driver()
    driver.open()
    driver._shell().timeout_s = 1
    router.lab.lose(LINK, 100)
    started = time.monotonic()
    with pytest.raises((CommandTimeoutException, ConnectionClosedException)):
        driver.get_config("running")
    assert time.monotonic() - started < 15
    router.lab.mend(LINK)
    driver.close()


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ("head -c 100000000 /dev/zero | tr '\\0' x", "exceeds 1 MiB"),
        ("printf '\\033[2J{\"eth0\": {}}'", "not understood: KeyError"),
        ("printf ''", "not JSON: ''"),
        ("echo '[1, 2'", "not JSON"),
    ],
    ids=["100 MB", "escapes", "nothing", "half"],
)
def test_an_answer_that_makes_no_sense_is_refused_by_name(router: FrrRouter, script: str, failure: str) -> None:
    router.console(
        "sh", "-c", f"cat > /usr/local/bin/vtysh <<'END'\n#!/bin/sh\n{script}\nEND\nchmod 755 /usr/local/bin/vtysh"
    )
    try:
        with (
            router.driver(max_answer_bytes=1 << 20) as driver,
            pytest.raises(CommandErrorException, match=f"'show interface json': .*{failure}"),
        ):
            driver.get_interfaces()
    finally:
        router.console("rm", "/usr/local/bin/vtysh")
