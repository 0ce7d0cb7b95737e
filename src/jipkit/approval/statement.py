"""What somebody signs: this plan, for this network, at this time, as its author or as one who approves it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from jipkit.errors import ApprovalError
from jipkit.files import write_whole
from jipkit.inventory import read_bytes
from jipkit.reasons import because

FORMAT = 1
LONGEST = 64 * 1024
"""Bytes of a file that holds a signature."""
READABLE = 0o644
"""A signature is no secret, and whoever carries out the plan reads those of others."""

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_NETWORK = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/@+-]{0,127})", re.ASCII)
_PRINCIPAL = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:@[a-z0-9]+(?:[.-][a-z0-9]+)*)?", re.ASCII)
_LONGEST_PRINCIPAL = 100


class SignsAs(StrEnum):
    """What a signature is for."""

    AUTHOR = "author"
    APPROVER = "approver"


def is_principal(text: str) -> bool:
    """Return whether ``text`` names one signer: ``name`` or ``name@host``, small letters, never a pattern.

    >>> is_principal("sari@kantor"), is_principal("*@kantor"), is_principal("sari,budi"), is_principal("Sari")
    (True, False, False, False)
    """
    return len(text) <= _LONGEST_PRINCIPAL and _PRINCIPAL.fullmatch(text) is not None


def person_of(principal: str) -> str:
    """Return who a principal is: the name before the ``@``, whatever machine or key follows it.

    Two people of one name need two names; that errs on the side of asking one more person.

    >>> person_of("sari@kantor"), person_of("sari")
    ('sari', 'sari')
    """
    return principal.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. ``plan`` is the SHA-256 of the plan's file; ``at`` is in UTC, whole seconds."""

    plan: str
    network: str
    at: datetime
    by: str
    signs_as: SignsAs

    def as_json(self) -> dict[str, str]:
        return {
            "plan": self.plan,
            "network": self.network,
            "at": self.at.astimezone(UTC).strftime(_TIME),
            "by": self.by,
            "as": self.signs_as.value,
        }

    def canonical(self) -> bytes:
        """Return the bytes that are signed: keys in order, no blanks."""
        return json.dumps(self.as_json(), sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def from_json(cls, found: object) -> Self:
        """Return the statement that `as_json` wrote.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(found, dict) or found.keys() != {"plan", "network", "at", "by", "as"}:
            raise ValueError("no statement about a plan")
        if not all(isinstance(value, str) for value in found.values()):
            raise ValueError("a statement's values are texts")
        if not _SHA256.fullmatch(found["plan"]) or not _NETWORK.fullmatch(found["network"]):
            raise ValueError("names no plan, or no network")
        if not is_principal(found["by"]):
            raise ValueError("names nobody who signed it")
        at = datetime.strptime(found["at"], _TIME).replace(tzinfo=UTC)
        made = cls(found["plan"], found["network"], at, found["by"], SignsAs(found["as"]))
        if made.as_json() != found:  # a time such as 2026-1-2
            raise ValueError("is not written as we write it")
        return made


@dataclass(frozen=True, slots=True)
class Signature:
    """A statement and the signature under it, as ``ssh-keygen -Y sign`` armours it."""

    statement: Statement
    armored: str

    def to_bytes(self) -> bytes:
        content = {"format": FORMAT, "statement": self.statement.as_json(), "signature": self.armored}
        return f"{json.dumps(content, indent=1)}\n".encode("ascii")

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the signature in a file.

        Raises:
            ApprovalError: there is none in it.
        """
        if len(content) > LONGEST:
            raise ApprovalError(because("no-signature", reason=f"more than {LONGEST >> 10} KiB"))
        try:
            found = json.loads(content, object_pairs_hook=_once)
            if not isinstance(found, dict) or found.keys() != {"format", "statement", "signature"}:
                raise ValueError("not the three parts of one")  # noqa: TRY301 - one place says what is wrong
            if (type(found["format"]), found["format"]) != (int, FORMAT) or not isinstance(found["signature"], str):
                raise ValueError(f"not of format {FORMAT}")  # noqa: TRY301 - same
            return cls(Statement.from_json(found["statement"]), found["signature"])
        except (ValueError, RecursionError) as error:
            raise ApprovalError(because("no-signature", reason=error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


# ------------------------------------------------------------------ files beside the plan


def signature_file(plan: Path, by: str, signs_as: SignsAs) -> Path:
    """Return where a signature is kept: ``PLAN.author.sig``, or ``PLAN.approver-PERSON.sig`` for each who approves."""
    who = signs_as.value if signs_as is SignsAs.AUTHOR else f"{signs_as.value}-{person_of(by)}"
    return plan.with_name(f"{plan.name}.{who}.sig")


def write_signature(plan: Path, signature: Signature) -> Path:
    """Keep a signature beside its plan, whole or not at all, and return the file.

    Raises:
        ApprovalError: it cannot be written there.
    """
    path = signature_file(plan, signature.statement.by, signature.statement.signs_as)
    try:
        write_whole(path, signature.to_bytes(), READABLE)
    except OSError as error:
        raise ApprovalError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def signatures_beside(plan: Path) -> Mapping[Path, bytes | ApprovalError]:
    """Return what stands in each file of a signature beside ``plan``, the author's first; why not, where unreadable."""
    return {path: _content(path) for path in _paths(plan)}


def _paths(plan: Path) -> Iterator[Path]:
    first = plan.with_name(f"{plan.name}.{SignsAs.AUTHOR.value}.sig")
    if first.exists() or first.is_symlink():
        yield first
    head = f"{plan.name}.{SignsAs.APPROVER.value}-"
    yield from sorted(path for path in plan.parent.iterdir() if path.name.startswith(head) and path.suffix == ".sig")


def _content(path: Path) -> bytes | ApprovalError:
    try:
        return read_bytes(path)
    except OSError as error:
        return ApprovalError(because("no-signature", reason=error.strerror or error))
