"""Texts of several lines that are one statement (banners, certificates), and lists that are spelled in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jipkit.errors import ConfigTextError
from jipkit.platforms import Members, PlatformFacts
from jipkit.reasons import because

JOINT = "\x01"
"""Stands for the end of a line inside a blob; no text of a configuration holds it."""

MOST_MEMBERS = 10_000

_RANGE = re.compile(r"(\d+)(?:\s*-\s*|\s+to\s+)(\d+)|(\d+)")
_LIST = re.compile(r"[\d\s,-]*(?:to[\d\s,-]+)*")


def joined(text: str, facts: PlatformFacts) -> str:
    """Return ``text`` with every blob in one line, its own lines held apart by `JOINT`.

    Raises:
        ConfigTextError: a blob has no end: the text was cut short.
    """
    if not facts.blobs:
        return text
    text, parts, last = f"\n{text}", [], 1
    for start, end in _spans(text, facts):
        lines = text[start:end].split("\n")
        parts += [text[last:start], JOINT.join(line.rstrip() for line in lines)]
        last = end
    return "".join([*parts, text[last:]])


def _spans(text: str, facts: PlatformFacts) -> Iterator[tuple[int, int]]:
    """Yield where blobs stand, in order; one inside another is part of it."""
    position = 0
    while found := facts.blob_pattern.search(text, position):
        start = found.end()
        blob, opened = next((b, m) for b in facts.blobs if (m := re.compile(b.start).match(text, start)))
        end = _end(text, opened, blob.end)
        if end is None:
            raise ConfigTextError(because("blob-cut-short", line=text.count("\n", 0, start)))
        yield start, end
        position = max(end, found.start() + 1)


def _end(text: str, opened: re.Match[str], pattern: str) -> int | None:
    """Return where the line ends in which a blob ends."""
    delimiter = re.escape(opened[1]) if opened.re.groups else ""
    found = re.compile(pattern.replace("{1}", delimiter), re.MULTILINE).search(text, opened.end())
    if found is None:
        return None
    line_end = text.find("\n", found.end())
    return len(text) if line_end < 0 else line_end


def spelled(statement: str, facts: PlatformFacts) -> tuple[str, ...]:
    """Return a statement with its list of numbers in the one form that all spellings have; or one each member.

    Ranges of three and more are written ``1-3``, or ``1 to 3`` where the statement has ``to`` or blanks.
    """
    for rule in facts.ranges:
        if (found := re.match(rule.match, statement)) and found["members"]:
            return _spelled(statement, found, rule)
    return (statement,)


def _spelled(statement: str, found: re.Match[str], rule: Members) -> tuple[str, ...]:
    start, end = found.span("members")
    numbers = _numbers(found["members"])
    if numbers is None:
        return (statement,)
    if rule.each:
        return tuple(f"{statement[:start]}{number}{statement[end:]}" for number in numbers)
    wordy = "," not in found["members"] and "-" not in found["members"] and " " in found["members"]
    members = (" " if wordy else ",").join(_folded(numbers, " to " if wordy else "-"))
    return (f"{statement[:start]}{members}{statement[end:]}",)


def _numbers(members: str) -> list[int] | None:
    """Return the members in ascending order, each once; None where they are no list of numbers."""
    if not _LIST.fullmatch(members):
        return None
    found: set[int] = set()
    for first, last, alone in _RANGE.findall(members):
        low, high = (int(alone), int(alone)) if alone else (int(first), int(last))
        if high - low + len(found) >= MOST_MEMBERS:
            return None
        found.update(range(low, high + 1))
    return sorted(found)


def _folded(numbers: list[int], word: str) -> Iterator[str]:
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 < len(numbers) and numbers[place + 1] == number + 1:
            continue
        run = numbers[start : place + 1]
        yield from [f"{run[0]}{word}{run[-1]}"] if len(run) > 2 else [str(n) for n in run]
        start = place + 1
