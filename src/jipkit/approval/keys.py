"""Public keys and signatures as OpenSSH writes them: read here to know whose key it is, verified by ssh-keygen."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

from jipkit.errors import ApprovalError
from jipkit.reasons import because

NAMESPACE = "jip-plan"
"""What our signatures are for: one that was made for mails, commits or logins is none of them."""
FEWEST_BITS = 2048
"""Of an RSA key."""

_ED25519, _RSA = "ssh-ed25519", "ssh-rsa"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"


class _Fields:
    """The fields of an SSH message, one after the other."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def take(self, length: int) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: there are not so many.
        """
        if length > len(self._rest):
            raise ValueError("it was cut short")
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4))

    def string(self) -> bytes:
        return self.take(self.number())

    def end(self) -> None:
        """Raise ValueError where anything is left."""
        if self._rest:
            raise ValueError("something stands behind its end")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that may sign: Ed25519, or RSA of at least `FEWEST_BITS`. Its signature of one text is always the same."""

    type: str
    blob: bytes

    @classmethod
    def read(cls, blob: bytes) -> Self:
        """Return the key in ``blob``.

        Raises:
            ApprovalError: it is none, or of a kind that we do not take.
        """
        try:
            fields = _Fields(blob)
            kind = fields.string().decode("ascii", "replace")
            if kind not in (_ED25519, _RSA):
                raise ApprovalError(because("key-kind", type=kind))
            numbers = [fields.string() for _ in range(2 if kind == _RSA else 1)]
            fields.end()
        except ValueError as error:
            raise ApprovalError(because("no-key", reason=error)) from error
        bits = int.from_bytes(numbers[-1]).bit_length()
        if kind == _RSA and bits < FEWEST_BITS:
            raise ApprovalError(because("key-short", bits=bits, least=FEWEST_BITS))
        if kind == _ED25519 and len(numbers[0]) != 32:
            raise ApprovalError(because("no-key", reason=f"{len(numbers[0])} bytes, not 32"))
        return cls(kind, blob)

    @classmethod
    def from_text(cls, kind: str, encoded: str) -> Self:
        """Return the key that a line of a file describes; raises as `read` does."""
        if kind not in (_ED25519, _RSA):
            raise ApprovalError(because("key-kind", type=kind))
        try:
            key = cls.read(base64.b64decode(encoded, validate=True))
        except binascii.Error as error:
            raise ApprovalError(because("no-key", reason=error)) from error
        if key.type != kind:
            raise ApprovalError(because("no-key", reason=f"{key.type} in a line for {kind}"))
        return key

    @property
    def fingerprint(self) -> str:
        """As ``ssh-keygen -l`` prints it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    def __str__(self) -> str:
        return f"{self.type} {base64.b64encode(self.blob).decode()}"


def signing_key(armored: str) -> PublicKey:
    """Return the key by which a signature says that it was made; whether that is true is for ssh-keygen to say.

    Raises:
        ApprovalError: it is no signature, one for something else, or of a key that we do not take.
    """
    try:
        blob, namespace = _parts(_Fields(_unarmored(armored)))
    except ValueError as error:
        raise ApprovalError(because("no-signature", reason=error)) from error
    if namespace != NAMESPACE.encode():
        raise ApprovalError(because("other-namespace", there=namespace.decode("ascii", "replace"), here=NAMESPACE))
    return PublicKey.read(blob)


def _parts(fields: _Fields) -> tuple[bytes, bytes]:
    """Return the key and the namespace of a signature."""
    if fields.take(len(_MAGIC)) != _MAGIC or fields.number() != 1:
        raise ValueError("no SSH signature of version 1")
    blob, namespace, reserved, digest, _ = [fields.string() for _ in range(5)]
    fields.end()
    if reserved or digest not in (b"sha256", b"sha512"):
        raise ValueError("made in a way that we do not know")
    return blob, namespace


def _unarmored(armored: str) -> bytes:
    lines = armored.removesuffix("\n").split("\n")
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise ValueError("it does not begin and end as one")
    return base64.b64decode("".join(lines[1:-1]), validate=True)
