"""Secrets by name: where they are looked up, and digests that tell two apart without telling either."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets as randomness
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jipkit.errors import SecretError, StateError
from jipkit.files import create_once

if TYPE_CHECKING:
    from jipkit.project import Project

KEYRING_SERVICE = "jip"
MD5_KEY_LENGTH = 16
"""Routers cut a longer OSPF key without a word, and the two ends then disagree about it."""

KEY_BYTES = 32
DIGEST_KEY_NAME = "digest/key"
"""The secret that keys the digests, where the district has one: several checkouts then have the same digests."""

SHORTEST = 16
"""Characters of a key that nobody guesses in a lifetime, if it was drawn by chance."""

_ALPHABET = string.ascii_letters + string.digits


def environment_variable(name: str) -> str:
    """Return the name of the environment variable that holds the secret ``name``.

    >>> environment_variable("ospf/core-1--kec-cengal/1")
    'JIP_SECRET_OSPF_CORE_1__KEC_CENGAL_1'
    """
    return "JIP_SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()


class Secrets(ABC):
    """The secrets of one network, by name: ``ospf/<link>/<number>``, ``login/<user>``, ``snmp/<user>/auth``."""

    def __init__(self, var: Path) -> None:
        self._var = var

    @staticmethod
    def for_project(project: Project) -> Secrets:
        """Return the secrets of the district, or of the twin that ``project`` is about."""
        return TwinSecrets(project.var) if project.lab else DistrictSecrets(project.var)

    @abstractmethod
    def find(self, name: str) -> str | None:
        """Return the secret, or None when it is nowhere."""

    @abstractmethod
    def places(self, name: str) -> str:
        """Return, in words, where the secret is looked up and how to put it there."""

    def resolve(self, name: str) -> str:
        """Return the secret.

        Raises:
            SecretError: it is nowhere, or it cannot be written into a configuration as it is.
        """
        value = self.find(name)
        if value is None:
            raise SecretError(f"secret {name} is not set; {self.places(name)}")
        fault = _fault(name, value)
        if fault:
            raise SecretError(f"secret {name} {fault}; {self.places(name)}")
        return value

    def has(self, name: str) -> bool:
        """Return whether `resolve` would find the secret."""
        return self.find(name) is not None

    def key(self, name: str) -> bytes | None:
        """Return the secret ``name`` as a key; None where there is none.

        Raises:
            SecretError: it is so short that it could be guessed.
        """
        value = self.find(name)
        if value is not None and len(value) < SHORTEST:
            raise SecretError(
                f"secret {name} has less than {SHORTEST} characters and could be guessed; `openssl rand -hex 32` "
                f"draws one; {self.places(name)}"
            )
        return value.encode() if value else None

    def digest(self, value: str) -> str:
        """Return what tells ``value`` from others but not what it is: equal for equal values under one key alone.

        Raises:
            SecretError: the key is none.
            StateError: the key that is kept cannot be read or made.
        """
        key = self._digest_key or random_key(self._var / "digest.key")
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16]

    @property
    def _digest_key(self) -> bytes | None:
        """The key of the digests, where it is a secret; None: a random one is kept for this project alone."""
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class DistrictSecrets(Secrets):
    """Looks in the environment, then in the keyring."""

    def __init__(self, var: Path, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(var)
        self._environ = environ

    def find(self, name: str) -> str | None:
        return self._environ.get(environment_variable(name)) or _from_keyring(name)

    @cached_property
    def _digest_key(self) -> bytes | None:
        return self.key(DIGEST_KEY_NAME)

    def places(self, name: str) -> str:
        return (
            f"set {environment_variable(name)} in the environment, or run `keyring set {KEYRING_SERVICE} {name}` "
            "(needs `pip install 'jipkit[keyring]'`)"
        )


class TwinSecrets(Secrets):
    """Derives every secret from a seed that the twin keeps; none of them opens anything in the district."""

    def find(self, name: str) -> str:
        seed = random_key(self._var / "secrets.seed")
        number = int.from_bytes(hmac.new(seed, name.encode(), hashlib.sha256).digest(), "big")
        return "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(MD5_KEY_LENGTH))

    def places(self, name: str) -> str:
        return f"a twin derives it: delete {self._var / 'secrets.seed'} and build the twin again (asked for: {name})"


def random_key(path: Path) -> bytes:
    """Return the random bytes that are kept in ``path``, made when they are first asked for.

    Raises:
        StateError: they cannot be kept, or what is there is none of ours.
    """
    try:
        key = create_once(path, lambda: randomness.token_bytes(KEY_BYTES))
    except OSError as error:
        raise StateError(
            f"{path}: cannot be read or made: {error.strerror}; look at the folder and the disk"
        ) from error
    if len(key) != KEY_BYTES:
        raise StateError(f"{path}: holds {len(key)} bytes, not {KEY_BYTES}: it is damaged; put a copy in its place")
    return key


def _from_keyring(name: str) -> str | None:
    """Return what the keyring holds; None also where there is no keyring to ask."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to import
        import keyring.errors  # noqa: PLC0415 - same
    except ModuleNotFoundError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name) or None
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise SecretError(
            f"secret {name}: the keyring does not open ({type(error).__name__}); unlock it, "
            f"or set {environment_variable(name)} in the environment"
        ) from error


def _fault(name: str, value: str) -> str | None:
    """Return why a router would not take ``value`` as it is; None when it would. Never shows the value."""
    if not value.isprintable():
        return "holds a newline or a control character"
    if name.startswith("login/"):
        return None
    if not value.isascii() or " " in value:
        return "holds a blank or a character outside ASCII, which would end it early in a configuration"
    if name.startswith("ospf/") and len(value) > MD5_KEY_LENGTH:
        return f"is longer than {MD5_KEY_LENGTH} characters, which routers cut silently"
    return None
