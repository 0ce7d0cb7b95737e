"""A project of its own for the twins that containerlab runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jipkit.testing.labs import copy_project

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project; without Docker and containerlab the tests fail."""
    lacking = [name for name in ("docker", "containerlab") if shutil.which(name) is None]
    if lacking:
        pytest.fail(f"not installed: {', '.join(lacking)}; see docs/lab.md")
    return copy_project(CHECKOUT, tmp_path_factory.mktemp("project"))
