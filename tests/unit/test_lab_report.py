"""The table that scripts/lab writes."""

from __future__ import annotations

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest">
<properties><property name="seconds: jip status" value="12.3"/><property name="else" value="1"/></properties>
<testcase classname="tests.lab.test_a" name="test_it_comes_up[core-1|eth0]" time="3.21"/>
<testcase classname="tests.lab.test_a" name="test_it_goes_down" time="0.5"><failure message="no">no</failure></testcase>
<testcase classname="tests.lab.test_b" name="test_all" time="0.0"><skipped message="long"/></testcase>
<testcase classname="tests.lab.test_b" name="test_end" time="1.0"><error message="tear-down"/></testcase>
</testsuite></testsuites>
"""


@pytest.fixture
def lab_report(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("lab_report")


@pytest.fixture
def report(lab_report: Any, tmp_path: Path) -> list[str]:
    path = tmp_path / "junit.xml"
    path.write_text(JUNIT)
    when = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    outcomes, times = lab_report.read_outcomes(path), lab_report.read_times(path)
    text: str = lab_report.render_report(outcomes, times, {"CPU": "2 x abacus"}, "c0ffee Subject", when)
    return text.splitlines()


def test_the_report_names_commit_machine_and_result(report: list[str]) -> None:
    assert report[2:6] == [
        "- commit: c0ffee Subject",
        "- when: 2026-03-01 08:30 UTC",
        "- CPU: 2 x abacus",
        "- result: 1 error, 1 failure, 1 passed, 1 skipped, in 5 s",
    ]


def test_the_report_has_each_test_with_its_outcome_and_its_seconds(report: list[str]) -> None:
    assert report[13:] == [
        r"| a | it comes up[core-1\|eth0] | passed | 3.2 |",
        "| a | it goes down | failure | 0.5 |",
        "| b | all | skipped | 0.0 |",
        "| b | end | error | 1.0 |",
    ]


def test_the_report_has_the_times_that_tests_noted(report: list[str]) -> None:
    assert report[7:10] == ["| what | seconds |", "|---|---:|", "| jip status | 12.3 |"]


def test_the_times_are_printed_too(
    lab_report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT)
    argv = ["lab_report.py", str(tmp_path / "junit.xml"), str(tmp_path / "report.md"), "c0ffee Subject"]
    monkeypatch.setattr(sys, "argv", argv)
    lab_report.main()
    assert capsys.readouterr().out.startswith("jip status: 12.3 s\n")


def test_what_a_test_notes_reaches_the_report(lab_report: Any, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(record_testsuite_property): record_testsuite_property('seconds: it', '7.0')\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--junit-xml",
        str(tmp_path / "junit.xml"),
    ]
    subprocess.run([*command, str(tmp_path)], cwd=tmp_path, capture_output=True, check=True)
    assert lab_report.read_times(tmp_path / "junit.xml") == {"it": "7.0"}


def test_a_report_about_no_test_says_so(lab_report: Any) -> None:
    assert "- result: no test ran, in 0 s" in lab_report.render_report([], {}, {}, "", datetime(2026, 3, 1, tzinfo=UTC))


def test_the_machine_has_at_least_a_processor_and_a_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    found = importlib.import_module("machine").machine()
    assert {"CPU", "Python", "kernel"} <= set(found)
