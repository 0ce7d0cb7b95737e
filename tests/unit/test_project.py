from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from jipkit.errors import ProjectError
from jipkit.init import lay_out
from jipkit.inventory import LARGEST
from jipkit.model import State
from jipkit.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    lay_out(tmp_path / "district", "starter")
    return Project.find(tmp_path / "district")


def test_a_project_is_found_from_inside_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIP_PROJECT", raising=False)
    monkeypatch.chdir(project.root / "inventory")
    assert Project.find() == project


def test_a_project_may_be_named_by_the_environment(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIP_PROJECT", str(project.root))
    monkeypatch.chdir("/")
    assert Project.find() == project


def test_a_twin_keeps_its_records_apart_from_the_districts(project: Project) -> None:
    twin = Project(project.root, lab="try")
    assert twin.var == project.root / "var/labs/try"
    assert project.var == project.root / "var"


BOMB = "a: &a [x, x, x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in pairwise("abcdefghij")
)
PATTERN = "platform: frr\nnetmiko: linux\nnoise: ['(not closed']\n"


@pytest.mark.parametrize(
    "content",
    [b"platform: frr\nnetmiko: [", b"platform: nonsense\n", b"\xff\xfe", BOMB.encode(), PATTERN.encode(), b""],
    ids=["syntax", "unknown", "no text", "bomb", "pattern", "empty"],
)
def test_a_platform_file_that_is_wrong_is_named(project: Project, content: bytes) -> None:
    (project.root / "templates/frr/platform.yaml").write_bytes(content)
    with pytest.raises(ProjectError, match=r"templates/frr/platform\.yaml"):
        _ = project.platforms


@pytest.mark.parametrize("content", [b"\xff\xfe", b"!" * (LARGEST + 1)], ids=["no text", "endless"])
def test_a_template_that_is_no_text_is_named(project: Project, content: bytes) -> None:
    (project.root / "templates/frr/base.j2").write_bytes(content)
    with pytest.raises(ProjectError, match=r"templates/frr/base\.j2"):
        _ = project.renderer


@pytest.mark.parametrize("name", ["frr/platform.yaml", "frr/base.j2"])
def test_a_pipe_among_the_templates_is_not_waited_for(project: Project, name: str) -> None:
    (project.root / "templates" / name).unlink()
    os.mkfifo(project.root / "templates" / name)
    with pytest.raises(ProjectError, match=f"templates/{name}: cannot be read: it is no regular file"):
        _ = project.platforms, project.renderer


def test_a_router_of_a_platform_without_templates_is_refused_with_those_there_are(project: Project) -> None:
    router = project.network.router("core-1").model_copy(update={"platform": "nexus"})
    with pytest.raises(ProjectError, match=r"nexus has no folder in templates/; known: .*frr, .*mikrotik_routeros"):
        project.facts(router)


def test_a_planned_router_boots_from_its_bootstrap_and_one_in_service_from_all_of_it(project: Project) -> None:
    planned = next(key for key, router in project.network.routers.items() if router.state is State.PLANNED)
    assert project.boots_from("core-1") == project.render("core-1")
    assert project.boots_from(planned) == project.bootstrap(planned) != project.render(planned)


def test_without_a_bootstrap_template_a_planned_router_is_not_booted_from_all_of_it(project: Project) -> None:
    planned = next(key for key, router in project.network.routers.items() if router.state is State.PLANNED)
    platform = project.facts(project.network.router(planned)).platform
    facts = project.root / f"templates/{platform}/platform.yaml"
    facts.write_text(re.sub(r"^bootstrap:.*\n", "", facts.read_text(), flags=re.MULTILINE))
    with pytest.raises(ProjectError, match=f"{planned}: .*platform.yaml names no bootstrap template"):
        Project(project.root).boots_from(planned)


def test_facts_that_call_themselves_by_another_name_than_their_folder_are_refused(project: Project) -> None:
    (project.root / "templates" / "frr").rename(project.root / "templates" / "quagga")
    with pytest.raises(ProjectError, match=r"platform: is frr; it has to be the folder's own name, quagga"):
        _ = project.platforms
