"""What RouterOS prints of an import, and of one that is only tried."""

from __future__ import annotations

import re

from jipkit.drivers.routeros_console import refusals

LOADED = "Script file loaded and executed successfully"
_COUNTED = re.compile(r"found (\d+) error\(s\) in import file")
_NUMBER = re.compile(r"^#line (?:\d+\.\.)?(\d+)\s*$", re.MULTILINE)


def refused_by(said: str, candidate: str) -> list[str]:
    """Return why a dry run is not good: the lines in which something is refused; nothing where it is good.

    What is printed where all is well differs: that the script was loaded, or the lines that are read, with their
    numbers (as 7.24 shows them), or both. So the candidate was read only where its last line is shown. What fails only
    when it is done, no dry run tells: that is for reading back what was applied.
    """
    counted = [found[0] for found in _COUNTED.finditer(said) if found[1] != "0"]
    refused = refusals(said) or counted
    if refused or LOADED in said:
        return refused
    unread = [line for line in said.splitlines() if line.strip() and not _is_expected(line, candidate)]
    if unread or _shows_the_end(said, candidate):
        return unread
    return ["the router did not read the candidate to its end"]


def where(said: str, candidate: str) -> str:
    """Return the line that an import stopped at; it may hold a secret, and is not to be remembered."""
    numbers = [int(number) for number in re.findall(r"^#line (\d+)\s*$", said, re.MULTILINE)]
    lines = candidate.splitlines()
    return f" (line {numbers[-1]}: {lines[numbers[-1] - 1]})" if numbers and numbers[-1] <= len(lines) else ""


def _is_expected(line: str, candidate: str) -> bool:
    return line.startswith("#line") or line.strip() in candidate or _COUNTED.match(line) is not None


def _shows_the_end(said: str, candidate: str) -> bool:
    """Return whether the last line of a candidate, or its number, is in what a dry run prints."""
    lines = candidate.rstrip().splitlines()
    last = max((int(number) for number in _NUMBER.findall(said)), default=0)
    return last >= len(lines) or lines[-1].strip() in map(str.strip, said.splitlines())
