"""Changing many routers: which of them together, in which order, and what that costs the offices meanwhile."""

from jipkit.rollout.batches import BRISK, CAREFUL, Batch, Pace, batches

__all__ = ["BRISK", "CAREFUL", "Batch", "Pace", "batches"]
