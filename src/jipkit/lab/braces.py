"""Set-style statements in braces, as the files are that a router boots from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jipkit.platforms import PlatformFacts

INDENT = "    "
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|\S+")


@dataclass(slots=True)
class _Node:
    below: dict[str, _Node] = field(default_factory=dict)


def in_braces(text: str, facts: PlatformFacts) -> str:
    """Return set-style statements in braces, one to a line, those that begin alike together.

    What has but one thing below it stands on one line with it, and so does each of several values.

    Raises:
        ValueError: a line adds nothing.
    """
    root = _Node()
    for line in filter(None, map(str.strip, text.splitlines())):
        if not line.startswith(facts.positive):
            raise ValueError(f"{line.split()[0]}: does not begin with {facts.positive.strip()!r}")
        node = root
        for part in _parts(_WORD.findall(line.removeprefix(facts.positive)), facts):
            node = node.below.setdefault(part, _Node())
    return "".join(f"{line}\n" for line in _written(root, ""))


def _parts(words: Sequence[str], facts: PlatformFacts) -> Iterator[str]:
    """Yield the words of a statement, those that a name has to follow together with it: ``unit 0``."""
    place = 0
    while place < len(words):
        end = place + 1
        while end < len(words) and facts.unfinished_pattern.fullmatch(" ".join(words[:end])):
            end += 1
        yield " ".join(words[place:end])
        place = end


def _written(node: _Node, indent: str) -> Iterator[str]:
    for first, child in node.below.items():
        line, last, end = _alone(first, child)
        if not end.below:
            yield f"{indent}{line};"
        elif indent and " " not in last and not any(value.below for value in end.below.values()):
            yield from (f"{indent}{line} {value};" for value in end.below)
        else:
            yield f"{indent}{line} {{"
            yield from _written(end, indent + INDENT)
            yield f"{indent}}}"


def _alone(first: str, node: _Node) -> tuple[str, str, _Node]:
    """Return the words from ``first`` on that are followed by but one thing, the last of them, and where they end."""
    line = last = first
    while len(node.below) == 1:
        ((last, node),) = node.below.items()
        line += f" {last}"
    return line, last, node
