"""The policy in force is that of the trusted branch, and no edit in the folder chooses another one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jipkit.approval import network_name, trusted
from jipkit.errors import ApprovalError, InventoryError
from jipkit.model import NeedsApproval, Policy
from jipkit.project import Project
from jipkit.testing.approvals import commit, git, signer_line
from jipkit.testing.inventories import write_inventory
from jipkit.testing.networks import small_network

POLICY, SIGNERS = "inventory/policy.yaml", "inventory/allowed_signers"
STRICT = "trusted_ref: refs/heads/main\nneeds_approval: {routers_above: 0}\n"
LAX = "trusted_ref: refs/heads/main\n"


@pytest.fixture
def root(tmp_path: Path, keys: Mapping[str, Path]) -> Path:
    """A project whose branch main has a strict policy, and Ani as its only signer."""
    write_inventory(small_network(), tmp_path / "inventory")
    commit(tmp_path, {POLICY: STRICT, SIGNERS: signer_line("ani", keys["ani"])})
    return tmp_path


def in_force(root: Path) -> Policy | None:
    found = trusted(Project(root))
    return found.policy if found else None


def refusal(root: Path) -> str:
    with pytest.raises(ApprovalError) as caught:
        trusted(Project(root))
    return str(caught.value)


def strict() -> Policy:
    return Policy(trusted_ref="refs/heads/main", needs_approval=NeedsApproval(routers_above=0))


def test_a_project_without_a_policy_has_none_and_needs_no_git(tmp_path: Path) -> None:
    write_inventory(small_network(), tmp_path / "inventory")
    assert in_force(tmp_path) is None
    assert not (tmp_path / "var").exists()


def test_policy_and_signers_are_those_of_the_branch(root: Path) -> None:
    found = trusted(Project(root))
    assert found is not None
    assert found.policy == strict()
    assert [signer.principal for signer in found.signers] == ["ani"]
    assert found.commit == git(root, "rev-parse", "main")


def test_an_edit_in_the_folder_weakens_nothing(root: Path) -> None:
    (root / POLICY).write_text(LAX)
    assert in_force(root) == strict()


def test_a_signer_who_was_only_written_into_the_folder_is_none(root: Path, keys: Mapping[str, Path]) -> None:
    (root / SIGNERS).write_text(signer_line("budi", keys["budi"]))
    found = trusted(Project(root))
    assert found is not None
    assert [signer.principal for signer in found.signers] == ["ani"]


def test_a_change_counts_when_it_is_committed_to_the_branch(root: Path) -> None:
    assert in_force(root) == strict()
    commit(root, {POLICY: LAX})
    assert in_force(root) == Policy(trusted_ref="refs/heads/main")


# ------------------------------------------------------------------ who chooses the branch


def test_once_a_branch_is_trusted_a_policy_that_is_removed_stays_in_force(root: Path) -> None:
    in_force(root)
    (root / POLICY).unlink()
    assert in_force(root) == strict()


def test_once_a_branch_is_trusted_the_folder_names_no_other(root: Path) -> None:
    in_force(root)
    git(root, "switch", "--quiet", "--create", "mine")
    commit(root, {POLICY: "trusted_ref: refs/heads/mine\n"})
    assert in_force(root) == strict()


def test_the_branch_that_is_trusted_is_noted_for_its_owner_alone(root: Path) -> None:
    in_force(root)
    assert (root / "var" / "trusted_ref").read_text() == "refs/heads/main\n"
    assert (root / "var" / "trusted_ref").stat().st_mode & 0o777 == 0o600


def test_a_twin_is_judged_by_the_branch_of_its_district(root: Path) -> None:
    in_force(root)
    (root / POLICY).unlink()
    found = trusted(Project(root, lab="oki"))
    assert found is not None
    assert found.policy == strict()


def test_a_trusted_branch_that_comes_to_trust_another_is_asked_about(root: Path) -> None:
    in_force(root)
    commit(root, {POLICY: "trusted_ref: refs/heads/release\n"})
    told = "refs/heads/main:inventory/policy.yaml: trusts refs/heads/release, not its own branch"
    assert refusal(root) == f"{told}; was that decided, remove {root}/var/trusted_ref"


def test_a_trusted_branch_that_loses_its_policy_is_asked_about(root: Path) -> None:
    in_force(root)
    git(root, "rm", "--quiet", POLICY)
    git(root, "commit", "--quiet", "--message", "no more policy")
    assert refusal(root).endswith(f"; was that decided, remove {root}/var/trusted_ref")


def test_nothing_is_noted_of_a_branch_that_cannot_be_used(root: Path) -> None:
    git(root, "rm", "--quiet", SIGNERS)
    git(root, "commit", "--quiet", "--message", "no more signers")
    told = (
        "refs/heads/main:inventory/allowed_signers: is missing; nobody may sign. Write it, and commit it to that branch"
    )
    assert refusal(root) == told
    assert not (root / "var" / "trusted_ref").exists()


# ------------------------------------------------------------------ what cannot be known is no permission


def test_a_policy_that_is_not_committed_yet_is_told(tmp_path: Path) -> None:
    write_inventory(small_network(), tmp_path / "inventory")
    commit(tmp_path, {"README": "a project"})
    (tmp_path / POLICY).write_text(STRICT)
    told = "refs/heads/main:inventory/policy.yaml: there is no policy; it counts when it is committed there"
    assert refusal(tmp_path) == told


def test_a_policy_without_a_repository_is_told(tmp_path: Path) -> None:
    write_inventory(small_network(), tmp_path / "inventory")
    (tmp_path / POLICY).write_text(STRICT)
    assert "git cannot read the branch refs/heads/main here" in refusal(tmp_path)


def test_a_policy_with_faults_in_the_branch_is_told_with_line_and_key(root: Path) -> None:
    commit(root, {POLICY: f"{STRICT}approvals: many\n"})
    (root / POLICY).write_text(STRICT)
    with pytest.raises(InventoryError) as caught:
        trusted(Project(root))
    assert str(caught.value) == "refs/heads/main:inventory/policy.yaml:3: approvals: 'many' is not a whole number"


def test_signers_with_faults_are_told_with_their_line(root: Path) -> None:
    commit(root, {SIGNERS: "# everybody\n* ssh-ed25519 AAAA\n"})
    assert refusal(root).startswith("refs/heads/main:inventory/allowed_signers:2: '*' is not one signer; ")


def test_a_note_that_is_no_branch_is_told(root: Path) -> None:
    in_force(root)
    (root / "var" / "trusted_ref").write_text("main\n")
    assert "there is no branch main" in refusal(root)


def test_an_empty_note_does_not_let_the_folder_choose(root: Path) -> None:
    in_force(root)
    (root / "var" / "trusted_ref").write_text("")
    assert "is empty; it notes which branch is trusted" in refusal(root)


def test_a_note_that_cannot_be_read_is_told(root: Path) -> None:
    (root / "var" / "trusted_ref").mkdir(parents=True)
    assert "it notes which branch is trusted" in refusal(root)


# ------------------------------------------------------------------ which network it is


def test_a_district_is_called_by_its_domain_and_a_twin_by_its_own_name(root: Path) -> None:
    assert network_name(Project(root)) == small_network().standards.domain
    assert network_name(Project(root, lab="oki")) == "lab/oki"


def test_a_district_that_is_called_like_a_twin_is_refused(tmp_path: Path) -> None:
    network = small_network()
    named = network.standards.model_copy(update={"domain": "lab/oki"})
    write_inventory(network.replace(standards=named), tmp_path / "inventory")
    with pytest.raises(ApprovalError, match="lab/oki could be the name of a twin; write it without /"):
        network_name(Project(tmp_path))
