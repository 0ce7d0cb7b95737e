"""A plan: which routers a job changes, from what to what, in which order. A reviewable value without secrets."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jipkit.model import Network, RiskLevel, Source, State
from jipkit.reasons import Reason, as_json, from_json
from jipkit.rollout.risk import Risk
from jipkit.topology import order

FORMAT = 2

Unit = tuple[str, ...]
"""Routers that are changed together, or not at all."""


def digest_of(text: str) -> str:
    """Return the digest under which the journal remembers a configuration."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one router.

    ``intended`` is the rendered text; ``before`` the normalised running configuration that the difference was
    computed against, secrets as keyed digests: None for a router that was not reached yet (it boots from its
    bootstrap). ``diff`` is for reading (lines of
    `jipkit.drift.diff_lines`); empty means that there is nothing to do. ``commands`` make the difference good
    and ``undo`` takes that back, both with placeholders for secrets; ``undo_complete`` is False where it needs one
    that only the router knows. ``sections`` are those that the change touches, ``warnings`` what to know before it.
    """

    router: str
    intended: str
    before: str | None
    diff: str
    commands: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    undo_complete: bool = True
    sections: tuple[str, ...] = ()
    risk: Risk | None = None
    warnings: tuple[str, ...] = ()

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

    def as_json(self) -> dict[str, Any]:
        risk = self.risk and {
            "score": self.risk.score,
            "level": str(self.risk.level),
            "reasons": [as_json(reason) for reason in self.risk.reasons],
        }
        return {
            "intended": self.intended,
            "before": self.before,
            "diff": self.diff,
            "commands": list(self.commands),
            "undo": list(self.undo),
            "undo_complete": self.undo_complete,
            "sections": list(self.sections),
            "risk": risk,
            "warnings": [as_json(warning) for warning in self.warnings],
        }

    @classmethod
    def from_json(cls, router: str, found: Mapping[str, Any]) -> Change:
        risk = found["risk"]
        return cls(
            router,
            _text(found["intended"]),
            None if found["before"] is None else _text(found["before"]),
            _text(found["diff"]),
            _texts(found["commands"]),
            _texts(found["undo"]),
            found["undo_complete"] is True,
            _texts(found["sections"]),
            risk and Risk(int(risk["score"]), RiskLevel(risk["level"]), tuple(_reason(r) for r in risk["reasons"])),
            tuple(from_json(warning) for warning in found["warnings"]),
        )


@dataclass(frozen=True, slots=True)
class Loss:
    """What a batch costs while it is applied: offices that are cut off, and those that are left with a single way.

    All by their keys; ``services`` are those that stop somewhere.
    """

    offices: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    single_way: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "offices": list(self.offices),
            "services": list(self.services),
            "single_way": list(self.single_way),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one job.

    ``batches`` hold the routers with something to do, in the order in which they are changed: a batch is some units
    at the same time, a unit stands or falls as one. ``losses`` says of each batch what it costs meanwhile.
    ``left_out`` are routers that nothing is planned for, and why: they do not answer, say.

    When it was made is no part of it: as long as nothing changes, it is made again to the byte.
    """

    job: str
    subject: str
    changes: Mapping[str, Change]
    batches: tuple[tuple[Unit, ...], ...]
    activates: tuple[Source, ...] = ()
    losses: tuple[Loss, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of all batches, in their order."""
        return tuple(unit for batch in self.batches for unit in batch)

    @property
    def idle(self) -> bool:
        """True when no router has anything to do and nothing is left to activate."""
        return not self.batches and not self.activates

    @property
    def sha256(self) -> str:
        """Digest of the plan's file."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def as_bytes(self) -> bytes:
        """Return the plan as its file holds it: JSON, one plan always the same bytes."""
        return (json.dumps(self.as_json(), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "job": self.job,
            "subject": self.subject,
            "batches": [[list(unit) for unit in batch] for batch in self.batches],
            "losses": [loss.as_json() for loss in self.losses],
            "left_out": {key: as_json(why) for key, why in self.left_out.items()},
            "activates": [list(source) for source in self.activates],
            "routers": {key: change.as_json() for key, change in self.changes.items()},
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
            plan = cls(
                job=_text(found["job"]),
                subject=_text(found["subject"]),
                changes={key: Change.from_json(key, change) for key, change in found["routers"].items()},
                batches=tuple(tuple(_texts(unit) for unit in batch) for batch in found["batches"]),
                activates=tuple(Source(*_texts(source)) for source in found["activates"]),
                losses=tuple(
                    Loss(_texts(loss["offices"]), _texts(loss["services"]), _texts(loss["single_way"]))
                    for loss in found["losses"]
                ),
                left_out={key: from_json(why) for key, why in found["left_out"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a plan: {error!r}") from error
        _refuse_nonsense(plan)
        return plan


def _refuse_nonsense(plan: Plan) -> None:
    """Make sure that the batches of a plan hold each router with something to do once, and nobody else.

    Raises:
        ValueError: they do not: somebody wrote it by hand.
    """
    if not all(batch and all(batch) for batch in plan.batches):
        raise ValueError("not a plan: a batch or a unit is empty")
    routers = sorted(router for unit in plan.units for router in unit)
    busy = sorted(key for key, change in plan.changes.items() if not change.idle)
    if routers != busy:
        odd = sorted(set(routers) ^ set(busy)) or [key for key in busy if routers.count(key) > 1]
        raise ValueError(f"not a plan: its batches and its changes do not agree on {', '.join(odd)}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _reason(value: Any) -> Reason:
    found = from_json(value)
    if not isinstance(found, Reason):
        raise TypeError(f"{value!r} is no reason that this version knows")
    return found


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is no list")
    return tuple(_text(value) for value in values)


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
