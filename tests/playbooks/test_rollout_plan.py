"""Plans for many routers: nothing is changed, nothing left unsaid, and one plan is always the same file."""

from __future__ import annotations

import doctest
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import UsageError
from jipkit.language import use_language
from jipkit.model import Router
from jipkit.parts import Repair, partly
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.rendering import Rendered
from jipkit.report import Report
from jipkit.testing.simulation import Simulation
from playbooks import _plan, _plan_comparison
from playbooks._rollout_plan import plan_rollout
from playbooks._selection import Filters
from playbooks.plan import plan
from playbooks.show.plan import plan as show_plan

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


def rows(report: Report) -> Mapping[str, Mapping[str, Any]]:
    return {row.values["router"]: row.values for row in report.rows}


def edit(simulated: Simulation, file: str, old: str, new: str) -> None:
    """Change what the inventory wants."""
    path = simulated.root / "inventory" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def another_cost(simulated: Simulation) -> None:
    """Let pop-1--kec-rawa cost something else: both of its ends, which need not agree on it."""
    path = simulated.root / "inventory" / "links.yaml"
    head, found, rest = path.read_text("utf-8").partition("pop-1--kec-rawa:")
    path.write_text(head + found + rest.replace("cost: 40", "cost: 41", 1), "utf-8")


def file_of(report: Report) -> Path:
    return Path(str(report.data["file"]))


def test_nothing_is_planned_where_every_router_is_as_intended(simulated: Simulation) -> None:
    report = plan(simulated.project, everything=True)
    assert (report.ok, report.rows, report.data["file"]) == (True, [], None)
    assert "Nothing to change: every router is as the inventory wants it." in report.notes


def test_what_is_not_in_service_is_named_and_no_failure(simulated: Simulation) -> None:
    assert plan(simulated.project, everything=True).data["planned"] == ["pkm-baru"]


def test_routers_go_alone_where_the_ends_of_a_link_need_not_agree(simulated: Simulation) -> None:
    another_cost(simulated)
    found = rows(plan(simulated.project, everything=True))
    assert {router: row["level"] for router, row in found.items()} == {"kec-rawa": "low", "pop-1": "low"}
    assert len({row["unit"] for row in found.values()}) == 2


def test_the_canary_is_the_far_end_and_goes_alone(simulated: Simulation) -> None:
    another_cost(simulated)
    report = plan(simulated.project, everything=True)
    made = Plan.from_json(json.loads(file_of(report).read_bytes()))
    assert made.batches == ((("kec-rawa",),), (("pop-1",),))


def test_each_link_whose_ends_have_to_agree_is_a_unit_of_its_own(simulated: Simulation) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    batches = json.loads(file_of(plan(simulated.project, everything=True)).read_bytes())["batches"]
    assert sorted(sorted(unit) for batch in batches for unit in batch) == [
        ["core-1", "core-2"],
        ["core-1", "dinas-sehat"],
        ["core-1", "pop-1"],
        ["core-2", "kec-rawa"],
        ["kec-rawa", "pop-1"],
    ]


def test_a_router_whose_neighbour_was_not_read_is_not_told_half_of_a_link(simulated: Simulation) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    report = plan(simulated.project, filters=Filters(router=["dinas-sehat"]))
    assert (report.ok, rows(report)) == (False, {})
    assert "--link core-1--dinas-sehat" in str(report.data["left_out"]["dinas-sehat"])


def test_a_link_whose_far_end_does_not_answer_is_left_and_all_others_are_planned(simulated: Simulation) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    simulated.district.cut("core-1--dinas-sehat")
    report = plan(simulated.project, everything=True)
    found = json.loads(file_of(report).read_bytes())
    units = [sorted(unit) for batch in found["batches"] for unit in batch]
    links = {link for told in found["routers"].values() for stage in told["stages"] for link in stage["links"]}
    assert (report.ok, sorted(report.data["left_out"])) == (False, ["dinas-sehat"])
    assert sorted(units) == [["core-1", "core-2"], ["core-1", "pop-1"], ["core-2", "kec-rawa"], ["kec-rawa", "pop-1"]]
    assert "core-1--dinas-sehat" not in links
    assert "core-1--dinas-sehat" in str(found["routers"]["core-1"]["warnings"])
    assert found["routers"]["core-1"]["left"]


