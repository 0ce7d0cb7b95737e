"""Is a plan approved? Every signature beside it is judged, each against the policy, the signers and the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from jipkit.approval import keygen
from jipkit.approval.keys import PublicKey, signing_key
from jipkit.approval.signers import Signer
from jipkit.approval.statement import Signature, SignsAs, Statement, person_of
from jipkit.approval.trusted import Trusted
from jipkit.errors import ApprovalError
from jipkit.reasons import Reason, because

SKEW = timedelta(seconds=60)
"""By how much the clock of whoever signed may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that counts, and the file that it stands in."""

    file: str
    statement: Statement
    key: PublicKey

    @property
    def person(self) -> str:
        return person_of(self.statement.by)

    def as_json(self) -> dict[str, str]:
        return {**self.statement.as_json(), "key": self.key.fingerprint}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file whose signature does not count, and why."""

    file: str
    signs_as: SignsAs
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a plan is approved: by its author and ``wanted`` people beside."""

    plan: str
    wanted: int
    commit: str
    author: Signed | None
    approvers: tuple[Signed, ...]
    refused: tuple[Refused, ...]

    @property
    def missing(self) -> int:
        """How many approvals are still to come."""
        return max(0, self.wanted - len(self.approvers))

    @property
    def complete(self) -> bool:
        return self.author is not None and not self.missing

    def lacks(self) -> str:
        """Return in one sentence what is missing, and why what is there does not count; nothing when it is approved."""
        if self.complete:
            return ""
        lacks = [because("no-author")] if self.author is None else []
        lacks += [because("too-few-approvals", count=len(self.approvers), wanted=self.wanted)] if self.missing else []
        return "; ".join([*lacks, *(f"{each.file}: {each.reason}" for each in self.refused)])

    def next_steps(self, command: str) -> Reason | None:
        """Return who has to run what so that it is approved; ``command`` signs as another person who approves it."""
        if self.author is None:
            return because("sign-both" if self.missing else "sign-author", command=command)
        return because("sign-other", command=command) if self.missing else None

    def as_json(self) -> dict[str, Any]:
        """Return what the journal keeps: who signed what, when and by which key, and what that was judged by."""
        return {
            "plan": self.plan,
            "author": self.author.as_json() if self.author else None,
            "approvers": [each.as_json() for each in self.approvers],
            "trusted": self.commit,
        }


def sha256_of(plan: bytes) -> str:
    """Return the name of a plan: the SHA-256 of its file, which any byte changes."""
    return hashlib.sha256(plan).hexdigest()


def judge(
    plan: bytes, network: str, files: Mapping[str, tuple[SignsAs, bytes]], by: Trusted, now: datetime
) -> Standing:
    """Return how far ``plan`` is approved for ``network`` by the signatures in ``files``, and what each is for.

    Carry out the very bytes that were judged, never what the file holds a moment later.
    """
    name = sha256_of(plan)
    author: Signed | None = None
    approvers: list[Signed] = []
    refused: list[Refused] = []
    authors_first = sorted(files.items(), key=lambda item: item[1][0] is not SignsAs.AUTHOR)
    for file, (signs_as, content) in authors_first:
        try:
            signed = _judge_one(file, content, (name, network, signs_as), by, now)
            if signs_as is SignsAs.AUTHOR:
                author = signed
            else:
                apart(signed, author, approvers)
                approvers.append(signed)
        except ApprovalError as error:
            refused.append(Refused(file, signs_as, error.reason))
    return Standing(name, by.policy.approvals, by.commit, author, tuple(approvers), tuple(refused))


def apart(signed: Signed, author: Signed | None, approvers: list[Signed]) -> None:
    """Return when whoever approves is neither the author nor among those who approved already: no person, no key.

    Raises:
        ApprovalError: it is.
    """
    if author is not None and signed.person == author.person:
        raise ApprovalError(because("same-person", person=signed.person))
    if author is not None and signed.key == author.key:
        raise ApprovalError(because("same-key", fingerprint=signed.key.fingerprint))
    if any(signed.person == other.person or signed.key == other.key for other in approvers):
        raise ApprovalError(because("approved-already", person=signed.person))


def _judge_one(file: str, content: bytes, wanted: tuple[str, str, SignsAs], by: Trusted, now: datetime) -> Signed:
    signature = Signature.from_bytes(content)
    statement, (plan, network, signs_as) = signature.statement, wanted
    if statement.plan != plan:
        raise ApprovalError(because("other-plan"))
    if statement.network != network:
        raise ApprovalError(because("other-network", there=statement.network, here=network))
    if statement.signs_as is not signs_as:
        raise ApprovalError(because("signs-as-other", there=statement.signs_as, here=signs_as))
    _in_time(statement.at, by.policy.max_age_hours, now)
    key = signing_key(signature.armored)
    keygen.verify(signature, signer_of(by, key, statement.at, statement.by))
    return Signed(file, statement, key)


def _in_time(at: datetime, max_age_hours: int, now: datetime) -> None:
    told = f"{at:%Y-%m-%d %H:%M} UTC"
    if at > now + SKEW:
        raise ApprovalError(because("signed-in-future", at=told))
    if now - at > timedelta(hours=max_age_hours):
        raise ApprovalError(because("signature-too-old", at=told, hours=max_age_hours))


def signer_of(by: Trusted, key: PublicKey, at: datetime, principal: str | None = None) -> Signer:
    """Return the line of the allowed signers for ``key``, which has to count ``at`` that time.

    Raises:
        ApprovalError: there is none, none for ``principal``, or its key did not count then.
    """
    lines = [signer for signer in by.signers if signer.key == key and principal in (None, signer.principal)]
    if not lines:
        told = {"file": by.signers_file, "fingerprint": key.fingerprint}
        raise ApprovalError(
            because("signer-unknown", by=principal, **told) if principal else because("key-unknown", **told)
        )
    for signer in lines:
        if signer.covers(at):
            return signer
    when = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    raise ApprovalError(because("key-not-then", by=lines[0].principal, fingerprint=key.fingerprint, at=when))
