"""The one recipe that writes, on simulated routers of other makes behind real SSH sessions, with FRR around them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import paramiko
import pytest

from jipkit.drivers import load
from jipkit.errors import ChangeError
from jipkit.hostkeys import HostKey, HostKeys
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.secrets import Secrets
from jipkit.testing.clock import ManualClock, WallClock
from jipkit.testing.devices.eos import EosSwitch
from jipkit.testing.devices.ios import IosRouter
from jipkit.testing.devices.junos import JunosRouter
from jipkit.testing.devices.routeros import Box, SimulatedRouterOs
from jipkit.testing.devices.vrp import VrpRouter
from jipkit.testing.devices.vyos import VyosRouter
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.inventories import project_of
from jipkit.testing.kits import secret
from jipkit.testing.models.sets import JUNOS, VYOS, Model
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from jipkit.transport import Login, simulated, strict
from jipkit.transport.sockets import connected
from jipkit.twin import twin_of
from playbooks import _change, _rescue
from playbooks.provision import provision
from playbooks.show.router import router as show_router
from tests.playbooks.test_change import rows

CHECKOUT = Path(__file__).parents[2]
ROUTER, LINK = "kec-rawa", "pop-1--kec-rawa"
KEY = paramiko.ECDSAKey.generate()
HURRIED = SimpleNamespace(**{**vars(time), "sleep": lambda seconds: time.sleep(seconds / 20)})
"""What Netmiko takes for the time: it waits whether or not there is something to wait for."""


@dataclass
class Office:
    """A project whose ``ROUTER`` is a simulated router of another make; ``running`` reads it past the drivers.

    ``untimed`` are the routers that have to be named with ``--without-timer``.
    """

    root: Path
    platform: str
    router: Any
    running: Callable[[], str]
    district: SimulatedDistrict
    untimed: list[str]

    @property
    def project(self) -> Project:
        return Project(self.root)

    def want_another_cost(self) -> None:
        """Change what the inventory wants of the link: both of its ends."""
        path = self.root / "inventory" / "links.yaml"
        head, found, rest = path.read_text("utf-8").partition(f"{LINK}:")
        path.write_text(head + found + re.sub(r"cost: \d+", "cost: 77", rest, count=1), "utf-8")


Served = tuple[Any, int, HostKey, Callable[[], str]]
MAKES: dict[str, Any] = {
    "arista_eos": EosSwitch,
    "cisco_ios": IosRouter,
    "huawei_vrp": VrpRouter,
    "juniper_junos": JunosRouter,
    "vyos": VyosRouter,
}
TYPED = {"juniper_junos": JUNOS, "vyos": VYOS}
UNTIMED = ["huawei_vrp"]


def as_printed(platform: str, text: str) -> str:
    """Return a configuration as a router prints it at which it was typed; some show no more of a password then."""
    if platform not in TYPED:
        return f"{text}end\n" if platform in ("arista_eos", "cisco_ios") else text
    model = Model("", TYPED[platform])
    model.apply(text.splitlines())
    return model.text()


def serve(platform: str, text: str, stack: ExitStack) -> Served:
    """Start a simulated router; return it, its port, its host key, and what reads its configuration."""
    if platform == "mikrotik_routeros":
        box = SimulatedRouterOs(text, Box(version="7.22"), clock=WallClock(200.0), keys=(KEY,))
        stack.enter_context(box)
        return box, box.port, box.host_key, lambda: box.model.text()  # noqa: PLW0108 - a restart gives it another model
    device = MAKES[platform](as_printed(platform, text), clock=ManualClock())
    server = stack.enter_context(device.server(paramiko.ECDSAKey.generate(), keys=(KEY,)))
    return device, server.port, server.host_key, lambda: device.running


@pytest.fixture(params=[*MAKES, "mikrotik_routeros"])
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    platform: str = request.param
    monkeypatch.setattr(_rescue, "POLL_S", 0.2)
    monkeypatch.setattr("jipkit.drivers.routeros_commit.Timing.__init__.__defaults__", (0.05, 0.02, 8.0, 120.0, 600.0))
    monkeypatch.setattr("netmiko.base_connection.time", HURRIED)
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)
    monkeypatch.setattr(Secrets, "has", lambda _, name: bool(name))
    monkeypatch.setattr(Secrets, "resolve", lambda _, name: secret(name))
    network = on_platform(small_network(), ROUTER, platform)
    root = project_of(network, CHECKOUT, tmp_path / "project")
    facts = root / "templates" / platform / "platform.yaml"
    facts.write_text(re.sub(r"settle_s: \d+", "settle_s: 0.1", facts.read_text("utf-8")), "utf-8")
    project, twin = Project(root), twin_of(small_network(), list(network.routers))

    def boots(key: str) -> str:
        real = network if network.router(key).platform == "frr" else twin
        return fill(project.boots_from(key, real).text, secret)

    district = SimulatedDistrict(twin, boots, secret=secret)
    with ExitStack() as stack:
        text = fill(project.render(ROUTER).text, secret)
        router, port, host_key, running = serve(platform, text, stack)
        known = HostKeys(tmp_path / "known_hosts")
        known.pin(ROUTER, ["127.0.0.1"], port, host_key.type, host_key.base64)
        name = project.facts(network.router(ROUTER)).napalm or ""

        def driver(hostname: str, username: str, password: str, timeout: int, optional_args: dict[str, Any]) -> Any:
            if optional_args["router"] != ROUTER:
                return district.driver(hostname, username, password, timeout, optional_args)
            login = Login(username, port, KEY, use_agent=False)
            options = {**login.options(), **strict(known.path), "sock": connected(ROUTER, "127.0.0.1", port, 10)}
            found = load(name)
            assert found
            return found("127.0.0.1", username, password, timeout, options)

        stack.enter_context(simulated(driver))
        yield Office(root, platform, router, running, district, [ROUTER] if platform in UNTIMED else [])


def shown(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(("#", "!"))]


def test_both_ends_of_a_link_are_changed_on_their_timers(office: Office, request: pytest.FixtureRequest) -> None:
    request.node.user_properties.append(("covers", f"{office.platform}/change"))
    office.want_another_cost()

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert done.ok, done.notes
    assert {key: row["holds"] for key, row in rows(done).items() if row["holds"] != "nothing"} == {
        ROUTER: "all",
        "pop-1": "all",
    }
    assert re.search(r"(cost[ =]|metric )'?77\b", office.running())
    assert "ip ospf cost 77" in office.district.running("pop-1")


@pytest.mark.parametrize("office", ["mikrotik_routeros"], indirect=True)
def test_no_backup_with_secrets_stays_on_the_router(office: Office) -> None:
    office.want_another_cost()
    done = provision(office.project, ROUTER, commit=True, timer=120)
    assert done.ok, done.notes
    assert list(office.router.files) == ["jip-commit.txt"]


@pytest.mark.parametrize("office", ["mikrotik_routeros"], indirect=True)
def test_what_is_confirmed_is_taken_back_where_the_rest_is_not(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before, confirm = shown(office.running()), _change._Unit._confirm
    office.want_another_cost()

    def fail(unit: _change._Unit, key: str) -> None:
        if key != ROUTER:
            confirm(unit, ROUTER)
            raise ChangeError(key, "confirm", "nobody knows", "unknown")

    monkeypatch.setattr(_change._Unit, "_confirm", fail)
    done = provision(office.project, ROUTER, commit=True, timer=120)
    assert (rows(done)[ROUTER]["holds"], shown(office.running())) == ("reverted", before)


def test_nothing_is_left_to_do_afterwards(office: Office) -> None:
    office.want_another_cost()
    provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)
    assert (
        "Nothing to change: every router is as the inventory wants it."
        in provision(office.project, ROUTER, without_timer=office.untimed).notes
    )


def test_a_dry_run_changes_nothing(office: Office) -> None:
    before = shown(office.running())
    office.want_another_cost()
    report = provision(office.project, ROUTER, without_timer=office.untimed)
    assert [row.values["changes"] for row in report.rows if row.values["router"] == ROUTER] == [True]
    assert shown(office.running()) == before


def test_when_the_other_end_fails_this_one_is_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown(office.running())
    office.want_another_cost()
    monkeypatch.setattr(_change._Unit, "_faults", lambda _: {"pop-1": "the link does not come up"})
    monkeypatch.setattr(_change._Unit, "_deadline", lambda _: 0.0)

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert not done.ok
    assert {key: row["holds"] for key, row in rows(done).items() if row["holds"] != "nothing"} == {
        ROUTER: "reverted",
        "pop-1": "reverted",
    }
    assert shown(office.running()) == before


@pytest.mark.parametrize("office", ["cisco_ios", "juniper_junos", "vyos", "mikrotik_routeros"], indirect=True)
def test_a_router_out_of_reach_is_waited_for_until_its_own_timer_is_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    within: dict[str, float] = {}
    office.want_another_cost()
    monkeypatch.setattr(_change._Unit, "_faults", lambda _: {"pop-1": "the link does not come up"})
    monkeypatch.setattr(_change._Unit, "_deadline", lambda _: 0.0)
    monkeypatch.setattr(_change._Unit, "_ask_back", lambda *_: False)
    monkeypatch.setattr(_change._Unit, "_proven", lambda _, key, seconds: within.setdefault(key, seconds) and "unknown")
    monkeypatch.setattr(_rescue, "GRACE_S", 0)

    provision(office.project, ROUTER, commit=True, timer=61)

    assert within[ROUTER] > {"mikrotik_routeros": 65, "vyos": 240}.get(office.platform, 105)


def test_what_the_router_can_do_is_asked_of_it(office: Office) -> None:
    report = show_router(office.project, ROUTER, probe=True)
    values = {row.values["field"]: row.values["value"] for row in report.rows}
    assert values["device_timer"] is (office.platform not in UNTIMED)
    facts = office.project.facts(office.project.network.router(ROUTER))
    assert (values["dry_run"], values["atomic_replace"]) == (facts.dry_run, facts.atomic_replace)


# ---------------------------------------------------------------------- without a timer


def want_more(office: Office) -> None:
    """Change what the inventory wants of the link, and ask for another log server and another time server."""
    office.want_another_cost()
    path = office.root / "inventory" / "standards.yaml"
    text = path.read_text("utf-8").replace("syslog:\n", "syslog:\n- 10.160.255.22\n")
    path.write_text(text.replace("ntp:\n", "ntp:\n- 10.160.255.20\n"), "utf-8")


@pytest.mark.parametrize("office", UNTIMED, indirect=True)
def test_without_a_timer_it_is_refused_unless_it_is_named(office: Office) -> None:
    before = office.running()
    office.want_another_cost()
    with pytest.raises(ChangeError, match=f"kec-rawa: plan: no rollback timer .*--without-timer {ROUTER}"):
        provision(office.project, ROUTER, commit=True, timer=120)
    assert office.running() == before


@pytest.mark.parametrize("office", UNTIMED, indirect=True)
def test_what_was_taken_before_a_refusal_is_taken_back(office: Office) -> None:
    before = office.running()
    want_more(office)
    office.router.troubles.asks = {"info-center loghost 10.160.255.22": "Warning: The clock leaps. Reboot now?"}

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert "the 3 before it are in force" in rows(done)[ROUTER]["detail"]
    assert (rows(done)[ROUTER]["holds"], office.running()) == ("reverted", before)


@pytest.mark.parametrize("office", UNTIMED, indirect=True)
def test_what_may_have_been_saved_is_saved_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, confirm = office.router.saved, _change._Unit._confirm
    office.want_another_cost()

    def lose(unit: _change._Unit, key: str) -> None:
        confirm(unit, key)
        if key == ROUTER:
            raise ChangeError(key, "confirm", "nobody knows", "unknown")

    monkeypatch.setattr(_change._Unit, "_confirm", lose)

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert (rows(done)[ROUTER]["holds"], office.router.saved) == ("reverted", saved)


# ---------------------------------------------------------------------- what only the router can name

STRAYS = {
    "cisco_ios": "snmp-server community kunci-lama RW",
    "huawei_vrp": "snmp-agent community write cipher %^%#kunci-lama-sekali%^%#",
    "mikrotik_routeros": "/snmp community add name=kunci-lama write-access=yes",
}


@pytest.mark.parametrize("office", STRAYS, indirect=True)
def test_a_community_that_somebody_left_goes_and_is_never_told(office: Office, tmp_path: Path) -> None:
    before = shown(office.running())
    office.router.model.apply([STRAYS[office.platform]])
    assert "kunci-lama" in office.running()

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert (rows(done)[ROUTER]["holds"], shown(office.running())) == ("all", before)
    told = [path for path in tmp_path.rglob("*") if path.is_file() and b"kunci-lama" in path.read_bytes()]
    assert ("kunci-lama" in f"{done}", told) == (False, [])


def describe(office: Office, text: str) -> None:
    """Have the router describe its loopback in other words than the inventory wants."""
    with office.router.lock:
        office.router.model.apply(["interface LoopBack0", f"description {text}", "quit"])


@pytest.mark.parametrize("office", UNTIMED, indirect=True)
def test_what_could_not_be_given_back_is_not_taken_away(office: Office) -> None:
    describe(office, "kantor lama?")
    before = office.running()

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert (rows(done)[ROUTER]["step"], rows(done)[ROUTER]["holds"], office.running()) == ("dry-run", "nothing", before)
    assert re.search(r"(?s)could not be given back: .*description kantor lama\?", rows(done)[ROUTER]["detail"])


@pytest.mark.parametrize("office", UNTIMED, indirect=True)
def test_what_the_change_leaves_alone_stands_in_no_way(office: Office) -> None:
    with office.router.lock:
        office.router.model.apply(["interface MEth0/0/1", "description bukan milik kita?", "quit"])
    office.want_another_cost()

    done = provision(office.project, ROUTER, commit=True, timer=120, without_timer=office.untimed)

    assert rows(done)[ROUTER]["holds"] == "all"