def test_whoever_is_left_out_for_one_link_leaves_no_other_link_half_told(simulated: Simulation) -> None:
    """Of kec-rawa nothing is planned, so pop-1 and core-2 tell it nothing either."""
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    report = plan(simulated.project, filters=Filters(router=["pop-1", "core-2", "core-1", "dinas-sehat"]))
    found = json.loads(file_of(report).read_bytes())
    ends: dict[str, list[str]] = {}
    for router, told in found["routers"].items():
        for link in (link for stage in told["stages"] for link in stage["links"]):
            ends.setdefault(link, []).append(router)
    assert {link: len(routers) for link, routers in ends.items()} == {
        "core-1--core-2": 2,
        "core-1--dinas-sehat": 2,
        "core-1--pop-1": 2,
    }


def test_a_router_whose_parts_need_each_other_is_left_out_and_nobody_else(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    divided = partly

    def torn(intended: Rendered, *others: Any) -> Repair:
        if intended.router == "kec-rawa":
            raise ValueError("the differences are not all that belong together")
        return divided(intended, *others)

    monkeypatch.setattr(_plan, "partly", torn)
    report = plan(simulated.project, everything=True)
    units = [sorted(unit) for batch in json.loads(file_of(report).read_bytes())["batches"] for unit in batch]
    assert "belong together" in str(report.data["left_out"]["kec-rawa"])
    assert sorted(units) == [["core-1", "core-2"], ["core-1", "dinas-sehat"], ["core-1", "pop-1"]]


def test_what_a_batch_cuts_off_is_announced(simulated: Simulation) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    report = plan(simulated.project, everything=True)
    cut = [(loss["offices"], loss["services"]) for loss in report.data["losses"] if loss["offices"]]
    assert cut == [(["dinas-sehat"], ["P-Care"])]


def test_a_router_that_does_not_answer_is_left_out_and_the_plan_is_not_whole(simulated: Simulation) -> None:
    another_cost(simulated)
    simulated.district.cut("pop-1--desa-jauh")
    report = plan(simulated.project, filters=Filters(router=["desa-jauh", "pop-1"]))
    assert (report.ok, sorted(rows(report)), sorted(report.data["left_out"])) == (False, ["pop-1"], ["desa-jauh"])


@pytest.mark.usefixtures("_english_again")
def test_a_plan_that_is_made_again_is_the_same_file_in_any_language(simulated: Simulation, tmp_path: Path) -> None:
    another_cost(simulated)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    plan(simulated.project, everything=True, output=first)
    use_language("id")
    plan(simulated.project, everything=True, output=second)
    assert first.read_bytes() == second.read_bytes()


def test_a_plan_shows_what_is_done_and_the_way_back(simulated: Simulation) -> None:
    another_cost(simulated)
    report = plan(simulated.project, filters=Filters(router=["pop-1"]))
    texts = {text.heading: text.body for text in show_plan(simulated.project, file_of(report)).texts}
    assert "ip ospf cost 41" in texts["pop-1: what is done"]
    assert "ip ospf cost 40" in texts["pop-1: the way back"]


def test_no_secret_stands_in_a_plan(simulated: Simulation) -> None:
    edit(simulated, "standards.yaml", "hello_s: 2", "hello_s: 3")
    report = plan(simulated.project, everything=True)
    running = simulated.district.running("pop-1")
    key = next(line.split()[-1] for line in running.splitlines() if "message-digest-key" in line)
    assert key in running
    assert key not in file_of(report).read_text("utf-8")


def test_planning_changes_nothing(simulated: Simulation) -> None:
    before = {router: simulated.district.running(router) for router in simulated.routers}
    another_cost(simulated)
    plan(simulated.project, everything=True)
    assert {router: simulated.district.running(router) for router in simulated.routers} == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_plan_is_refused_with_what_to_do(simulated: Simulation, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.json: .*make it again with `jip plan`"):
        show_plan(simulated.project, path)


def test_a_plan_for_nobody_is_refused(simulated: Simulation) -> None:
    with pytest.raises(UsageError, match="--all"):
        plan(simulated.project)


def running(project: Project, router: Router) -> str:
    """Return what is intended of a router, as it would print it, with another server for its log."""
    text = project.render(router.key).text.replace("10.160.255.12", "10.160.255.99")
    return text + {"cisco_ios": "end\n", "arista_eos": "end\n", "huawei_vrp": "return\n"}.get(router.platform, "")


def test_the_whole_district_is_planned_in_seconds() -> None:
    """From what 118 routers of seven makes run: reading it is another matter."""
    project = Project(CHECKOUT)
    active = [router for router in project.network.routers.values() if router.state == "active"]
    answers = {router.key: running(project, router) for router in active}
    started = time.process_time()
    made = plan_rollout(project, active, "--all", answers)
    assert (len(made.changes), made.left_out) == (108, {})
    assert time.process_time() - started < 30


# ---------------------------------------------------------------------- made again, by whoever has to approve it


def test_the_next_steps_are_told(simulated: Simulation) -> None:
    another_cost(simulated)
    report = plan(simulated.project, everything=True)
    assert report.notes[-2:] == [
        f"Nothing was changed. To see all of it: jip --lab simulated show plan {file_of(report)}",
        f"To carry it out: jip --lab simulated apply {file_of(report)}",
    ]


def test_a_plan_that_is_made_again_is_the_same(simulated: Simulation) -> None:
    another_cost(simulated)
    file = file_of(plan(simulated.project, everything=True))
    again = plan(simulated.project, everything=True, compare=file)
    assert (again.ok, again.rows, again.title) == (True, [], f"{file}: is what would be planned now")


def edited(file: Path, change: Callable[[Any], None]) -> Path:
    """Return another plan: what somebody made of the first."""
    content = json.loads(file.read_bytes())
    change(content)
    other = file.with_name("edited.json")
    other.write_bytes(Plan.from_json(content).as_bytes())
    return other


def calmer(content: Any) -> None:
    content["routers"]["kec-rawa"]["risk"]["score"] = 0
    content["losses"][0]["offices"] = ["nobody"]


def test_words_that_somebody_edited_are_named(simulated: Simulation) -> None:
    another_cost(simulated)
    file = edited(file_of(plan(simulated.project, everything=True)), calmer)
    again = plan(simulated.project, everything=True, compare=file)
    assert not again.ok
    assert [(row.values["where"], row.values["file"]) for row in again.rows] == [
        ("losses[0].offices", '["nobody"]'),
        ("routers.kec-rawa.risk.score", "0"),
    ]


def test_a_plan_that_a_router_has_left_behind_is_another(simulated: Simulation) -> None:
    another_cost(simulated)
    file = file_of(plan(simulated.project, everything=True))
    simulated.district.hand_edit("kec-rawa", "ip route 192.0.2.0/24 blackhole")
    again = plan(simulated.project, everything=True, compare=file)
    assert "routers.kec-rawa.before" in [row.values["where"] for row in again.rows]


def test_a_plan_of_other_routers_says_by_which_options_it_was_made(simulated: Simulation) -> None:
    another_cost(simulated)
    file = file_of(plan(simulated.project, filters=Filters(kind="kecamatan"), output=simulated.root / "kec.json"))
    again = plan(simulated.project, everything=True, compare=file)
    assert again.notes == ["The file was made with other options: --kind kecamatan. Give the same ones."]


def with_another_digest_key(simulated: Simulation) -> None:
    (simulated.project.var / "digest.key").write_bytes(b"k" * 32)


OTHER_KEY = "Only the digests of secrets differ, and all of them"


def test_another_digest_key_is_told_from_an_edit(simulated: Simulation) -> None:
    another_cost(simulated)
    file = file_of(plan(simulated.project, everything=True))
    with_another_digest_key(simulated)
    again = plan(simulated.project, everything=True, compare=file)
    assert (again.ok, [note.startswith(OTHER_KEY) for note in again.notes]) == (False, [True])


def reassured(content: Any) -> None:
    content["routers"]["kec-rawa"]["stages"][0]["sections"]["interfaces"] = "0" * 64


@pytest.mark.parametrize("edit", [calmer, reassured])
def test_another_digest_key_hides_no_edit(simulated: Simulation, edit: Callable[[Any], None]) -> None:
    another_cost(simulated)
    file = edited(file_of(plan(simulated.project, everything=True)), edit)
    with_another_digest_key(simulated)
    again = plan(simulated.project, everything=True, compare=file)
    assert (again.ok, OTHER_KEY in str(again.notes)) == (False, False)


def test_another_secret_is_not_another_digest_key(simulated: Simulation) -> None:
    at = "interface ether1\n no ip ospf message-digest-key 1\n ip ospf message-digest-key 1 md5 {}\nexit"
    simulated.district.hand_edit("kec-rawa", at.format("DulunyaBegini"))
    file = file_of(plan(simulated.project, everything=True))
    simulated.district.hand_edit("kec-rawa", at.format("SekarangBegitu"))
    again = plan(simulated.project, everything=True, compare=file)
    assert (again.ok, OTHER_KEY in str(again.notes)) == (False, False)


def test_what_is_compared_is_written_nowhere(simulated: Simulation) -> None:
    another_cost(simulated)
    file = file_of(plan(simulated.project, everything=True))
    with pytest.raises(UsageError, match="writes no plan"):
        plan(simulated.project, everything=True, compare=file, output=simulated.root / "more.json")


def test_a_comparison_goes_down_to_where_two_plans_differ() -> None:
    assert doctest.testmod(_plan_comparison) == (0, 1)
