"""What a Junos router tells of its last commits, and what became of one of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from jipkit.drivers.shape import State

_MINUTES = re.compile(r"commit confirmed, rollback in (\d+)\s*min")
_TOKEN = re.compile(r"\b(jip-[0-9a-f]{12})\b")
_BACK = "back from "

Outcome = tuple[State, "Entry | None"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit that the router remembers; ``number`` counts back from what is in force, ``when`` since 1970."""

    number: int
    user: str
    client: str
    when: int | None
    minutes: int | None
    log: str

    @property
    def token(self) -> str:
        """Our own word in what was said of it; empty where it is none of ours."""
        found = _TOKEN.search(self.log)
        return found[1] if found else ""

    @property
    def name(self) -> str:
        """What it is called: by our own word, else by its time."""
        return self.token or f"commit-{self.when}"

    @property
    def by_timer(self) -> bool:
        """Whether nobody made it but the router itself, as when nobody has confirmed."""
        return (self.user, self.client) == ("root", "other") and not self.log


def token() -> str:
    """Return a word that names one commit of ours, wherever the router tells of it."""
    return f"jip-{uuid4().hex[:12]}"


def back_from(name: str) -> str:
    """Return what we say of a commit that takes another one back."""
    return f"{_BACK}{name}"


def entries(answer: Any) -> tuple[Entry, ...]:
    """Return the commits in an answer to ``get-commit-information``, the last one first."""
    return tuple(_entry(one) for one in answer.iter("commit-history"))


def _entry(one: Any) -> Entry:
    minutes = _MINUTES.search(f"{_text(one, 'comment')} {_text(one, 'log')}")
    comment = "" if _MINUTES.search(_text(one, "comment")) else _text(one, "comment")
    seconds = next((time.get("seconds") for time in one.iter("date-time")), None)
    return Entry(
        number=int(_text(one, "sequence-number")),
        user=_text(one, "user"),
        client=_text(one, "client"),
        when=int(seconds) if seconds else None,
        minutes=int(minutes[1]) if minutes else None,
        log=f"{_text(one, 'log')} {comment}".strip(),
    )


def _text(one: Any, name: str) -> str:
    return (one.findtext(name) or "").strip()


def outcome(history: Sequence[Entry]) -> Outcome:
    """Return what became of the last commit that was on a timer or that we have named, and its entry."""
    if history and history[0].minutes is not None:
        return "pending", history[0]
    last = next((entry for entry in history if entry.token or entry.minutes is not None), None)
    if last is None:
        return "none", None
    if last.log.startswith(_BACK):
        taken_back = next((entry for entry in history[last.number + 1 :] if entry.token == last.token), last)
        return "reverted", taken_back
    if last.minutes is None or last.number == 0:
        return "confirmed", last
    return _after_timer(history[last.number - 1]), last


def _after_timer(next_one: Entry) -> Literal["reverted", "confirmed"]:
    return "reverted" if next_one.by_timer else "confirmed"
