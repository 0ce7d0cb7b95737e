"""The fault matrix in docs/faults.md: made of a JUnit file, and true of the tests."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest">
<testcase name="test_a[1]" time="3.2"><properties><property name="fault" value="power cut"/>
<property name="proves" value="as before"/><property name="seed" value="77"/></properties></testcase>
<testcase name="test_a[2]" time="4.0"><properties><property name="fault" value="power cut"/>
<property name="proves" value="as before"/><property name="seed" value="77"/></properties>
<failure message="no">no</failure></testcase>
<testcase name="test_b" time="1.0"><properties><property name="fault" value="disk full"/>
<property name="proves" value="nothing touched"/></properties></testcase>
<testcase name="test_c" time="9.0"/>
</testsuite></testsuites>
"""


@pytest.fixture
def fault_matrix(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("fault_matrix")


@pytest.fixture
def written(fault_matrix: Any) -> list[str]:
    when = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    text: str = fault_matrix.table(fault_matrix.read_outcomes(JUNIT), {"CPU": "2 x abacus"}, "c0ffee Subject", when)
    return text.splitlines()


def test_the_matrix_names_commit_date_machine_result_and_seed(written: list[str]) -> None:
    assert written[:5] == [
        "- commit: c0ffee Subject",
        "- when: 2026-03-01 08:30 UTC",
        "- CPU: 2 x abacus",
        "- result: 2 of 3 tests passed, in 8 s",
        "- random instants: `JIP_MATRIX_SEED=77` repeats them",
    ]


def test_a_line_counts_the_tests_of_a_fault_and_only_those_that_passed(written: list[str]) -> None:
    assert written[8:] == ["| power cut | as before | 1 of 2 | 7 |", "| disk full | nothing touched | 1 of 1 | 1 |"]


def test_a_fault_is_proven_when_all_of_its_tests_passed(fault_matrix: Any, written: list[str]) -> None:
    page = "\n".join(["# Page", fault_matrix.START, *written, fault_matrix.END])
    assert fault_matrix.rows_of(page) == {"power cut": False, "disk full": True}


def test_the_classes_of_faults_are_read_from_the_marks(fault_matrix: Any) -> None:
    text = '@pytest.mark.matrix("disk full", "nothing touched")\ndef test_it() -> None: ...\n'
    assert fault_matrix.classes_in(text) == ["disk full"]


def test_the_page_has_a_row_for_every_class_of_fault_that_the_tests_have_and_each_is_proven(fault_matrix: Any) -> None:
    assert fault_matrix.faults_of_page() == []
