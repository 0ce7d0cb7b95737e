"""A plan: which routers a job changes, from what to what, in which order. A reviewable value without secrets."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jipkit.model import Network, Source, State
from jipkit.topology import order

FORMAT = 1


def digest_of(text: str) -> str:
    """Return the digest under which the journal remembers a configuration."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one router.

    ``intended`` is the rendered text; ``before`` the normalised running configuration that the difference was
    computed against, secrets as keyed digests: None for a router that was not reached yet (it boots from its
    bootstrap). ``diff`` is for reading; empty means that there is nothing to do.
    """

    router: str
    intended: str
    before: str | None
    diff: str

    @property
    def intended_sha256(self) -> str:
        return digest_of(self.intended)

    @property
    def fresh(self) -> bool:
        """True when the router is reached for the first time in the course of the change."""
        return self.before is None

    @property
    def idle(self) -> bool:
        """True when the router holds already what it should."""
        return not self.fresh and not self.diff


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one job. ``units`` holds the routers with something to do; a unit stands or falls as one."""

    job: str
    subject: str
    made: datetime
    changes: Mapping[str, Change]
    units: tuple[tuple[str, ...], ...]
    activates: tuple[Source, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def idle(self) -> bool:
        """True when no router has anything to do and nothing is left to activate."""
        return not self.units and not self.activates

    @property
    def sha256(self) -> str:
        """Digest of what is done, not of when or in which language it was shown."""
        changes = {key: [change.before, change.intended, change.idle] for key, change in self.changes.items()}
        content = [self.job, self.subject, self.units, self.activates, changes]
        return digest_of(json.dumps(content, sort_keys=True))

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "job": self.job,
            "subject": self.subject,
            "made": self.made.isoformat(),
            "units": [list(unit) for unit in self.units],
            "activates": [list(source) for source in self.activates],
            "changes": {
                key: {"intended": change.intended, "before": change.before, "diff": change.diff}
                for key, change in self.changes.items()
            },
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Plan:
        """Return the plan that `as_json` wrote.

        Raises:
            ValueError: it is none, or of another format.
        """
        try:
            if found["format"] != FORMAT:
                raise ValueError(f"format {found['format']}, not {FORMAT}")
            return cls(
                job=str(found["job"]),
                subject=str(found["subject"]),
                made=datetime.fromisoformat(found["made"]),
                changes={key: Change(router=key, **change) for key, change in found["changes"].items()},
                units=tuple(tuple(unit) for unit in found["units"]),
                activates=tuple(Source(*source) for source in found["activates"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a plan: {error!r}") from error


def units(
    network: Network,
    busy: Collection[str],
    fresh: Collection[str] = (),
    *,
    coupled: Collection[frozenset[str]] | None = None,
) -> tuple[tuple[str, ...], ...]:
    """Return ``busy`` routers in groups that stand or fall together, in the order in which they are changed.

    Two routers that are changed at both ends of their link are one unit: far end first, but a ``fresh`` router last,
    because it is reached through the others. ``coupled`` are the pairs of which that is known
    (`jipkit.rollout.impact.coupled`); without it, all pairs with a common link, as those with a fresh router always
    are. ``network`` is the one after the change.
    """
    first = (*order(network, set(busy) - set(fresh)), *sorted(fresh))
    groups: list[set[str]] = []
    for router in first:
        linked = {r for r in _linked(network, router) if coupled is None or _tied(router, r, fresh, coupled)}
        touching = [g for g in groups if g & linked]
        groups = [g for g in groups if g not in touching] + [{router}.union(*touching)]
    return tuple(sorted((tuple(r for r in first if r in group) for group in groups), key=lambda g: first.index(g[0])))


def _tied(router: str, other: str, fresh: Collection[str], coupled: Collection[frozenset[str]]) -> bool:
    return router in fresh or other in fresh or frozenset((router, other)) in coupled


def _linked(network: Network, router: str) -> set[str]:
    return {
        other
        for link in network.links_of(router)
        if link.state is State.ACTIVE and (other := link.other_end(router).router) is not None
    }


def changed_lines(before: str, now: str) -> tuple[str, ...]:
    r"""Return the lines that differ, ``-`` gone and ``+`` new, each with the blocks it stands in.

    >>> changed_lines("interface eth0\n ip ospf cost 10\n", "interface eth0\n ip ospf cost 20\n")
    ('- interface eth0 / ip ospf cost 10', '+ interface eth0 / ip ospf cost 20')
    """
    lines = difflib.unified_diff(list(_with_context(before)), list(_with_context(now)), n=0, lineterm="")
    return tuple(f"{line[0]} {line[1:]}" for line in lines if not line.startswith(("---", "+++", "@@")))


def _with_context(text: str) -> Iterable[str]:
    blocks: list[tuple[int, str]] = []
    for line in text.splitlines():
        words = line.strip()
        if not words or words in ("!", "exit", "end"):
            continue
        indent = len(line) - len(line.lstrip())
        blocks = [(depth, head) for depth, head in blocks if depth < indent]
        yield " / ".join([head for _, head in blocks] + [words])
        blocks.append((indent, words))
