"""Where a project is. Light on purpose: the command line asks before anything else is imported."""

from __future__ import annotations

import os
from pathlib import Path

from jipkit.errors import ProjectError

ROOMS = ("inventory", "templates", "tasks", "playbooks")


def platforms_in(root: Path) -> tuple[str, ...] | None:
    """Return the names of the project's platforms: the folders of ``templates/`` that hold a ``platform.yaml``.

    None where there is no ``templates/``: an inventory that is read alone.
    """
    room = root / "templates"
    return tuple(sorted(path.parent.name for path in room.glob("*/platform.yaml"))) if room.is_dir() else None


def find_root(named: Path | None = None) -> Path:
    """Return the project at ``named``, at ``$JIP_PROJECT``, or at or above the current directory.

    Raises:
        ProjectError: there is none.
    """
    if named is None and os.environ.get("JIP_PROJECT"):
        named = Path(os.environ["JIP_PROJECT"])
    candidates = [named] if named else [Path.cwd(), *Path.cwd().parents]
    for candidate in candidates:
        if all((candidate / room).is_dir() for room in ROOMS):
            return candidate.resolve()
    raise ProjectError(
        f"{candidates[0].absolute()}: no jip project here (a folder with {', '.join(ROOMS)}); "
        "make one with `jip init DIR`, or name one with `jip -C DIR`"
    )
