"""The simulated RouterOS: what stock clients find when they log in to it."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import paramiko
import pytest
from netmiko import ConnectHandler

from jipkit.drivers.routeros import RouterOsDriver
from jipkit.observation import NotAsked, NotParsed
from jipkit.platforms import Fact, PlatformFacts
from jipkit.project import Project
from jipkit.testing.clock import Clock, ManualClock, WallClock
from jipkit.testing.devices.routeros import HOME_MODE, Box, Caller, SimulatedRouterOs
from jipkit.testing.devices.routeros_api import encoded, read_sentence
from jipkit.testing.devices.routeros_console import statements
from jipkit.testing.devices.routeros_firewall import lets_in
from jipkit.testing.models.routeros import Model
from tasks.asking import question

CHECKOUT = Path(__file__).parents[3]
KEY = paramiko.ECDSAKey.generate()
RUNNING = """\
/interface bridge add name=bridge1
/interface list add name=uplink
/interface list member add interface=ether1 list=uplink
/ip address add address=10.160.0.1/24 comment=kantor interface=bridge1 network=10.160.0.0
/ppp secret add name=rina password=rahasia
/system identity set name=kec-rawa
"""

Start = Callable[..., SimulatedRouterOs]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what starts a router that ends with the test."""
    with ExitStack() as stack:

        def started(config: str = RUNNING, clock: Clock | None = None, *, api: bool = False, **box: Any) -> Any:
            made = SimulatedRouterOs(config, Box(**box), clock=clock, keys=(KEY,), password="sandi", api=api)
            return stack.enter_context(made)

        yield started


def said(router: SimulatedRouterOs, command: str) -> str:
    """Return what a command prints on an exec channel."""
    with closing(paramiko.Transport(("127.0.0.1", router.port))) as transport:
        transport.connect(username="jip", pkey=KEY)
        channel = transport.open_session(timeout=10)
        channel.settimeout(10)
        channel.exec_command(command)
        return b"".join(iter(lambda: channel.recv(65536), b"")).decode().replace("\r\n", "\n")


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


# ------------------------------------------------------------------ Netmiko


@pytest.fixture
def netmiko(start: Start) -> Iterator[Any]:
    router = start(version="7.22")
    login: dict[str, Any] = {"device_type": "mikrotik_routeros", "host": "127.0.0.1", "username": "jip"}
    login |= {"password": "sandi", "port": router.port}
    with ConnectHandler(**login) as c:
        yield c


def test_stock_netmiko_finds_the_prompt(netmiko: Any) -> None:
    assert netmiko.find_prompt() == "[jip@kec-rawa] >"


def test_stock_netmiko_reads(netmiko: Any) -> None:
    assert netmiko.send_command("/system identity print") == "name: kec-rawa"


@pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
def test_stock_netmiko_reads_with_its_templates(netmiko: Any) -> None:
    assert netmiko.send_command("/system resource print", use_textfsm=True)[0]["version"] == "7.22 (stable)"


def test_stock_netmiko_changes(netmiko: Any) -> None:
    netmiko.send_command("/interface list add name=office")
    assert "/interface list add name=office" in netmiko.send_command("/export terse").splitlines()


def test_stock_netmiko_is_told_what_is_refused(netmiko: Any) -> None:
    assert netmiko.send_command("/interface lists print") == "bad command name lists (line 1 column 12)"


def test_the_console_goes_to_a_menu_and_back(netmiko: Any) -> None:
    netmiko.send_command("/ip address", expect_string=r"/ip/address> $")
    assert "address=10.160.0.1/24" in netmiko.send_command("print terse", expect_string=r"/ip/address> $")
    assert netmiko.send_command("/", expect_string=r"\] > $") == ""


