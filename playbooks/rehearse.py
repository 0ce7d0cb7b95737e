"""What would a router make of its change? Tried on a model of it, before anybody touches the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

import typer

from jipkit import completion
from jipkit.backups import Backup
from jipkit.drift import as_diff, compare
from jipkit.errors import JipError, UsageError
from jipkit.language import N_, _
from jipkit.model import Network, Router
from jipkit.project import Project
from jipkit.provisioning import activated, change_order, planned_in
from jipkit.report import Column, Mood, Report, Row, Text
from jipkit.testing.rehearsal import STAGES, Refusal
from jipkit.testing.rehearsal import rehearse as put

Result = Literal["taken", "nothing to do", "refused", "not as intended", "not assessable"]

RESULTS: dict[Result, tuple[str, Mood]] = {
    "taken": (N_("taken, and as intended afterwards"), "good"),
    "nothing to do": (N_("nothing to change"), "plain"),
    "refused": (N_("lines refused"), "bad"),
    "not as intended": (N_("taken, but not as intended afterwards"), "bad"),
    "not assessable": (N_("not assessable"), "unknown"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one router's rehearsal; ``why`` where there was none."""

    router: str
    result: Result
    backup: Backup | None = None
    commands: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    rest: str = ""
    why: str = ""


def rehearse(
    project: Project,
    router: Annotated[
        list[str] | None, typer.Argument(help=N_("Routers to try."), autocompletion=completion.routers)
    ] = None,
    *,
    office: Annotated[
        str | None,
        typer.Option(
            help=N_("Try what provisioning this office would change, on every router that it changes."),
            autocompletion=completion.offices,
        ),
    ] = None,
) -> Report:
    """Try a change on a model of the router that holds its last backup, and name every line that it would refuse.

    Nothing is asked of the router itself. What the model has never heard of it refuses: better here than there.

    Example:
        jip rehearse kec-pampangan
    """
    network = project.network
    if bool(router) is bool(office):
        raise UsageError("name routers, or --office OFFICE for all that provisioning it changes")
    chosen = change_order(network, office) if office else [network.router(name).key for name in router or ()]
    after = activated(network, planned_in(network, office)) if office else network
    tried = [_try(project, after, network.router(key)) for key in chosen]
    return _report(project, tried)


def _try(project: Project, after: Network, router: Router) -> Tried:
    backup = project.backups.latest(router.key)
    if backup is None:
        why = _("there is no backup of it; make one with `{jip} backup --router {router}`")
        return Tried(router.key, "not assessable", why=why.format(jip=project.command, router=router.key))
    model = STAGES.get(router.platform)
    if model is None:
        why = _("there is no model of platform {platform}").format(platform=router.platform)
        return Tried(router.key, "not assessable", backup, why=why)
    facts = project.facts(router)
    try:
        intended = project.render(router.key, after)
        before = compare(intended, backup.text, facts)
        if before.clean:
            return Tried(router.key, "nothing to do", backup)
        done = put(partial(model, backup.text, before.version or router.version), before.remedy)
        if done.refusals:
            return Tried(router.key, "refused", backup, before.remedy, done.refusals)
        left = compare(intended, done.after, facts)
    except JipError as error:
        return Tried(router.key, "not assessable", backup, why=str(error))
    rest = "" if left.clean else as_diff(left, after.place)
    return Tried(router.key, "not as intended" if rest else "taken", backup, before.remedy, rest=rest)


def _report(project: Project, tried: Sequence[Tried]) -> Report:
    good = sum(one.result in ("taken", "nothing to do") for one in tried)
    return Report(
        name="rehearse",
        ok=good == len(tried),
        title=_("{good} of {all} routers would take their change").format(good=good, all=len(tried)),
        columns=(
            Column("router", _("Router")),
            Column("result", _("Result")),
            Column("commands", _("Commands")),
            Column("refused", _("Refused")),
            Column("backup", _("Backup of")),
            Column("why", _("Why")),
        ),
        rows=[_row(one) for one in tried],
        texts=[text for one in tried for text in _texts(one)],
        notes=[_("A model is not the router: it says what it refuses, not that the router will take the rest.")],
        data={"platforms": sorted({project.network.router(one.router).platform for one in tried})},
    )


def _row(one: Tried) -> Row:
    word, mood = RESULTS[one.result]
    values = {
        "router": one.router,
        "result": one.result,
        "commands": len(one.commands),
        "refused": len(one.refusals),
        "backup": one.backup.when.isoformat(timespec="minutes") if one.backup else None,
        "why": one.why or None,
        "refusals": [{"line": refusal.line, "message": refusal.message} for refusal in one.refusals],
    }
    return Row(values, shown={"result": _(word)}, mood=mood)


def _texts(one: Tried) -> Sequence[Text]:
    found = []
    if one.refusals:
        lines = "".join(f"{refusal.line}\n    {refusal.message}\n" for refusal in one.refusals)
        found.append(Text(_("{router}: lines refused").format(router=one.router), lines, kind="config"))
    if one.commands:
        lines = "".join(f"{line}\n" for line in one.commands)
        found.append(Text(_("{router}: commands").format(router=one.router), lines, kind="config"))
    if one.rest:
        found.append(Text(_("{router}: what would still differ").format(router=one.router), one.rest, kind="diff"))
    return found
