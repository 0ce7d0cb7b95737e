"""The table that scripts/lab writes."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest">
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
    text: str = lab_report.render_report(lab_report.read_outcomes(path), {"CPU": "2 x abacus"}, "c0ffee Subject", when)
    return text.splitlines()


def test_the_report_names_commit_machine_and_result(report: list[str]) -> None:
    assert report[2:6] == [
        "- commit: c0ffee Subject",
        "- when: 2026-03-01 08:30 UTC",
        "- CPU: 2 x abacus",
        "- result: 1 error, 1 failure, 1 passed, 1 skipped, in 5 s",
    ]


def test_the_report_has_each_test_with_its_outcome_and_its_seconds(report: list[str]) -> None:
    assert report[9:] == [
        r"| a | it comes up[core-1\|eth0] | passed | 3.2 |",
        "| a | it goes down | failure | 0.5 |",
        "| b | all | skipped | 0.0 |",
        "| b | end | error | 1.0 |",
    ]


def test_a_report_about_no_test_says_so(lab_report: Any) -> None:
    assert "- result: no test ran, in 0 s" in lab_report.render_report([], {}, "", datetime(2026, 3, 1, tzinfo=UTC))


def test_the_machine_has_at_least_a_processor_and_a_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    found = importlib.import_module("machine").machine()
    assert {"CPU", "Python", "kernel"} <= set(found)
