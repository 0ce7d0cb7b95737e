"""How a session with a router is opened: by its pinned host key, within limits, with failures in our words."""

from jipkit.transport.connection import CONNECTION, DeviceConnection, load_drivers, simulated, stand_in
from jipkit.transport.failures import hush, translated
from jipkit.transport.login import Login, Target, strict
from jipkit.transport.sockets import fetch_host_key

__all__ = [
    "CONNECTION",
    "DeviceConnection",
    "Login",
    "Target",
    "fetch_host_key",
    "hush",
    "load_drivers",
    "simulated",
    "stand_in",
    "strict",
    "translated",
]
