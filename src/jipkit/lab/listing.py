"""Which labs there are, and what is in one: as reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jipkit.errors import LabError
from jipkit.lab import state
from jipkit.lab.build import Written
from jipkit.lab.containerlab import IMAGE
from jipkit.lab.startup import Native
from jipkit.lab.state import LabState
from jipkit.language import N_, _
from jipkit.report import Column, Mood, Report, Row

_STATES: Mapping[str, tuple[str, Mood]] = {
    "up": (N_("runs"), "good"),
    "coming up": (N_("coming up"), "info"),
    "gone": (N_("gone (its holder was killed)"), "bad"),
}
_KINDS: Mapping[str, str] = {"router": N_("router"), "host": N_("host"), "cable": N_("cable")}


def all_labs() -> Report:
    """Return every lab of this machine: whether it runs, since when, its routers and its project.

    Raises:
        LabError: only root may know.
    """
    rows = [_row(name) for name in state.names()]
    return Report(
        name="lab ls",
        ok=True,
        columns=(
            Column("name", _("Lab")),
            Column("state", _("State")),
            Column("since", _("Since")),
            Column("routers", _("Routers")),
            Column("project", _("Project")),
        ),
        rows=rows,
        notes=() if rows else (_("There is no lab. Next: jip lab up NAME --office OFFICE"),),
    )


def inside(known: LabState) -> Report:
    """Return what is in a lab that runs: its routers, hosts and cables."""
    rows = [
        *(_thing("router", name, powered=name in known.processes) for name in known.routers),
        *(_thing("host", name) for name in known.hosts),
        *(_thing("cable", name, ends=[*ends]) for name, ends in known.cables.items()),
    ]
    return Report(
        name="lab ls",
        ok=True,
        title=known.name,
        columns=(
            Column("kind", _("What")),
            Column("name", _("Name")),
            Column("ends", _("Between")),
            Column("powered", _("Has power")),
        ),
        rows=rows,
        data=facts_of(known),
    )


def images_of(written: Written) -> Report:
    """Return what each router of an exported twin runs on, and which images have to be one's own."""
    own = sorted({one.reference for one in written.natives.values() if not one.image.public})
    notes = [_("Needs your own image: {image}; START.md says how to come by it.").format(image=name) for name in own]
    lost = [(key, name) for key, one in written.natives.items() for name in one.left_out]
    notes += [_("{router}: left out, the image has no port for {port}.").format(router=r, port=p) for r, p in lost]
    return Report(
        name="lab export",
        ok=True,
        columns=(Column("router", _("Router")), Column("kind", _("Runs on")), Column("image", _("Image"))),
        rows=[_image(key, written.natives.get(key)) for key in written.routers],
        notes=notes,
        data={"files": [str(path) for path in written.files]},
    )


def _image(router: str, native: Native | None) -> Row:
    if native is None:
        return Row({"router": router, "kind": "linux", "image": IMAGE, "own": False})
    values = {"router": router, "kind": native.image.kind, "image": native.reference, "own": not native.image.public}
    return Row({**values, "ports": dict(native.names), "left_out": list(native.left_out)})


def facts_of(known: LabState) -> dict[str, object]:
    """Return what programs want to know of a lab that runs."""
    return {
        "name": known.name,
        "state": "up",
        "since": _moment(known.started),
        "ends": _moment(known.ends),
        "routers": list(known.routers),
        "project": known.root,
    }


def _row(name: str) -> Row:
    nothing: dict[str, object] = {"since": None, "ends": None, "routers": [], "project": None}
    if not state.is_alive(name):
        return _shown({"name": name, "state": "gone", **nothing})
    try:
        known = state.load(name)
    except LabError:  # it has a lock, and no file yet
        return _shown({"name": name, "state": "coming up", **nothing})
    since = datetime.fromtimestamp(known.started).astimezone()
    return _shown(facts_of(known), since=f"{since:%Y-%m-%d %H:%M}", routers=str(len(known.routers)))


def _shown(values: Mapping[str, object], **shown: str) -> Row:
    word, mood = _STATES[str(values["state"])]
    return Row(values, shown={"state": _(word), **shown}, mood=mood)


def _thing(kind: str, name: str, *, powered: bool | None = None, ends: list[str] | None = None) -> Row:
    values = {"kind": kind, "name": name, "powered": powered, "ends": ends}
    return Row(values, shown={"kind": _(_KINDS[kind])}, mood="bad" if powered is False else "plain")


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")
