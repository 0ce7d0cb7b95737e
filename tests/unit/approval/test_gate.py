"""A plan's file, the signatures beside it, and the policy of the branch: does it come through?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jipkit.approval import PlanFacts, SignsAs, require
from jipkit.errors import ApprovalError
from jipkit.model import RiskLevel, Role
from jipkit.project import Project
from jipkit.testing.approvals import commit, sign_plan, signer_line
from jipkit.testing.inventories import write_inventory
from jipkit.testing.networks import small_network

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CORE = PlanFacts(RiskLevel.LOW, {"core-1": Role.CORE})
DESA = PlanFacts(RiskLevel.LOW, {"desa-1": Role.DESA})
DISTRICT = small_network().standards.domain


@pytest.fixture
def root(tmp_path: Path, keys: Mapping[str, Path]) -> Path:
    """A project in which changes of core routers need an approval, and a plan in it."""
    write_inventory(small_network(), tmp_path / "inventory")
    policy = "trusted_ref: refs/heads/main\nneeds_approval: {roles: [core]}\n"
    signers = signer_line("ani", keys["ani"]) + signer_line("budi", keys["budi"])
    commit(tmp_path, {"inventory/policy.yaml": policy, "inventory/allowed_signers": signers})
    (tmp_path / "plan.json").write_bytes(b"{}\n")
    return tmp_path


def refusal(root: Path, lab: str | None = None) -> str:
    plan = root / "plan.json"
    with pytest.raises(ApprovalError) as caught:
        require(Project(root, lab=lab), plan, plan.read_bytes(), CORE, NOW)
    return str(caught.value)


def signed(root: Path, keys: Mapping[str, Path], network: str = DISTRICT) -> Path:
    plan = root / "plan.json"
    sign_plan(plan, "ani", keys["ani"], SignsAs.AUTHOR, network=network, at=NOW)
    sign_plan(plan, "budi", keys["budi"], SignsAs.APPROVER, network=network, at=NOW)
    return plan


def test_a_plan_that_needs_no_approval_comes_through_unsigned(root: Path) -> None:
    found = require(Project(root), root / "plan.json", b"{}\n", DESA, NOW)
    assert found.reasons == ()
    assert found.standing is not None
    assert not found.standing.complete


def test_without_a_policy_every_plan_comes_through(tmp_path: Path) -> None:
    write_inventory(small_network(), tmp_path / "inventory")
    assert require(Project(tmp_path), tmp_path / "plan.json", b"{}\n", CORE, NOW).as_json() == {"needed": []}


def test_a_plan_that_needs_one_does_not_come_through_unsigned(root: Path) -> None:
    assert refusal(root) == (
        f"{root}/plan.json: needs an approval (it changes routers of role core: core-1), "
        "and its author has not signed it; 0 of 1 approvals are there; "
        f"its author signs it by `jip approve {root}/plan.json --as author`, and then another person approves it by "
        f"`jip approve {root}/plan.json`"
    )


def test_of_a_plan_that_its_author_signed_the_next_command_is_another_person_s(
    root: Path, keys: Mapping[str, Path]
) -> None:
    sign_plan(root / "plan.json", "ani", keys["ani"], SignsAs.AUTHOR, network=DISTRICT, at=NOW)
    assert refusal(root).endswith(
        f"0 of 1 approvals are there; another person approves it by `jip approve {root}/plan.json`"
    )


def test_a_plan_that_two_people_signed_comes_through(root: Path, keys: Mapping[str, Path]) -> None:
    plan = signed(root, keys)
    found = require(Project(root), plan, plan.read_bytes(), CORE, NOW).as_json()
    assert [reason["text"] for reason in found["needed"]] == ["it changes routers of role core: core-1"]
    assert [found["author"]["by"], *(each["by"] for each in found["approvers"])] == ["ani", "budi"]


def test_a_byte_more_in_the_plan_and_it_does_not(root: Path, keys: Mapping[str, Path]) -> None:
    plan = signed(root, keys)
    plan.write_bytes(plan.read_bytes() + b" ")
    assert "plan.json.author.sig: signed for another plan: this one was changed since" in refusal(root)


def test_what_was_approved_for_a_twin_is_not_approved_for_the_district(root: Path, keys: Mapping[str, Path]) -> None:
    signed(root, keys, "lab/oki")
    assert f"signed for network lab/oki, not for {DISTRICT}" in refusal(root)


def test_what_was_approved_for_the_district_is_not_approved_for_a_twin(root: Path, keys: Mapping[str, Path]) -> None:
    signed(root, keys)
    assert f"signed for network {DISTRICT}, not for lab/oki" in refusal(root, lab="oki")


def test_a_signature_that_cannot_be_read_is_named(root: Path, keys: Mapping[str, Path]) -> None:
    signed(root, keys)
    (root / "plan.json.approver-budi.sig").unlink()
    (root / "plan.json.approver-budi.sig").mkdir()
    assert "plan.json.approver-budi.sig: is no signature of a plan: " in refusal(root)


def test_a_policy_that_was_weakened_in_the_folder_lets_nothing_through(root: Path) -> None:
    (root / "inventory" / "policy.yaml").write_text("trusted_ref: refs/heads/main\n")
    assert "needs an approval" in refusal(root)


def test_a_signer_who_is_only_in_the_folder_approves_nothing(root: Path, keys: Mapping[str, Path]) -> None:
    path = root / "inventory" / "allowed_signers"
    path.write_text(path.read_text() + signer_line("citra", keys["citra"]))
    sign_plan(root / "plan.json", "ani", keys["ani"], SignsAs.AUTHOR, network=DISTRICT, at=NOW)
    sign_plan(root / "plan.json", "citra", keys["citra"], SignsAs.APPROVER, network=DISTRICT, at=NOW)
    assert "no line of refs/heads/main:inventory/allowed_signers has citra with the key" in refusal(root)
