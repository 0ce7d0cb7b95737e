"""What a simulated EOS switch answers, line by line, without a network in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import paramiko
import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.platforms import Fact
from jipkit.project import Project
from jipkit.testing.clock import ManualClock
from jipkit.testing.devices.eos import EosSwitch
from jipkit.testing.devices.eos_terminal import EosTerminal
from jipkit.testing.ssh import Visit

ROOT = Path(__file__).parents[3]
FACTS = Project(ROOT).platforms["arista_eos"]
GOLDEN = (ROOT / "tests/golden/arista_eos/kec-rawa.conf").read_text(encoding="utf-8")
TEXT = "hostname kota\naaa authorization exec default local\ninterface Ethernet1\n   no switchport\nend\n"
SESSION = "configure session jip-1234"


def terminal(text: str = TEXT, clock: ManualClock | None = None) -> EosTerminal:
    switch = EosSwitch(text, clock=clock or ManualClock(1_795_500_000.0))
    return EosTerminal(Visit("jip", cast("paramiko.Channel", None)), switch)


def typed(session: EosTerminal, *lines: str) -> str:
    """Return what the last of ``lines`` is answered."""
    return [session.answer(line) for line in lines][-1]


@pytest.mark.parametrize(
    ("lines", "prompt"),
    [
        ([""], "kota#"),
        (["configure"], "kota(config)#"),
        (["configure", "interface Ethernet1"], "kota(config-if-Et1)#"),
        (["configure", "router bgp 65000"], "kota(config-router-bgp)#"),
        ([SESSION], "kota(config-s-jip-12)#"),
        ([SESSION, "interface Ethernet1"], "kota(config-s-jip-12-if-Et1)#"),
        ([SESSION, "end"], "kota#"),
        ([SESSION, "banner login"], ""),
    ],
)
def test_the_prompt_says_where_one_is(lines: list[str], prompt: str) -> None:
    session = terminal()
    typed(session, *lines)
    assert session.prompt == prompt


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["show nonsense"], "% Invalid input\n"),
        ([SESSION, "nonsense"], "% Invalid input\n"),
        (["configure session none commit"], "% Session none does not exist\n"),
        (["configure session none abort"], "% Session none does not exist\n"),
        (["configure checkpoint restore none"], "% Checkpoint none does not exist\n"),
        (
            [SESSION, "commit timer 00:05:00", SESSION],
            "% Cannot enter session jip-1234 (session state is pendingCommitTimer)\n",
        ),
        (
            [SESSION, "commit timer 00:05:00", "configure session other", "commit"],
            "% Cannot commit session other: another session jip-1234 is pending commit timer\n",
        ),
    ],
)
def test_a_refusal_says_why(lines: list[str], answer: str) -> None:
    assert typed(terminal(), *lines) == answer


def test_the_sixth_session_is_one_too_many() -> None:
    session = terminal()
    for number in range(5):
        typed(session, f"configure session s{number}", "end")
    assert typed(session, "configure session s5") == "% Cannot create more than 5 pending sessions\n"


def test_what_is_typed_in_a_session_is_not_in_force() -> None:
    session = terminal()
    typed(session, SESSION, "hostname lain")
    assert session.switch.hostname == "kota"


def test_a_session_overwrites_what_was_changed_since_it_began() -> None:
    session = terminal()
    typed(
        session, SESSION, "hostname lain", "end", "configure", "ip routing", "end", "configure session jip-1234 commit"
    )
    assert (session.switch.hostname, "ip routing" in session.switch.running) == ("lain", False)


def test_a_commit_keeps_what_ran_before_as_a_checkpoint() -> None:
    session = terminal()
    said = typed(session, SESSION, "hostname lain", "commit", "show configuration checkpoints")
    assert "  ckp-20261124-0 " in said


def test_one_completed_session_is_remembered() -> None:
    session = terminal()
    typed(session, SESSION, "commit", "configure session s2", "commit")
    assert list(json.loads(typed(session, "show configuration sessions | json"))["sessions"]) == ["s2"]


def test_a_timer_is_named_apart_from_4_32_on() -> None:
    session = terminal()
    session.switch.version = "4.32.0F"
    typed(session, SESSION, "commit timer 00:05:00")
    said = json.loads(typed(session, "show configuration sessions detail | json"))
    assert (said["commitTimerSessionName"], said["sessions"]["jip-1234"]["state"]) == ("jip-1234", "committed")


ASKED: tuple[Fact, ...] = (
    "interfaces",
    "counters",
    "ospf_neighbors",
    "bgp_neighbors",
    "lldp",
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
