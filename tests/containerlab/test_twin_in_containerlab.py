"""A twin on public images, where Docker and containerlab are: started, asked, audited and changed over its links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.lab import build
from jipkit.project import Project
from jipkit.testing.labs import eventually
from tests.containerlab.calls import jip, run

NAME = f"clab-{os.getpid()}"
ROUTERS = ("core-2", "kel-paku")

pytestmark = pytest.mark.containerlab


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the project whose twin containerlab runs until the tests have ended."""
    folder = tmp_path_factory.mktemp("topology") / "twin"
    build.export(Project(root, NAME), ROUTERS, folder)
    run("docker", "build", "-q", "-t", "jipkit-frr:8.4", ".", folder=folder)
    run("containerlab", "deploy", "-t", f"{NAME}.clab.yml", folder=folder)
    yield root
    run("containerlab", "destroy", "-t", f"{NAME}.clab.yml", "--cleanup", folder=folder)


def test_every_link_in_service_comes_up(project: Path) -> None:
    eventually(lambda: jip(project, NAME, "status")["ok"], within_s=120, every_s=5)


def test_every_router_is_as_its_templates_want_it(project: Path) -> None:
    assert jip(project, NAME, "audit")["ok"]


def test_a_planned_office_is_taken_into_service(project: Path) -> None:
    done = jip(project, NAME, "provision", "kel-paku", "--commit")
    assert done["ok"], done
