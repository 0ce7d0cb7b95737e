"""Find out what a router can do of what a safe change wants."""

from __future__ import annotations

from datetime import UTC, datetime

from nornir.core.task import Result, Task

from jipkit.platforms import PlatformFacts
from jipkit.store import Abilities


def probe_router(task: Task) -> Result:
    """Put the router's `Abilities` into ``result``; changes nothing on the device.

    A driver that cannot ask says what its platform is known for.
    """
    router, facts = str(task.host.name), task.host["facts"]
    device = task.host.get_connection("device", task.nornir.config)
    now = datetime.now(UTC).replace(microsecond=0)
    ask = getattr(device, "capabilities", None)
    return Result(host=task.host, result=_said(router, now, ask()) if ask else _known(router, now, facts))


def _said(router: str, now: datetime, found: object) -> Abilities:
    names = ("dry_run", "device_timer", "atomic_replace")
    return Abilities(
        router, now, **{name: bool(getattr(found, name)) for name in names}, notes=tuple(getattr(found, "notes", ()))
    )


def _known(router: str, now: datetime, facts: PlatformFacts) -> Abilities:
    return Abilities(router, now, facts.dry_run, facts.device_timer, facts.atomic_replace)
