"""Clocks for simulated routers: the wall's, a faster one, and one that a test turns by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds since 1970; it never goes back."""

    def now(self) -> float: ...


class WallClock:
    """The time as it passes, or ``speed`` times as fast from the moment the clock was made."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._epoch, self._start = time.time(), time.monotonic()

    def now(self) -> float:
        return self._epoch + (time.monotonic() - self._start) * self._speed


class ManualClock:
    """A clock that stands still until it is told how much time has passed."""

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self._now += seconds
