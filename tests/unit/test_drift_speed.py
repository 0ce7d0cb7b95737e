"""Comparing costs what differs, not what there is. Shares of one measurement, so that a busy machine proves nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from jipkit.configs import statements
from jipkit.drift import compare
from jipkit.project import Project
from jipkit.redaction import fill

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_drift", ROOT / "bench" / "drift.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("platform", ["frr", "cisco_ios"])
def test_forty_changes_in_five_thousand_lines_cost_less_than_reading_both_in_full(platform: str) -> None:
    measure = bench()
    facts = PROJECT.platforms[platform]
    intended = measure.rendered(facts, measure.blocks(facts, 5_000))
    running = measure.edited(fill(intended.text, measure.secret), 40)
    cpu_ms: Callable[[Callable[[], object]], float] = measure.cpu_ms
    comparing = cpu_ms(lambda: compare(intended, running, facts, resolve=measure.secret))
    reading = cpu_ms(lambda: [statements(text, facts) for text in (intended.text, running)])
    assert comparing < reading
