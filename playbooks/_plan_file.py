"""A plan as it lies in a file: its bytes, by which it is signed, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

from jipkit.errors import StateError, UsageError
from jipkit.files import private_folder, write_whole
from jipkit.plan import Plan
from jipkit.project import Project

LARGEST = 256 * 1024 * 1024
"""Bytes of a plan that we read."""


def read_plan(path: Path) -> bytes:
    """Return the bytes of a plan.

    Raises:
        UsageError: the file cannot be read, or is larger than any plan.
    """
    try:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file; `jip plan --output FILE` writes one")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: is larger than {LARGEST >> 20} MiB; no plan is")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def keep_plan(project: Project, name: str, plan: Plan) -> Path:
    """Write a plan below ``var/plans/`` under a name, and return where: whoever comes after a crash looks there.

    Raises:
        StateError: it cannot be written; nothing may be done by it.
    """
    path = project.var / "plans" / f"{name}.json"
    try:
        private_folder(path.parent)
        write_whole(path, plan.as_bytes())
    except OSError as error:
        raise StateError(f"{path}: the plan cannot be kept: {error.strerror}; nothing was done") from error
    return path


def plan_in(content: bytes, path: Path) -> Plan:
    """Return the plan in ``content``, which has to be written just as jip writes it; ``path`` is what messages call it.

    Then whoever reads the file by other means, and takes the first of two keys where we take the last, sees the same.

    Raises:
        UsageError: it is no plan of this version, or somebody edited it.
    """
    try:
        plan = Plan.from_json(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no plan: {error}; make it again with `jip plan`") from error
    if plan.as_bytes() != content:
        raise UsageError(f"{path}: is not written as jip writes a plan; make it again with `jip plan`")
    return plan
