"""Which process a run belongs to, and who runs it: not what variables of the environment say."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jipkit.store.process import here, life_of, machine_of, user

CODE = "from jipkit.store.process import here; print(here(), flush=True); input()"


def test_this_process_is_alive() -> None:
    assert life_of(here()) == "alive"


def test_a_process_is_on_its_machine() -> None:
    assert machine_of("noc-1/4711/0a1b2c3d:99") == "noc-1"


def test_a_process_that_has_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        named = other.stdout.readline().decode().strip()
        alive = life_of(named)
    assert (alive, life_of(named)) == ("alive", "gone")


def test_a_process_that_waits_to_be_buried_is_gone() -> None:
    other = subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    named = other.stdout.readline().decode().strip()
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    buried = life_of(named)
    other.communicate()
    assert buried == "gone"


def test_the_same_number_after_the_machine_was_started_again_is_another_process() -> None:
    machine, number, began = here().split("/")
    ticks = began.partition(":")[2]
    assert life_of(f"{machine}/{number}/0a1b2c3d:{ticks}") == "gone"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can hide /proc")
def test_a_process_that_we_may_not_look_at_may_be_alive(tmp_path: Path) -> None:
    """In a /proc that is empty, as it looks to one user among others where each sees only his own."""
    code = "import sys; from jipkit.store.process import life_of; print(life_of(sys.argv[1]))"
    hidden = ["unshare", "--mount", "sh", "-c", f'mount --bind {tmp_path} /proc && exec "$@"', "sh"]
    answers = [
        subprocess.run(
            [*hidden, sys.executable, "-c", code, process], capture_output=True, text=True, check=True
        ).stdout
        for process in (here(), here().replace(f"/{os.getpid()}/", "/999999999/"))
    ]
    assert answers == ["elsewhere\n", "gone\n"]


@pytest.mark.parametrize("process", ["noc-2/1/0a1b2c3d:1", "", "noc-2", f"{socket.gethostname()}/x/y"])
def test_what_this_machine_cannot_know_it_does_not_say(process: str) -> None:
    assert life_of(process) == "elsewhere"


def test_a_variable_makes_nobody_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    before = user()
    monkeypatch.setenv("LOGNAME", "bupati")
    monkeypatch.setenv("USER", "bupati")
    assert user() == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root comes by sudo")
def test_whoever_became_root_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "budi")
    assert user() == "budi as root"


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4242424)
    assert user() == "4242424"
