"""What comparing two exports of RouterOS costs: read, compared, with the remedy and the undo.

Run it with ``python bench/rows.py``. The pairs are 300 lines with 6 changes and 5,000 lines with 40, half of them in
lists and half in firewall rules, of which there are as many as such a router has: 300 at most, in nine chains. An
office's router is what the templates write for it; every round has more rows of its own, so that nothing is remembered
of them. The fields: ``same`` for two readings of one configuration, ``first`` for the first comparison of a process,
``drift`` for the best of seven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from jipkit.drift import compare
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.rendering import Origin, Rendered
from jipkit.testing.networks import small_network

ROOT = Path(__file__).parents[1]
ROUTER, PLATFORM = "kec-rawa", "mikrotik_routeros"
ROUNDS = 7
SIZES = ((300, 6), (5_000, 40))
HEADER = "# 2026-03-19 07:38:01 by RouterOS 7.16.2\n"

Pair = tuple[Rendered, str]
"""What is intended, and what runs."""


def main() -> None:
    """Print the table."""
    project = Project(ROOT)
    office = project.render(ROUTER, small_network()).lines
    print(f"milliseconds of CPU a pair, best of {ROUNDS}")
    print(f"{'lines':>6} {'rules':>6} {'changes':>8} {'same':>7} {'first':>7} {'drift':>7}")
    for lines, changes in SIZES:
        print_row(office, lines, changes)


def print_row(office: Sequence[str], lines: int, changes: int) -> None:
    """Measure pairs and print what one of them costs."""
    facts = Project(ROOT).platforms[PLATFORM]
    as_intended, changed = pairs(office, lines, 0), pairs(office, lines, changes, first=ROUNDS)
    first = cpu_ms([partial(compare, *changed[0], facts, resolve=secret)])
    drift = compare(*changed[0], facts, resolve=secret)
    assert len(drift.differences) == len(drift.remedy) == len(drift.undo) == changes
    same = cpu_ms([partial(compare, *pair, facts, resolve=secret) for pair in as_intended])
    again = cpu_ms([partial(compare, *pair, facts, resolve=secret) for pair in changed[1:]])
    assert compare(*as_intended[0], facts, resolve=secret).proven
    said = changed[0][0].lines
    rules = sum(line.startswith("/ip firewall filter") for line in said)
    print(f"{len(said):6} {rules:6} {changes:8} {same:7.2f} {first:7.2f} {again:7.2f}")


def pairs(office: Sequence[str], lines: int, changes: int, *, rounds: int = ROUNDS + 1, first: int = 0) -> list[Pair]:
    """Return routers of ``lines`` rows with ``changes`` changes, each with rows of its own numbers."""
    found = []
    for number in range(first, first + rounds):
        said = grown(office, lines, number * 5_000)
        text = "\n".join(said) + "\n"
        intended = Rendered(ROUTER, PLATFORM, text, tuple(Origin("toy.j2", n) for n, _ in enumerate(said, 1)))
        running = HEADER + fill(text, secret)
        found.append((intended, edited(running, changes) if changes else running))
    return found


def grown(office: Sequence[str], lines: int, after: int = 0) -> list[str]:
    """Return the configuration of an office with more rows, so that there are ``lines``.

    Their numbers are those that follow ``after``.
    """
    more = [
        f"/ip firewall filter add action=accept chain=office-{number % 9} comment=rule-{number} dst-port={number} "
        f"protocol=tcp src-address-list=list-{number % 7}"
        for number in range(after + 1, after + min(280, lines // 5) + 1)
    ]
    more += [
        f'/ip firewall address-list add address=10.{number >> 8 & 255}.{number & 255}.0/24 comment="entry {number}" '
        f"list=list-{number % 7}"
        for number in range(after, after + lines - len(office) - len(more))
    ]
    return sorted([*office, *more], key=lambda line: line.partition(" add ")[0])


def edited(text: str, changes: int) -> str:
    """Return ``text`` with ``changes`` rows disabled, half of them rules."""
    lines = text.split("\n")
    for kind in ("comment=rule-", 'comment="entry '):
        places = [number for number, line in enumerate(lines) if kind in line]
        for place in places[:: len(places) // (changes // 2)][: changes // 2]:
            lines[place] += " disabled=yes"
    return "\n".join(lines)


def secret(name: str) -> str:
    """Return the value of a secret."""
    return "".join(character for character in name if character.isalnum())[-16:]


def cpu_ms(works: Iterable[Callable[[], object]]) -> float:
    """Return the milliseconds of CPU that the quickest of ``works`` takes."""
    taken = []
    for work in works:
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) * 1000


if __name__ == "__main__":
    main()
