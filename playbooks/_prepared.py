"""What is put onto one router."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is put onto a router. ``hidden`` are secrets in it that only the router knows.

    ``needed`` are the commands that a way back could not do without, secrets and all. ``disturbs``: while it is put
    there, a link or the whole router carries nothing.
    """

    candidate: str = field(repr=False)
    hidden: Collection[str] = field(default=(), repr=False)
    needed: str = field(default="", repr=False)
    disturbs: bool = False


def text_of(commands: Collection[str]) -> str:
    """Return commands as the text that a router is given."""
    return "".join(f"{command}\n" for command in commands)
