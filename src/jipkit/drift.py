"""How far a running configuration is from the intended one, and the commands that make it right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jipkit.rendering import Origin

Kind = Literal["missing", "extra", "changed", "misordered", "unmanaged", "not assessable"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that differs. ``path`` holds the parents, outermost first.

    ``missing``: only ``intended`` is set. ``extra``, ``unmanaged``: only ``running``. ``changed``, ``misordered``:
    both. ``not assessable``: a secret that could not be compared. No field ever holds a secret in clear.
    ``origin`` is the template line of ``intended``, or of the parent for what is extra inside it.
    """

    kind: Kind
    path: tuple[str, ...]
    intended: str | None = None
    running: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The comparison of one router.

    ``coverage``: share (0.0 to 1.0) of the running statements that some section owns. ``remedy``: configuration
    lines that turn running into intended; ``undo``: those that turn it back. Both hold placeholders for secrets
    that we know and never a secret in clear; ``undo_complete`` is False where an old secret is needed to undo.
    """

    router: str
    differences: tuple[Difference, ...]
    coverage: float
    remedy: tuple[str, ...]
    undo: tuple[str, ...]
    undo_complete: bool = True

    @property
    def clean(self) -> bool:
        """True when nothing is missing, extra, changed or misordered (what nobody manages is listed, not drift)."""
        return not any(d.kind in ("missing", "extra", "changed", "misordered") for d in self.differences)