@pytest.mark.parametrize(("answer", "boots"), [("n", 0), ("y", 1)])
def test_a_restart_is_asked_about_in_a_session(start: Start, answer: str, boots: int) -> None:
    router = start()
    with closing(paramiko.Transport(("127.0.0.1", router.port))) as transport:
        transport.connect(username="jip", pkey=KEY)
        channel = transport.open_session(timeout=10)
        channel.get_pty()
        channel.invoke_shell()
        channel.sendall(f"/system reboot\r{answer}\rquit\r".encode())
        channel.settimeout(10)
        assert b"Reboot, yes? [y/N]: " in b"".join(iter(lambda: channel.recv(65536), b""))
    assert router.boots == boots


# ------------------------------------------------------------------ commands


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (":put hello", "syntax error (line 1 column 6)\n"),
        (':put "a b"', "a b\n"),
        (":put [:len [/ip address find where interface=bridge1]]", "1\n"),
        (":put [:len [/interface find where type=bridge]]", "1\n"),
        (":put [/system identity get name]", "kec-rawa\n"),
        (":put [/ip address get [find comment=kantor] network]", "10.160.0.0\n"),
        (":put [/interface bridge get bridge1 protocol-mode]", "rstp\n"),
        ("/system/identity/print", "  name: kec-rawa\n"),
        ("/interface list member print terse", " 0    interface=ether1 list=uplink\n"),
        (":put a; :put b", "syntax error (line 1 column 6)\n"),
        (':put "a"; :put "b;c"', "a\nb;c\n"),
        ('/interface list add name=uplink; :put "never"', "failure: already have such entry\n"),
        ("/system device-mode print", "bad command name device-mode (line 1 column 9)\n"),
        ("/import file-name=nosuch.rsc", "Cannot open import file, file does not exist (:import; line 1)\n"),
        ("/import file-name=nosuch.rsc dry-run", "expected end of command (line 1 column 9)\n"),
        ("/export show-secrets", "expected end of command (line 1 column 9)\n"),
        ("/system backup load name=nosuch", "failure: no such file\n"),
        ("/file remove nosuch", "no such item\n"),
    ],
)  # fmt: skip
def test_commands_are_answered(shared: SimulatedRouterOs, command: str, answer: str) -> None:
    assert said(shared, command) == answer


@pytest.fixture(scope="module")
def shared() -> Iterator[SimulatedRouterOs]:
    """Return a router that nobody changes."""
    with SimulatedRouterOs(RUNNING, Box(version="7.16.2"), keys=(KEY,)) as router:
        yield router


def test_what_a_backup_says_is_printed_once_the_version_is_another(start: Start) -> None:
    router = start("# jan/02/1970 01:05:15 by RouterOS 6.49.17\n/interface list add name=a\n", version="7.22")
    assert said(router, "/export terse").count("by RouterOS") == 1


@pytest.mark.parametrize(("version", "form"), [("7.9.2", r"# jun/0\d/2026 "), ("7.10", r"# 2026-06-0\d ")])
def test_the_date_has_another_form_since_7_10(start: Start, version: str, form: str) -> None:
    import re

    assert re.match(form, said(start(clock=ManualClock(1_780_300_000.0), version=version), "/export"))


def test_captures_of_a_real_router_can_be_put_in(start: Start) -> None:
    assert said(start(answers={"/ip arp print": " 0 DC address=192.0.2.1\n"}), "/ip arp print") == (
        " 0 DC address=192.0.2.1\n"
    )


def test_commands_end_with_the_line_or_at_a_semicolon() -> None:
    assert list(statements('a "x;y" [b;c]; d {e\nf}\ng')) == ['a "x;y" [b;c]', "d {e\nf}", "g"]


FACTS: tuple[Fact, ...] = (
    "interfaces", "addresses", "counters", "ospf_neighbors", "bgp_neighbors", "lldp", "arp", "optics", "version", "log",
)  # fmt: skip


