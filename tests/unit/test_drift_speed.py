"""What comparing long configurations costs, in passes over a text that are timed in turn with it.

Each figure is 1.6 times what a comparison took when it was written. A machine that is slow, or busy, is so for both; a
comparison that takes twice as long fails. In milliseconds `bench/drift.py` and `bench/rows.py` say it.
"""

from __future__ import annotations

import gc
import importlib.util
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from jipkit.drift import compare
from jipkit.project import Project
from jipkit.testing.networks import small_network

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
ROUNDS = 9


def bench(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CALIBRATION, DRIFT, ROWS = bench("calibration"), bench("drift"), bench("rows")


def comparisons(platform: str, lines: int, changes: int) -> list[Callable[[], object]]:
    """Return comparisons of as many routers, each to be made once: nothing is remembered of it."""
    facts = PROJECT.platforms[platform]
    if facts.syntax == "rows":
        office = PROJECT.render(ROWS.ROUTER, small_network()).lines
        pairs, secret = ROWS.pairs(office, lines, changes, rounds=ROUNDS), ROWS.secret
    else:
        pairs, secret = DRIFT.pairs(facts, lines, changes, rounds=ROUNDS), DRIFT.secret
    return [partial(compare, intended, running, facts, resolve=secret) for intended, running in pairs]


@contextmanager
def no_collection() -> Iterator[None]:
    """Spare measurements the garbage that the tests before them left."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def cpu_s(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def passes(works: list[Callable[[], object]]) -> float:
    """Return what the cheapest of ``works`` costs, in passes over 5,000 lines."""
    with no_collection():
        works[0]()
        taken = [(cpu_s(work), cpu_s(CALIBRATION.table)) for work in works[1:]]
    return min(own for own, _ in taken) / min(other for _, other in taken)


@pytest.mark.parametrize(
    ("platform", "most"),
    [
        ("frr", 6.6),
        ("cisco_ios", 8.4),
        ("arista_eos", 7.3),
        ("huawei_vrp", 7.7),
        ("juniper_junos", 6.8),
        ("vyos", 8.2),
        ("mikrotik_routeros", 9.3),
    ],
)
def test_forty_changes_in_five_thousand_lines_cost_so_many_passes_over_a_text(platform: str, most: float) -> None:
    assert passes(comparisons(platform, 5_000, 40)) < most


@pytest.mark.parametrize(
    ("platform", "most"),
    [
        ("frr", 0.93),
        ("cisco_ios", 1.18),
        ("arista_eos", 1.06),
        ("huawei_vrp", 1.16),
        ("juniper_junos", 0.62),
        ("vyos", 0.69),
        ("mikrotik_routeros", 1.32),
    ],
)
def test_six_changes_in_three_hundred_lines_cost_so_many_passes_over_a_text(platform: str, most: float) -> None:
    assert passes(comparisons(platform, 300, 6)) < most
