"""Configuration sessions of Arista EOS: what is typed into them, and what the switch says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "jip-"
"""How the names of our sessions and checkpoints begin; the time in hexadecimal digits follows."""

ABANDONED_S = 300
"""How old a session of ours is that nobody types in any more: a task on a switch is given two minutes."""

_NAME = re.compile(rf"{PREFIX}(?P<at>[0-9a-f]+)")
_OURS = re.compile(rf"^\s*({PREFIX}[0-9a-f]+)\b", re.MULTILINE)
_BANNER = re.compile(r"banner (login|motd)")
_REFUSAL = re.compile(r"%(?! ?(?:warning|info)\b)", re.IGNORECASE)
_NOT_TYPED = ("abort", "commit", "configure", "copy", "end", "rollback", "show", "write")


def name_at(seconds: float) -> str:
    """Return the name of a session that begins at a time: later ones sort after it.

    >>> name_at(1_780_000_000)
    'jip-18e70db2400'
    """
    return f"{PREFIX}{int(seconds * 1000):x}"


def pieces(text: str) -> Iterator[str]:
    """Yield what is to be typed at one prompt: lines without blank ones and comments, a banner up to its EOF as one.

    Raises:
        ValueError: a banner has no end, or a line is not for configuration mode, or cannot be typed.
    """
    lines = iter(text.splitlines())
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("!"):
            continue
        if stripped.split()[0] in _NOT_TYPED:
            raise ValueError(f"not for configuration mode:\n{stripped}")
        if "?" in stripped:
            raise ValueError(f"EOS takes ? for a call for help, so it cannot be typed:\n{stripped}")
        yield _banner(stripped, lines) if _BANNER.fullmatch(stripped) else stripped


def _banner(head: str, lines: Iterator[str]) -> str:
    collected = [head]
    for line in lines:
        collected.append(line)
        if line.strip() == "EOF":
            return "\n".join(collected)
    raise ValueError(f"{head}: its end, EOF, is missing")


def refusal(answer: str) -> str | None:
    """Return what is a refusal in the answer to a line; None where there is none."""
    lines = map(str.strip, answer.splitlines())
    return next((line for line in lines if _REFUSAL.match(line)), None)


def pending(sessions: Mapping[str, Any]) -> str | None:
    """Return the session whose commit timer runs, from ``show configuration sessions detail | json``.

    Up to 4.31 its state says so; from 4.32 on it is named apart.
    """
    named = sessions.get("commitTimerSessionName")
    if named:
        return str(named)
    rows = sessions.get("sessions") or {}
    return next((str(name) for name, row in rows.items() if "pendingCommitTimer" in str(row.get("state"))), None)


def abandoned(sessions: Mapping[str, Any], now: float) -> tuple[str, ...]:
    """Return our sessions that were lost before they were committed: old, and with nobody in them.

    ``now`` in seconds since 1970. A switch allows few sessions at a time that are not committed.
    """
    rows = (sessions.get("sessions") or {}).items()
    return tuple(str(name) for name, row in rows if _is_lost(str(name), row, now))


def _is_lost(name: str, row: Mapping[str, Any], now: float) -> bool:
    ours = _NAME.fullmatch(name)
    if ours is None or row.get("state") != "pending" or row.get("instances"):
        return False
    return now - int(ours["at"], 16) / 1000 > ABANDONED_S


def newest(checkpoints: str) -> str | None:
    """Return the last checkpoint that is ours, from ``show configuration checkpoints``."""
    return max(_OURS.findall(checkpoints), default=None, key=lambda name: (len(name), name))


def statements(text: str) -> list[str]:
    """Return the lines of a configuration, without comments and blank ones."""
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("!")]
