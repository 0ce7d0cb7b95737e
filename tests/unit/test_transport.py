"""Sessions: only with the router we mean, within limits, and with failures in our words."""

from __future__ import annotations

import logging
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base import exceptions as napalm
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout

from jipkit.errors import AnswerError, IdentityError, JipError, LoginError, RouterError, SecretError, UnreachableError
from jipkit.hostkeys import HostKey, HostKeys
from jipkit.platforms import PlatformFacts
from jipkit.testing.ssh import SshServer
from jipkit.transport import DeviceConnection, Login, Target, fetch_host_key, translated
from jipkit.transport.login import load_key

FRR = PlatformFacts(platform="frr", netmiko="linux", napalm="frr")
CLIENT_KEY = paramiko.ECDSAKey.generate()
SERVER_KEY = paramiko.ECDSAKey.generate()
OTHER_KEY = paramiko.ECDSAKey.generate()
RUNNING = b"frr version 8.4.4\nhostname kec-rawa\nend\n"


def answer(command: str) -> bytes:
    return b"shell\n" if command.startswith("command -v vtysh") else RUNNING


@pytest.fixture
def server() -> Iterator[SshServer]:
    with SshServer(SERVER_KEY, answer, keys=(CLIENT_KEY,)) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path, server: SshServer) -> Target:
    """Return a router whose key is pinned and that lets us in."""
    hostkeys = HostKeys(tmp_path / "known_hosts")
    hostkeys.pin("kec-rawa", ["127.0.0.1"], server.port, server.host_key.type, server.host_key.base64)
    return Target("kec-rawa", "frr", FRR, Login("jip", server.port, CLIENT_KEY, use_agent=False), hostkeys)


@pytest.fixture
def connection(target: Target) -> Iterator[DeviceConnection]:
    made = DeviceConnection()
    made.open("127.0.0.1", None, None, None, None, {"target": target})
    yield made
    made.close()


def opened(target: Target, **extras: Any) -> DeviceConnection:
    connection = DeviceConnection()
    connection.open("127.0.0.1", None, None, None, None, {"target": target, **extras})
    return connection


def with_login(target: Target, login: Login, **changes: Any) -> Target:
    return Target(
        **{**{n: getattr(target, n) for n in ("router", "platform", "facts", "hostkeys")}, "login": login} | changes
    )


# ------------------------------------------------------------------ host keys


def test_a_router_with_its_pinned_key_is_talked_to(connection: DeviceConnection) -> None:
    assert "hostname kec-rawa" in connection.connection.get_config(retrieve="running")["running"]


def test_a_router_that_nobody_trusts_is_not_logged_in_to(target: Target, server: SshServer) -> None:
    target.hostkeys.forget("kec-rawa")
    with pytest.raises(IdentityError, match="run `jip trust kec-rawa`"):
        opened(target)
    assert server.logins == []


def test_a_router_whose_key_is_revoked_is_not_logged_in_to(target: Target, server: SshServer) -> None:
    path, key = target.hostkeys.path, server.host_key
    path.write_text(f"{path.read_text()}@revoked * {key.type} {key.base64}\n")
    with pytest.raises(IdentityError, match="is revoked in known_hosts"):
        opened(target)
    assert server.logins == []


@pytest.mark.parametrize("pinned", [None, OTHER_KEY], ids=["not trusted yet", "another key"])
def test_what_an_error_advises_in_a_twin_is_about_the_twin(target: Target, pinned: paramiko.PKey | None) -> None:
    target.hostkeys.forget("kec-rawa")
    if pinned is not None:
        pin(target, pinned)
    with pytest.raises(IdentityError, match="run `jip --lab coba trust kec-rawa"):
        opened(replace(target, jip="jip --lab coba"))


def test_a_router_with_another_key_is_not_logged_in_to(target: Target, server: SshServer) -> None:
    pin(target, OTHER_KEY)
    with pytest.raises(IdentityError):
        opened(target)
    assert server.logins == []


@pytest.mark.parametrize("key", [OTHER_KEY, SERVER_KEY], ids=["pinned", "shown"])
def test_a_changed_key_shows_both_fingerprints(target: Target, key: paramiko.PKey) -> None:
    pin(target, OTHER_KEY)
    with pytest.raises(IdentityError) as caught:
        opened(target)
    assert key.fingerprint in str(caught.value)


def test_a_key_of_another_type_is_another_key(target: Target) -> None:
    pin(target, paramiko.RSAKey.generate(2048))
    with pytest.raises(IdentityError, match="has changed"):
        opened(target)


def test_the_key_of_another_router_opens_nothing(target: Target, server: SshServer) -> None:
    target.hostkeys.pin("pop-1", ["127.0.0.1"], server.port, server.host_key.type, server.host_key.base64)
    target.hostkeys.pin("kec-rawa", ["10.160.0.5"], server.port, OTHER_KEY.get_name(), OTHER_KEY.get_base64())
    with pytest.raises(IdentityError, match="kec-rawa: its host key has changed"):
        opened(target)


