"""What a changed statement may break, as data of a platform."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jipkit.model import Entry
from jipkit.platforms.patterned import Pattern

HazardReason = Literal[
    "routing-removed",
    "routing-changed",
    "route-removed",
    "cost-changed",
    "neighbour-reset",
    "peer-removed",
    "policy-changed",
    "address-changed",
    "interface-shut",
    "interface-opened",
    "interface-changed",
    "lan-changed",
    "filter-changed",
    "management-path",
    "account-changed",
    "service-changed",
    "watching-changed",
    "system-changed",
    "text-changed",
]
"""What a change may do; `jipkit.reasons` has the words."""

Cut = Literal["address", "account", "service", "link", "routing"]
"""What our way to a router needs."""


class Hazard(Entry):
    """What one kind of statement does to traffic, and to our way to the router, when it comes or goes.

    ``match`` is matched from the start of a statement with all its parents: ``interface eth0 / ip ospf cost 10``, in
    set-style configurations without its ``set``. Of a row that changes each property is a statement of its own,
    followed by the row that it belongs to: ``/ip address / disabled=yes of /ip address add address=...``. The first
    hazard that matches, and happens ``when`` it does, decides.

    Groups of ``match`` say what to look at: ``at`` where the link is named, where not everything in the statement
    that may name one does; ``address``, ``account`` and ``port`` what has to be ours before it ``cuts``; ``sources``
    from where SSH is served; ``keeps`` what may be there without the statement too, so that nothing is certain then.
    """

    match: Pattern
    when: Literal["added", "removed", "changed", "any"] = "any"
    """What is changed is both removed and added; ``changed``: that alone, where it happens in place."""
    reason: HazardReason
    weight: Annotated[int, Field(ge=1, le=100)]
    """What it adds to the risk, of 100."""
    disturbs: Literal["nothing", "link", "router"] = "nothing"
    """What stops passing traffic while it is changed: the link that it names, or the whole router."""
    both_ends: bool = False
    """Both ends of a link have to say the same: whoever changes both changes them together."""
    cuts: Cut | None = None
    """What we need that is gone with it: when it is removed and nothing intended matches; when it is added."""
