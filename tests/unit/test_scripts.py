"""The scripts that people and CI run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELL = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and path.suffix in ("", ".sh")]


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_script_is_well_formed_and_says_what_it_does(script: Path) -> None:
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[1 if lines[0].startswith("#!") else 0].startswith("# ")


def test_packages_are_built_in_the_way_that_no_pip_calls_deprecated(tmp_path: Path) -> None:
    """A Python that only writes down what it is asked stands for one with pip 23.0."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path / "asked"}\n')
    python.chmod(0o755)
    command = f". {ROOT / 'scripts' / 'environment.sh'} && use_environment"
    environment = {"PATH": "/usr/bin:/bin", "JIP_VENV": str(tmp_path / "venv")}
    subprocess.run(["bash", "-c", command], env=environment, capture_output=True, check=True)
    asked = (tmp_path / "asked").read_text("utf-8").split()
    assert asked[:3] == ["-m", "pip", "install"]
    assert "--use-pep517" in asked


@pytest.mark.parametrize("script", ["demo", "lab"])
def test_an_unknown_option_is_refused_before_anything_is_set_up(script: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / script), "--no-such-thing"],
        env={"PATH": "/usr/bin:/bin", "JIP_VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no option --no-such-thing" in done.stderr
    assert not (tmp_path / "venv").exists()
