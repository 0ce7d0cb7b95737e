"""The real FRRouting takes remedies and undos, and the model that unit tests use makes of them what FRRouting makes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from jipkit.configs import as_text, statements
from jipkit.drift import Drift, compare
from jipkit.lab import Lab, build
from jipkit.lab.blueprint import Blueprint, Box, Cable, Host, Port
from jipkit.lab.keys import KeyPair
from jipkit.platforms import PlatformFacts
from jipkit.redaction import fill
from jipkit.rendering import Origin, Rendered
from jipkit.testing.frr_model import FrrModel

pytestmark = pytest.mark.lab

PLATFORM = Path(__file__).parents[2] / "templates" / "frr" / "platform.yaml"
FACTS = PlatformFacts.model_validate(yaml.safe_load(PLATFORM.read_text(encoding="utf-8")))
SECRETS = {"ospf/a--b/1": "hunter22", "bgp/isp/1": "letmein99"}
CONFIG = """\
frr defaults traditional
hostname r1
log syslog informational
no ipv6 forwarding
ip route 10.98.0.0/16 10.8.0.2 200
interface eth1
 description to far-1
 ip address 10.8.0.1/24
 ip ospf area 0.0.0.0
 ip ospf authentication message-digest
 ip ospf cost 20
 ip ospf message-digest-key 1 md5 <secret:ospf/a--b/1>
 ip ospf network point-to-point
exit
interface eth2
 description to far-2
 ip address 10.9.0.1/24
exit
interface lo
 ip address 10.7.0.1/32
 ip ospf area 0.0.0.0
 ip ospf passive
exit
router bgp 65001
 bgp router-id 10.7.0.1
 bgp log-neighbor-changes
 no bgp default ipv4-unicast
 neighbor 10.9.0.2 remote-as 65010
 neighbor 10.9.0.2 description ISP A
 neighbor 10.9.0.2 password <secret:bgp/isp/1>
 address-family ipv4 unicast
  network 10.16.0.0/16
  neighbor 10.9.0.2 activate
  neighbor 10.9.0.2 maximum-prefix 100
  neighbor 10.9.0.2 prefix-list isp-out out
  neighbor 10.9.0.2 route-map isp-in in
 exit-address-family
exit
router ospf
 ospf router-id 10.7.0.1
 log-adjacency-changes
 timers throttle spf 10 50 500
 redistribute static route-map static-to-ospf
exit
access-list management seq 5 permit 10.0.0.0/8
access-list management seq 10 deny any
ip prefix-list isp-out seq 5 permit 10.16.0.0/16
route-map isp-in permit 10
 set local-preference 200
exit
route-map static-to-ospf permit 10
 set metric 20
exit
line vty
 access-class management
