"""What stands in a branch, whatever lies in the folder, whatever else has the branch's name, whatever git is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jipkit.approval.tree import LARGEST, Tree
from jipkit.errors import ApprovalError
from jipkit.testing.approvals import commit, git

MAIN = "refs/heads/main"
FILE = "inventory/policy.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose branch main says *good*, and whose branch other says *evil*."""
    root = tmp_path / "project"
    root.mkdir()
    commit(root, {FILE: "good"})
    git(root, "switch", "--quiet", "--create", "other")
    commit(root, {FILE: "evil"})
    return root


def refusal(root: Path, ref: str = MAIN) -> str:
    with pytest.raises(ApprovalError) as caught:
        Tree.of(root, ref)
    return str(caught.value)


def test_a_file_is_read_as_it_stands_in_the_branch(root: Path) -> None:
    assert Tree.of(root, MAIN).read(FILE) == b"good"


def test_what_lies_in_the_folder_changes_nothing(root: Path) -> None:
    git(root, "switch", "--quiet", "main")
    (root / FILE).write_text("evil")
    git(root, "add", FILE)
    assert Tree.of(root, MAIN).read(FILE) == b"good"


def test_a_file_that_the_branch_does_not_have_is_none(root: Path) -> None:
    (root / "inventory" / "new.yaml").write_text("evil")
    assert Tree.of(root, MAIN).read("inventory/new.yaml") is None


def test_a_tree_knows_the_commit_it_was_read_from(root: Path) -> None:
    assert Tree.of(root, MAIN).commit == git(root, "rev-parse", "main")


def test_a_branch_that_moves_on_meanwhile_does_not_change_what_is_read(root: Path) -> None:
    tree = Tree.of(root, MAIN)
    git(root, "branch", "--force", "main", "other")
    assert tree.read(FILE) == b"good"


def test_a_project_in_a_folder_of_a_repository_has_its_own_files(tmp_path: Path) -> None:
    commit(tmp_path, {FILE: "evil", f"oki/{FILE}": "good"})
    assert Tree.of(tmp_path / "oki", MAIN).read(FILE) == b"good"


def test_the_branch_of_a_remote_is_read_without_asking_the_remote(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--no-local", str(root), "clone")
    shutil.rmtree(root)
    assert Tree.of(tmp_path / "clone", "refs/remotes/origin/other").read(FILE) == b"evil"


# ------------------------------------------------------------------ what could be taken for the branch


def test_a_tag_of_the_same_name_is_not_the_branch(root: Path) -> None:
    git(root, "tag", "main", "other")
    assert Tree.of(root, MAIN).read(FILE) == b"good"


@pytest.mark.parametrize("tag", ["main", "heads/main", "refs/heads/main"])
def test_a_tag_does_not_stand_in_for_a_branch_that_is_missing(tag: str, root: Path) -> None:
    git(root, "branch", "--quiet", "-D", "main")
    git(root, "tag", tag, "other")
    assert refusal(root) == f"{root}: there is no branch refs/heads/main; fetch or create it, or correct trusted_ref"


def test_a_branch_that_is_called_like_a_full_name_does_not_either(root: Path) -> None:
    git(root, "branch", "refs/heads/main", "other")
    git(root, "branch", "--quiet", "-D", "main")
    assert refusal(root) == f"{root}: there is no branch refs/heads/main; fetch or create it, or correct trusted_ref"


def test_a_branch_that_points_at_another_is_refused(root: Path) -> None:
    git(root, "symbolic-ref", "refs/heads/trusted", "refs/heads/other")
    told = "refs/heads/trusted only points at another branch; let trusted_ref name that one"
    assert refusal(root, "refs/heads/trusted") == f"{root}: {told}"


def test_a_branch_that_is_no_commit_is_refused(root: Path) -> None:
    blob = git(root, "hash-object", "-w", FILE)
    (root / ".git" / "refs" / "heads" / "odd").write_text(f"{blob}\n")
    assert "there is no branch refs/heads/odd" in refusal(root, "refs/heads/odd")


def test_packed_branches_are_found(root: Path) -> None:
    git(root, "pack-refs", "--all")
    assert Tree.of(root, MAIN).read(FILE) == b"good"


def test_objects_that_replace_others_do_not_count(root: Path) -> None:
    git(root, "replace", git(root, "rev-parse", "main"), git(root, "rev-parse", "other"))
    assert git(root, "cat-file", "blob", f"main:{FILE}") == "evil"
    assert Tree.of(root, MAIN).read(FILE) == b"good"


def test_files_that_replace_others_do_not_count(root: Path) -> None:
    git(root, "replace", git(root, "rev-parse", f"main:{FILE}"), git(root, "rev-parse", f"other:{FILE}"))
    assert Tree.of(root, MAIN).read(FILE) == b"good"


# ------------------------------------------------------------------ what the environment says


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"])
def test_the_environment_sends_us_to_no_other_repository(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    commit(other, {FILE: "evil"})
    monkeypatch.setenv(name, str(other / ".git"))
    assert Tree.of(root, MAIN).read(FILE) == b"good"


def test_the_environment_sets_nothing_in_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.repositoryFormatVersion", "GIT_CONFIG_VALUE_0": "99"}
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert Tree.of(root, MAIN).read(FILE) == b"good"


# ------------------------------------------------------------------ what is refused


def test_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith(
        f"{tmp_path}: git cannot read the branch refs/heads/main here: fatal: not a git"
    )


def test_a_repository_of_somebody_else_is_refused(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = shutil.which("git"), tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    told = refusal(root)
    assert "fatal: detected dubious ownership in repository" in told
    assert told.endswith("belongs to you, or that your own git configuration names in safe.directory")


def test_without_git_it_says_so(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(root) == "git is not installed; policy and signers are read from a branch"


def test_a_link_to_another_file_is_refused(root: Path) -> None:
    (root / FILE).unlink()
    (root / FILE).symlink_to("/etc/hostname")
    git(root, "add", FILE)
    git(root, "commit", "--quiet", "--message", "link")
    with pytest.raises(ApprovalError, match=r"refs/heads/other:inventory/policy\.yaml: is no plain file there"):
        Tree.of(root, "refs/heads/other").read(FILE)


def test_a_folder_in_place_of_the_file_is_refused(root: Path) -> None:
    (root / FILE).unlink()
    commit(root, {f"{FILE}/x": "good"})
    with pytest.raises(ApprovalError, match="is no plain file there"):
        Tree.of(root, "refs/heads/other").read(FILE)


def test_a_file_that_is_too_large_is_refused(root: Path) -> None:
    commit(root, {FILE: "#" * (LARGEST + 1)})
    with pytest.raises(ApprovalError, match="is larger than 1 MiB"):
        Tree.of(root, "refs/heads/other").read(FILE)
