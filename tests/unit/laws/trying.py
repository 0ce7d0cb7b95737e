"""How often a law is tried: on other configurations at each run, and as many times more often as ``JIP_LAWS`` says."""

from __future__ import annotations

import os

from hypothesis import settings

TIMES = int(os.environ.get("JIP_LAWS", "1"))


def law(examples: int) -> settings:
    """Return the settings of a law that is tried on ``examples`` configurations."""
    return settings(max_examples=examples * TIMES, deadline=None, derandomize=False, print_blob=True)
