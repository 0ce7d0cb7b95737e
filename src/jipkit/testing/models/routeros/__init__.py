r"""How RouterOS takes commands: a model of its menus, rows and references, without any device around it.

>>> model = Model("/interface bridge add name=bridge1\n")
>>> model.apply(["/ip address add address=10.160.0.1/24 interface=bridge1"])
>>> print(model.text(), end="")
/interface bridge add name=bridge1
/ip address add address=10.160.0.1/24 interface=bridge1 network=10.160.0.0
"""

from jipkit.testing.models.routeros.model import Model
from jipkit.testing.models.routeros.store import PORTS
from jipkit.testing.models.routeros.text import Refused

__all__ = ["PORTS", "Model", "Refused"]