def test_a_router_is_known_by_its_key_at_a_new_address(target: Target, server: SshServer) -> None:
    target.hostkeys.pin("kec-rawa", ["10.9.9.9"], server.port, server.host_key.type, server.host_key.base64)
    opened(target).close()
    assert server.logins == ["jip"]


def test_an_rsa_key_is_verified_too(target: Target) -> None:
    with SshServer(paramiko.RSAKey.generate(2048), answer, keys=(CLIENT_KEY,)) as server:
        key = server.host_key
        target.hostkeys.pin("kec-rawa", ["127.0.0.1"], server.port, key.type, key.base64)
        opened(with_login(target, Login("jip", server.port, CLIENT_KEY, use_agent=False))).close()
    assert server.logins == ["jip"]


def test_the_users_own_known_hosts_is_not_asked(
    target: Target, server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    own = HostKeys(tmp_path / ".ssh" / "known_hosts")
    own.pin("kec-rawa", ["127.0.0.1"], server.port, server.host_key.type, server.host_key.base64)
    target.hostkeys.forget("kec-rawa")
    with pytest.raises(IdentityError):
        opened(target)


def pin(target: Target, key: paramiko.PKey) -> None:
    target.hostkeys.pin("kec-rawa", ["127.0.0.1"], target.login.port, key.get_name(), key.get_base64())


def test_the_key_that_a_server_shows_is_fetched_without_a_login(server: SshServer) -> None:
    assert fetch_host_key("127.0.0.1", server.port, 5) == server.host_key
    assert server.logins == []


def test_a_port_that_does_not_speak_ssh_has_no_key() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(UnreachableError, match="no SSH server answers"):
        fetch_host_key("127.0.0.1", mute.getsockname()[1], 0.2)


# ------------------------------------------------------------------ logging in


def test_a_password_opens_where_no_key_does(target: Target) -> None:
    with SshServer(SERVER_KEY, answer, password="sandi") as server:
        login = Login("jip", server.port, CLIENT_KEY, use_agent=False, password="sandi")
        opened(with_login(target, login)).close()
    assert server.logins == ["jip"]


@pytest.mark.parametrize("hint", ["JIP_SSH_KEY", "login/jip", CLIENT_KEY.fingerprint])
def test_a_refused_login_says_what_was_tried_and_what_is_left(target: Target, hint: str) -> None:
    with SshServer(SERVER_KEY, answer) as server, pytest.raises(LoginError) as caught:
        opened(with_login(target, Login("jip", server.port, CLIENT_KEY, use_agent=False)))
    assert hint in str(caught.value)


def test_a_refused_password_is_not_shown(target: Target) -> None:
    with SshServer(SERVER_KEY, answer) as server, pytest.raises(LoginError) as caught:
        opened(with_login(target, Login("jip", server.port, use_agent=False, password="sandi-rahasia")))
    assert "sandi-rahasia" not in str(caught.value)


def test_a_login_shows_no_password_in_its_repr() -> None:
    assert "sandi" not in repr(Login("jip", 22, password="sandi"))


def key_file(folder: Path, passphrase: str) -> Path:
    path = folder / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path], check=True)
    return path


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    assert load_key(key_file(tmp_path, "")).get_name() == "ssh-ed25519"


def test_a_key_with_a_passphrase_belongs_into_the_agent(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="ssh-add"):
        load_key(key_file(tmp_path, "geheim"))


def test_a_key_that_is_not_there_is_named() -> None:
    with pytest.raises(SecretError, match="/nowhere/id: cannot read the SSH key: No such file"):
        load_key(Path("/nowhere/id"))


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "id").write_text("junk")
    with pytest.raises(SecretError, match="holds no SSH private key"):
        load_key(tmp_path / "id")


# ------------------------------------------------------------------ out of reach


def test_a_closed_port_is_unreachable(target: Target) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError, match=f"cannot connect to 127.0.0.1 port {port}: Connection refused"):
        opened(with_login(target, Login("jip", port)))


def test_a_router_that_takes_the_call_and_says_nothing_is_unreachable(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jipkit.transport.login.BANNER_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(UnreachableError):
        opened(with_login(target, Login("jip", mute.getsockname()[1])))


def test_a_session_that_is_cut_ends_what_waits_in_it(connection: DeviceConnection) -> None:
    connection.abort()
    with pytest.raises(napalm.ConnectionClosedException):
        connection.connection.get_config(retrieve="running")


def test_a_session_that_nobody_waits_for_does_not_come_about(target: Target) -> None:
    target.given_up.set()
    with pytest.raises(UnreachableError, match="nobody waited"):
        opened(target)


def test_a_failed_session_leaves_no_thread(target: Target) -> None:
    before = set(threading.enumerate())
    with SshServer(OTHER_KEY) as impostor, pytest.raises(IdentityError):
        opened(with_login(target, Login("jip", impostor.port, CLIENT_KEY)))
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) <= before


