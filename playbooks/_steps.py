"""Words for how far a change came on a router, and what the router holds of it."""

from __future__ import annotations

from collections.abc import Mapping

from jipkit.errors import Holds
from jipkit.language import N_, _
from jipkit.report import Mood

HOLDS: Mapping[Holds, tuple[str, Mood]] = {
    "nothing": (N_("nothing of it"), "good"),
    "reverted": (N_("nothing any more: taken back"), "good"),
    "all": (N_("all of it"), "good"),
    "part": (N_("a part of it"), "bad"),
    "unknown": (N_("unknown"), "bad"),
}

_STEPS: Mapping[str, str] = {
    "not started": N_("not started"),
    "unchanged": N_("unchanged"),
    "identity": N_("identity"),
    "backup": N_("backup"),
    "guard": N_("guard"),
    "dry-run": N_("dry-run"),
    "bootstrap": N_("bootstrap"),
    "apply": N_("apply"),
    "check": N_("check"),
    "confirm": N_("confirm"),
    "confirmed": N_("confirmed"),
    "rollback": N_("rollback"),
    "taken back": N_("taken back"),
    "recovered": N_("recovered"),
    "undone": N_("undone"),
    "batch": N_("batch"),
    "unknown": N_("unknown"),
    "stopped": N_("stopped"),
    "paused": N_("waiting for the way"),
    "resumed": N_("the way is back"),
    "given up": N_("waited in vain"),
    "queued": N_("queued: not reached"),
    "looked after": N_("looked after"),
}


def step_word(step: str) -> str:
    """Return what people call a step; its name where a record is of another version."""
    return _(_STEPS.get(step, step))


def holds_word(holds: Holds) -> str:
    """Return in words what a router holds of a change."""
    return _(HOLDS[holds][0])