@pytest.fixture(scope="module", params=["6.49.17", "7.22"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RouterOsDriver]:
    with SimulatedRouterOs(RUNNING, Box(version=request.param), keys=(KEY,)) as router:
        known = tmp_path_factory.mktemp("keys") / "known_hosts"
        known.write_text(f"[127.0.0.1]:{router.port} {router.host_key.type} {router.host_key.base64}\n")
        options = {"port": router.port, "pkey": KEY, "allow_agent": False, "alt_key_file": str(known)}
        with RouterOsDriver("127.0.0.1", "jip", "", optional_args=options) as driver:
            yield driver


@cache
def facts() -> PlatformFacts:
    return Project(CHECKOUT).platforms["mikrotik_routeros"]


@pytest.mark.parametrize("fact", FACTS)
def test_what_we_ask_routers_is_answered_so_that_it_is_understood(asked: RouterOsDriver, fact: Fact) -> None:
    version = asked.get_facts()["os_version"]
    asking = question(asked, facts(), fact, version)
    assert not isinstance(asking.read(asking.ask()), (NotParsed, NotAsked))


def test_a_ping_is_answered_so_that_it_is_understood(asked: RouterOsDriver) -> None:
    about = {"address": IPv4Address("10.160.0.7"), "source": IPv4Address("10.160.0.1"), "probes": 3}
    asking = question(asked, facts(), "ping", "7.22", **about)
    assert asking.read(asking.ask()).loss == 0


# ------------------------------------------------------------------ files, backups, restarts


def test_files_come_and_go_over_sftp(start: Start) -> None:
    router = start()
    with closing(paramiko.Transport(("127.0.0.1", router.port))) as transport:
        transport.connect(username="jip", password="sandi")
        files = paramiko.SFTPClient.from_transport(transport)
        assert files is not None
        files.putfo(io.BytesIO(b"halo"), "a.txt")
        found = files.open("a.txt").read(), files.listdir()
        files.remove("a.txt")
    assert (found, router.files) == ((b"halo", ["a.txt"]), {})


def test_a_file_that_does_not_fit_is_refused(start: Start) -> None:
    router = start(free_bytes=10)
    with closing(paramiko.Transport(("127.0.0.1", router.port))) as transport:
        transport.connect(username="jip", password="sandi")
        files = paramiko.SFTPClient.from_transport(transport)
        assert files is not None
        with pytest.raises(OSError, match="size mismatch"):
            files.putfo(io.BytesIO(b"x" * 11), "a.txt")


def test_a_backup_brings_everything_back(start: Start) -> None:
    router = start(boot_s=0.1)
    before = router.model.text()
    said(router, "/system backup save name=lama dont-encrypt=yes")
    said(router, "/interface bridge remove bridge1; /system identity set name=lain")
    said(router, '/system backup load name=lama password=""')
    assert router.model.text() == before


def test_a_backup_wants_its_password(start: Start) -> None:
    router = start()
    said(router, "/system backup save name=lama password=kunci")
    assert said(router, '/system backup load name=lama password=""') == "failure: wrong password\n"


def test_nobody_gets_in_while_it_starts(start: Start) -> None:
    clock = ManualClock()
    router = start(clock=clock)
    said(router, "/system reboot")
    clock.advance(34.9)
    with pytest.raises((paramiko.SSHException, OSError, EOFError)):
        said(router, "/system identity print")
    clock.advance(0.2)
    assert said(router, "/system identity print") == "  name: kec-rawa\n"


def test_what_is_in_memory_alone_is_gone_after_a_restart(start: Start) -> None:
    router = start(boot_s=0.0, flash=True)
    router.files |= {"a.txt": b"", "flash/b.txt": b""}
    said(router, "/system reboot")
    assert list(router.files) == ["flash/b.txt"]


# ------------------------------------------------------------------ scheduler


def schedule(**said: str) -> str:
    given = {"name": "uji", "on-event": '"/system identity set name=dijadwalkan"', **said}
    return "/system scheduler add " + " ".join(f"{name}={value}" for name, value in given.items())


def name_of(router: SimulatedRouterOs) -> str:
    return router.model.setting("/system identity", "name")


def test_a_schedule_runs_when_its_interval_is_over_and_not_before(start: Start) -> None:
    clock = ManualClock()
    router = start(clock=clock)
    said(router, schedule(interval="5m"))
    said(router, ':put ""')
    clock.advance(299)
    said(router, ':put ""')
    early = name_of(router)
    clock.advance(2)
    assert eventually(lambda: name_of(router) == "dijadwalkan")
    assert early == "kec-rawa"


def test_a_schedule_that_may_not_do_it_does_nothing(start: Start) -> None:
    clock = ManualClock()
    router = start(clock=clock)
    said(router, schedule(interval="5m", policy="read,write"))
    said(router, ':put ""')
    clock.advance(301)
    assert eventually(lambda: router.log == ["script,error not enough permissions"])
    assert name_of(router) == "kec-rawa"


def test_a_schedule_at_startup_runs_after_a_restart(start: Start) -> None:
    router = start(boot_s=0.05)
    said(router, schedule(**{"start-time": "startup"}))
    before = name_of(router)
    said(router, "/system reboot")
    assert eventually(lambda: name_of(router) == "dijadwalkan")
    assert before == "kec-rawa"


def test_a_schedule_that_was_removed_does_not_run(start: Start) -> None:
    clock = ManualClock()
    router = start(clock=clock)
    said(router, schedule(interval="5m"))
    said(router, "/system scheduler remove uji")
    clock.advance(1000)
    said(router, ':put ""')
    assert name_of(router) == "kec-rawa"


def test_device_mode_forbids_the_scheduler(start: Start) -> None:
    router = start(version="7.22", mode=HOME_MODE)
    assert said(router, schedule(interval="5m")) == "failure: not allowed by device-mode\n"


def test_a_script_runs_on_its_own(start: Start) -> None:
    router = start()
    said(router, ':execute script="/system identity set name=sendiri"')
    assert eventually(lambda: name_of(router) == "sendiri")


# ------------------------------------------------------------------ firewall


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([], True),
        (["action=drop"], False),
        (["action=drop disabled=yes"], True),
        (["action=drop connection-state=established"], True),
        (["action=drop connection-state=invalid,new"], False),
        (["action=accept protocol=tcp dst-port=22,8291", "action=drop"], True),
        (["action=accept protocol=udp", "action=drop"], False),
        (["action=accept src-address=192.0.2.0/24", "action=drop"], True),
        (["action=accept src-address=10.0.0.0/8", "action=reject"], False),
        (["action=accept src-address-list=noc", "action=drop"], True),
        (["action=accept in-interface-list=uplink", "action=drop"], True),
        (["action=accept in-interface-list=!uplink", "action=drop"], False),
        (["action=drop in-interface=ether2"], True),
        (["action=drop in-interface=ether1"], False),
        (["action=log", "action=drop src-mac-address=00:00:00:00:00:01"], True),
    ],
)
def test_the_first_rule_that_is_met_decides(rules: list[str], passes: bool) -> None:
    model = Model(RUNNING + "/ip firewall address-list add address=192.0.2.0/28 list=noc\n")
    model.apply([f"/ip firewall filter add chain=input {rule}" for rule in rules])
    assert lets_in(model, Caller(IPv4Address("192.0.2.10"))) is passes


