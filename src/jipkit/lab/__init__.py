"""A lab: the twin of a part of the network, on real FRRouting routers in namespaces of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jipkit.errors import LabError
from jipkit.lab import exported
from jipkit.lab.handle import Lab
from jipkit.lab.namespaces import enter_network
from jipkit.lab.state import load

if TYPE_CHECKING:
    from jipkit.model import Network

__all__ = ["Lab", "enter", "twin_network"]


def enter(name: str, var: Path | None = None) -> None:
    """Move this thread, and those it starts from now on, to where the controller of lab ``name`` stands.

    Call it in the main thread before any other starts. Nothing but the network is another one afterwards. ``var`` holds
    the twin's records: one that containerlab runs is known there alone.

    Raises:
        LabError: no such lab is up.
    """
    if var is not None and (twin := exported.load(var)) is not None:
        if not twin.network.exists():
            raise LabError(f"lab {name}: containerlab does not run it; its START.md says how")
        enter_network(twin.network)
        return
    known = load(name)
    enter_network(known.network(known.controller))


def twin_network(district: Network, name: str, var: Path) -> Network:
    """Return the network of the running lab ``name``, as `jipkit.lab.overlay.twin_network` does."""
    from jipkit.lab import overlay  # noqa: PLC0415 - the lab's holder does without pydantic

    return overlay.twin_network(district, name, var)
