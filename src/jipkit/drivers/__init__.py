"""Drivers of NAPALM's shape for platforms that NAPALM has none for, or none with a rollback timer.

A driver can do what NAPALM's can, and tells besides what became of the last commit (``commit_status``) and what its
device can do (``capabilities``).
"""

from jipkit.drivers.shape import DRIVERS, Capabilities, CommitStatus, State, load

__all__ = ["DRIVERS", "Capabilities", "CommitStatus", "State", "load"]
