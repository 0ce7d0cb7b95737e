"""What `jip lab ls` tells, of labs whose files and locks are made by hand."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jipkit import cli
from jipkit.lab import state
from jipkit.lab.listing import all_labs, inside
from jipkit.lab.state import LabState


def known(name: str) -> LabState:
    return LabState(
        name=name,
        root="/srv/oki",
        holder=1,
        controller="core-1.noc",
        routers=("core-1", "kel-paku"),
        processes={"core-1": 7},
        hosts=("core-1.noc",),
        cables={"core-1--kel-paku": ["core-1", "kel-paku"]},
        started=1_790_000_000.0,
        ends=None,
    )


@pytest.fixture(autouse=True)
def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "RUN", tmp_path)


@contextmanager
def held(name: str) -> Iterator[None]:
    """Hold the lock of a lab, as its holder does while it lives."""
    descriptor = state.claim(name)
    try:
        yield
    finally:
        os.close(descriptor)


def jip(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["jip", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def test_programs_get_a_lab_with_its_start_its_routers_and_its_project() -> None:
    with held("oki"):
        state.save(known("oki"))
        rows: list[dict[str, Any]] = all_labs().as_json()["rows"]
    since = rows[0].pop("since")
    assert (since[:4], since[10], since[19] in "+-") == ("2026", "T", True)
    assert rows == [
        {"name": "oki", "state": "up", "ends": None, "routers": ["core-1", "kel-paku"], "project": "/srv/oki"}
    ]


def test_people_get_the_number_of_routers() -> None:
    with held("oki"):
        state.save(known("oki"))
        assert all_labs().rows[0].shown["routers"] == "2"


def test_a_lab_that_only_has_its_lock_is_coming_up() -> None:
    with held("oki"):
        assert all_labs().rows[0].values["state"] == "coming up"


def test_a_lab_whose_lock_nobody_holds_is_gone() -> None:
    state.save(known("oki"))
    row = all_labs().rows[0]
    assert (row.values["state"], row.values["since"], row.mood) == ("gone", None, "bad")


def test_that_there_is_no_lab_is_said() -> None:
    report = all_labs()
    assert (report.ok, list(report.rows), len(report.notes)) == (True, [], 1)


def test_what_is_in_a_lab_is_named_with_its_ends_and_its_power() -> None:
    report = inside(known("oki"))
    assert [
        (row.values["kind"], row.values["name"], row.values["powered"], row.values["ends"]) for row in report.rows
    ] == [
        ("router", "core-1", True, None),
        ("router", "kel-paku", False, None),
        ("host", "core-1.noc", None, None),
        ("cable", "core-1--kel-paku", None, ["core-1", "kel-paku"]),
    ]
    assert report.as_json()["routers"] == ["core-1", "kel-paku"]


def test_the_command_prints_it_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with held("oki"):
        state.save(known("oki"))
        assert jip(monkeypatch, "lab", "ls", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["report"], answer["rows"][0]["name"]) == ("lab ls", "oki")


@pytest.mark.parametrize("arguments", [("ls", "oki"), ("up", "oki"), ("up", "No Name", "--all")], ids=" ".join)
def test_a_failure_is_json_where_json_was_asked_for(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert jip(monkeypatch, "lab", *arguments, "--json") != 0
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_names_are_asked_for_as_in_other_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jip(monkeypatch, "lab", "up", "--help")
    page = capsys.readouterr().out
    assert ("--office NAME" in page, "--router NAME" in page, "list[" in page) == (True, True, False)