def test_libraries_log_no_traceback_of_a_failure_that_we_tell(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    pin(target, OTHER_KEY)
    with caplog.at_level(logging.INFO), pytest.raises(IdentityError):
        opened(target)
    assert [r.name for r in caplog.records if r.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("library", ["netmiko", "ncclient.transport.ssh", "librouteros", "pyeapi"])
def test_what_a_library_says_to_a_router_is_not_logged_for_it_holds_secrets(
    target: Target, caplog: pytest.LogCaptureFixture, library: str
) -> None:
    pin(target, OTHER_KEY)
    with caplog.at_level(logging.DEBUG), pytest.raises(IdentityError):
        opened(target)
    logging.getLogger(library).debug("read_channel: password hunter2")
    assert "hunter2" not in caplog.text


# ------------------------------------------------------------------ drivers


@pytest.mark.parametrize("facts", [None, PlatformFacts(platform="huawei_vrp", netmiko="huawei_vrp")])
def test_a_platform_without_a_driver_says_so(target: Target, facts: PlatformFacts | None) -> None:
    with pytest.raises(RouterError, match="platform huawei_vrp is not supported yet"):
        opened(with_login(target, target.login, facts=facts, platform="huawei_vrp"))


def test_a_driver_that_is_not_installed_is_named(target: Target) -> None:
    facts = PlatformFacts(platform="mikrotik_routeros", netmiko="mikrotik_routeros", napalm="nosuch")
    with pytest.raises(RouterError, match="NAPALM driver 'nosuch' is not installed"):
        opened(with_login(target, target.login, facts=facts))


class Simulated:
    """A simulated router that may refuse to open."""

    error: Exception | None = None

    def __init__(self, hostname: str, username: str, password: str, timeout: int, optional_args: Any) -> None:
        del username, password, timeout
        self.hostname, self.router = hostname, optional_args["router"]

    def open(self) -> None:
        if self.error:
            raise self.error

    def close(self) -> None:
        pass


def test_a_simulated_router_stands_in_and_knows_which_one_it_is(target: Target) -> None:
    target.hostkeys.forget("kec-rawa")
    assert opened(target, driver=Simulated).connection.router == "kec-rawa"


def test_a_simulated_router_fails_as_a_real_one_does(target: Target) -> None:
    class Dead(Simulated):
        error = napalm.ConnectTimeoutError("gone")

    with pytest.raises(UnreachableError):
        opened(target, driver=Dead)


# ------------------------------------------------------------------ our words


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (napalm.ConnectAuthError("no"), LoginError),
        (NetmikoAuthenticationException("no"), LoginError),
        (paramiko.AuthenticationException("no"), LoginError),
        (NetmikoTimeoutException("gone"), UnreachableError),
        (napalm.ConnectionClosedException("gone"), UnreachableError),
        (paramiko.SSHException("gone"), UnreachableError),
        (EOFError(), UnreachableError),
        (OSError("Socket is closed"), UnreachableError),
        (ConnectionResetError(104, "Connection reset by peer"), UnreachableError),
        (TimeoutError(), UnreachableError),
        (ReadTimeout("silent"), AnswerError),
        (napalm.CommandTimeoutException("silent"), AnswerError),
        (napalm.CommandErrorException("% Unknown command"), AnswerError),
        (napalm.MergeConfigException("line 3"), AnswerError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_failure_of_a_library_becomes_ours(error: Exception, ours: type[JipError]) -> None:
    assert type(translated("kec-rawa", error)) is ours


@pytest.mark.parametrize("error", [TypeError("x"), KeyError("x"), FileNotFoundError(2, "no", "candidate.conf")])
def test_a_mistake_in_a_program_is_not_blamed_on_the_router(error: Exception) -> None:
    assert translated("kec-rawa", error) is None


def test_our_own_failure_stays_what_it_is() -> None:
    error = AnswerError("kec-rawa", "x")
    assert translated("kec-rawa", error) is error


def test_a_refused_candidate_is_not_quoted_for_it_may_hold_secrets() -> None:
    error = napalm.MergeConfigException("line 3: ip ospf message-digest-key 1 md5 rahasia")
    assert "rahasia" not in str(translated("kec-rawa", error))


def test_what_a_device_says_stays_one_printable_line_of_bounded_length() -> None:
    error = napalm.CommandErrorException("\x1b[2J\n" + "x" * 10_000)
    message = str(translated("kec-rawa", error))
    assert message.isprintable()
    assert len(message) < 500


def test_the_deepest_cause_is_told() -> None:
    error = NetmikoTimeoutException("TCP connection to device failed.\n\nCommon causes of this problem are: ...")
    error.__context__ = ConnectionResetError(104, "Connection reset by peer")
    assert "Connection reset by peer" in str(translated("kec-rawa", error))


def test_a_host_key_has_the_fingerprint_that_paramiko_computes() -> None:
    assert HostKey(SERVER_KEY.get_name(), SERVER_KEY.get_base64()).fingerprint == SERVER_KEY.fingerprint
