"""The table of docs/coverage.md tells what tests have shown, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

OUTCOMES = """<testsuites><testsuite>
<testcase name="a"><properties><property name="covers" value="vyos/compare"/></properties></testcase>
<testcase name="b"><properties><property name="covers" value="vyos/remedy"/></properties><failure/></testcase>
<testcase name="c"><properties><property name="covers" value="frr/arp"/></properties><skipped/></testcase>
<testcase name="d"/>
</testsuite></testsuites>"""


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_table", ROOT / "scripts" / "coverage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["coverage_table"] = module
    spec.loader.exec_module(module)
    return module


def test_only_tests_that_passed_show_something(coverage: ModuleType) -> None:
    assert list(coverage.shown_in(OUTCOMES)) == [("vyos", "compare")]


def test_what_no_test_has_shown_is_an_empty_cell(coverage: ModuleType) -> None:
    lines = coverage.table({("vyos", "compare"), ("frr", "compare"), ("frr", "arp")}).splitlines()
    assert lines[0] == "|  | frr | vyos |"
    assert "| compare | yes | yes |" in lines
    assert "| arp | yes |  |" in lines


def test_a_test_cannot_show_an_ability_that_nobody_knows(coverage: ModuleType) -> None:
    with pytest.raises(SystemExit, match="a test covers dancing"):
        coverage.table({("frr", "dancing")})


@pytest.mark.covers("render", "frr")
def test_what_a_test_shows_is_in_its_record(request: pytest.FixtureRequest) -> None:
    assert ("covers", "frr/render") in request.node.user_properties
