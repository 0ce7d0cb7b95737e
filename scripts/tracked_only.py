"""Hatch build hook: a package built from a checkout holds what git tracks, and nothing that merely lies about."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOMS = ("src", "inventory", "playbooks", "tasks", "templates")


class TrackedOnly(BuildHookInterface[Any]):
    """Excludes every untracked file, ignored or not; outside a checkout (in an sdist) there is none."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the untracked files to what the build excludes."""
        del build_data
        if version == "editable" or not (Path(self.root) / ".git").exists():
            return
        command = ["git", "-C", self.root, "ls-files", "-z", "--others", "--", *ROOMS]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        untracked = [f"/{_escaped(name)}" for name in answer.stdout.split("\0") if name]
        self.build_config.target_config.setdefault("exclude", []).extend(untracked)


def _escaped(name: str) -> str:
    """Return a path as a gitignore pattern that matches it alone."""
    return "".join(f"\\{c}" if c in "*?[]\\!# " else c for c in name)
