"""A change is tried on a model of the router before anybody touches the office."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.errors import UsageError
from jipkit.model import Network
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.report import Report
from jipkit.testing.inventories import project_of
from jipkit.testing.models import indented
from jipkit.testing.networks import changed, small_network
from jipkit.testing.rehearsal import STAGES, rehearse
from jipkit.testing.replatform import on_platform
from playbooks import rehearse as playbook
from playbooks._plan import view

CHECKOUT = Path(__file__).parents[2]
ROUTER = "kec-rawa"


def project_on(platform: str, tmp_path: Path) -> Project:
    """Return a project in which the router is of ``platform``, and a backup of it as it is intended."""
    network = on_platform(small_network(), ROUTER, platform)
    project = Project(project_of(network, CHECKOUT, tmp_path / "project"))
    keep(project, network)
    return project


def keep(project: Project, network: Network) -> None:
    text = fill(project.render(ROUTER, network).text, lambda name: f"kunci-{len(name)}")
    if last := project.facts(network.router(ROUTER)).last_line:
        text += f"{last}\n"
    project.backups.save(ROUTER, view(project, network.router(ROUTER), text))


def want_another_cost(project: Project) -> None:
    network = changed(project.network, "link", "pop-1--kec-rawa", cost=77)
    path = project.root / "inventory" / "links.yaml"
    before, found, rest = path.read_text("utf-8").partition("pop-1--kec-rawa:")
    old = f"cost: {project.network.links['pop-1--kec-rawa'].cost}"
    assert old in rest
    path.write_text(before + found + rest.replace(old, f"cost: {network.links['pop-1--kec-rawa'].cost}", 1), "utf-8")


def rehearsed(project: Project) -> Report:
    return playbook.rehearse(Project(project.root), [ROUTER])


@pytest.mark.covers("rehearse")
@pytest.mark.covers("remedy")
@pytest.mark.parametrize("platform", sorted(STAGES))
def test_a_change_that_the_router_would_take_is_said_to_be_taken(platform: str, tmp_path: Path) -> None:
    project = project_on(platform, tmp_path)
    want_another_cost(project)

    report = rehearsed(project)

    assert (report.rows[0].values["result"], report.rows[0].values["commands"] > 0) == ("taken", True), report.texts
    assert report.ok


@pytest.mark.parametrize("platform", sorted(STAGES))
def test_a_router_that_is_as_intended_has_nothing_to_do(platform: str, tmp_path: Path) -> None:
    report = rehearsed(project_on(platform, tmp_path))
    assert report.rows[0].values["result"] == "nothing to do"


def project_with_a_bad_line(tmp_path: Path) -> Project:
    """Return a project whose templates write a line that the router would refuse."""
    project = project_on("cisco_ios", tmp_path)
    want_another_cost(project)
    template = project.root / "templates" / "cisco_ios" / "logging.j2"
    template.write_text(template.read_text("utf-8") + "\nlogging nonsense 1\n", "utf-8")
    return project


def test_a_line_that_the_router_would_refuse_is_named(tmp_path: Path) -> None:
    report = rehearsed(project_with_a_bad_line(tmp_path))
    assert not report.ok
    assert [found["line"] for found in report.rows[0].values["refusals"]] == ["logging nonsense 1"]


def test_a_router_without_a_backup_is_not_assessable(tmp_path: Path) -> None:
    project = Project(project_of(small_network(), CHECKOUT, tmp_path / "project"))
    report = rehearsed(project)
    assert (report.ok, report.rows[0].values["result"]) == (False, "not assessable")


def test_all_routers_that_provisioning_changes_are_tried(tmp_path: Path) -> None:
    project = Project(project_of(small_network(), CHECKOUT, tmp_path / "project"))
    report = playbook.rehearse(project, office="pkm-baru")
    assert [row.values["router"] for row in report.rows] == ["pop-1", "pkm-baru"]


def test_somebody_who_names_nothing_is_told_what_to_name(tmp_path: Path) -> None:
    project = Project(project_of(small_network(), CHECKOUT, tmp_path / "project"))
    with pytest.raises(UsageError, match="name routers, or --office"):
        playbook.rehearse(project)


def test_every_refusal_is_found_and_what_stands_inside_is_not_blamed() -> None:
    lines = ["nonsense here", " deeper", "hostname b", "more nonsense"]
    done = rehearse(lambda: indented.Model("hostname a\nend\n", indented.IOS), lines)
    assert [refusal.line for refusal in done.refusals] == ["nonsense here", "more nonsense"]
    assert "hostname b" in done.after
