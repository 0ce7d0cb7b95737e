"""May it be carried out now? Asked before the first batch and before each later one, of plans and of offices alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from jipkit.approval import SignsAs
from jipkit.errors import ApprovalError, ChangeError, LockedError, UsageError
from jipkit.locks import lock_rollout
from jipkit.reasons import because
from jipkit.rollout import windows
from jipkit.testing.approvals import commit, make_key, sign_plan, signer_line
from jipkit.testing.simulation import Simulation
from playbooks import _permission
from playbooks.apply import apply
from playbooks.provision import provision
from tests.playbooks.rollouts import at_each, canary_of, drifted, holds, others_of, running

POLICY = "trusted_ref: refs/heads/main\nneeds_approval: {routers_above: 0}\n"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ani", "budi")}


def govern(simulated: Simulation, keys: Mapping[str, Path], *, who: tuple[str, ...] = ("ani", "budi")) -> None:
    """Let every plan need an approval, and ``who`` be the people who may sign in the trusted branch."""
    lines = "".join(signer_line(name, keys[name]) for name in who)
    commit(simulated.root, {"inventory/policy.yaml": POLICY, "inventory/allowed_signers": lines})


def sign(file: Path, keys: Mapping[str, Path], at: datetime | None = None) -> None:
    sign_plan(file, "ani", keys["ani"], SignsAs.AUTHOR, network="lab/simulated", at=at)
    sign_plan(file, "budi", keys["budi"], SignsAs.APPROVER, network="lab/simulated", at=at)


def kept(simulated: Simulation, office: str) -> Path:
    """Return the dry run of an office, which is kept as a plan."""
    return simulated.project.var / "plans" / f"provision-{office}.json"


def close(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = windows.Opening(because("no-window", windows="malam"), datetime(2026, 12, 1, 20, tzinfo=UTC))
    monkeypatch.setattr(_permission, "opening", lambda *_: closed)


# ------------------------------------------------------------------ plans of many routers


def test_an_approved_plan_is_carried_out_and_its_approval_recorded(
    simulated: Simulation, keys: Mapping[str, Path]
) -> None:
    file = drifted(simulated)
    govern(simulated, keys)
    sign(file, keys)
    report = apply(simulated.project, file)
    started = simulated.project.store.journal(run=report.data["run"])[0]
    approval = json.loads(started.detail["arguments"])["approval"]
    assert (report.ok, approval["approvers"][0]["by"]) == (True, "budi")


def test_an_approver_who_is_struck_off_stops_what_was_not_begun(
    simulated: Simulation, keys: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    govern(simulated, keys)
    sign(file, keys)
    at_each("batch", lambda: govern(simulated, keys, who=("ani",)), monkeypatch)
    report = apply(simulated.project, file)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert "it is no longer approved" in str(report.data["stopped"])
    assert "no line of refs/heads/main:inventory/allowed_signers" in str(report.data["stopped"])


def test_an_approval_that_grows_too_old_stops_what_was_not_begun(
    simulated: Simulation, keys: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    govern(simulated, keys)
    sign(file, keys)

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(hours=73)

    at_each("batch", lambda: monkeypatch.setattr(_permission, "datetime", Later), monkeypatch)
    report = apply(simulated.project, file)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert "no signature is taken that is older than 72 hours" in str(report.data["stopped"])


def test_an_inventory_that_is_broken_meanwhile_stops_what_was_not_begun(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    path = simulated.root / "inventory" / "offices.yaml"
    at_each("batch", lambda: path.write_text("desa-jauh: {kind: castle}\n", "utf-8"), monkeypatch)
    report = apply(simulated.project, file)
    assert "the inventory has faults by now" in str(report.data["stopped"])


def test_an_emergency_lifts_no_approval(simulated: Simulation, keys: Mapping[str, Path]) -> None:
    file = drifted(simulated)
    govern(simulated, keys)
    with pytest.raises(ApprovalError):
        apply(simulated.project, file, emergency="BPJS putus")


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_emergency_without_a_reason_is_none(simulated: Simulation, reason: str) -> None:
    with pytest.raises(UsageError, match="--emergency wants a reason"):
        apply(simulated.project, drifted(simulated, "kec-rawa"), emergency=reason)


# ------------------------------------------------------------------ an office


def test_an_office_is_not_provisioned_outside_the_windows(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = running(simulated)
    close(monkeypatch)
    with pytest.raises(UsageError, match=r"outside the windows .*; nothing was done"):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert running(simulated) == before


def test_a_dry_run_needs_no_window(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    close(monkeypatch)
    assert provision(simulated.project, "pkm-baru").ok


def test_in_an_emergency_an_office_is_provisioned_and_the_reason_recorded(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(monkeypatch)
    done = provision(simulated.project, "pkm-baru", commit=True, timer=10, emergency="BPJS putus")
    assert (done.ok, simulated.project.store.runs()[-1].arguments["emergency"]) == (True, "BPJS putus")


def test_an_office_waits_for_its_turn_while_a_rollout_goes_on(simulated: Simulation) -> None:
    with lock_rollout(simulated.project), pytest.raises(LockedError):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)


def test_an_office_whose_dry_run_nobody_approved_is_not_provisioned(
    simulated: Simulation, keys: Mapping[str, Path]
) -> None:
    govern(simulated, keys)
    provision(simulated.project, "pkm-baru")
    before = running(simulated)
    with pytest.raises(ApprovalError, match=r"provision-pkm-baru\.json: needs an approval .*author has not signed"):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert running(simulated) == before


def test_a_dry_run_says_that_it_has_to_be_approved(simulated: Simulation, keys: Mapping[str, Path]) -> None:
    govern(simulated, keys)
    file = kept(simulated, "pkm-baru")
    assert provision(simulated.project, "pkm-baru").notes[1] == (
        "Before that it has to be approved (its author has not signed it; 0 of 1 approvals are there): "
        f"jip --lab simulated approve {file}"
    )
    sign(file, keys)
    assert "approve" not in "".join(provision(simulated.project, "pkm-baru").notes)


def test_an_office_whose_dry_run_was_approved_is_provisioned(simulated: Simulation, keys: Mapping[str, Path]) -> None:
    govern(simulated, keys)
    provision(simulated.project, "pkm-baru")
    sign(kept(simulated, "pkm-baru"), keys)
    assert provision(simulated.project, "pkm-baru", commit=True, timer=10).ok


def test_what_was_approved_of_an_office_is_all_that_is_done(simulated: Simulation, keys: Mapping[str, Path]) -> None:
    """The dry run is gone, so nobody can be shown what changed since; its signatures are of other bytes."""
    govern(simulated, keys)
    provision(simulated.project, "pkm-baru")
    sign(kept(simulated, "pkm-baru"), keys)
    kept(simulated, "pkm-baru").unlink()
    simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
    before = running(simulated)
    with pytest.raises(ApprovalError, match="signed for another plan"):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert running(simulated) == before


def test_a_router_changed_since_the_approval_is_named(simulated: Simulation, keys: Mapping[str, Path]) -> None:
    govern(simulated, keys)
    provision(simulated.project, "pkm-baru")
    sign(kept(simulated, "pkm-baru"), keys)
    simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
    with pytest.raises(ChangeError, match=r"pop-1 now has \+ ip route 192\.0\.2\.0/24 blackhole"):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)


def test_nothing_to_change_needs_no_permission(
    simulated: Simulation, keys: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    govern(simulated, keys)
    close(monkeypatch)
    assert provision(simulated.project, "kec-rawa", commit=True, timer=10).ok
