"""NETCONF over an SSH session that shows a key we know, and what goes wrong with it in NAPALM's words."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import paramiko
from jnpr.junos import Device
from jnpr.junos import exception as eznc
from jnpr.junos.device import DeviceSessionListener
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
)
from ncclient.manager import Manager, make_device_handler
from ncclient.operations import RPCError, TimeoutExpiredError
from ncclient.transport import SSHSession
from ncclient.transport.errors import AuthenticationError, TransportError

_PARAMETERS = {"name": "junos", "local": False, "use_filter": False}


class VerifiedSession(SSHSession):  # type: ignore[misc]  # ncclient is untyped
    """A session that goes on only with a server whose key is in one file of ours.

    ncclient trusts ``~/.ssh/known_hosts`` too, and does not tell a key that nobody knows from one that has changed.
    """

    def __init__(self, handler: Any, known: paramiko.HostKeys, key: paramiko.PKey | None) -> None:
        super().__init__(handler)
        self._host_keys, self._key = known, key

    def load_known_hosts(self, filename: str | None = None) -> None:
        """Load nothing: who may be trusted is known already."""

    def _auth(
        self, username: str, password: str | None, key_filenames: list[str], allow_agent: bool, look_for_keys: bool
    ) -> None:
        if self._key is not None:
            try:
                self._transport.auth_publickey(username, self._key)
            except paramiko.AuthenticationException:
                if not password and not allow_agent:
                    raise
            else:
                return
        super()._auth(username, password, key_filenames, allow_agent, look_for_keys)

    def refuse(self, name: str, port: int) -> None:
        """Say which key was shown instead of the one that is known.

        Raises:
            BadHostKeyException: another key is known.
            SSHException: none is.
        """
        shown = self._transport.get_remote_server_key()
        for one in (f"[{name}]:{port}", name):
            known: Any = self._host_keys.lookup(one)
            if known:
                raise paramiko.BadHostKeyException(one, shown, known.get(shown.get_name(), next(iter(known.values()))))
        raise paramiko.SSHException(f"Server {name!r} not found in known_hosts")


class VerifiedDevice(Device):  # type: ignore[misc]  # PyEZ is untyped
    """PyEZ's device, reached through a `VerifiedSession`; ``login`` is what NAPALM's ``optional_args`` say of it."""

    def __init__(self, host: str, login: dict[str, Any], **options: Any) -> None:
        super().__init__(host, gather_facts=False, **options)
        self._login = login

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Return a device over SSH, whatever the port: PyEZ takes port 23 for a console."""
        return object.__new__(cls)

    def _sshconf_lkup(self) -> None:
        """Look up nothing: what ``~/.ssh/config`` says of a name is not about our routers."""

    def open(self, *_: Any, **__: Any) -> VerifiedDevice:
        """Connect, and see to it that it is the right router.

        Raises:
            BadHostKeyException, SSHException: it shows another key, or one that nobody knows.
            ConnectAuthError: it does not let us in.
            ConnectionException: it cannot be reached, or does not speak NETCONF.
        """
        handler = make_device_handler(dict(_PARAMETERS), None)
        session = VerifiedSession(handler, paramiko.HostKeys(self._login.get("alt_key_file")), self._login.get("pkey"))
        try:
            self._connect(session)
        except BaseException:
            if session.transport is not None:
                session.transport.close()
            raise
        self._conn = Manager(session, handler, timeout=self._conn_open_timeout)
        session.add_listener(DeviceSessionListener(self))
        self.connected = True
        self._nc_transform = self.transform
        return self

    def _connect(self, session: VerifiedSession) -> None:
        port = int(self._port)
        refuse = _Refusal(session, self._hostname, port)
        try:
            session.connect(
                self._hostname,
                port=port,
                timeout=self._conn_open_timeout,
                unknown_host_cb=refuse,
                username=self._auth_user,
                password=self._auth_password or None,
                key_filename=self._ssh_private_key_file,
                allow_agent=bool(self._login.get("allow_agent")),
                look_for_keys=bool(self._login.get("use_keys")),
                sock=self._login.get("sock") or _connected(self._hostname, port, self._conn_open_timeout),
            )
        except (AuthenticationError, paramiko.AuthenticationException) as error:
            raise ConnectAuthError(f"{self._hostname}: {error or 'no way to log in was accepted'}") from error
        except TransportError as error:
            raise ConnectionException(f"{self._hostname}: no NETCONF session: {error}") from error


class _Refusal:
    """What ncclient asks when it does not know a key."""

    def __init__(self, session: VerifiedSession, name: str, port: int) -> None:
        self._session, self._name, self._port = session, name, port

    def __call__(self, host: str, fingerprint: str) -> bool:
        del host, fingerprint
        self._session.refuse(self._name, self._port)
        return False


def _connected(host: str, port: int, timeout_s: float) -> socket.socket:
    """Return a connected socket.

    ncclient would connect by itself, and say of a refusal and of a name that is wrong alike that it could not.
    """
    try:
        return socket.create_connection((host, port), timeout=timeout_s)
    except OSError as error:
        raise ConnectionException(f"{host}: cannot connect to port {port}: {error}") from error


@contextmanager
def in_words_of_napalm(hostname: str) -> Iterator[None]:
    """Turn what PyEZ and ncclient raise into what NAPALM's drivers raise; refusals in a candidate are not ours.

    Raises:
        ConnectionClosedException: the session is gone.
        CommandTimeoutException: there was no answer in time.
        CommandErrorException: the router would not do it.
    """
    try:
        yield
    except (eznc.ConnectClosedError, TransportError) as error:
        raise ConnectionClosedException(f"{hostname}: the session is gone") from error
    except (eznc.RpcTimeoutError, TimeoutExpiredError) as error:
        raise CommandTimeoutException(f"{hostname}: no answer in time") from error
    except (eznc.ConfigLoadError, eznc.CommitError, eznc.LockError):
        raise
    except (eznc.RpcError, RPCError) as error:
        raise CommandErrorException(f"{hostname}: {said(error)}") from error


def said(error: Exception) -> str:
    """Return in one line what the router said: where, what, and the word that it means."""
    parts: list[str] = []
    for one in getattr(error, "errs", None) or ():
        words = (one.get("edit_path"), one.get("bad_element"), one.get("message"))
        text = " ".join(" ".join(str(word).split()) for word in words if word)
        if text and text not in parts:
            parts.append(text)
    return "; ".join(parts) or " ".join(str(getattr(error, "message", "") or error).split())
