"""What stands between a command and its answer: echo, banners, pagers, the log. All of it is data of the platform."""

from __future__ import annotations

import re
from functools import lru_cache

from jipkit.parsing.strict import refusal
from jipkit.platforms import Answers
from jipkit.reasons import Reason, because

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[=>78]|[()][0-9A-B])")
_LINES_OF_ECHO = 3
"""The prompt may stand before the echo, and a banner."""
_NOTHING = re.compile(r"(?!)")


def cleaned(answer: str, sent: str, answers: Answers, *, is_log: bool = False) -> str:
    """Return what an answer says: without echo, escape codes, pagers, noise, and lines of the log in between."""
    text = _ESCAPES.sub("", answer)
    for pattern in answers.erased:
        text = _pattern(pattern).sub("", text)
    noise = _any(answers.noise if is_log else answers.noise + answers.interruptions)
    lines = [line.rstrip() for line in re.split(r"\r*\n|\r", text) if not noise.match(line)]
    return "\n".join(_without_echo(lines, sent))


def refused(text: str, answers: Answers) -> Reason | None:
    """Return why the router refused the command, if that is what a line at the start of ``text`` says."""
    start = text[:2000]
    for code, patterns in answers.refusals.items():
        for pattern in patterns:
            if found := _pattern(rf"(?m)^(?:{pattern})").search(start):
                return because(code, **found.groupdict())
    return refusal(start)


def _without_echo(lines: list[str], sent: str) -> list[str]:
    for number, line in enumerate(lines[:_LINES_OF_ECHO]):
        if sent and line.endswith(sent):
            return lines[number + 1 :]
    return lines


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=64)
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else _NOTHING
