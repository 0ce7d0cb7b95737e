"""Runs in words, and for programs. What their records hold may be anybody's text: it is shown as one readable line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from jipkit.errors import Holds
from jipkit.language import N_, _
from jipkit.printable import escaped
from jipkit.report import Mood
from jipkit.store import RunRecord, RunState
from playbooks._status import duration, some
from playbooks._steps import HOLDS, step_word

MOST_TEXT = 300
MOST_ROUTERS = 4

Held = Mapping[str, str | None]
"""What each router of a run holds of its change."""

MOODS: Mapping[RunState, Mood] = {
    "done": "good",
    "failed": "bad",
    "interrupted": "warn",
    "going on": "info",
    "never ended": "bad",
    "not known": "unknown",
}

_RUN_STEPS: Mapping[str, str] = {"run started": N_("run started"), "run ended": N_("run ended")}
_DIGEST = re.compile(r"[0-9a-f]{64}")


def mood(run: RunRecord, held: Held) -> Mood:
    """Return how a run looks: bad when it has ended and nobody knows what a router holds of it."""
    return "bad" if run.state != "going on" and doubtful(held) else MOODS[run.state]


def values_of(run: RunRecord, held: Held, undone_by: Sequence[int] = ()) -> dict[str, Any]:
    """Return a run as programs read it; ``undone_by`` are the later runs that took something of it back."""
    return {
        "run": run.id,
        "command": run.command,
        "arguments": dict(run.arguments),
        "by": run.by,
        "machine": run.machine,
        "started": run.started.isoformat(),
        "ended": run.ended.isoformat() if run.ended else None,
        "seconds": seconds_of(run),
        "state": run.state,
        "outcome": run.outcome,
        "routers": [{"router": router, "holds": holds} for router, holds in held.items()],
        "undone_by": list(undone_by),
    }


def seconds_of(run: RunRecord) -> float | None:
    """Return how long a run took; None while it has not ended, and where a clock was set back meanwhile."""
    seconds = (run.ended - run.started).total_seconds() if run.ended else -1.0
    return seconds if seconds >= 0 else None


def took(run: RunRecord) -> str:
    """Return in words how long a run took."""
    seconds = seconds_of(run)
    if seconds is not None:
        return duration(int(seconds))
    return _("not known: a clock was set back") if run.ended else "-"


def undone(runs: Sequence[int]) -> str:
    """Return in words by which runs something was taken back."""
    return _("undone by run {runs}").format(runs=", ".join(map(str, runs)))


def outcome(run: RunRecord) -> str:
    """Return in words how a run ended, or that it did not."""
    words = {
        "done": _("done"),
        "failed": _("failed: {why}"),
        "interrupted": _("interrupted"),
        "going on": _("going on"),
        "never ended": _("never ended: it crashed or was killed"),
        "not known": _("not ended; whether it goes on only {machine} knows"),
    }
    why = readable((run.outcome or "").removeprefix("failed: "))
    return words[run.state].format(why=why, machine=escaped(run.machine or "?"))


def arguments(run: RunRecord) -> str:
    """Return what a run was called with; what is empty is left out."""
    return named(run.arguments) or "-"


def named(values: Mapping[str, Any]) -> str:
    """Return values with their names; of a digest its beginning."""
    return readable(", ".join(f"{key}={_text(value)}" for key, value in values.items() if value not in ("", None, [])))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:12] if _DIGEST.fullmatch(value) else value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return json.dumps(value, ensure_ascii=False)


def readable(text: str) -> str:
    """Return a text on one line that is not too long; programs get all of it."""
    line = escaped(text)
    return line if len(line) <= MOST_TEXT else f"{line[:MOST_TEXT]}..."


def step(name: str) -> str:
    """Return what people call a step."""
    return _(_RUN_STEPS[name]) if name in _RUN_STEPS else escaped(step_word(name))


def holdings(held: Held) -> str:
    """Return in words which routers a run touched and what they hold of it: a word for all that hold the same."""
    alike: dict[str | None, list[str]] = {}
    for router, holds in held.items():
        alike.setdefault(holds, []).append(escaped(router))
    return "; ".join(_held(holds, routers) for holds, routers in alike.items()) or "-"


def _held(holds: str | None, routers: list[str]) -> str:
    names = some(routers, MOST_ROUTERS) if len(routers) > MOST_ROUTERS + 1 else ", ".join(routers)
    return names if holds is None else _("{routers}: {holds}").format(routers=names, holds=holds_word(holds))


def holds_word(holds: str) -> str:
    """Return in words what a router holds; what is no word of ours, as it is."""
    known: Mapping[Any, tuple[str, Mood]] = HOLDS
    return _(known[holds][0]) if holds in known else escaped(holds)


def doubtful(held: Held) -> list[str]:
    """Return the routers of which nobody knows that they hold all of a change, or nothing."""
    settled: tuple[Holds, ...] = ("nothing", "all", "reverted")
    return [router for router, holds in held.items() if holds is not None and holds not in settled]
