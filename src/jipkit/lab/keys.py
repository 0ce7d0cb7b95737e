"""SSH keys made in this process: starting ssh-keygen for a hundred routers takes longer than booting some of them."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key: ``private`` as OpenSSH keeps it, ``public`` as ``ssh-ed25519 AAAA...``."""

    private: str
    public: str

    @classmethod
    def new(cls) -> KeyPair:
        """Return a fresh key."""
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        return cls(private, public)

    def __repr__(self) -> str:
        return f"KeyPair({self.public!r})"
