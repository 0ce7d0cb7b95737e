"""What a measurement was made on: the commit and the machine, in words."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def commit() -> str:
    """Return the commit that is checked out, and whether files differ from it."""
    name = _first_line("git", "-C", str(CHECKOUT), "log", "-1", "--format=%H %cs %s")
    changed = _first_line("git", "-C", str(CHECKOUT), "status", "--porcelain")
    return f"{name or 'not a git checkout'}{' (with uncommitted changes)' if changed else ''}"


def machine() -> dict[str, str]:
    """Return what the machine is and runs, by name; what is not there is left out."""
    return dict(_machine())


def _machine() -> Iterator[tuple[str, str]]:
    yield "CPU", f"{os.cpu_count()} x {_after('/proc/cpuinfo', 'model name') or platform.machine()}"
    memory = re.match(r"\d+", _after("/proc/meminfo", "MemTotal"))
    if memory:
        yield "memory", f"{int(memory[0]) / 1024**2:.1f} GiB"
    yield "kernel", f"{platform.system()} {platform.release()}"
    yield "system", _after("/etc/os-release", "PRETTY_NAME", "=").strip('"')
    yield "Python", platform.python_version()
    yield "FRRouting", _first_line("/usr/lib/frr/zebra", "--version").removeprefix("zebra version ") or "none"


def _after(path: str, key: str, sign: str = ":") -> str:
    """Return what stands after ``key`` and ``sign`` in a file; empty where there is no such line."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (line.partition(sign) for line in lines)
    return next((value.strip() for name, _, value in found if name.strip() == key), "")


def _first_line(*argv: str) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.partition("\n")[0].strip() if done.returncode == 0 else ""


def main() -> None:
    """Print it; with the argument ``commit`` that alone."""
    if sys.argv[1:] == ["commit"]:
        print(commit())
        return
    for name, value in {"commit": commit(), **machine()}.items():
        print(f"{name:10} {value}")


if __name__ == "__main__":
    main()
