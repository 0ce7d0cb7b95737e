"""Planned, active, retired: what is in service stands on what is in service, and the controller reaches it."""

from __future__ import annotations

from collections.abc import Iterator

from jipkit.checks.draft import Draft
from jipkit.faults import Fault
from jipkit.model import Router, Source, Standards, State
from jipkit.topology import reach


def check_routers(draft: Draft) -> Iterator[Fault]:
    """Yield routers that are ahead of their office, or that outlive it."""
    for router in draft.standing_routers():
        office = draft.offices.get(router.office)
        source = Source("router", router.key, "state")
        if office is None:
            continue
        if office.state is State.RETIRED:
            wrong = f"is {router.state}, but office {office.key} is retired; retire the router, or move it"
            yield draft.fault("router-after-office", source, wrong)
        elif router.state is State.ACTIVE and office.state is State.PLANNED:
            wrong = f"is active, but office {office.key} is planned; make the router planned, or the office active"
            yield draft.fault("router-before-office", source, wrong)


def check_links(draft: Draft) -> Iterator[Fault]:
    """Yield links that are ahead of their routers, or that outlive them."""
    for link in draft.standing_links():
        source = Source("link", link.key, "state")
        for router in (draft.routers.get(end.router or "") for end in link.ends):
            if router is None:
                continue
            if router.state is State.RETIRED:
                wrong = f"is {link.state}, but router {router.key} is retired; retire the link, or move its end"
                yield draft.fault("link-after-router", source, wrong)
            elif link.state is State.ACTIVE and router.state is State.PLANNED:
                wrong = f"is active, but router {router.key} is planned; make the link planned, or the router active"
                yield draft.fault("link-before-router", source, wrong)


def check_offices(draft: Draft) -> Iterator[Fault]:
    """Yield offices in service without a router in service; only where every router has found its office."""
    strays = any(not draft.knows("offices", router.office) for router in draft.routers.values())
    if strays or not draft.complete:
        return
    served = {router.office for router in draft.routers.values() if router.state is State.ACTIVE}
    for office in draft.offices.values():
        if office.state is State.ACTIVE and office.key not in served:
            wrong = "is active, but no active router stands there; add one, or make the office planned or retired"
            yield draft.fault("office-without-router", Source("office", office.key), wrong)


def check_controller(draft: Draft) -> Iterator[Fault]:
    """Yield a controller at a router that is not in service."""
    router = draft.routers.get(draft.standards.controller.router) if draft.standards else None
    if router is not None and router.state is not State.ACTIVE:
        source = Source("standards", "standards", "controller.router")
        yield draft.fault(
            "controller-not-active", source, f"{router.key} is {router.state}; jip needs an active router"
        )


def check_reach(draft: Draft) -> Iterator[Fault]:
    """Yield routers that the controller does not reach; only where every name exists."""
    if draft.standards is None or not draft.complete or not _names_exist(draft, draft.standards):
        return
    root, network = draft.standards.controller.router, draft.network(draft.standards)
    if draft.routers[root].state is not State.ACTIVE:
        return
    now, later = reach(network, root), reach(network, root, planned=True)
    for router in draft.standing_routers():
        if router.state is State.ACTIVE and router.key not in now:
            wrong = (
                f"no way over active links leads to {root}, where jip runs; make one of its links active, or add one"
            )
            yield draft.fault("router-not-connected", Source("router", router.key), wrong)
        elif router.state is State.PLANNED and router.key not in later:
            wrong = f"no way, not even over planned links, leads to {root}, where jip runs; plan a link for it"
            yield draft.fault("router-never-connected", Source("router", router.key), wrong)


def _names_exist(draft: Draft, standards: Standards) -> bool:
    routers: list[Router | None] = [
        draft.routers.get(end.router) for link in draft.links.values() for end in link.ends if end.router is not None
    ]
    return None not in routers and standards.controller.router in draft.routers
