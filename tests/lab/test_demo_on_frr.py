"""The demo on real routers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jipkit.lab import state

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(540)  # a minute and a half alone, three beside two other suites


@pytest.fixture(scope="module")
def told(_able: None) -> subprocess.CompletedProcess[str]:
    """The whole demo on a twin of 14 routers."""
    argv = [sys.executable, str(ROOT / "scripts/story.py"), "twin"]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=500)


def test_the_whole_story_goes_as_told_on_real_routers(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]
    assert "The whole story went as told" in told.stdout


def test_the_demo_leaves_no_lab_behind(told: subprocess.CompletedProcess[str]) -> None:
    name = told.stdout.partition("$ jip lab up ")[2].split()[0]
    assert name.startswith("demo-")
    assert name not in state.names()
