"""What comparing two exports of RouterOS costs: read, compared, with the remedy and the undo.

Run it with ``python bench/rows.py``. The pairs are 300 lines with 6 changes and 5,000 lines with 40, half of them in
lists and half in firewall rules, of which there are as many as such a router has: 300 at most, in nine chains. An
office's router is what the templates write for it. The fields: ``same`` for two readings of one configuration,
``first`` for the first comparison of a process, ``drift`` for the best of seven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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


def main() -> None:
    """Print the table."""
    project = Project(ROOT)
    office = project.render(ROUTER, small_network()).lines
    print(f"milliseconds of CPU a pair, best of {ROUNDS}")
    print(f"{'lines':>6} {'rules':>6} {'changes':>8} {'same':>7} {'first':>7} {'drift':>7}")
    for lines, changes in SIZES:
        print_row(office, lines, changes)


def print_row(office: Sequence[str], lines: int, changes: int) -> None:
    """Measure one pair and print it."""
    said = grown(office, lines)
    text = "\n".join(said) + "\n"
    intended = Rendered(ROUTER, PLATFORM, text, tuple(Origin("toy.j2", n) for n, _ in enumerate(said, 1)))
    running = HEADER + fill(text, secret)
    changed = edited(running, changes)
    facts = Project(ROOT).platforms[PLATFORM]
    first = cpu_ms(lambda: compare(intended, changed, facts, resolve=secret), rounds=1)
    drift = compare(intended, changed, facts, resolve=secret)
    assert len(drift.differences) == len(drift.remedy) == len(drift.undo) == changes
    assert compare(intended, running, facts, resolve=secret).proven
    same = cpu_ms(lambda: compare(intended, running, facts, resolve=secret))
    again = cpu_ms(lambda: compare(intended, changed, facts, resolve=secret))
    rules = sum(line.startswith("/ip firewall filter") for line in said)
    print(f"{len(said):6} {rules:6} {changes:8} {same:7.2f} {first:7.2f} {again:7.2f}")


def grown(office: Sequence[str], lines: int) -> list[str]:
    """Return the configuration of an office with more rows, so that there are ``lines``."""
    more = [
        f"/ip firewall filter add action=accept chain=office-{number % 9} comment=rule-{number} dst-port={number} "
        f"protocol=tcp src-address-list=list-{number % 7}"
        for number in range(1, min(280, lines // 5) + 1)
    ]
    more += [
        f'/ip firewall address-list add address=10.{number >> 8 & 255}.{number & 255}.0/24 comment="entry {number}" '
        f"list=list-{number % 7}"
        for number in range(lines - len(office) - len(more))
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


def cpu_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the milliseconds of CPU that ``work`` takes."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) * 1000


if __name__ == "__main__":
    main()
