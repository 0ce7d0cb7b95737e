"""Many regular expressions tried at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

_REFERS_BACK = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


class Patterns:
    """Regular expressions in an order that decides, each matched from the start of a text.

    >>> Patterns(["ip route", "ip (?:address|ospf)", "ip"]).first("ip ospf cost 10")
    1
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._each = tuple(re.compile(pattern) for pattern in patterns)
        self._whole = _whole(patterns)

    def first(self, text: str) -> int | None:
        """Return which is the first that matches; None if none does."""
        if self._whole is None:
            return self.after(-1, text)
        found = self._whole.match(text)
        return int(found.lastgroup[1:]) if found and found.lastgroup else None

    def after(self, number: int, text: str) -> int | None:
        """Return which is the first behind ``number`` that matches; None if none does."""
        rest = range(number + 1, len(self._each))
        return next((place for place in rest if self._each[place].match(text)), None)

    def match(self, number: int, text: str) -> re.Match[str] | None:
        return self._each[number].match(text)


def _whole(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """Return all as one, each a group of its own; None if they cannot be told together."""
    if not patterns or any(_REFERS_BACK.search(pattern) for pattern in patterns):
        return None
    try:
        return re.compile("|".join(f"(?P<_{place}>{_nameless(pattern)})" for place, pattern in enumerate(patterns)))
    except (re.error, OverflowError):
        return None


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(", pattern)
