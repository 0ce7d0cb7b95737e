"""Who made this plan, and who else thinks that it is right?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from jipkit.approval import (
    PlanFacts,
    Signed,
    SignsAs,
    Standing,
    Trusted,
    facts_of,
    needed,
    network_name,
    standing_of,
    trusted,
)
from jipkit.approval.judge import apart, signer_of
from jipkit.approval.keygen import public_key_of, sign
from jipkit.approval.statement import Statement, write_signature
from jipkit.errors import UsageError
from jipkit.language import N_, _, ngettext
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import Reason, as_json, said
from jipkit.report import Column, Mood, Report, Row
from playbooks._clock import Clock, clock_of
from playbooks._plan_file import plan_in, read_plan
from playbooks._plan_report import LEVELS

KEYS = ("id_ed25519", "id_rsa")
"""The keys in ``~/.ssh`` that are tried where none is named."""
WORDS: Mapping[SignsAs, str] = {SignsAs.AUTHOR: N_("author"), SignsAs.APPROVER: N_("approver")}
STATES: Mapping[str, tuple[str, Mood]] = {
    "counts": (N_("counts"), "good"),
    "refused": (N_("does not count"), "bad"),
    "missing": (N_("is missing"), "warn"),
}


def approve(
    project: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The plan."))],
    *,
    signs_as: Annotated[
        SignsAs, typer.Option("--as", help=N_("What you are to it: its author, or another person who approves it."))
    ] = SignsAs.APPROVER,
    key: Annotated[
        Path | None,
        typer.Option(
            help=N_("Your SSH key, Ed25519 or RSA; the public one where the SSH agent holds the private one."),
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Sign without asking."))] = False,
    check: Annotated[bool, typer.Option("--check", help=N_("Sign nothing; tell who signed and who has to."))] = False,
) -> Report:
    """Sign a plan, as its author or as another person who approves it, and tell who still has to.

    The signature is a file beside the plan. Who may sign stands in inventory/allowed_signers of the trusted branch.

    Example:
        jip approve plan.json --key ~/.ssh/id_ed25519.pub
    """
    by = trusted(project)
    if by is None:
        raise UsageError(
            "inventory/policy.yaml names no trusted_ref: nobody knows who may sign; write the policy first"
        )
    content = read_plan(file)
    plan = plan_in(content, file)
    paper = _Paper(file, content, plan, facts_of(plan, project.network), network_name(project), by)
    if not check:
        _sign(paper, signs_as, key or _own_key(), ask=not yes)
    return _report(project, paper, checked=check)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A plan as it was read once: what is shown, asked about and signed is the same."""

    file: Path
    content: bytes
    plan: Plan
    facts: PlanFacts
    network: str
    by: Trusted

    def standing(self) -> Standing:
        """Return how far it is approved now."""
        return standing_of(self.file, self.content, self.network, self.by, datetime.now(UTC))


# ------------------------------------------------------------------ signing


def _sign(paper: _Paper, signs_as: SignsAs, key_file: Path, *, ask: bool) -> None:
    """Sign a plan, after asking; nothing is signed that would not count.

    Raises:
        ApprovalError: the key is nobody's, or its person has signed the plan as something else.
        UsageError: there is nobody to ask.
        Abort: whoever was asked said no.
    """
    public, at, standing = public_key_of(key_file), datetime.now(UTC).replace(microsecond=0), paper.standing()
    signer = signer_of(paper.by, public, at)
    statement = Statement(standing.plan, paper.network, at, signer.principal, signs_as)
    signed = Signed(paper.file.name, statement, public)
    if signs_as is SignsAs.APPROVER:
        apart(signed, standing.author, [])
    else:
        apart(signed, None, list(standing.approvers))
    if ask:
        _ask(paper, signed)
    write_signature(paper.file, sign(statement, key_file))


def _own_key() -> Path:
    """Return the key that ``JIP_SIGNING_KEY`` names, else the first usual one.

    Raises:
        UsageError: there is none.
    """
    if named := os.environ.get("JIP_SIGNING_KEY"):
        return Path(named).expanduser()
    folder = Path("~/.ssh").expanduser()
    for name in KEYS:
        if (folder / name).exists() or (folder / f"{name}.pub").exists():
            return folder / name if (folder / name).exists() else folder / f"{name}.pub"
    raise UsageError(f"{folder} holds no {' or '.join(KEYS)}; name your key with --key or JIP_SIGNING_KEY")


