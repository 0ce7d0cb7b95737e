"""A link that works now, and has stopped working too often lately to be called up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from jipkit.verdict.link import LinkVerdict
from jipkit.verdict.words import FAULTY, Verdict, words

WINDOW = timedelta(hours=1)
LIMIT = 3
"""So many breaks within the window are too many."""


def breaks(seen: Iterable[tuple[datetime, Verdict]]) -> tuple[datetime, ...]:
    """Return when a link was seen to stop working, from its verdicts, oldest first, and since when it had each."""
    return tuple(now for (_, before), (now, after) in pairwise(seen) if after in FAULTY and before not in FAULTY)


def unless_flapping(verdict: LinkVerdict, broke: Sequence[datetime]) -> LinkVerdict:
    """Return ``verdict``, or that the link is flapping; ``broke`` as `breaks` returns it."""
    lately = [moment for moment in broke if verdict.at - WINDOW < moment <= verdict.at]
    if verdict.verdict not in (Verdict.UP, Verdict.DEGRADED) or len(lately) < LIMIT:
        return verdict
    minutes = int(WINDOW.total_seconds()) // 60
    return replace(
        verdict, verdict=Verdict.FLAPPING, cause=words("flapping", times=len(lately), minutes=minutes), carries=True
    )
