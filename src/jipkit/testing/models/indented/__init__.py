"""Models of devices whose configuration is blocks of lines: what they make of lines that are typed at them.

They are written from how the devices behave, command by command, and share nothing with what generates remedies.
"""

from jipkit.testing.models.indented.eos import EOS
from jipkit.testing.models.indented.ios import IOS, IOS_15
from jipkit.testing.models.indented.model import Model, Refused, Typing
from jipkit.testing.models.indented.rules import Rules
from jipkit.testing.models.indented.vrp import VRP

__all__ = ["EOS", "IOS", "IOS_15", "VRP", "Model", "Refused", "Rules", "Typing"]
