"""What this machine is worth: the same fixed work before every table, to compare tables of two machines by."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Callable

ROUNDS = 5
TEXT = "\n".join(f"set interfaces ge-0/0/{number // 5} unit {number % 5} metric {number}" for number in range(5_000))
_WORDS = re.compile(r"set (\S+ \S+) (?:\S+ )*(\S+)")


def main() -> None:
    """Print the table."""
    print(f"this machine, seconds, best of {ROUNDS}")
    for name, work in {
        "2,000,000 additions in Python": additions,
        "5,000 lines into a table": table,
        "SHA-256 of 64 MiB": digests,
        "start of a bare Python": bare_python,
    }.items():
        print(f"{name:32} {best_s(work):7.3f}")


def additions() -> None:
    """Count as Python does."""
    total = 0
    for number in range(2_000_000):
        total += number
    assert total


def table() -> None:
    """Read text as Python does: lines, words, a table of both."""
    found: dict[str, list[str]] = {}
    for line in TEXT.split("\n"):
        if words := _WORDS.fullmatch(line):
            found.setdefault(words[1], []).append(words[2])
    assert len(found) == 1_000


def digests() -> None:
    """Count as compiled code does."""
    hashlib.sha256(bytes(64 * 1024 * 1024)).digest()


def bare_python() -> None:
    """Start an interpreter that does nothing."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def best_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the wall time of ``work`` in seconds, the best of some rounds."""
    return min(wall_s(work) for _ in range(rounds))


def wall_s(work: Callable[[], object]) -> float:
    """Return the wall time of ``work`` in seconds."""
    start = time.monotonic()
    work()
    return time.monotonic() - start


if __name__ == "__main__":
    main()