def _ask(paper: _Paper, signed: Signed) -> None:
    if not sys.stdin.isatty():
        raise UsageError("there is nobody to ask whether to sign; --yes signs without asking")
    statement = signed.statement
    for line in (
        _("Plan {file}: {words}").format(file=paper.file, words="; ".join(_words(paper))),
        _("SHA-256 {sha256}, for network {network}").format(sha256=statement.plan, network=statement.network),
    ):
        typer.echo(line, err=True)
    question = _("Sign it as {what}, in the name of {by}, with the key {fingerprint}?").format(
        what=_(WORDS[statement.signs_as]), by=statement.by, fingerprint=signed.key.fingerprint
    )
    typer.confirm(question, abort=True, err=True)


def _words(paper: _Paper) -> Iterator[str]:
    """Yield what somebody should see of a plan before signing it; `jip show plan` shows all of it."""
    yield paper.plan.subject
    yield _("routers: {routers}, in batches: {batches}").format(
        routers=len(paper.facts.routers), batches=len(paper.plan.batches)
    )
    risk = paper.facts.risk
    yield _("highest risk: {level}").format(level=_(LEVELS[risk]) if risk else _("not known"))
    offices = dict.fromkeys(office for loss in paper.plan.losses for office in loss.offices)
    if offices:
        yield _("cuts off meanwhile: {offices}").format(offices=", ".join(offices))


# ------------------------------------------------------------------ telling


def _report(project: Project, paper: _Paper, *, checked: bool) -> Report:
    clock, standing = clock_of(project), paper.standing()
    title = _("{file} is approved") if standing.complete else _("{file} is not approved yet")
    reasons = needed(paper.by.policy, paper.facts)
    return Report(
        name="approve",
        ok=standing.complete or not checked,
        title=title.format(file=paper.file),
        columns=(
            Column("as", _("As")),
            Column("by", _("By")),
            Column("at", _("Signed")),
            Column("state", _("State")),
            Column("why", _("Why")),
            Column("file", _("File")),
        ),
        rows=[*_signed(standing, clock), *_others(standing)],
        notes=[*_needs(reasons), *_notes(f"{project.command} approve {paper.file}", standing), *clock.notes],
        data={
            "plan": standing.plan,
            "network": paper.network,
            "approved": standing.complete,
            "needed": [as_json(reason) for reason in reasons],
            "missing": {"author": standing.author is None, "approvals": standing.missing},
            "trusted": {"ref": paper.by.policy.trusted_ref, "commit": paper.by.commit},
        },
    )


def _signed(standing: Standing, clock: Clock) -> Iterator[Row]:
    for each in (*([standing.author] if standing.author else []), *standing.approvers):
        statement = each.statement
        values = _values(statement.signs_as, "counts", file=each.file) | {
            "by": statement.by,
            "person": each.person,
            "at": statement.at.isoformat(),
            "key": each.key.fingerprint,
        }
        yield _row(values, {"at": clock.shown(statement.at)})


def _others(standing: Standing) -> Iterator[Row]:
    for each in standing.refused:
        values = _values(each.signs_as, "refused", file=each.file) | {"why": as_json(each.reason)}
        yield _row(values, {"why": said(each.reason)})
    if standing.author is None:
        yield _row(_values(SignsAs.AUTHOR, "missing"), {})
    for _number in range(standing.missing):
        yield _row(_values(SignsAs.APPROVER, "missing"), {})


def _values(signs_as: SignsAs, state: str, file: str | None = None) -> dict[str, Any]:
    unknown = dict.fromkeys(("by", "person", "at", "key", "why"))
    return {"as": signs_as.value, "state": state, "file": file, **unknown}


def _row(values: Mapping[str, Any], shown: Mapping[str, str]) -> Row:
    word, mood = STATES[values["state"]]
    return Row(values, shown={"as": _(WORDS[SignsAs(values["as"])]), "state": _(word), **shown}, mood=mood)


def _needs(reasons: Sequence[Reason]) -> Iterator[str]:
    """Yield why the plan needs an approval, or that it needs none."""
    if not reasons:
        yield _("It needs no approval: the policy asks for none.")
    for reason in reasons:
        yield _("It needs an approval: {reason}.").format(reason=said(reason))


def _notes(command: str, standing: Standing) -> Iterator[str]:
    """Yield who still has to sign, and how."""
    if standing.author is None:
        yield _("Its author still has to sign: `{command}`.").format(command=f"{command} --as author")
    if standing.missing:
        yield ngettext(
            "{n} other person still has to approve it: `{command}`.",
            "{n} other people still have to approve it: `{command}`.",
            standing.missing,
        ).format(n=standing.missing, command=command)