exit
"""
EDITS = {
    "another cost": "interface eth1\n ip ospf cost 30\n",
    "a cost that is gone": "interface eth1\n no ip ospf cost 20\n",
    "shut by hand": "interface eth2\n shutdown\n",
    "renumbered": "interface eth2\n no ip address 10.9.0.1/24\n ip address 10.9.1.1/24\n",
    "a second address": "interface eth2\n ip address 10.9.1.1/24\n",
    "an address on another port": (
        "interface eth2\n no ip address 10.9.0.1/24\nexit\ninterface eth1\n ip address 10.9.0.1/24\n"
    ),
    "another description": "interface eth2\n description somewhere else\n",
    "no description": "interface eth2\n no description\n",
    "another OSPF area": "interface eth1\n no ip ospf area 0.0.0.0\n ip ospf area 0.0.0.9\n",
    "OSPF on another port": "interface eth2\n ip ospf area 0.0.0.0\n ip ospf cost 5\n ip ospf network broadcast\n",
    "a second OSPF key": "interface eth1\n ip ospf message-digest-key 2 md5 hunter22\n",
    "no authentication": (
        "interface eth1\n no ip ospf authentication message-digest\n no ip ospf message-digest-key 1\n"
    ),
    "not passive": "interface lo\n no ip ospf passive\n",
    "no OSPF": "no router ospf\n",
    "other OSPF settings": (
        "router ospf\n timers throttle spf 10 60 600\n redistribute static\n default-information originate\n"
    ),
    "another static route": (
        "no ip route 10.98.0.0/16 10.8.0.2 200\nip route 10.98.0.0/16 10.8.0.2 210\nip route 10.97.0.0/16 Null0\n"
    ),
    "another neighbor": (
        "router bgp 65001\n neighbor 10.9.0.9 remote-as 65099\n neighbor 10.9.0.9 description x\n"
        " address-family ipv4 unicast\n  neighbor 10.9.0.9 activate\n exit\nexit\n"
    ),
    "a neighbor that is gone": "router bgp 65001\n no neighbor 10.9.0.2 remote-as 65010\n",
    "another remote AS": "router bgp 65001\n neighbor 10.9.0.2 remote-as 65011\n",
    "no filters": (
        "router bgp 65001\n address-family ipv4 unicast\n  no neighbor 10.9.0.2 prefix-list isp-out out\n"
        "  neighbor 10.9.0.2 maximum-prefix 5\n  network 10.17.0.0/16\n exit\nexit\n"
    ),
    "another address family": (
        "router bgp 65001\n address-family ipv6 unicast\n  neighbor 10.9.0.2 activate\n exit\nexit\n"
    ),
    "IPv6 forwarding": "ipv6 forwarding\n",
    "another list": "no access-list management seq 10 deny any\naccess-list management seq 15 permit any\n",
    "a wider list": "ip prefix-list isp-out seq 5 permit 10.0.0.0/8\nip prefix-list isp-out seq 10 permit any\n",
    "another route-map": (
        "route-map isp-in permit 10\n set metric 5\n set local-preference 50\nexit\nroute-map x deny 5\nexit\n"
    ),
    "other terminals": "line vty\n no access-class management\n exec-timeout 3 0\n",
    "a password": "password hunter22\nenable password hunter22\n",
    "another log": "log syslog warnings\nlog record-priority\n",
}


class Console:
    """A router with FRRouting, seen from its own console."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def take(self, text: str) -> str:
        """Merge ``text`` as a push does, and return what vtysh says to it."""
        command = "cat >/tmp/lines && vtysh -f /tmp/lines 2>&1; echo rc=$?"
        return self._lab.exec("r1", ["sh", "-c", command], stdin=text).stdout

    def running(self) -> str:
        return self._lab.vtysh("r1", "show running-config")

    def says(self) -> str:
        """Return what the configuration says, whatever the order in which FRRouting lists it."""
        blocks = re.split(r"^(?=\S)", as_text(statements(self.running(), FACTS)), flags=re.MULTILINE)
        return "".join(sorted(blocks))


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    root = tmp_path_factory.mktemp("drift")
    blueprint = Blueprint(
        name=f"drift-{os.getpid()}",
        root=str(root),
        controller="far-1",
        users=("ops",),
        public_key=KeyPair.new().public,
        boxes=(Box("r1", fill(CONFIG, SECRETS.__getitem__), ("10.7.0.1",), (), KeyPair.new().private),),
        hosts=(Host("far-1", "10.8.0.2/24", "10.8.0.1"), Host("far-2", "10.9.0.2/24", "10.9.0.1")),
        cables=(
            Cable("far-1", Port("r1", "eth1"), Port("far-1", "eth0")),
            Cable("far-2", Port("r1", "eth2"), Port("far-2", "eth0")),
        ),
        unplugged=(),
    )
    lab = build.start(blueprint, root / "log", ttl_s=900, watch=os.getpid())
    yield Console(lab)
    lab.down()


def drift_of(running: str) -> Drift:
    origins = tuple(Origin("frr/toy.j2", number) for number, _ in enumerate(CONFIG.splitlines(), 1))
    return compare(Rendered("r1", "frr", CONFIG, origins), running, FACTS, resolve=SECRETS.__getitem__)


def filled(lines: Iterable[str]) -> str:
    return fill("".join(f"{line}\n" for line in lines), SECRETS.__getitem__)


def test_what_frr_prints_of_a_configuration_is_that_configuration(console: Console) -> None:
    assert drift_of(console.running()).differences == ()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_remedy_takes_a_hand_edit_back_and_the_undo_makes_it_again(console: Console, edit: str) -> None:
    before = console.says()
    assert console.take(edit).endswith("rc=0\n")
    edited = console.says()
    drift = drift_of(console.running())
    assert not drift.clean

    assert console.take(filled(drift.remedy)).endswith("rc=0\n")
    assert console.says() == before
    assert drift_of(console.running()).differences == ()

    if drift.undo_complete:
        assert console.take(filled(drift.undo)).endswith("rc=0\n")
        assert console.says() == edited
        console.take(filled(drift.remedy))
    assert console.says() == before


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_model_makes_of_a_remedy_what_frr_makes(console: Console, edit: str) -> None:
    console.take(edit)
    model, drift = FrrModel(console.running()), drift_of(console.running())
    model.take(filled(drift.remedy).splitlines())
    console.take(filled(drift.remedy))
    assert model.config == FrrModel(console.running()).config
