"""What jip asks of a driver beyond NAPALM, and where the driver of each name is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypedDict

State = Literal["none", "pending", "confirmed", "reverted", "failed"]


class CommitStatus(TypedDict):
    """What the device remembers of the last commit, across sessions.

    ``token`` names it, empty where the device remembers none. ``exact``: whether the device is as it was before, None
    where that is not known. ``when`` in seconds since 1970.
    """

    state: State
    token: str
    exact: bool | None
    when: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a device can do, as it was found out by asking it; ``notes`` say why it cannot."""

    dry_run: bool
    device_timer: bool
    atomic_replace: bool
    notes: tuple[str, ...] = ()


DRIVERS: Mapping[str, str] = {
    "eos": "jipkit.drivers.eos:EosDriver",
    "huawei_vrp": "jipkit.drivers.huawei_vrp:HuaweiVrpDriver",
    "ios": "jipkit.drivers.ios:IosDriver",
    "junos": "jipkit.drivers.junos:JunosDriver",
    "routeros": "jipkit.drivers.routeros:RouterOsDriver",
    "vyos": "jipkit.drivers.vyos:VyosDriver",
}
"""Where the driver is that ``napalm`` in a ``platform.yaml`` names; every other name is one of NAPALM's."""


def load(name: str) -> Callable[..., Any] | None:
    """Return our driver class of that name; None when we have none."""
    place = DRIVERS.get(name)
    if place is None:
        return None
    module, _, attribute = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found
