"""What a roll of keys is measured by: who must be announced, who was lost, and how it goes without a plan.

Nothing here asks `jipkit.rollout` or `jipkit.topology`: it is what they are compared with.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jipkit.model import Link, Network, Routing, State
from jipkit.testing.labs import Twin, eventually
from jipkit.testing.probe import Gap, Probe, Record

SEED = 1
AFTER_S = 10.0
"""How long the probe goes on afterwards: neighbours that do not agree are lost only after the dead interval."""

_KEY_LINE = re.compile(r" *ip ospf message-digest-key (\d+) md5 \S+")
_NAIVE_KEY = 200


# ------------------------------------------------------------------ the inventory


def raise_keys(root: Path, only: Collection[str] = ()) -> None:
    """Let the inventory want a key with the next number on every link in service that has one, or on some of them."""
    path = root / "inventory" / "links.yaml"
    links = yaml.safe_load(path.read_text("utf-8"))
    for key, link in links.items():
        keyed = link.get("routing", "ospf") == "ospf" and link.get("state", "active") == "active"
        if keyed and (not only or key in only):
            link["key_id"] = link.get("key_id", 1) + 1
    path.write_text(yaml.safe_dump(links, sort_keys=False), "utf-8")


def keyed_links(network: Network, only: Collection[str] = ()) -> dict[str, Link]:
    """Return the links in service that have an OSPF key, between two routers in service; all, or some of them."""
    return {
        key: link
        for key, link in network.links.items()
        if link.routing is Routing.OSPF and link.state is State.ACTIVE and _both_active(network, link)
        if not only or key in only
    }


def _both_active(network: Network, link: Link) -> bool:
    return all(end.router is not None and network.routers[end.router].state is State.ACTIVE for end in link.ends)


# ------------------------------------------------------------------ whom a cut of links must cost


def lost_without(network: Network, down: Collection[str]) -> frozenset[str]:
    """Return the offices in service that the controller reaches, but not without the links ``down``."""
    found = [_offices_with(network, _reached(network, cut)) for cut in ((), down)]
    return found[0] - found[1]


def _reached(network: Network, down: Collection[str]) -> set[str]:
    pairs = [
        {end.router for end in link.ends}
        for key, link in network.links.items()
        if key not in down
        and link.routing is not Routing.NONE
        and link.state is State.ACTIVE
        and _both_active(network, link)
    ]
    reached: set[str | None] = {network.standards.controller.router}
    before = 0
    while len(reached) != before:
        before = len(reached)
        reached |= {router for pair in pairs if pair & reached for router in pair}
    return {router for router in reached if router is not None}


def _offices_with(network: Network, routers: Collection[str]) -> frozenset[str]:
    return frozenset(
        router.office
        for key, router in network.routers.items()
        if key in routers and network.offices[router.office].state is State.ACTIVE
    )


def links_in(network: Network, router: str, commands: Iterable[str]) -> frozenset[str]:
    """Return the links at whose ports ``commands`` change something on ``router``."""
    ports = {line.split()[1] for line in commands if line.startswith("interface ")}
    return frozenset(
        key
        for key, link in network.links.items()
        for end in link.ends
        if end.router == router and end.interface in ports
    )


# ------------------------------------------------------------------ what was seen


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe of all routers saw; ``wall_s`` is what the clock of the journal is ahead of the probe's."""

    record: Record
    wall_s: float
    took_s: float

    def offices(self, network: Network) -> Mapping[str, tuple[Gap, ...]]:
        """Return when each office was lost: when none of its routers in service answered."""
        found: dict[str, tuple[Gap, ...]] = {}
        for name, gaps in self.record.gaps.items():
            office = network.routers[name].office
            found[office] = gaps if office not in found else tuple(_common(found[office], gaps))
        return found

    def lost(self, network: Network, longer_than_s: float) -> dict[str, tuple[Gap, ...]]:
        """Return the offices that were lost for longer than that, with the times at which they were."""
        found = {o: tuple(g for g in gaps if g.seconds > longer_than_s) for o, gaps in self.offices(network).items()}
        return {office: gaps for office, gaps in found.items() if gaps}

    def longest_s(self, network: Network) -> float:
        """Return the longest time for which an office was lost."""
        return max((gap.seconds for gaps in self.offices(network).values() for gap in gaps), default=0.0)


def _common(some: Sequence[Gap], others: Sequence[Gap]) -> Iterator[Gap]:
    for one in some:
        for other in others:
            since, until = max(one.since_s, other.since_s), min(one.until_s, other.until_s)
            if since < until:
                yield Gap(since, until)


class _Watch:
    """What `watching` hands out: ``seen`` is there when the block has ended."""

    seen: Seen


