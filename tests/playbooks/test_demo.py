"""The demo: its story on simulated routers, its first line, and what it says when a step does not go as told."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that scripts/demo takes for ready: this one."""
    folder = tmp_path_factory.mktemp("venv")
    (folder / "bin").mkdir()
    for name, command in {"python": sys.executable, "jip": f"{sys.executable} -m jipkit"}.items():
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        program.chmod(0o755)
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    (folder / ".jipkit-ready").write_text(f"{wanted}-{ROOT}")
    return folder


@pytest.fixture(scope="module")
def told(environment: Path) -> subprocess.CompletedProcess[str]:
    """The whole demo on simulated routers."""
    return subprocess.run(
        [str(ROOT / "scripts/demo"), "--simulated"],
        env={**os.environ, "JIP_VENV": str(environment)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_the_whole_story_goes_as_told_on_simulated_routers(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout + told.stderr
    assert "The whole story went as told" in told.stdout


def test_the_first_line_says_that_the_routers_are_simulated(told: subprocess.CompletedProcess[str]) -> None:
    assert "SIMULATED" in told.stdout.splitlines()[0]
    assert told.stderr == ""


def test_the_demo_leaves_the_checkout_and_the_temporary_folder_alone(told: subprocess.CompletedProcess[str]) -> None:
    copy = Path(told.stdout.partition("The project is a copy in ")[2].partition(";")[0])
    assert copy.is_absolute()
    assert not copy.parent.exists()
    assert not (ROOT / "var/labs/simulated").exists()


@pytest.mark.parametrize(
    "sentence",
    [
        "$ jip provision pkm-celikah --commit",
        "-  ip ospf cost 77",
        "templates/frr/interfaces.j2:33",
        "kel-paku: NOT provisioned",
        "unknown: upstream",
        "Cuts off 4 offices",
        "What to try next",
    ],
)
def test_the_demo_shows_what_jip_really_says(told: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert sentence in told.stdout


def told_in_the_readme() -> list[str]:
    """Return the output that the README quotes from the demo."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    part = page.partition("## Three jobs")[2].partition("## The first day")[0]
    part += page.partition("## When something goes wrong")[2].partition("## Limits")[0]
    lines = [line.strip() for line in part.splitlines() if line.startswith("    ")]
    return [line for line in dict.fromkeys(lines) if line.strip(".─")]


@pytest.mark.parametrize("line", told_in_the_readme())
def test_the_readme_quotes_the_demo(told: subprocess.CompletedProcess[str], line: str) -> None:
    quoted = r".*".join(r"\s+".join(map(re.escape, part.split())) for part in line.split("..."))
    assert re.search(quoted, told.stdout)


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the story."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("story")


class Deaf:
    """A stage on which nothing ever goes as told; it remembers that it was taken away."""

    def __init__(self, root: Path, misbehaved: type[Exception]) -> None:
        self.root, self.misbehaved, self.gone = root, misbehaved, False

    def jip(self, *arguments: str, leaves: int = 0) -> None:
        raise self.misbehaved(f"{' '.join(arguments)} left with 3, and should leave with {leaves}")

    def down(self) -> None:
        self.gone = True


def test_a_step_that_does_not_go_as_told_fails_the_demo_and_everything_is_taken_away(
    story: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stages: list[Deaf] = []

    def stage(root: Path) -> Deaf:
        stages.append(Deaf(root, story.Misbehaved))
        return stages[-1]

    monkeypatch.setattr(story, "SimulatedStage", stage)
    monkeypatch.setattr(sys, "argv", ["story.py", "simulated"])
    monkeypatch.setattr(story.signal, "signal", lambda *_: None)
    assert story.main() == 1
    assert "FAILED: step 1 (check the inventory): check left with 3" in capsys.readouterr().out
    assert [one.gone for one in stages] == [True]
    assert not stages[0].root.exists()


def test_every_step_says_in_a_sentence_what_it_does(story: Any) -> None:
    steps: Sequence[Callable[..., None]] = story.STORY
    assert [step.__name__ for step in steps if not (step.__doc__ or "").rstrip().endswith((".", "?"))] == []
