"""When the network may be changed, and who has to agree."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from jipkit.model.entry import Clock, Day, Entry, GitRef, Key, Line
from jipkit.model.kinds import RiskLevel, Role


class Hours(Entry):
    """Service hours: days are 1 (Monday) to 7 (Sunday)."""

    noun: ClassVar = "hours"
    key: Key
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    start: Clock
    end: Clock


class Freeze(Entry):
    """A period in which nothing is changed."""

    noun: ClassVar = "freeze"
    key: Key
    start: Day
    end: Day
    reason: Line


class Window(Entry):
    """When changes may be made: on each of ``days``, 1 (Monday) to 7 (Sunday), from ``start`` to ``end``.

    An ``end`` that is not after the start is on the next day: ``start: "22:00", end: "04:00"``.
    """

    noun: ClassVar = "window"
    key: Key
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    start: Clock
    end: Clock


class Calendar(Entry):
    noun: ClassVar = "calendar"
    hours: dict[str, Hours] = Field(default_factory=dict)
    freezes: dict[str, Freeze] = Field(default_factory=dict)
    windows: dict[str, Window] = Field(default_factory=dict)
    """When changes may be made; without any, whenever nothing is frozen."""


class NeedsApproval(Entry):
    """Which plans need an approval: those to which at least one of these applies."""

    risk: RiskLevel | None = None
    """A risk of this level or a higher one."""
    routers_above: int | None = Field(default=None, ge=0, le=100000)
    """More routers than this."""
    roles: tuple[Role, ...] = ()
    """A router of one of these roles."""


class Policy(Entry):
    """What it takes to carry out a plan. It counts as it stands at ``trusted_ref``, not as it lies in the folder."""

    noun: ClassVar = "policy"
    trusted_ref: GitRef
    """The branch of which policy and allowed signers are taken, by its full name: refs/remotes/origin/main."""
    needs_approval: NeedsApproval = NeedsApproval()
    approvals: int = Field(default=1, ge=1, le=5)
    """How many people approve, beside the author."""
    max_age_hours: int = Field(default=72, ge=1, le=8760)
    """How old a signature may be when the plan is carried out."""