@contextmanager
def watching(twin: Twin) -> Iterator[_Watch]:
    """Probe every router in service from the data centre while the block runs, and for a while after it."""
    routers = twin.project.network.routers.items()
    targets = {key: str(router.address) for key, router in routers if router.state is State.ACTIVE}
    watch, wall_s = _Watch(), time.time() - time.monotonic()
    with Probe(targets, twin.lab.console("controller", [])) as probe:
        began = time.monotonic()
        yield watch
        took_s = time.monotonic() - began
        time.sleep(AFTER_S)
    watch.seen = Seen(probe.record, wall_s, took_s)


# ------------------------------------------------------------------ without a plan


def roll_naively(twin: Twin, each_s: float, only: Collection[str] = ()) -> None:
    """Give every link (or some) another key, router after router in a random order, one every ``each_s`` seconds.

    So does a loop over all routers, with a login to each; it is put back by `restore_keys`. Over the consoles: a loop
    over the links would lose its own way, and some routers for good.
    """
    links = keyed_links(twin.project.network, only)
    routers = sorted({str(end.router) for link in links.values() for end in link.ends})
    random.Random(SEED).shuffle(routers)  # noqa: S311 - an order, no secret
    next_s = time.monotonic()
    for router in routers:
        time.sleep(max(0.0, next_s - time.monotonic()))
        next_s = max(next_s, time.monotonic()) + each_s
        keys = {key: f"naive{number}" for number, key in enumerate(links)}
        tell(
            twin,
            router,
            [
                _naive(str(links[key].end_of(router).interface), links[key], new)
                for key, new in keys.items()
                if _is_at(links[key], router)
            ],
        )


def _is_at(link: Link, router: str) -> bool:
    return any(end.router == router for end in link.ends)


def _naive(port: str, link: Link, key: str) -> str:
    old = f"no ip ospf message-digest-key {link.key_id}"
    return f"interface {port}\n {old}\n ip ospf message-digest-key {_NAIVE_KEY} md5 {key}\nexit"


def _keys_of(text: str, *, gone: bool) -> list[str]:
    """Return the lines that give the ports the keys of the configuration ``text``, or take them away."""
    lines = []
    for line in text.splitlines():
        if line.startswith("interface "):
            lines.append(line)
        elif found := _KEY_LINE.fullmatch(line):
            lines.append(f" no ip ospf message-digest-key {found[1]}" if gone else line)
    return lines


def tell(twin: Twin, router: str, lines: Iterable[str]) -> None:
    """Have a router read configuration lines, on its console."""
    twin.lab.exec(router, ["sh", "-c", "cat > /run/told && vtysh -f /run/told"], stdin="\n".join(lines) + "\n")


def running(twin: Twin) -> dict[str, str]:
    """Return what every router in service runs, seen from its console."""
    network = twin.project.network
    routers = [key for key in twin.lab.routers if network.routers[key].state is State.ACTIVE]
    return {router: twin.lab.vtysh(router, "show running-config no-header") for router in routers}


def restore_keys(twin: Twin, to: Mapping[str, str]) -> None:
    """Give every router the keys back that it had, and wait until all of them answer again."""
    for router, text in to.items():
        now = twin.lab.vtysh(router, "show running-config no-header")
        if now != text:
            tell(twin, router, [*_keys_of(now, gone=True), *_keys_of(text, gone=False)])
    assert running(twin) == to
    assert twin.silent(within_s=90) == []
    eventually(lambda: not _without_neighbours(twin), within_s=90)


def _without_neighbours(twin: Twin) -> list[str]:
    links = keyed_links(twin.project.network).values()
    routers = dict.fromkeys(str(end.router) for link in links for end in link.ends)
    wanted = {router: sum(_is_at(link, router) for link in links) for router in routers}
    return [r for r, many in wanted.items() if twin.lab.vtysh(r, "show ip ospf neighbor").count("Full/") != many]


# ------------------------------------------------------------------ the plan, as its file says it


def units_of(plan: Mapping[str, Any]) -> list[list[list[str]]]:
    """Return the batches of a plan: lists of units, each a list of routers."""
    return [[list(unit) for unit in batch] for batch in plan["batches"]]


def links_by_batch(network: Network, plan: Mapping[str, Any]) -> list[frozenset[str]]:
    """Return at which links each batch changes something, by the commands that it gives."""
    times: dict[str, int] = {}
    found = []
    for batch in units_of(plan):
        links = frozenset[str]()
        for router in (router for unit in batch for router in unit):
            stage = times.get(router, 0)
            times[router] = stage + 1
            links |= links_in(network, router, plan["routers"][router]["stages"][stage]["commands"])
        found.append(links)
    return found
