"""What routers ran before they were changed, secrets and all, so that a change can be undone later: sealed on disk."""

from __future__ import annotations

import hashlib
import re
import secrets as randomness
import shutil
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jipkit.errors import StateError
from jipkit.files import private_folder, write_whole
from jipkit.secrets import Secrets, random_key

KEY_NAME = "undo/key"
"""The secret that seals them, where the district has one; else a random key lies in ``var/undo.key``."""

_MAGIC = b"jip undo 1\n"
_SALT, _SIGN, _NONCE = 16, 8, 12
_HEADER = len(_MAGIC) + _SALT + _SIGN + _NONCE
_COST = {"n": 2**14, "r": 8, "p": 1}  # about 50 ms and 16 MiB, once for a process and a run
_ROUTER = re.compile(r"[a-z0-9][a-z0-9-]*")
_RUN = re.compile(r"run-\d+")


@dataclass(frozen=True, slots=True)
class _Seal:
    """A key for one salt; ``sign`` tells it from others, and tells nothing of it."""

    salt: bytes
    sign: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, secret: bytes, salt: bytes) -> _Seal:
        made = hashlib.scrypt(secret, salt=salt, dklen=32 + _SIGN, **_COST)
        return cls(salt, made[32:], AESGCM(made[:32]))


@dataclass
class Undo:
    """The configurations below one folder; ``key_file`` holds the key where ``secrets`` have none."""

    folder: Path
    key_file: Path
    secrets: Secrets
    _seals: dict[tuple[bytes, bytes], _Seal] = field(default_factory=dict, repr=False)
    _salt: bytes = field(default_factory=lambda: randomness.token_bytes(_SALT), repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keep(self, run: int, unit: int, router: str, running: str, *, anew: bool = False) -> None:
        """Keep what ``router`` runs before ``unit`` of ``run`` changes it; on the disk when this returns.

        What was kept first stays: a unit that is taken up again may find its own change on the router. It is kept
        ``anew`` where nothing was written to the router yet: what was kept before it had to wait may be true no more.

        Raises:
            StateError: it cannot be kept; the router must not be changed.
            SecretError: the key is none.
        """
        path = self._path(run, unit, router)
        if path.exists() and not anew:
            return
        seal = self._seal(self._key(), self._salt)
        header = _MAGIC + seal.salt + seal.sign + randomness.token_bytes(_NONCE)
        sealed = seal.cipher.encrypt(
            header[-_NONCE:], running.encode("utf-8", "surrogatepass"), _bound(header, run, unit, router)
        )
        try:
            private_folder(private_folder(self.folder) / path.parent.name)
            write_whole(path, header + sealed)
        except OSError as error:
            raise StateError(
                f"{path}: what {router} runs cannot be kept: {error.strerror}; nothing was done to it. Look at the "
                "folder and make room on the disk, then try again"
            ) from error

    def kept(self, run: int, unit: int, router: str) -> str | None:
        """Return what ``router`` ran before ``unit`` of ``run``; None where nothing was kept.

        Raises:
            StateError: what was kept is damaged, was put in another's place, or is sealed with another key.
            SecretError: the key is none.
        """
        path = self._path(run, unit, router)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"{path}: cannot be read: {error.strerror}; look at its owner and the disk") from error
        header, sealed = content[:_HEADER], content[_HEADER:]
        if len(header) < _HEADER or not header.startswith(_MAGIC):
            raise StateError(f"{path}: is damaged; put a copy in its place")
        seal = self._seal_of(header, path)
        try:
            return seal.cipher.decrypt(header[-_NONCE:], sealed, _bound(header, run, unit, router)).decode(
                "utf-8", "surrogatepass"
            )
        except (InvalidTag, UnicodeDecodeError) as error:
            raise StateError(
                f"{path}: is damaged, or belongs to another run, unit or router; put a copy of the right one there"
            ) from error

    def forget(self, older_than: timedelta, *, but: Collection[int] = ()) -> list[str]:
        """Remove what was kept for runs in which nothing was kept any more since then; return their folders' names.

        That of the runs ``but`` these stays, however old.

        Raises:
            StateError: one cannot be removed.
        """
        until = time.time() - older_than.total_seconds()
        gone, staying = [], {f"run-{run}" for run in but}
        try:
            for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
                if _RUN.fullmatch(folder.name) and folder.name not in staying and folder.stat().st_mtime < until:
                    shutil.rmtree(folder)
                    gone.append(folder.name)
        except OSError as error:
            raise StateError(f"{self.folder}: cannot be tidied: {error.strerror}") from error
        return gone

    def _path(self, run: int, unit: int, router: str) -> Path:
        if not _ROUTER.fullmatch(router):
            raise StateError(f"{router!r} is no router's name; nothing is kept under it")
        return self.folder / f"run-{run}" / f"unit-{unit}.{router}"

    def _seal_of(self, header: bytes, path: Path) -> _Seal:
        """Return the key that sealed a file: that of the secrets, or the one from before they had one."""
        salt, sign = header[len(_MAGIC) :][:_SALT], header[len(_MAGIC) + _SALT :][:_SIGN]
        for secret in self._keys():
            if (seal := self._seal(secret, salt)).sign == sign:
                return seal
        raise StateError(
            f"{path}: is sealed with another key; put the key from then into the secret {KEY_NAME} "
            f"({self.secrets.places(KEY_NAME)}) or a copy of {self.key_file} in its place"
        )

    def _key(self) -> bytes:
        return self.secrets.key(KEY_NAME) or random_key(self.key_file)

    def _keys(self) -> list[bytes]:
        secret = self.secrets.key(KEY_NAME)
        return [*([secret] if secret else []), *([random_key(self.key_file)] if self.key_file.exists() else [])]

    def _seal(self, secret: bytes, salt: bytes) -> _Seal:
        with self._one:
            if (secret, salt) not in self._seals:
                self._seals[secret, salt] = _Seal.of(secret, salt)
            return self._seals[secret, salt]


def _bound(header: bytes, run: int, unit: int, router: str) -> bytes:
    """Return what is authenticated beside the text, so that one file does not pass for another."""
    return header + f"run {run} unit {unit} router {router}".encode()
