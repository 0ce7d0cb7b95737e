"""The host keys that we trust, one for each router, in a file that OpenSSH reads too.

A line holds every address of one router, the key, and the router's key as comment::

    10.160.0.5,10.161.0.7 ssh-ed25519 AAAAC3Nza... kec-rawa
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from jipkit.errors import StateError
from jipkit.files import alone, write_whole
from jipkit.model import Network

SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class HostKey:
    """The public key that a router shows to prove which one it is."""

    type: str
    base64: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint as OpenSSH prints it: ``SHA256:...``."""
        digest = hashlib.sha256(base64.b64decode(self.base64)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file; ``key`` is None when the line is not one of ours, and it is then kept as it is."""

    text: str
    router: str = ""
    names: tuple[str, ...] = ()
    key: HostKey | None = None

    @classmethod
    def of(cls, text: str) -> _Line:
        fields = text.split()
        if len(fields) != 4 or text.startswith(("#", "@", "|")) or not _is_base64(fields[2]):
            return cls(text)
        return cls(text, fields[3], tuple(fields[0].split(",")), HostKey(fields[1], fields[2]))

    @classmethod
    def pinning(cls, router: str, names: Iterable[str], key: HostKey) -> _Line:
        return cls.of(f"{','.join(names)} {key.type} {key.base64} {router}")

    def without(self, names: Collection[str]) -> _Line | None:
        """Return the line without the addresses that another router has now; None when it has no other."""
        if self.key is None or not set(names) & set(self.names):
            return self
        left = [name for name in self.names if name not in names]
        return self.pinning(self.router, left, self.key) if left else None


class HostKeys:
    """The file of trusted host keys; written whole, by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pinned(self, router: str) -> HostKey | None:
        """Return the key that ``router`` is trusted by, or None."""
        return self.all().get(router)

    def all(self) -> Mapping[str, HostKey]:
        """Return the trusted key of each router that has one."""
        return {line.router: line.key for line in self._lines() if line.key is not None}

    def is_revoked(self, key: HostKey) -> bool:
        """Return whether a line ``@revoked ADDRESSES TYPE KEY`` says that ``key`` proves nothing any more."""
        fields = (line.text.split() for line in self._lines() if line.text.startswith("@revoked"))
        return any(found[2:4] == [key.type, key.base64] for found in fields)

    def sharing(self, router: str, key: HostKey) -> tuple[str, ...]:
        """Return the other routers that are trusted by ``key``: it cannot tell them apart."""
        return tuple(other for other, pinned in self.all().items() if pinned == key and other != router)

    def pin(
        self, router: str, addresses: Iterable[IPv4Address | str], port: int, key_type: str, key_base64: str
    ) -> HostKey:
        """Trust ``router`` by this key alone from now on, at all its ``addresses``; return the key.

        Raises:
            StateError: the key is not one, or the file cannot be written.
        """
        if not _is_base64(key_base64) or len(key_type.split()) != 1 or len(router.split()) != 1:
            raise StateError(f"{router}: not a host key: {key_type!r} {key_base64[:20]!r}...")
        key = HostKey(key_type, key_base64)
        names = [name_at(str(address), port) for address in addresses]
        with alone(self.path):
            others = (line.without(names) for line in self._lines() if line.router != router)
            self._write([line for line in others if line], _Line.pinning(router, names, key))
        return key

    def forget(self, router: str) -> bool:
        """Trust ``router`` no longer; return whether it was trusted."""
        with alone(self.path):
            before = self._lines()
            after = [line for line in before if line.router != router]
            if len(after) != len(before):
                self._write(after)
            return len(after) != len(before)

    def _lines(self) -> list[_Line]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"{self.path}: cannot be read: {error}; nothing is trusted until it can") from error
        return [_Line.of(line) for line in text.splitlines() if line.strip()]

    def _write(self, lines: Iterable[_Line], *more: _Line) -> None:
        content = "".join(f"{line.text}\n" for line in (*lines, *more))
        try:
            write_whole(self.path, content.encode())
        except OSError as error:
            raise StateError(f"{self.path}: cannot be written: {error.strerror}; the old file is as it was") from error


def name_at(address: str, port: int) -> str:
    """Return how OpenSSH's file names a server.

    >>> name_at("10.160.0.5", 22), name_at("10.160.0.5", 2222)
    ('10.160.0.5', '[10.160.0.5]:2222')
    """
    return address if port == SSH_PORT else f"[{address}]:{port}"


def addresses_of(network: Network, router: str) -> tuple[IPv4Address, ...]:
    """Return every address that ``router`` may be reached at, once each: loopback, management, links, LANs."""
    return tuple(dict.fromkeys(_addresses(network, router)))


def _addresses(network: Network, router: str) -> Iterator[IPv4Address]:
    it = network.router(router)
    yield it.address
    yield it.loopback
    for link in network.links_of(router):
        yield link.address_of(link.end_of(router)).ip
    for lan in it.lans:
        yield lan.address.ip


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(text)
