"""Changing many routers: which of them together, in which order, and what that costs the offices meanwhile."""

from jipkit.rollout.batches import BRISK, CAREFUL, Pace, pace_for
from jipkit.rollout.units import Unit, broken_rule, units

__all__ = ["BRISK", "CAREFUL", "Pace", "Unit", "broken_rule", "pace_for", "units"]
