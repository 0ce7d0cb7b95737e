"""Each platform on its own image, of those that this machine has: it starts with what we wrote, its links come up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.lab import build
from jipkit.project import Project
from jipkit.testing.labs import eventually
from tests.containerlab.calls import jip, run

NAME = f"native-{os.getpid()}"
BOOT_S = 1200

pytestmark = pytest.mark.containerlab


@pytest.fixture(scope="module", params=["pkm-kayuagung", "dpupr", "setda", "setwan", "disdik", "dpmptsp"])
def router(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Return the project and a router of it that containerlab runs on its own platform until its tests have ended."""
    key: str = request.param
    folder = tmp_path_factory.mktemp("topology") / "twin"
    written = build.export(Project(root, NAME), [key], folder, native=True)
    lacking = [one.reference for one in written.natives.values() if not is_here(one.reference)]
    if lacking:
        pytest.skip(f"image not here: {', '.join(lacking)}; {folder}/START.md says how to come by it")
    run("docker", "build", "-q", "-t", "jipkit-frr:8.4", ".", folder=folder)
    run("containerlab", "deploy", "-t", f"{NAME}.clab.yml", folder=folder)
    yield root, key
    run("containerlab", "destroy", "-t", f"{NAME}.clab.yml", "--cleanup", folder=folder)


def is_here(image: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0


def trusted(root: Path, key: str) -> bool:
    """Return whether the router shows a host key over its links; pin it then."""
    rows = jip(root, NAME, "trust", key).get("rows") or [{}]
    shown = rows[0].get("fingerprint")
    return shown is not None and bool(jip(root, NAME, "trust", key, "--fingerprint", str(shown))["ok"])


def test_it_answers_and_its_links_are_up(router: tuple[Path, str]) -> None:
    root, key = router
    eventually(lambda: trusted(root, key), within_s=BOOT_S, every_s=15)
    eventually(lambda: jip(root, NAME, "status", "--router", key)["ok"], within_s=180, every_s=10)
