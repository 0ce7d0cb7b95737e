"""Does the inventory fit together? Each check looks at one thing and yields every fault of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jipkit.checks import addresses, life, links, papers, references, routers
from jipkit.checks.draft import Draft
from jipkit.faults import Fault

__all__ = ["CHECKS", "Draft", "find_faults"]

CHECKS: tuple[Callable[[Draft], Iterator[Fault]], ...] = (
    references.check_offices,
    references.check_routers,
    references.check_links,
    references.check_contracts,
    references.check_controller,
    references.check_waivers,
    addresses.check_overlaps,
    addresses.check_pools_overlap,
    addresses.check_plan,
    addresses.check_usable,
    addresses.check_sizes,
    addresses.check_management,
    routers.check_interface_names,
    routers.check_interface_use,
    routers.check_lans,
    routers.check_serials,
    links.check_ends,
    links.check_routing,
    links.check_papers,
    life.check_routers,
    life.check_links,
    life.check_offices,
    life.check_controller,
    life.check_reach,
    papers.check_codes,
    papers.check_contracts,
    papers.check_calendar,
    papers.check_waivers,
    papers.check_standards,
)
"""Every check, in the order in which an engineer would look."""


def find_faults(draft: Draft) -> Iterator[Fault]:
    """Yield every fault of how the objects of ``draft`` fit together."""
    for check in CHECKS:
        yield from check(draft)
