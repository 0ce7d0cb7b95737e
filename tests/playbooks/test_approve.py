"""Signing a plan: who may, what is asked first, and what is told afterwards."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from jipkit.approval import SignsAs, facts_of, require
from jipkit.errors import ApprovalError, UsageError
from jipkit.model import RiskLevel
from jipkit.plan import Change, Loss, Plan, Stage
from jipkit.project import Project
from jipkit.report import Report
from jipkit.rollout.risk import Risk
from jipkit.testing.approvals import commit, make_key, signer_line
from jipkit.testing.inventories import write_inventory
from jipkit.testing.networks import small_network
from jipkit.testing.simulation import Simulation
from playbooks._plan_file import plan_in
from playbooks.approve import approve
from playbooks.plan import plan
from playbooks.show.plan import plan as show_plan

POLICY = "trusted_ref: refs/heads/main\nneeds_approval: {risk: medium, roles: [core]}\n"


def a_plan(subject: str = "--all", **risks: str | None) -> Plan:
    """Return a plan that changes the routers that are named, each at its risk."""
    changes = {
        name.replace("_", "-"): Change(
            name.replace("_", "-"),
            "router ospf\n",
            "!\n",
            "+ router ospf",
            (Stage(),),
            risk=Risk(50, RiskLevel(level), ()) if level else None,
        )
        for name, level in risks.items()
    }
    return Plan("plan", subject, changes, tuple(((router,),) for router in changes), losses=(Loss(("desa-jauh",)),))


@dataclass(frozen=True)
class Desk:
    """A project with a plan, and the keys of its people."""

    root: Path
    keys: Path

    @property
    def plan(self) -> Path:
        return self.root / "plan.json"

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.root.glob("plan.json.*"))

    def sign(self, who: str, **options: Any) -> Report:
        """Let somebody sign the plan, without asking."""
        return approve(Project(self.root), self.plan, key=self.keys / who, **{"yes": True, **options})

    def check(self) -> Report:
        return approve(Project(self.root), self.plan, check=True)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return laid_out(tmp_path)


def laid_out(tmp_path: Path) -> Desk:
    """Return a desk: Ani and Budi may sign, Citra may not; the plan touches a core router at high risk."""
    root, keys = tmp_path / "project", tmp_path / "keys"
    keys.mkdir()
    write_inventory(small_network(), root / "inventory")
    made = {name: make_key(keys, name) for name in ("ani", "ani-2", "budi", "citra")}
    lines = [
        signer_line("ani@kantor", made["ani"]),
        signer_line("ani@rumah", made["ani-2"]),
        signer_line("budi", made["budi"]),
    ]
    commit(root, {"inventory/policy.yaml": POLICY, "inventory/allowed_signers": "".join(lines)})
    (root / "plan.json").write_bytes(a_plan(core_1="high", kec_rawa="low").as_bytes())
    return Desk(root, keys)


def told(report: Report) -> list[tuple[object, ...]]:
    return [tuple(row.values[key] for key in ("as", "by", "state")) for row in report.rows]


# ------------------------------------------------------------------ signing


def test_a_plan_is_approved_when_its_author_and_another_person_have_signed(desk: Desk) -> None:
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    report = desk.sign("budi")
    assert (report.ok, report.data["approved"]) == (True, True)
    assert told(report) == [("author", "ani@kantor", "counts"), ("approver", "budi", "counts")]
    assert desk.files == ["plan.json.approver-budi.sig", "plan.json.author.sig"]


def test_who_still_has_to_sign_is_told(desk: Desk) -> None:
    report = desk.sign("ani", signs_as=SignsAs.AUTHOR)
    assert report.ok
    assert told(report) == [("author", "ani@kantor", "counts"), ("approver", None, "missing")]
    assert report.notes[-1] == f"1 other person still has to approve it: `jip approve {desk.plan}`."


def test_who_shows_a_plan_that_nobody_signed_is_told_who_signs_first(desk: Desk) -> None:
    needed = "its risk is high; from medium on a plan needs an approval; it changes routers of role core: core-1"
    signs = f"its author signs it by `jip approve {desk.plan} --as author`"
    approves = f"and then another person approves it by `jip approve {desk.plan}`"
    assert show_plan(Project(desk.root), desk.plan).notes[-2:] == [
        f"It needs an approval ({needed}): {signs}, {approves}.",
        f"To carry it out: jip apply {desk.plan}",
    ]


def test_of_a_plan_that_is_approved_only_the_last_step_is_told(desk: Desk) -> None:
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    desk.sign("budi")
    notes = show_plan(Project(desk.root), desk.plan).notes
    assert (notes[-1], "approval" in str(notes)) == (f"To carry it out: jip apply {desk.plan}", False)


def test_where_nobody_can_tell_whether_it_needs_an_approval_that_is_told(desk: Desk) -> None:
    desk.plan.write_bytes(a_plan(kec_rawa="low").as_bytes())
    (desk.root / "var" / "trusted_ref").parent.mkdir(exist_ok=True)
    (desk.root / "var" / "trusted_ref").write_text("")
    note = show_plan(Project(desk.root), desk.plan).notes[-1]
    assert note.startswith("Nobody can tell whether it needs an approval: ")


def test_why_it_needs_an_approval_is_told(desk: Desk) -> None:
    report = desk.check()
    assert list(report.notes[:2]) == [
        "It needs an approval: its risk is high; from medium on a plan needs an approval.",
        "It needs an approval: it changes routers of role core: core-1.",
    ]


def test_nobody_approves_an_own_plan(desk: Desk) -> None:
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    with pytest.raises(ApprovalError, match="ani is its author too; another person approves"):
        desk.sign("ani-2")
    assert desk.files == ["plan.json.author.sig"]


def test_nobody_becomes_the_author_of_a_plan_that_he_approved(desk: Desk) -> None:
    desk.sign("ani")
    with pytest.raises(ApprovalError, match="ani has approved it already"):
        desk.sign("ani-2", signs_as=SignsAs.AUTHOR)
    assert desk.files == ["plan.json.approver-ani.sig"]


def test_a_key_of_nobody_does_not_sign(desk: Desk) -> None:
    with pytest.raises(ApprovalError, match="no line of refs/heads/main:inventory/allowed_signers has the key SHA256:"):
        desk.sign("citra")
    assert desk.files == []


def test_a_plan_that_was_changed_has_to_be_signed_anew(desk: Desk) -> None:
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    desk.plan.write_bytes(a_plan("--office x", core_1="high").as_bytes())
    assert told(desk.check()) == [
        ("author", None, "refused"),
        ("author", None, "missing"),
        ("approver", None, "missing"),
    ]
    assert told(desk.sign("ani", signs_as=SignsAs.AUTHOR))[0] == ("author", "ani@kantor", "counts")


def test_looking_signs_nothing_and_is_not_ok_until_the_plan_is_approved(desk: Desk) -> None:
    assert not desk.check().ok
    assert desk.files == []
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    desk.sign("budi")
    assert desk.check().ok


# ------------------------------------------------------------------ asking first


class Terminal(io.StringIO):
    """Somebody who types an answer."""

    def isatty(self) -> bool:
        return True


def test_it_is_asked_what_is_signed_as_what_in_whose_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    desk.sign("budi", yes=False)
    said = capsys.readouterr()
    assert not said.out.strip()
    assert (
        f"Plan {desk.plan}: --all; routers: 2, in batches: 2; highest risk: high; cuts off meanwhile: desa-jauh"
        in said.err
    )
    assert "Sign it as approver, in the name of budi, with the key SHA256:" in said.err
    assert desk.files == ["plan.json.approver-budi.sig"]


def test_who_says_no_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    with pytest.raises(typer.Abort):
        desk.sign("budi", yes=False)
    assert desk.files == []


def test_without_a_terminal_nothing_is_signed_unless_it_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="--yes signs without asking"):
        desk.sign("budi", yes=False)
    assert desk.files == []


# ------------------------------------------------------------------ which key


def test_the_key_may_be_named_in_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIP_SIGNING_KEY", str(desk.keys / "budi"))
    approve(Project(desk.root), desk.plan, yes=True)
    assert desk.files == ["plan.json.approver-budi.sig"]


def test_without_a_name_the_usual_key_signs(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JIP_SIGNING_KEY", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    with pytest.raises(UsageError, match="holds no id_ed25519 or id_rsa; name your key with --key"):
        approve(Project(desk.root), desk.plan, yes=True)
    (desk.keys / "budi").rename(tmp_path / ".ssh" / "id_ed25519")
    approve(Project(desk.root), desk.plan, yes=True)
    assert desk.files == ["plan.json.approver-budi.sig"]


# ------------------------------------------------------------------ what is no plan


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "2"}', '{"format": 4}', "[" * 100_000])
def test_what_is_no_plan_is_not_signed(content: str, desk: Desk) -> None:
    desk.plan.write_text(content)
    with pytest.raises(UsageError, match="is no plan: "):
        desk.sign("ani")
    assert desk.files == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("{", '{"subject": "--office kec-rawa",'),
        ("\n", "\r\n"),
        (' "format": 4', ' "format":  4'),
        ('"routers": {', '"routers": {"core-2": {}, '),
    ],
)
def test_a_plan_that_somebody_edited_is_not_signed(was: str, becomes: str, desk: Desk) -> None:
    desk.plan.write_bytes(desk.plan.read_bytes().replace(was.encode(), becomes.encode(), 1))
    with pytest.raises(UsageError, match="make it again with `jip plan`"):
        desk.sign("ani")
    assert desk.files == []


def test_a_plan_that_is_not_there_is_told(desk: Desk) -> None:
    desk.plan.unlink()
    with pytest.raises(UsageError, match="there is no such file"):
        desk.sign("ani")


def test_without_a_policy_nobody_knows_who_may_sign(tmp_path: Path) -> None:
    write_inventory(small_network(), tmp_path / "inventory")
    (tmp_path / "plan.json").write_bytes(a_plan(core_1="low").as_bytes())
    with pytest.raises(UsageError, match="names no trusted_ref"):
        approve(Project(tmp_path), tmp_path / "plan.json", check=True)


def test_a_plan_for_another_inventory_is_not_signed(desk: Desk) -> None:
    desk.plan.write_bytes(a_plan(nowhere="low").as_bytes())
    with pytest.raises(UsageError, match="no router 'nowhere' in the inventory"):
        desk.sign("ani")


# ------------------------------------------------------------------ from the first look to the last signature


def test_a_plan_of_a_twin_is_made_signed_and_approved(simulated: Simulation, tmp_path: Path) -> None:
    simulated.district.hand_edit("core-1", "interface eth1\nip ospf cost 77")
    simulated.district.hand_edit("desa-jauh", "ip route 192.0.2.0/24 blackhole")
    keys = {name: make_key(tmp_path, name) for name in ("ani", "budi")}
    signers = "".join(signer_line(name, key) for name, key in keys.items())
    commit(simulated.root, {"inventory/policy.yaml": POLICY, "inventory/allowed_signers": signers})
    project, file = simulated.project, tmp_path / "plan.json"
    plan(project, everything=True, output=file)
    approve(project, file, signs_as=SignsAs.AUTHOR, key=keys["ani"], yes=True)
    approve(project, file, key=keys["budi"], yes=True)
    content = file.read_bytes()
    facts = facts_of(plan_in(content, file), project.network)
    found = require(project, file, content, facts, datetime.now(UTC))
    assert [str(reason) for reason in found.reasons][-1:] == ["it changes routers of role core: core-1"]
    assert found.standing is not None
    assert found.standing.as_json()["author"]["network"] == f"lab/{project.lab}"
