"""Interactive sessions with simulated devices: what is typed, and what comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import paramiko
import pytest

from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.ssh import SshServer, Visit

HOST_KEY = paramiko.ECDSAKey.generate()
CLIENT_KEY = paramiko.ECDSAKey.generate()


class Parrot(Terminal):
    """Says what it hears; asks a password and a key when told to, and leaves at ``quit``."""

    shortcuts = {b"\x1a": "quit"}  # noqa: RUF012 - as the class that it extends

    @property
    def prompt(self) -> str:
        return "parrot> "

    def greeting(self) -> str:
        return "hello\n"

    def answer(self, line: str) -> str:
        if line == "quit":
            self.open = False
            return "bye\n"
        if line == "size":
            return f"{self.visit.user} {self.visit.window.width}x{self.visit.window.height}\n"
        if line == "enable":
            return f"[{self.ask('Password: ', echo=False)}]\n"
        if line == "reload":
            return f"[{self.ask_key('Sure? ')}]\n"
        return f"said {line}\n" if line else ""


def served(visit: Visit) -> None:
    Parrot(visit).serve()


def subsystem(visit: Visit, name: str) -> int:
    visit.channel.sendall(f"{name} for {visit.user}".encode())
    return 3


@pytest.fixture
def server() -> Iterator[SshServer]:
    with SshServer(
        HOST_KEY,
        lambda command: f"ran {command}".encode(),
        keys=(CLIENT_KEY,),
        password="rahasia",
        shell=served,
        subsystems={"netconf": subsystem},
        programs={"scp": subsystem},
        hears_out=False,
        software="PARROT",
    ) as running:
        yield running


def logged_in(server: SshServer, **login: str) -> paramiko.Transport:
    transport = paramiko.Transport(("127.0.0.1", server.port))
    transport.start_client(timeout=10)
    if login:
        transport.auth_password("rina", login["password"])
    else:
        transport.auth_publickey("rina", CLIENT_KEY)
    return transport


def conversation(server: SshServer, typed: str, **login: str) -> str:
    """Return all that a session prints when ``typed`` is typed and the prompt comes, until it ends."""
    with closing(logged_in(server, **login)) as transport:
        channel = transport.open_session(timeout=10)
        channel.get_pty("vt100", 132, 50)
        channel.invoke_shell()
        channel.settimeout(10)
        channel.sendall(typed.encode())
        return b"".join(iter(lambda: channel.recv(4096), b"")).decode()


def test_a_command_is_echoed_answered_and_followed_by_the_prompt(server: SshServer) -> None:
    assert conversation(server, "hi\rquit\r") == ("hello\r\nparrot> hi\r\nsaid hi\r\nparrot> quit\r\nbye\r\n")


def test_a_password_logs_in(server: SshServer) -> None:
    assert "said hi" in conversation(server, "hi\rquit\r", password="rahasia")


def test_a_wrong_password_does_not(server: SshServer) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        conversation(server, "hi\rquit\r", password="salah")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_kind_of_return_ends_one_line(server: SshServer, end: str) -> None:
    assert conversation(server, f"hi{end}quit{end}").count("parrot>") == 2


@pytest.mark.parametrize(
    "typed", ["sixe\x7f\x7fze", "size", "si\x1b[Aze", "nonsense\x15size", "nonsense\x03size", "si\x1bOBze"]
)
def test_a_line_can_be_edited(server: SshServer, typed: str) -> None:
    assert "rina 132x50" in conversation(server, f"{typed}\rquit\r")


def test_erased_letters_are_erased_on_the_screen(server: SshServer) -> None:
    assert "ab\b \bc\r\nsaid ac" in conversation(server, "ab\x7fc\rquit\r")


def test_a_password_that_is_asked_for_is_not_echoed(server: SshServer) -> None:
    assert "Password: \r\n[rahasia]" in conversation(server, "enable\rrahasia\rquit\r")


def test_one_key_answers_a_confirmation(server: SshServer) -> None:
    assert "Sure? [y]" in conversation(server, "reload\ryquit\r")


def test_a_key_can_stand_for_a_line(server: SshServer) -> None:
    assert conversation(server, "abc\x1a").endswith("bye\r\n")


def test_two_sessions_do_not_wait_for_each_other(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        transport.open_session(timeout=10).invoke_shell()
        assert "said hi" in conversation(server, "hi\rquit\r")


def test_a_terminal_learns_its_new_size(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        channel.get_pty("vt100", 132, 50)
        channel.invoke_shell()
        channel.resize_pty(60, 20)
        channel.sendall(b"size\rquit\r")
        assert b"rina 60x20" in b"".join(iter(lambda: channel.recv(4096), b""))


def test_a_command_is_answered_though_the_client_keeps_talking(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        channel.settimeout(10)
        channel.exec_command("/system identity print")
        assert b"".join(iter(lambda: channel.recv(4096), b"")) == b"ran /system identity print"


def test_a_subsystem_has_a_channel_and_a_status_of_its_own(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        channel.invoke_subsystem("netconf")
        said = b"".join(iter(lambda: channel.recv(4096), b""))
        assert (said, channel.recv_exit_status()) == (b"netconf for rina", 3)


def test_a_program_is_told_its_arguments(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        channel.exec_command("scp -t flash/x")
        assert b"".join(iter(lambda: channel.recv(4096), b"")) == b"scp -t flash/x for rina"


def test_a_subsystem_that_is_not_there_is_refused(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        with pytest.raises(paramiko.SSHException):
            channel.invoke_subsystem("sftp")


def test_a_restart_ends_every_session(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        channel = transport.open_session(timeout=10)
        channel.invoke_shell()
        channel.settimeout(10)
        server.cut()
        assert b"".join(iter(lambda: channel.recv(4096), b"")).count(b"said") == 0


def test_nobody_gets_in_where_the_firewall_drops() -> None:
    with (
        SshServer(HOST_KEY, keys=(CLIENT_KEY,), admits=lambda: False) as closed,
        pytest.raises((paramiko.SSHException, OSError, EOFError)),
    ):
        logged_in(closed)
    assert closed.logins == []


def test_no_thread_stays_when_the_server_has_ended() -> None:
    before = set(threading.enumerate())
    running = SshServer(HOST_KEY, keys=(CLIENT_KEY,), shell=served)
    with running, closing(logged_in(running)) as transport:
        transport.open_session(timeout=10).invoke_shell()
    transport.join(timeout=10)
    assert set(threading.enumerate()) <= before


def test_the_server_says_what_it_runs(server: SshServer) -> None:
    with closing(logged_in(server)) as transport:
        assert transport.remote_version == "SSH-2.0-PARROT"
