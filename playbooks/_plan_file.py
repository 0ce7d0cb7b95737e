"""A plan as it lies in a file: its bytes, by which it is signed, and what its summary says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jipkit.approval import PlanFacts
from jipkit.errors import UsageError
from jipkit.language import _, ngettext
from jipkit.model import Network, RiskLevel

LARGEST = 256 * 1024 * 1024
"""Bytes of a plan that we read."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a plan says of itself: its format and, as far as it does, what a policy asks of it."""

    format: int
    facts: PlanFacts | None

    def words(self) -> Iterator[str]:
        """Yield what somebody should see of a plan before signing it."""
        yield _("format {number}").format(number=self.format)
        if self.facts is not None:
            count = len(self.facts.routers)
            yield ngettext("{n} router", "{n} routers", count).format(n=count)
        if self.facts is not None and self.facts.risk is not None:
            yield _("highest risk: {level}").format(level=self.facts.risk)


def read_plan(path: Path) -> bytes:
    """Return the bytes of a plan.

    Raises:
        UsageError: the file cannot be read, or is larger than any plan.
    """
    try:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file; `jip plan --output FILE` writes one")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: is larger than {LARGEST >> 20} MiB; no plan is")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def outline_of(content: bytes, network: Network, path: Path) -> Outline:
    """Return what the plan in ``content`` says of itself; ``path`` is how messages call it.

    Raises:
        UsageError: it is no plan.
    """
    try:
        found = json.loads(content)
        return Outline(_format(found), _facts(found, network))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no plan: {error}") from error


def _format(found: Any) -> int:
    number = found.get("format") if isinstance(found, dict) else None
    if type(number) is not int:
        raise ValueError("it names no format")
    return number


def _facts(found: dict[str, Any], network: Network) -> PlanFacts | None:
    """Return what a policy asks of a plan, None where the plan does not say which routers it changes."""
    routers = found.get("routers")
    if not isinstance(routers, dict) or not routers.keys() <= network.routers.keys():
        return None
    return PlanFacts(_risk(routers.values()), {key: network.routers[key].role for key in routers})


def _risk(routers: Any) -> RiskLevel | None:
    """Return the highest risk of any router, None where one says none that we know."""
    found = [router.get("risk") if isinstance(router, dict) else None for router in routers]
    named = [risk.get("level") if isinstance(risk, dict) else None for risk in found]
    levels = [level for level in RiskLevel if level in named]
    return levels[-1] if levels and all(level in levels for level in named) else None
