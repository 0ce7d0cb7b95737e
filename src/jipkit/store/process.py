"""Which process a run belongs to, so that one that was killed is told from one that goes on."""

from __future__ import annotations

import os
import pwd
import re
import socket
from pathlib import Path
from typing import Literal

from jipkit.printable import plain

Life = Literal["alive", "gone", "elsewhere"]

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def here() -> str:
    """Return what names this process: machine, number, and when it began in ticks of which boot."""
    return "/".join((_machine(), str(os.getpid()), _began(os.getpid())))


def machine_of(process: str) -> str:
    """Return the machine that a process is or was on."""
    return process.rpartition("/")[0].rpartition("/")[0]


def life_of(process: str) -> Life:
    """Return whether a process still goes on; ``elsewhere`` where this machine cannot know."""
    machine, _, rest = process.partition("/")
    number, _, began = rest.partition("/")
    if machine != _machine() or not re.fullmatch(r"[1-9]\d{0,8}", number):
        return "elsewhere"
    now = _began(int(number))
    if now:
        return "alive" if now == began else "gone"
    return "elsewhere" if _exists(int(number)) else "gone"


def user() -> str:
    """Return who runs this process: by its number, for variables of the environment say what anybody likes.

    Whoever became root by sudo is named, too.
    """
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    before = os.environ.get("SUDO_USER")
    return plain(f"{before} as {name}" if before and os.getuid() == 0 and before != name else name)[:100]


def _machine() -> str:
    return plain(socket.gethostname()).replace("/", "?")[:100]


def _began(number: int) -> str:
    """Return when a process began; empty when there is none that we may look at."""
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        waits_to_be_buried = told[0] in {"Z", "X"}
        return "ended" if waits_to_be_buried else f"{_BOOT.read_text(encoding='ascii').strip()[:8]}:{told[19]}"
    except (OSError, IndexError):
        return ""


def _exists(number: int) -> bool:
    """Return whether there is a process that we may not look at, as where each user sees only his own."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
