"""A twin on public images, where Docker and containerlab are: started, asked, audited and changed over its links."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jipkit.lab import build
from jipkit.project import Project
from jipkit.testing.labs import copy_project, eventually

ROOT = Path(__file__).parents[2]
NAME = f"clab-{os.getpid()}"
ROUTERS = ("core-2", "kel-paku")

pytestmark = pytest.mark.containerlab


def run(*argv: str, folder: Path) -> None:
    subprocess.run(argv, cwd=folder, check=True, timeout=900)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the project, whose twin containerlab runs until the tests have ended."""
    lacking = [name for name in ("docker", "containerlab") if shutil.which(name) is None]
    if lacking:
        pytest.fail(f"not installed: {', '.join(lacking)}; see docs/lab.md")
    root = copy_project(ROOT, tmp_path_factory.mktemp("project"))
    folder = tmp_path_factory.mktemp("topology") / "twin"
    build.export(Project(root, NAME), ROUTERS, folder)
    run("docker", "build", "-q", "-t", "jipkit-frr:8.4", ".", folder=folder)
    run("containerlab", "deploy", "-t", f"{NAME}.clab.yml", folder=folder)
    yield root
    run("containerlab", "destroy", "-t", f"{NAME}.clab.yml", "--cleanup", folder=folder)


def jip(root: Path, *arguments: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "jipkit", "-C", str(root), "--lab", NAME, *arguments, "--json"]
    answer = subprocess.run(argv, text=True, capture_output=True, check=False, timeout=300)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_every_link_in_service_comes_up(project: Path) -> None:
    eventually(lambda: jip(project, "status")["ok"], within_s=120, every_s=5)


def test_every_router_is_as_its_templates_want_it(project: Path) -> None:
    assert jip(project, "audit")["ok"]


def test_a_planned_office_is_taken_into_service(project: Path) -> None:
    done = jip(project, "provision", "kel-paku", "--commit")
    assert done["ok"], done
