from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.errors import ProjectError
from jipkit.init import lay_out
from jipkit.model import Platform
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


@pytest.mark.parametrize("content", [b"platform: frr\nnetmiko: [", b"platform: nonsense\n", b"\xff\xfe"])
def test_a_platform_file_that_is_wrong_is_named(project: Project, content: bytes) -> None:
    (project.root / "templates/frr/platform.yaml").write_bytes(content)
    with pytest.raises(ProjectError, match=r"templates/frr/platform\.yaml"):
        _ = project.platforms


def test_a_template_that_is_no_text_is_named(project: Project) -> None:
    (project.root / "templates/frr/base.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(ProjectError, match=r"templates/frr/base\.j2"):
        _ = project.renderer


def test_a_router_of_a_platform_without_templates_is_refused_with_those_there_are(project: Project) -> None:
    router = project.network.router("core-1").model_copy(update={"platform": Platform.VYOS})
    with pytest.raises(ProjectError, match="vyos has no folder in templates/; known: frr, mikrotik_routeros"):
        project.facts(router)
