"""What a simulated IOS router answers, line by line, without a network in between."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import paramiko
import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.platforms import Fact
from jipkit.project import Project
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.ios import IosRouter
from jipkit.testing.devices.ios_terminal import IosTerminal
from jipkit.testing.ssh import Visit

ROOT = Path(__file__).parents[3]
FACTS = Project(ROOT).platforms["cisco_ios"]
GOLDEN = (ROOT / "tests/golden/cisco_ios/kec-rawa.conf").read_text(encoding="utf-8")
ARCHIVE = "archive\n path bootflash:archive\n"
TEXT = f"hostname kota\n{ARCHIVE}interface Loopback0\n ip address 10.160.0.1 255.255.255.255\nend\n"


def terminal(text: str = TEXT, clock: ManualClock | None = None) -> IosTerminal:
    router = IosRouter(text, clock=clock or ManualClock(1_795_500_000.0))
    return IosTerminal(Visit("jip", cast("paramiko.Channel", None)), router)


def typed(session: IosTerminal, *lines: str) -> str:
    """Return what the last of ``lines`` is answered."""
    return [session.answer(line) for line in lines][-1]


@pytest.mark.parametrize(
    ("lines", "prompt"),
    [
        ([""], "kota#"),
        (["disable"], "kota>"),
        (["configure terminal"], "kota(config)#"),
        (["configure terminal", "interface Loopback0"], "kota(config-if)#"),
        (["configure terminal", "interface GigabitEthernet0/0.7"], "kota(config-subif)#"),
        (["configure terminal", "router bgp 65000", "address-family ipv4"], "kota(config-router-af)#"),
        (["configure terminal", "ip access-list standard A"], "kota(config-std-nacl)#"),
        (["configure terminal", "interface Loopback0", "exit"], "kota(config)#"),
        (["configure terminal", "interface Loopback0", "end"], "kota#"),
        (["configure terminal", "banner motd ~ satu"], ""),
        (["configure terminal", "hostname a-name-of-more-than-twenty"], "a-name-of-more-than-(config)#"),
    ],
)
def test_the_prompt_says_where_one_is(lines: list[str], prompt: str) -> None:
    session = terminal()
    typed(session, *lines)
    assert session.prompt == prompt


def test_an_unknown_command_is_pointed_at() -> None:
    assert typed(terminal(), "show nonsense") == "     ^\n% Invalid input detected at '^' marker.\n\n"


def test_an_unprivileged_session_cannot_configure() -> None:
    assert "% Invalid input" in typed(terminal(), "disable", "configure terminal")


def test_a_command_of_exec_is_done_from_configuration_mode() -> None:
    assert "kota uptime is" in typed(terminal(), "configure terminal", "do show version")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("show running-config | include hostname", "hostname kota\n"),
        ("show running-config | section archive", "archive\n path bootflash:archive\n"),
        ("show archive config rollback timer", "%No Rollback Confirmed Change pending\n"),
        ("configure confirm", "%No Rollback Confirmed Change pending\n"),
        ("configure revert now", "%No Rollback Confirmed Change pending\n"),
        ("configure replace bootflash:none force", "%Error opening bootflash:none (No such file or directory)\n"),
        ("write memory", "Building configuration...\n[OK]\n"),
    ],
)
def test_a_command_is_answered(command: str, answer: str) -> None:
    assert typed(terminal(), command) == answer


def test_without_an_archive_there_is_no_timer() -> None:
    session = terminal(TEXT.replace(ARCHIVE, ""))
    assert typed(session, "configure terminal revert timer 5").startswith("%Turn config archive on")
    assert session.prompt == "kota#"


def test_the_archive_names_the_newest_copy() -> None:
    said = typed(terminal(), "archive config", "archive config", "show archive")
    assert said.count("bootflash:archive-Nov-24") == 2
    assert said.splitlines()[-1].endswith("-1 <- Most Recent")


def test_a_pending_change_shows_its_timer() -> None:
    said = typed(terminal(), "configure terminal revert timer 5", "end", "show archive config rollback timer")
    assert "Timer value: 5 min\nUser: jip\n" in said


def test_whoever_types_when_the_timer_fires_is_at_the_top_again() -> None:
    clock = ManualClock()
    session = terminal(clock=clock)
    typed(session, "configure terminal revert timer 1", "interface Loopback0", "description baru")
    clock.advance(60)
    typed(session, "hostname lain")
    assert (session.prompt, "description" in session.router.running) == ("lain(config)#", False)


def test_a_mark_of_two_signs_is_read_as_one_and_spoils_the_banner() -> None:
    session = terminal()
    typed(session, "configure terminal", "banner motd ^C satu ^C")
    assert "banner motd ^CC satu ^C\n" in session.router.running


ASKED: tuple[Fact, ...] = (
    "interfaces",
    "addresses",
    "counters",
    "ospf_neighbors",
    "bgp_neighbors",
    "lldp",
    "cdp",
    "arp",
    "optics",
    "version",
    "log",
)


@pytest.mark.parametrize("fact", ASKED)
def test_what_is_asked_of_it_is_understood(fact: Fact) -> None:
    command = choose(FACTS, fact)
    assert command is not None
    session = terminal(GOLDEN)
    answers = tuple(typed(session, sent) for sent in (command.send, *command.also))
    assert not isinstance(read(fact, answers if command.also else answers[0], command, FACTS), NotParsed)
