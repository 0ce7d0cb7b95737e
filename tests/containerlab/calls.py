"""Calls of the programs that run a twin, and of jip about it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(*argv: str, folder: Path) -> None:
    subprocess.run(argv, cwd=folder, check=True, timeout=900)


def jip(root: Path, lab: str, *arguments: str) -> dict[str, Any]:
    """Return what a command says of the twin."""
    argv = [sys.executable, "-m", "jipkit", "-C", str(root), "--lab", lab, *arguments, "--json"]
    answer = subprocess.run(argv, text=True, capture_output=True, check=False, timeout=300)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
