"""Two routers in line, managed in band: controller -- r1 -- r2. The one under test is r2, behind the link."""

from __future__ import annotations

import difflib
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jipkit.lab import Lab, build, state
from jipkit.lab.blueprint import Blueprint, Box, Cable, Host, Port
from jipkit.lab.keys import KeyPair
from jipkit.lab.namespaces import enter_network
from napalm_frr import FRRDriver

LINK = "r1--r2"
USER = "ops"

_OSPF = """\
router ospf
 ospf router-id {router_id}
 timers throttle spf 10 50 500
 timers throttle lsa all 0
 timers lsa min-arrival 100
 network 10.0.0.0/8 area 0
exit
!
"""
_LINK_OSPF = """\
 ip ospf cost 10
 ip ospf dead-interval 4
 ip ospf hello-interval 1
 ip ospf message-digest-key 1 md5 {key}
 ip ospf network point-to-point
 ip ospf retransmit-interval 1
exit
!
"""
OSPF_KEY = "kunci-rahasia-01"

_R1 = f"""\
interface lan0
 ip address 10.9.0.1/24
 ip ospf passive
exit
!
interface eth1
 ip address 10.8.0.0/31
{_LINK_OSPF.format(key=OSPF_KEY)}\
{_OSPF.format(router_id="10.7.0.1")}"""

_R2 = f"""\
ip route 192.0.2.0/24 Null0
!
interface eth1
 description uplink to r1
 ip address 10.8.0.1/31
{_LINK_OSPF.format(key=OSPF_KEY)}\
interface lo
 ip address 10.7.0.2/32
 ip ospf passive
exit
!
{_OSPF.format(router_id="10.7.0.2")}"""


@dataclass(frozen=True)
class FrrRouter:
    """The router under test: in band through the driver, out of band through its console."""

    lab: Lab
    name: str
    address: str
    key_file: Path
    known_hosts: Path

    def driver(self, **optional_args: Any) -> FRRDriver:
        """Return a driver that is not open yet."""
        options = {"key_file": str(self.key_file), "alt_key_file": str(self.known_hosts), "conn_timeout": 3.0}
        return FRRDriver(self.address, USER, "", timeout=20, optional_args=options | optional_args)

    def console(self, *argv: str, check: bool = True) -> str:
        """Return what a command run on the router as root prints, whatever its links do."""
        return self.lab.exec(self.name, argv, check=check).stdout

    def account(self, command: str) -> list[str]:
        """Return what runs a shell command on the router's console as the account that the driver logs in to."""
        return self.lab.console(self.name, ["su", USER, "-c", command])

    def state_file(self, name: str) -> str:
        """Return a file of the driver's device side, empty when there is none."""
        return self.console("sh", "-c", f"cat /home/{USER}/.napalm_frr/{name} 2>/dev/null || true")

    def truth(self) -> dict[str, str]:
        """Return what the router really has: configuration, saved configuration, addresses, routes."""
        truth = self.lab.truth(self.name)
        return {
            "running": truth.running,
            "saved": truth.saved,
            "addresses": "\n".join(truth.addresses),
            # the number of a nexthop object is the kernel's own, a new one each time
            "routes": "\n".join(re.sub(r" nhid \d+", "", route) for route in truth.routes),
        }

    def eventually(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Return whether ``holds`` comes true in time."""
        return eventually(holds, within_s)

    def differs(self, wanted: dict[str, str], within_s: float) -> str:
        """Return how the router still differs from ``wanted`` after that time; empty as soon as it does not."""
        self.eventually(lambda: self.truth() == wanted, within_s)
        now = self.truth()
        return "\n".join(line for key in wanted for line in _changes(key, wanted[key], now[key]))

    def kill_timer(self) -> None:
        """Kill the timer of the pending commit, if there is one, by its process id on the router."""
        pending = dict(line.split("=", 1) for line in self.state_file("pending").splitlines())
        if "pid" in pending:
            self.console("kill", "-KILL", "--", f"-{pending['pid']}", check=False)

    def answers(self, within_s: float = 20.0) -> bool:
        """Return whether the driver can be opened in time."""

        def opens() -> bool:
            try:
                with self.driver():
                    return True
            except Exception:  # noqa: BLE001 - any failure means: not yet
                return False

        return eventually(opens, within_s)


def _changes(name: str, wanted: str, found: str) -> list[str]:
    return list(
        difflib.unified_diff(wanted.splitlines(), found.splitlines(), f"{name} before", "now", lineterm="", n=0)
    )


def eventually(holds: Callable[[], bool], within_s: float) -> bool:
    """Return whether ``holds`` comes true in time."""
    end = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("napalm_frr")
    name = f"napalm-frr-{os.getpid()}"
    controller, keys = KeyPair.new(), {router: KeyPair.new() for router in ("r1", "r2")}
    _private(root / "key", controller.private)
    _private(root / "known_hosts", f"10.7.0.2 {keys['r2'].public}\n")
    blueprint = Blueprint(
        name=name,
        root=str(root),
        controller="r1.lan",
        users=(USER,),
        public_key=controller.public,
        boxes=(
            Box("r1", _R1, ("10.9.0.1",), (), keys["r1"].private),
            Box("r2", _R2, ("10.7.0.2",), ("eth1",), keys["r2"].private),
        ),
        hosts=(Host("r1.lan", "10.9.0.2/24", "10.9.0.1"),),
        cables=(
            Cable(LINK, Port("r1", "eth1"), Port("r2", "eth1")),
            Cable("r1.lan", Port("r1", "lan0"), Port("r1.lan", "eth0")),
        ),
        unplugged=(),
    )
    lock = state.claim(name)
    try:
        build._start(blueprint, root / "log", lock, ttl_s=1200, watch=os.getpid(), booted=lambda _router: None)
    finally:
        os.close(lock)
    running = Lab(name)
    yield running
    running.down()


@pytest.fixture(scope="package")
def controller(lab: Lab) -> Iterator[None]:
    """Let this thread stand where the controller stands, and come back."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    enter_network(lab.state.network(lab.state.controller))
    yield
    enter_network(Path(f"/proc/self/fd/{home}"))
    os.close(home)


@pytest.fixture(scope="package")
def reachable(lab: Lab, controller: None) -> FrrRouter:  # noqa: ARG001 - it must stand there first
    router = FrrRouter(lab, "r2", "10.7.0.2", lab.root / "key", lab.root / "known_hosts")
    assert router.answers()
    router.console("vtysh", "-c", "write memory")  # saved as FRR writes it
    return router


@pytest.fixture
def router(reachable: FrrRouter) -> Iterator[FrrRouter]:
    """Give the router in its first state; whatever a test has done to it is undone after."""
    before = reachable.truth()
    yield reachable
    reachable.lab.mend(LINK)
    reachable.lab.start_sshd("r2")
    reachable.kill_timer()
    if reachable.truth() != before:
        reachable.console("rm", "-rf", f"/home/{USER}/.napalm_frr")
        _write_saved(reachable, before["saved"])
        reachable.lab.power_cut("r2")
        assert reachable.answers()
    reachable.console("rm", "-rf", f"/home/{USER}/.napalm_frr")


def _write_saved(router: FrrRouter, text: str) -> None:
    router.lab.exec(router.name, ["sh", "-c", "cat > /etc/frr/frr.conf"], stdin=text)


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
