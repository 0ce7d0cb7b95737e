"""A plan: which routers a job changes, from what to what, in which order. A reviewable value without secrets."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from jipkit.drift import Difference, Kind, diff_lines
from jipkit.model import RiskLevel, Source
from jipkit.postchecks import Check
from jipkit.reasons import Reason, as_json, from_json
from jipkit.rollout import impact
from jipkit.rollout.risk import Risk

FORMAT = 4

Unit = tuple[str, ...]
"""Routers that are changed together, or not at all."""


def digest_of(text: str) -> str:
    """Return the digest under which the journal remembers a configuration."""
    return hashlib.sha256(text.encode()).hexdigest()


Wording = tuple[str, tuple[str, ...], str | None, str | None]
"""What a `jipkit.drift.Difference` says: kind, path, intended, running; not where in the templates it is from."""


def wording(difference: Difference) -> Wording:
    """Return what a difference says, by which a plan knows it again."""
    return difference.kind, difference.path, difference.intended, difference.running


def lines_of(wordings: Iterable[Wording]) -> Sequence[str]:
    """Return the lines of `jipkit.drift.diff_lines` that say what differs, without where in the templates."""
    found = (Difference(cast("Kind", kind), path, intended, running) for kind, path, intended, running in wordings)
    return diff_lines(list(found))


@dataclass(frozen=True, slots=True)
class Stage:
    """What one unit does to one of its routers.

    ``links`` are the keys of those of which both ends are told anew; none: the rest of what differs. ``differences``
    are those that are made good, all of the ``sections``: each with the SHA-256 of what the router says in it when the
    plan is made (`jipkit.touched`). ``commands`` do that and ``undo`` takes it back, both with placeholders for
    secrets; ``undo_complete`` is False where it needs one that only the router knows. ``checks`` are what is looked at
    afterwards.

    A stage of a rollback undoes unit number ``undoes`` (from 0) of an earlier run.
    """

    links: tuple[str, ...] = ()
    differences: tuple[Wording, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    undo_complete: bool = True
    undoes: int | None = None
    checks: tuple[Check, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "links": list(self.links),
            "differences": _as_lists(self.differences),
            "sections": dict(self.sections),
            "commands": list(self.commands),
            "undo": list(self.undo),
            "undo_complete": self.undo_complete,
            "undoes": self.undoes,
            "checks": [list(check) for check in self.checks],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Stage:
        return cls(
            _texts(found["links"]),
            _wordings(found["differences"]),
            {name: _text(digest) for name, digest in found["sections"].items()},
            _texts(found["commands"]),
            _texts(found["undo"]),
            found["undo_complete"] is True,
            None if found["undoes"] is None else int(found["undoes"]),
            tuple(_check(*_texts(check)) for check in found["checks"]),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one router.

    ``intended`` is the rendered text; ``before`` the normalised running configuration that the difference was
    computed against, secrets as keyed digests: None for a router that was not reached yet (it boots from its
    bootstrap). ``diff`` is for reading (lines of
    `jipkit.drift.diff_lines`); empty means that there is nothing to do. ``stages`` are what makes the difference
    good, in their order: one for each unit that the router is in. ``left`` are differences that are left as they are,
    because the other end of their link would not be told; ``warnings`` say that, and what else to know before.
    """

    router: str
    intended: str
    before: str | None
    diff: str
    stages: tuple[Stage, ...] = ()
    risk: Risk | None = None
    warnings: tuple[str, ...] = ()
    left: tuple[Wording, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of all stages, in their order."""
        return tuple(line for stage in self.stages for line in stage.commands)

    @property
    def undo(self) -> tuple[str, ...]:
        """What takes all stages back, the last first."""
        return tuple(line for stage in reversed(self.stages) for line in stage.undo)

    @property
    def undo_complete(self) -> bool:
        """False where a stage needs a secret that only the router knows to be taken back."""
        return all(stage.undo_complete for stage in self.stages)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the configuration that the stages touch, each once."""
        return tuple(dict.fromkeys(section for stage in self.stages for section in stage.sections))

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
            "stages": [stage.as_json() for stage in self.stages],
            "risk": risk,
            "warnings": [as_json(warning) for warning in self.warnings],
            "left": _as_lists(self.left),
        }

    @classmethod
    def from_json(cls, router: str, found: Mapping[str, Any]) -> Change:
        risk = found["risk"]
        return cls(
            router,
            _text(found["intended"]),
            None if found["before"] is None else _text(found["before"]),
            _text(found["diff"]),
            tuple(Stage.from_json(stage) for stage in found["stages"]),
            risk and Risk(int(risk["score"]), RiskLevel(risk["level"]), tuple(_reason(r) for r in risk["reasons"])),
            tuple(from_json(warning) for warning in found["warnings"]),
            _wordings(found["left"]),
        )


@dataclass(frozen=True, slots=True)
class Loss:
    """What a batch costs while it is applied: offices that are cut off, and those that are left with a single way.

    All by their keys; ``services`` are those that stop somewhere.
    """

    offices: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    single_way: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: impact.Loss) -> Loss:
        """Return what a plan says of ``found``."""
        return cls(
            tuple(office.key for office in found.cut_off),
            found.services,
            tuple(office.key for office in found.single_way),
        )

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
    at the same time, a unit stands or falls as one. The first unit of a router is its first stage, and so on.
    ``losses`` says of each batch what it costs meanwhile.
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
    def numbered(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the units (from 0) of each batch."""
        numbers = count()
        return tuple(tuple(next(numbers) for _ in batch) for batch in self.batches)

    def stage(self, number: int, router: str) -> Stage:
        """Return what unit ``number`` (from 0) does to one of its routers."""
        earlier = sum(router in unit for unit in self.units[:number])
        return self.changes[router].stages[earlier]

    def links(self, number: int) -> tuple[str, ...]:
        """Return the links of which unit ``number`` (from 0) tells both ends anew."""
        found = (link for router in self.units[number] for link in self.stage(number, router).links)
        return tuple(sorted(set(found)))

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
    """Make sure that the batches of a plan hold each router as often as it has stages, and nobody else.

    Raises:
        ValueError: they do not: somebody wrote it by hand.
    """
    if not all(batch and all(batch) for batch in plan.batches):
        raise ValueError("not a plan: a batch or a unit is empty")
    if any(len(set(unit)) != len(unit) for unit in plan.units):
        raise ValueError("not a plan: a unit holds a router twice")
    batched = Counter(router for unit in plan.units for router in unit)
    staged = Counter({key: len(change.stages) for key, change in plan.changes.items() if change.stages})
    odd = {key for key, change in plan.changes.items() if change.idle is bool(change.stages)}
    odd |= {*(batched - staged), *(staged - batched)}
    if odd:
        raise ValueError(f"not a plan: its batches and its changes do not agree on {', '.join(sorted(odd))}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _as_lists(wordings: Iterable[Wording]) -> list[list[Any]]:
    return [[kind, list(path), *texts] for kind, path, *texts in wordings]


def _wordings(found: Iterable[Any]) -> tuple[Wording, ...]:
    return tuple(_wording(*one) for one in found)


def _wording(kind: Any, path: Any, intended: Any, running: Any) -> Wording:
    texts = [None if text is None else _text(text) for text in (intended, running)]
    return _text(kind), _texts(path), texts[0], texts[1]


def _reason(value: Any) -> Reason:
    found = from_json(value)
    if not isinstance(found, Reason):
        raise TypeError(f"{value!r} is no reason that this version knows")
    return found


def _check(kind: str, what: str) -> Check:
    return kind, what


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is no list")
    return tuple(_text(value) for value in values)


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
