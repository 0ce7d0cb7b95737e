"""Models of devices whose configuration is a tree that whole lines set and delete: what they make of such lines.

They are written from how the devices behave, statement by statement, and share nothing with what works out remedies.
"""

from jipkit.testing.models.sets.model import Model, Refused
from jipkit.testing.models.sets.rules import JUNOS, VYOS, Rules

__all__ = ["JUNOS", "VYOS", "Model", "Refused", "Rules"]
