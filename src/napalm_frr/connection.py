"""Opening an SSH connection: who we are, whom we trust, and what each failure is called."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import paramiko
from napalm.base.exceptions import ConnectAuthError, ConnectionException, ConnectTimeoutError


class HostKeyError(ConnectionException):  # type: ignore[misc]  # napalm is untyped
    """The host key is unknown or is not the one we know; nothing was sent to that machine."""


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):
    """Refuses a host that is in none of the known_hosts files."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        del client
        raise HostKeyError(
            f"{hostname}: the host key {key.get_name()} {key.fingerprint} is not known;"
            " verify it on the console and add it to known_hosts"
        )


@dataclass(frozen=True, slots=True)
class SshOptions:
    """How to connect; the names are those that other NAPALM drivers take in ``optional_args``."""

    port: int | None = None
    conn_timeout: float = 10.0
    auth_timeout: float | None = None
    banner_timeout: float | None = None
    ssh_strict: bool = True
    system_host_keys: bool | None = None
    alt_key_file: str = ""
    key_file: str | None = None
    passphrase: str | None = None
    pkey: paramiko.PKey | None = None
    allow_agent: bool | None = None
    use_keys: bool | None = None
    disabled_algorithms: Mapping[str, Any] | None = None
    ssh_config_file: str | bool | None = None
    keepalive: int = 0
    sock: Any = None

    @classmethod
    def from_optional_args(cls, optional_args: Mapping[str, Any]) -> SshOptions:
        """Return the options that ``optional_args`` sets; what is not ours is left to others."""
        return cls(**{name: optional_args[name] for name in cls.__slots__ if name in optional_args})


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to connect once ~/.ssh/config has had its say."""

    host: str
    port: int
    username: str | None
    key_files: tuple[str, ...]
    proxy_command: str | None


def connect(host: str, username: str, password: str, options: SshOptions) -> paramiko.SSHClient:
    """Return a connected and authenticated client; the server's host key has been verified.

    Raises:
        HostKeyError: the key is unknown or has changed.
        ConnectAuthError: the server refused every credential.
        ConnectTimeoutError, ConnectionException: nobody answered there.
    """
    target = _target(host, username, options)
    client = paramiko.SSHClient()
    client.set_log_channel("napalm_frr.ssh")
    _trust(client, options)
    where = f"{host} port {target.port}"
    try:
        _login(client, target, password, options)
    except HostKeyError:
        client.close()
        raise
    except paramiko.BadHostKeyException as error:
        client.close()
        raise HostKeyError(
            f"{host}: the host key has changed: expected {error.expected_key.fingerprint},"
            f" got {error.key.fingerprint}; this may be another machine"
        ) from error
    except (paramiko.AuthenticationException, paramiko.PasswordRequiredException) as error:
        client.close()
        raise ConnectAuthError(f"{where}: login as {target.username} was refused: {error}") from error
    except TimeoutError as error:
        client.close()
        raise ConnectTimeoutError(f"{where}: no answer within {options.conn_timeout:g} s") from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        client.close()
        if "No authentication methods available" in str(error):
            raise ConnectAuthError(f"{where}: no key, agent or password to log in with") from error
        raise ConnectionException(f"{where}: cannot connect: {str(error) or type(error).__name__}") from error
    return client


def _target(host: str, username: str, options: SshOptions) -> _Target:
    config = _ssh_config(host, options.ssh_config_file)
    proxy = config.get("proxycommand")
    if proxy is None and config.get("proxyjump", "none") != "none":
        proxy = f"ssh -W {config['hostname']}:{config.get('port', '22')} {config['proxyjump']}"
    keys = (options.key_file,) if options.key_file else tuple(config.get("identityfile", ()))
    return _Target(
        host=config.get("hostname", host),
        port=options.port or int(config.get("port", "22")),
        username=username or config.get("user"),
        key_files=tuple(str(Path(key).expanduser()) for key in keys if key),
        proxy_command=None if proxy == "none" else proxy,
    )


def _ssh_config(host: str, file: str | bool | None) -> dict[str, Any]:
    if not file:
        return {}
    path = Path("~/.ssh/config" if file is True else file).expanduser()
    try:
        return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host))
    except (OSError, paramiko.ConfigParseError) as error:
        raise ConnectionException(f"{host}: cannot read ssh_config_file {path}: {error}") from error


def _trust(client: paramiko.SSHClient, options: SshOptions) -> None:
    if not options.ssh_strict:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        return
    client.set_missing_host_key_policy(_RefuseUnknown())
    system = options.system_host_keys if options.system_host_keys is not None else not options.alt_key_file
    if system:
        client.load_system_host_keys()
    if options.alt_key_file:
        path = Path(options.alt_key_file).expanduser()
        try:
            client.load_host_keys(str(path))
        except OSError as error:
            raise HostKeyError(f"cannot read the known hosts in {path}: {error}") from error


def _login(client: paramiko.SSHClient, target: _Target, password: str, options: SshOptions) -> None:
    # with a password given, keys lying around must not use up the server's MaxAuthTries
    by_key = not password
    client.connect(
        target.host,
        port=target.port,
        username=target.username,
        password=password or None,
        pkey=options.pkey,
        key_filename=cast("Any", list(target.key_files) or None),  # a list will do; types-paramiko says str
        passphrase=options.passphrase,
        allow_agent=options.allow_agent if options.allow_agent is not None else by_key,
        look_for_keys=options.use_keys if options.use_keys is not None else by_key,
        sock=options.sock or _socket(target, options.conn_timeout),
        timeout=options.conn_timeout,
        banner_timeout=options.banner_timeout or options.conn_timeout,
        auth_timeout=options.auth_timeout or options.conn_timeout,
        disabled_algorithms=options.disabled_algorithms,
    )
    transport = client.get_transport()
    if transport is not None and options.keepalive:
        transport.set_keepalive(options.keepalive)


def _socket(target: _Target, timeout_s: float) -> Any:
    if target.proxy_command:
        return paramiko.ProxyCommand(target.proxy_command)
    sock = socket.create_connection((target.host, target.port), timeout=timeout_s)
    # SSH's small packets would otherwise wait for the peer's delayed acknowledgements (40 ms each)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
