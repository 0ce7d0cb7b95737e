"""Who we are to a router, and which router it has to be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import paramiko

from jipkit.errors import SecretError
from jipkit.hostkeys import HostKeys
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because

if TYPE_CHECKING:
    from jipkit.project import Project

CONNECT_TIMEOUT_S = 10.0
BANNER_TIMEOUT_S = 15.0
AUTH_TIMEOUT_S = 20.0

_OWN_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to a router: a key first, then the SSH agent's keys, then a password."""

    username: str
    port: int
    key: paramiko.PKey | None = field(default=None, repr=False)
    use_agent: bool = True
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, project: Project) -> Login:
        """Return how to log in to the routers of ``project``; a twin has its own key and password, and no agent.

        Raises:
            SecretError: a key or a password is there and cannot be used.
        """
        access = project.network.standards.access
        name = f"login/{access.username}"
        password = project.secrets.resolve(name) if project.secrets.has(name) else ""
        if project.lab:
            key = load_key(project.var / "controller_key")
            return cls(access.username, access.port, key, use_agent=False, password=password)
        return cls(access.username, access.port, _own_key(os.environ), password=password)

    def options(self) -> dict[str, Any]:
        """Return the login as Netmiko and NAPALM's drivers on top of it take it; the password goes another way."""
        return {
            "port": self.port,
            "pkey": self.key,
            "use_keys": False,
            "allow_agent": self.use_agent,
            "conn_timeout": CONNECT_TIMEOUT_S,
            "banner_timeout": BANNER_TIMEOUT_S,
            "auth_timeout": AUTH_TIMEOUT_S,
        }

    def means(self) -> Reason:
        """Return in words what we log in with."""
        used = [because("means-key", fingerprint=self.key.fingerprint)] if self.key else []
        used += [because("means-agent")] if self.use_agent else []
        used += [because("means-password")] if self.password else []
        used = used or [because("means-nothing")]
        return reduce(lambda first, rest: because("listed", first=first, rest=rest), used)


@dataclass(frozen=True)
class Target:
    """One router to open a session with; ``facts`` is None when its platform has no folder in ``templates/``."""

    router: str
    platform: str
    facts: PlatformFacts | None
    login: Login
    hostkeys: HostKeys
    jip: str = "jip"
    """How jip is called about the network that it belongs to: errors advise what to do next."""
    given_up: Event = field(default_factory=Event)
    """Set when nobody waits for this session any more: it must not come about later."""


def strict(known_hosts: Path) -> dict[str, Any]:
    """Return what makes Netmiko and NAPALM's drivers refuse every host key that is not in ``known_hosts``."""
    return {
        "ssh_strict": True,
        "system_host_keys": False,
        "alt_host_keys": True,
        "alt_key_file": str(known_hosts),
    }


def load_key(path: Path) -> paramiko.PKey:
    """Return the private key in a file.

    Raises:
        SecretError: there is none, or it is protected by a passphrase.
    """
    try:
        return paramiko.PKey.from_path(path)
    except OSError as error:
        raise SecretError(f"{path}: cannot read the SSH key: {error.strerror}") from error
    except TypeError as error:  # what cryptography says of a key with a passphrase
        raise SecretError(f"{path}: the SSH key has a passphrase; load it into the agent with `ssh-add`") from error
    except (ValueError, paramiko.SSHException) as error:
        raise SecretError(f"{path}: holds no SSH private key that we can use") from error


def _own_key(environ: Mapping[str, str]) -> paramiko.PKey | None:
    """Return the key that ``JIP_SSH_KEY`` names, else the first usable one in ~/.ssh; the agent has the others."""
    if named := environ.get("JIP_SSH_KEY"):
        return load_key(Path(named).expanduser())
    for name in _OWN_KEYS:
        path = Path("~/.ssh").expanduser() / name
        if path.is_file():
            with suppress(SecretError):
                return load_key(path)
    return None
