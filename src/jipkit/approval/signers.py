"""Who may sign, by which key: ``inventory/allowed_signers`` in OpenSSH's format, of which we take the plain part.

A line is ``PRINCIPAL [OPTIONS] TYPE KEY [COMMENT]``. Patterns, lists, certificate authorities and keys of two people
are refused: each would let one person sign as another. The whole file counts, or nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jipkit.approval.keys import NAMESPACE, PublicKey
from jipkit.approval.statement import is_principal, person_of
from jipkit.errors import ApprovalError
from jipkit.faults import quoted

_OPTION = re.compile(r'([A-Za-z-]+)(?:="([^"]*)")?(,|$)')
_TYPES = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+")
_FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True)
class Signer:
    """One line: who signs by which key, and from when to when (both included) that counts."""

    line: int
    principal: str
    key: PublicKey
    after: datetime | None = None
    before: datetime | None = None

    @property
    def person(self) -> str:
        return person_of(self.principal)

    def covers(self, moment: datetime) -> bool:
        """Return whether the key counts at ``moment``."""
        return (self.after is None or self.after <= moment) and (self.before is None or moment <= self.before)


def read_signers(content: bytes, name: str) -> tuple[Signer, ...]:
    """Return the signers that ``content`` names; ``name`` is how messages call the file.

    Raises:
        ApprovalError: it has faults; the message has one line for each.
    """
    signers: list[Signer] = []
    faults: list[str] = []
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            signer = _read_line(number, line)
            if signer is not None:
                _agrees(signer, signers)
                signers.append(signer)
        except (ApprovalError, ValueError) as error:
            faults.append(f"{name}:{number}: {error}")
    if not signers and not faults:
        faults.append(f"{name}:1: names nobody; write a line such as `sari@kantor ssh-ed25519 AAAA...` for each key")
    if faults:
        raise ApprovalError("\n".join(faults))
    return tuple(signers)


def _read_line(number: int, line: bytes) -> Signer | None:
    text = line.decode("utf-8", "replace")
    if not text.replace("\t", " ").isprintable():
        raise ValueError("holds a control character, or is not UTF-8; end lines with a newline alone")
    text = text.strip()
    if not text or text.startswith("#"):
        return None
    principal, _, rest = text.partition(" ")
    if not is_principal(principal):
        raise ValueError(
            f"{quoted(principal)} is not one signer; write name or name@host in small letters, a line for each, "
            "no patterns (* ? !) and no lists"
        )
    options, kind, encoded = _parts(rest.split())
    after, before = _options(options)
    if after is not None and before is not None and before < after:
        raise ValueError("valid-before is earlier than valid-after")
    return Signer(number, principal, PublicKey.from_text(kind, encoded), after, before)


def _parts(words: Sequence[str]) -> tuple[str, str, str]:
    """Return options (maybe none), type and key of what follows the principal."""
    options = "" if words and _TYPES.fullmatch(words[0]) else " ".join(words[:1])
    kind, encoded = [*words[1 if options else 0 :], "", ""][:2]
    if not _TYPES.fullmatch(kind) or not encoded:
        raise ValueError("is not `PRINCIPAL [OPTIONS] TYPE KEY`; no blank stands inside the options")
    return options, kind, encoded


def _options(text: str) -> tuple[datetime | None, datetime | None]:
    """Return from when to when a key counts."""
    found: dict[str, str] = {}
    for name, value in _each_option(text):
        if name in found:
            raise ValueError(f"option {name} is there twice")
        found[name] = value
    for name, value in found.items():
        if name == "cert-authority":
            raise ValueError("a certificate authority could name anybody; list the keys of the people themselves")
        if name == "namespaces" and value != NAMESPACE:
            raise ValueError(
                f'namespaces="{value}" is not ours; write namespaces="{NAMESPACE}", and nothing else in it'
            )
        if name not in ("namespaces", "valid-after", "valid-before"):
            raise ValueError(f"option {name} is not known here; there are namespaces, valid-after and valid-before")
    return _moment(found, "valid-after"), _moment(found, "valid-before")


def _each_option(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    while end < len(text):
        match = _OPTION.match(text, end)
        if match is None or (match[3] and match.end() == len(text)):
            raise ValueError(f'{quoted(text)} are no options; write name="value", with commas between')
        yield match[1].lower(), match[2] or ""
        end = match.end()


def _moment(options: dict[str, str], name: str) -> datetime | None:
    """Return the moment that an option names; it must say Z, or it would mean another one on another machine."""
    if name not in options:
        return None
    text = options[name]
    digits = text.removesuffix("Z")
    if digits == text or not re.fullmatch(r"[0-9]+", digits, re.ASCII) or len(digits) not in _FORMS:
        raise ValueError(f'{name}="{text}" is no time in UTC; write it as 20261231Z or 202612312359Z')
    try:
        return datetime.strptime(digits, _FORMS[len(digits)]).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f'{name}="{text}" is no time; write it as 20261231Z or 202612312359Z') from None


def _agrees(signer: Signer, others: Sequence[Signer]) -> None:
    """Raise ValueError where a key is written for two people, or twice for one signer."""
    for other in others:
        if other.key != signer.key:
            continue
        if other.person != signer.person:
            raise ValueError(f"the key is already that of {other.principal} (line {other.line}); a key has one person")
        if other.principal == signer.principal:
            raise ValueError(f"says the same signer and key as line {other.line}; keep one of them")