def test_a_rule_that_drops_is_felt_by_new_logins_a_second_later(start: Start) -> None:
    clock = ManualClock()
    router = start(clock=clock, caller=Caller(IPv4Address("192.0.2.10")))
    said(router, "/ip firewall filter add chain=input action=drop")
    clock.advance(0.7)
    early = said(router, ':put "masuk"')
    clock.advance(0.4)
    with pytest.raises((paramiko.SSHException, OSError, EOFError)):
        said(router, ':put "masuk"')
    assert early == "masuk\n"


# ------------------------------------------------------------------ API


class Client:
    """Speaks the API, sentence by sentence."""

    def __init__(self, router: SimulatedRouterOs) -> None:
        self._socket = socket.create_connection(("127.0.0.1", router.api_port), timeout=10)
        self._stream = self._socket.makefile("rwb")

    def ask(self, *words: str) -> list[list[str]]:
        self._stream.write(encoded(words))
        self._stream.flush()
        answer = [read_sentence(self._stream)]
        while answer[-1] and answer[-1][0] not in ("!done", "!fatal"):
            answer.append(read_sentence(self._stream))
        return answer

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@pytest.fixture
def api(start: Start) -> Iterator[Client]:
    with closing(Client(start(api=True, version="7.22"))) as client:
        client.ask("/login", "=name=jip", "=password=sandi")
        yield client


