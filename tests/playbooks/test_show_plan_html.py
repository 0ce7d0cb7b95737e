"""`jip show plan --html`: a whole page or none, and small and quick enough for the whole district."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest

from jipkit.errors import StateError, UsageError
from jipkit.pages.plan import plan_page
from jipkit.plan import Plan
from jipkit.project import Project
from playbooks._rollout_plan import plan_rollout
from playbooks.show.plan import plan as show_plan
from tests.playbooks.test_rollout_plan import CHECKOUT, running
from tests.unit.test_plan_page import Seen, a_plan, tree

ABSENT = frozenset({"damkar", "setda", "pkm-rambai"})
"""Routers that do not answer."""


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(CHECKOUT)


@pytest.fixture(scope="module")
def district(project: Project) -> Plan:
    """A plan for every router in service of the example, three of which do not answer."""
    active = [router for router in project.network.routers.values() if router.state == "active"]
    answers = {router.key: running(project, router) for router in active if router.key not in ABSENT}
    return plan_rollout(project, active, "--all", answers)


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_bytes(a_plan().as_bytes())
    return path


def test_every_router_of_the_district_is_on_the_page(district: Plan) -> None:
    names = Seen(plan_page(district)).values("id")
    assert len(district.changes) > 100
    assert {f"router-{router}" for router in district.changes} <= set(names)


def test_every_router_that_was_left_out_is_on_the_page_with_its_reason(district: Plan) -> None:
    page = tree(plan_page(district))
    left_out = ["".join(item.itertext()) for item in page.iter("li") if item.get("id", "").startswith("left-out")]
    assert sorted(left_out) == [f"{router}: the router was not asked" for router in sorted(ABSENT)]


def test_every_batch_is_on_the_page(district: Plan) -> None:
    batches = [name for name in Seen(plan_page(district)).values("id") if name.startswith("batch-")]
    assert batches == [f"batch-{number}" for number in range(1, len(district.batches) + 1)]


def test_the_page_of_the_whole_district_is_small(district: Plan) -> None:
    assert len(plan_page(district)) < 3_000_000


def test_the_page_of_the_whole_district_is_made_at_once(district: Plan) -> None:
    started = time.process_time()
    plan_page(district)
    assert time.process_time() - started < 2


def test_the_page_of_the_whole_district_is_sound(district: Plan) -> None:
    assert tree(plan_page(district)).tag == "html"


def test_the_page_is_written_where_it_is_asked_for(project: Project, plan_file: Path, tmp_path: Path) -> None:
    report = show_plan(project, plan_file, html=tmp_path / "plan.html")
    assert (tmp_path / "plan.html").read_bytes() == plan_page(a_plan())
    assert report.notes[-1] == f"All of it is in {tmp_path / 'plan.html'}."


def test_the_page_is_for_its_owner_alone(project: Project, plan_file: Path, tmp_path: Path) -> None:
    show_plan(project, plan_file, html=tmp_path / "plan.html")
    assert (tmp_path / "plan.html").stat().st_mode & 0o777 == 0o600


def test_the_digest_on_the_page_is_that_of_the_file(project: Project, plan_file: Path, tmp_path: Path) -> None:
    report = show_plan(project, plan_file, html=tmp_path / "plan.html")
    assert str(report.data["plan"]) in (tmp_path / "plan.html").read_text("utf-8")


def test_the_plan_is_not_overwritten_by_its_page(project: Project, plan_file: Path) -> None:
    with pytest.raises(UsageError, match="is the plan itself; name another file"):
        show_plan(project, plan_file, html=plan_file)
    assert plan_file.read_bytes() == a_plan().as_bytes()


def test_a_full_disk_leaves_the_page_that_was_there(
    project: Project, plan_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "plan.html"
    page.write_text("the page of yesterday")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match="could not be written: No space left on device; --html names another file"):
        show_plan(project, plan_file, html=page)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["plan.html", "plan.json"]
    assert page.read_text() == "the page of yesterday"


def test_no_page_is_made_of_a_plan_that_was_edited(project: Project, plan_file: Path, tmp_path: Path) -> None:
    plan_file.write_text(json.dumps(json.loads(plan_file.read_bytes())))
    with pytest.raises(UsageError, match="is not written as jip writes a plan"):
        show_plan(project, plan_file, html=tmp_path / "plan.html")
    assert not (tmp_path / "plan.html").exists()
