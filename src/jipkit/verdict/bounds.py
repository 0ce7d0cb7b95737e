"""What is usual for a link: beyond it, the link is degraded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jipkit.model import Link, Medium


@dataclass(frozen=True, slots=True)
class Bounds:
    """The worst that is still usual: ``loss`` 0.0 to 1.0, ``delay_ms`` round trip."""

    loss: float
    delay_ms: float


THRESHOLDS: Mapping[Medium, Bounds] = {
    Medium.FIBRE: Bounds(loss=0.02, delay_ms=20),
    Medium.COPPER: Bounds(loss=0.02, delay_ms=20),
    Medium.RADIO: Bounds(loss=0.05, delay_ms=60),
    Medium.VPN: Bounds(loss=0.05, delay_ms=150),
    Medium.CELLULAR: Bounds(loss=0.10, delay_ms=200),
    Medium.STARLINK: Bounds(loss=0.10, delay_ms=150),
    Medium.VSAT: Bounds(loss=0.10, delay_ms=800),
}
"""Bounds by medium, for links whose own normal delay nobody has written down."""


def bounds_of(link: Link, thresholds: Mapping[Medium, Bounds] = THRESHOLDS) -> Bounds:
    """Return the bounds of ``link``: its medium's, or twice its own normal delay where the inventory has one."""
    usual = thresholds[link.medium]
    return usual if link.delay_ms is None else Bounds(usual.loss, 2 * link.delay_ms)