def test_a_wrong_password_does_not_log_in_to_the_api(start: Start) -> None:
    with closing(Client(start(api=True))) as client:
        assert client.ask("/login", "=name=jip", "=password=salah")[0][0] == "!trap"
        assert client.ask("/system/identity/print") == [["!fatal", "not logged in"]]


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (["/system/identity/print"], [["!re", "=name=kec-rawa"], ["!done"]]),
        (["/system/identity/print", ".tag=7"], [["!re", "=name=kec-rawa", ".tag=7"], ["!done", ".tag=7"]]),
        (["/system/resource/print", "=.proplist=version"], [["!re", "=version=7.22 (stable)"], ["!done"]]),
        (
            ["/ip/address/print", "?interface=bridge1", "=.proplist=address,disabled"],
            [["!re", "=address=10.160.0.1/24", "=disabled=false"], ["!done"]],
        ),
        (["/ip/address/print", "?disabled=true"], [["!done"]]),
        (["/ip/adress/print"], [["!trap", "=message=bad command name adress (line 1 column 5)"], ["!done"]]),
        (["/ip/address/print", "?#|"], [["!trap", "=message=unknown query"], ["!done"]]),
        (
            ["/interface/list/add", "=name=uplink"],
            [["!trap", "=message=failure: already have such entry"], ["!done"]],
        ),
        (["/quit"], [["!fatal", "session terminated on request"]]),
    ],
)
def test_sentences_are_answered(api: Client, sentence: list[str], answer: list[list[str]]) -> None:
    assert api.ask(*sentence) == answer


def test_rows_are_added_changed_and_removed_by_the_api(api: Client) -> None:
    identity = api.ask("/interface/list/add", "=name=kantor desa")[0][1].removeprefix("=ret=")
    api.ask("/interface/list/set", f"=.id={identity}", "=comment=" + "x" * 300)
    changed = api.ask("/interface/list/print", "?name=kantor desa", "=.proplist=comment")
    api.ask("/interface/list/remove", f"=.id={identity}")
    assert changed[0] == ["!re", "=comment=" + "x" * 300]
    assert api.ask("/interface/list/print", "?name=kantor desa") == [["!done"]]


@pytest.mark.parametrize("size", [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFF])
def test_words_of_every_length_go_over_the_wire(size: int) -> None:
    assert read_sentence(io.BytesIO(encoded(["/x" + "y" * size]))) == ["/x" + "y" * size]


def test_a_restart_ends_the_sessions_of_the_api(start: Start) -> None:
    router = start(api=True)
    with closing(Client(router)) as client:
        client.ask("/login", "=name=jip", "=password=sandi")
        said(router, "/system reboot")
        assert eventually(lambda: router.cuts == 1)
        assert client.ask("/system/identity/print") == [[]]


def test_nothing_listens_beyond_the_loopback(start: Start) -> None:
    router = start(api=True)
    addresses = [listener.getsockname()[0] for listener in (router._server._listener, router._api._listener)]  # type: ignore[union-attr]
    assert addresses == ["127.0.0.1", "127.0.0.1"]


def test_time_goes_by_as_fast_as_the_clock(start: Start) -> None:
    router = start(clock=WallClock(1000.0))
    time.sleep(0.02)
    assert router.uptime_s > 15
