from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.errors import ProjectError
from jipkit.init import difference, lay_out
from jipkit.project import Project


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    lay_out(tmp_path / "district", "starter")
    return tmp_path / "district"


def changes(folder: Path) -> dict[str, str]:
    return {row.values["file"]: row.values["change"] for row in difference(folder, "starter").rows}


def test_a_new_project_has_a_sound_inventory_of_three_routers(laid_out: Path) -> None:
    assert len(Project.find(laid_out).network.routers) == 3


def test_the_whole_district_can_be_laid_out_instead(tmp_path: Path) -> None:
    lay_out(tmp_path / "oki", "oki")
    assert len(Project.find(tmp_path / "oki").network.routers) > 100


def test_nothing_is_written_over_and_nothing_half_laid_out(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mine.txt").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine")
    with pytest.raises(ProjectError, match=r"\.gitignore is there already"):
        lay_out(tmp_path, "starter")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".gitignore", "templates"]


def test_a_fresh_project_differs_in_nothing(laid_out: Path) -> None:
    assert changes(laid_out) == {}


def test_an_edited_template_is_named_as_changed_here(laid_out: Path) -> None:
    (laid_out / "templates/frr/platform.yaml").write_text("# mine\n")
    assert changes(laid_out) == {"templates/frr/platform.yaml": "changed here"}


def test_an_edited_inventory_is_the_districts_own_business(laid_out: Path) -> None:
    (laid_out / "inventory/links.yaml").write_text("{}\n")
    assert changes(laid_out) == {}


def test_a_file_that_this_version_brings_is_new(laid_out: Path) -> None:
    (laid_out / "playbooks/check.py").unlink()
    assert changes(laid_out) == {"playbooks/check.py": "new"}


def test_a_broken_record_of_what_was_laid_out_is_named(laid_out: Path) -> None:
    (laid_out / ".jip-rooms.json").write_text("[]")
    with pytest.raises(ProjectError, match=r"\.jip-rooms\.json"):
        difference(laid_out, "starter")
