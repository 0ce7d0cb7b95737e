"""A NAPALM driver for FRRouting: ``napalm.get_network_driver("frr")``.

It logs in to a shell account of the router that may use ``vtysh``; see README.md beside this file.
"""

from __future__ import annotations

import logging

from napalm_frr.connection import HostKeyError
from napalm_frr.driver import FRRDriver

__all__ = ["FRRDriver", "HostKeyError"]

# without a handler of its own, Python prints paramiko's transport errors to stderr by itself
logging.getLogger(__name__).addHandler(logging.NullHandler())
