"""Sessions without a router: limits, failures and the records of the device side."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko
import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
)

from napalm_frr import FRRDriver, HostKeyError, device
from napalm_frr.connection import SshOptions, connect
from napalm_frr.device import DeviceSide, parse_status
from napalm_frr.shell import Answer, Shell, printable


class Channel:
    """A paramiko channel that answers from memory."""

    def __init__(
        self,
        out: bytes = b"",
        err: bytes = b"",
        status: int = 0,
        *,
        silent: bool = False,
        deaf: OSError | None = None,
        closed: bool = False,
    ) -> None:
        self.out, self.err, self.status, self.silent = out, err, status, silent
        self.deaf, self.closed = deaf, closed
        self.sent = b""
        self.command = ""

    def exec_command(self, command: str) -> None:
        self.command = command

    def settimeout(self, seconds: float) -> None:
        pass

    def sendall(self, data: bytes) -> None:
        if self.deaf is not None:
            raise self.deaf
        self.sent += data

    def shutdown_write(self) -> None:
        pass

    def recv(self, size: int) -> bytes:
        if self.silent:
            raise TimeoutError
        piece, self.out = self.out[:size], self.out[size:]
        return piece

    def recv_stderr_ready(self) -> bool:
        return bool(self.err)

    def recv_stderr(self, size: int) -> bytes:
        piece, self.err = self.err[:size], self.err[size:]
        return piece

    def exit_status_ready(self) -> bool:
        return True

    def recv_exit_status(self) -> int:
        return self.status

    def close(self) -> None:
        pass


class Client:
    """A paramiko client and its transport, with one channel."""

    def __init__(self, channel: Channel, *, active: bool = True) -> None:
        self.channel, self.active = channel, active

    def get_transport(self) -> Any:
        return self

    def is_active(self) -> bool:
        return self.active

    def open_session(self, timeout: float) -> Channel:  # noqa: ARG002 - paramiko's name
        return self.channel

    def close(self) -> None:
        self.active = False


def shell_of(channel: Channel, *, limit_bytes: int = 1 << 20, active: bool = True) -> Shell:
    client: Any = Client(channel, active=active)
    return Shell(client, "r1", timeout_s=60, limit_bytes=limit_bytes)


# ------------------------------------------------------------------ shell


def test_an_answer_is_printable_text() -> None:
    assert shell_of(Channel(b"\x1b[1mhalo\x1b[0m\r\n\xff\x00\x9b31m", b"err")).run("x") == Answer(
        0, "halo\n\ufffd\ufffd31m", "err"
    )


def test_an_escape_that_sets_the_window_title_goes_too() -> None:
    assert printable("a\x1b]0;judul\x07b\x1b]8;;http://x\x1b\\c") == "abc"


def test_an_answer_above_the_limit_is_refused() -> None:
    with pytest.raises(CommandErrorException, match=r"r1: 'show x': the answer exceeds 1 MiB"):
        shell_of(Channel(b"x" * (1 << 20) + b"x")).run("vtysh", name="show x")


def test_silence_is_a_timeout_that_names_the_command() -> None:
    with pytest.raises(CommandTimeoutException, match=r"r1: 'show x': silent for 0\.01 s"):
        shell_of(Channel(silent=True)).run("vtysh", name="show x", silence_s=0.01)


def test_a_session_ended_by_the_router_is_a_lost_connection() -> None:
    with pytest.raises(ConnectionClosedException, match="ended by the router"):
        shell_of(Channel(status=-1)).run("vtysh")


def test_a_command_that_ends_before_it_has_read_what_it_was_sent_has_answered() -> None:
    """The device side is there already, so that nobody reads it: on a busy controller the answer comes first."""
    ended = Channel(b"/home/jip/.napalm_frr\n", deaf=OSError("Socket is closed"), closed=True)
    assert shell_of(ended).run("sh -c x", stdin="a script") == Answer(0, "/home/jip/.napalm_frr\n", "")


@pytest.mark.parametrize("error", [TimeoutError("timed out"), OSError("Socket is closed")])
def test_a_channel_that_takes_nothing_and_is_open_is_a_lost_connection(error: OSError) -> None:
    with pytest.raises(ConnectionClosedException, match="connection lost"):
        shell_of(Channel(deaf=error)).run("sh -c x", stdin="a script")


def test_a_dead_transport_is_a_lost_connection() -> None:
    with pytest.raises(ConnectionClosedException, match="the connection is closed"):
        shell_of(Channel(), active=False).run("vtysh")


def test_a_command_that_frr_refuses_says_why() -> None:
    with pytest.raises(CommandErrorException, match=r"r1: 'show x': % Unknown command: show x"):
        shell_of(Channel(b"% Unknown command: show x\n", status=1)).vtysh("show x")


def test_a_command_that_the_router_had_to_stop_is_a_timeout() -> None:
    with pytest.raises(CommandTimeoutException, match="is a daemon frozen"):
        shell_of(Channel(status=124)).vtysh("show running-config")


def test_a_command_reaches_the_shell_quoted() -> None:
    channel = Channel(b"ok\n")
    shell_of(channel).vtysh("show x'; reboot; '")
    assert channel.command == """timeout -k 5 60 vtysh -c 'show x'"'"'; reboot; '"'"''"""


# ------------------------------------------------------------------ connection


def test_options_that_are_not_about_ssh_are_left_to_others() -> None:
    options = SshOptions.from_optional_args({"port": 2022, "inline_transfer": True})
    assert options == SshOptions(port=2022)


def test_host_keys_are_verified_unless_told_otherwise() -> None:
    assert SshOptions().ssh_strict


def test_nobody_listening_is_a_failed_connection() -> None:
    with pytest.raises(ConnectionException, match=r"127\.0\.0\.1 port 1: cannot connect: .*refused"):
        connect("127.0.0.1", "ops", "", SshOptions(port=1))


def test_a_known_hosts_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError, match="cannot read the known hosts"):
        connect("192.0.2.1", "ops", "", SshOptions(alt_key_file=str(tmp_path / "none")))


def test_an_ssh_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectionException, match="cannot read ssh_config_file"):
        connect("192.0.2.1", "ops", "", SshOptions(ssh_config_file=str(tmp_path / "none")))


def test_a_jump_host_of_the_ssh_configuration_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("Host r1\n HostName 192.0.2.1\n ProxyJump jump\n")
    asked = []

    def refuse(command: str) -> None:
        asked.append(command)
        raise OSError("no such program")

    monkeypatch.setattr(paramiko, "ProxyCommand", refuse)
    with pytest.raises(ConnectionException, match="no such program"):
        connect("r1", "ops", "", SshOptions(ssh_config_file=str(config)))
    assert asked == ["ssh -W 192.0.2.1:22 jump"]


# ------------------------------------------------------------------ driver


def test_nothing_works_before_open() -> None:
    driver = FRRDriver("r1", "ops", "")
    assert driver.is_alive() == {"is_alive": False}
    with pytest.raises(ConnectionClosedException, match="r1: not open"):
        driver.get_facts()
    with pytest.raises(ConnectionClosedException, match="r1: not open"):
        driver.has_pending_commit()


@pytest.mark.parametrize(("filename", "config"), [(None, None), ("a", "b")])
def test_a_candidate_comes_from_a_file_or_from_a_text(filename: str | None, config: str | None) -> None:
    with pytest.raises(MergeConfigException, match="either a filename or a configuration"):
        FRRDriver("r1", "ops", "").load_merge_candidate(filename, config)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplaceConfigException, match=r"cannot read .*none"):
        FRRDriver("r1", "ops", "").load_replace_candidate(filename=str(tmp_path / "none"))


def test_a_commit_needs_a_candidate() -> None:
    with pytest.raises(CommitError, match="no candidate"):
        FRRDriver("r1", "ops", "").commit_config()


def test_the_password_is_in_no_representation() -> None:
    assert "rahasia" not in repr(FRRDriver("r1", "ops", "rahasia"))


# ------------------------------------------------------------------ device side


class Scripted(Shell):
    """A router whose device side answers what it is told to."""

    def __init__(self, answer: Answer) -> None:
        self.host, self.timeout_s, self.limit_bytes = "r1", 60.0, 1 << 20
        self.answer = answer

    def run(self, command: str, *, stdin: str = "", silence_s: float | None = None, name: str | None = None) -> Answer:
        del stdin, silence_s, command
        return Answer(0, "/home/ops/.napalm_frr\n", "") if name == "install device side" else self.answer


PENDING = "token=t1\nstate=pending\nexact=-\nwhen=1700000000\ndetail=until 1700000060\n"


def test_a_commit_brings_back_what_was_and_what_is() -> None:
    out = f".\n.\n= status\n{PENDING}= before\nhostname r1\n= after\nhostname r1\nip route 192.0.2.0/24 Null0\n"
    applied = DeviceSide(Scripted(Answer(0, out, ""))).commit("", "merge", 60, "")
    assert (applied.before, applied.after) == ("hostname r1\n", "hostname r1\nip route 192.0.2.0/24 Null0\n")


def test_a_refused_commit_says_what_frr_said_without_secrets() -> None:
    failed = "token=t1\nstate=failed\nexact=yes\nwhen=1\ndetail=refused by FRR (status 13), put back\n"
    out = f"= status\n{failed}= log\nrefused by bgpd: neighbor 192.0.2.1 password S3CRET\n"
    with pytest.raises(CommitError, match="put back: refused by bgpd") as caught:
        DeviceSide(Scripted(Answer(0, out, ""))).commit("", "merge", 60, "")
    assert "S3CRET" not in str(caught.value)
    assert "NOT AS IT WAS" not in str(caught.value)


def test_a_router_that_could_not_be_put_back_is_shouted_about() -> None:
    failed = "token=t1\nstate=failed\nexact=no\nwhen=1\ndetail=differs: configuration\n"
    with pytest.raises(CommitError, match="NOT AS IT WAS BEFORE"):
        DeviceSide(Scripted(Answer(0, f"= status\n{failed}= log\n", ""))).commit("", "merge", 60, "")


@pytest.mark.parametrize(
    ("status", "failure", "words"),
    [
        (device.LOCKED, LockError, "another commit is being applied"),
        (device.PENDING, CommitError, "waiting for its confirmation"),
        (device.AILING, CommitError, "not up according to watchfrr: bgpd"),
        (device.NO_RELOAD, CommitError, "install frr-pythontools"),
        (1, CommandErrorException, "status 1"),
    ],
)
def test_each_refusal_of_a_commit_has_its_name(status: int, failure: type[Exception], words: str) -> None:
    with pytest.raises(failure, match=words):
        DeviceSide(Scripted(Answer(status, "bgpd ", ""))).commit("", "merge", 60, "")


@pytest.mark.parametrize(
    ("status", "words"),
    [(device.NOTHING, "no commit waits"), (device.PENDING, "another"), (device.UNSAVED, "not save")],
)
def test_each_refusal_of_a_confirmation_has_its_name(status: int, words: str) -> None:
    with pytest.raises(CommitConfirmException, match=words):
        DeviceSide(Scripted(Answer(status, "", ""))).confirm()


def test_a_router_that_has_never_seen_a_commit_says_none() -> None:
    assert parse_status("") == device.Status()
    assert parse_status("").state == "none"


def test_a_commit_that_is_being_applied_is_pending() -> None:
    status = parse_status("token=t1\nstate=applying\nexact=-\nwhen=5\ndetail=\n")
    assert (status.state, status.exact, status.when, status.token) == ("pending", None, 5.0, "t1")


@pytest.mark.parametrize(
    "text", ["banana", "when=soon\nstate=pending\n", f"state=pending\nwhen={'9' * 5000}\n", "when=5\n"]
)
def test_a_record_that_is_none_is_not_taken_for_no_commit(text: str) -> None:
    with pytest.raises(CommandErrorException, match="not understood"):
        parse_status(text)


def test_a_router_that_says_nothing_of_its_directory_is_not_trusted_with_state() -> None:
    with pytest.raises(CommandErrorException, match="refusing to keep state on the router: it said nothing"):
        DeviceSide(shell_of(Channel(b""))).status()


# ------------------------------------------------------------------ answers that make no sense


class Talker(FRRDriver):
    """The driver on a router that gives one answer to everything."""

    def __init__(self, answer: str) -> None:
        super().__init__("r1", "jip", "")
        self._session = shell_of(Channel(answer.encode()))


NONSENSE = {
    "nothing": "",
    "half": '{"lo": {"administrativeStatus"',
    "nested": "[" * 200_000,
    "endless number": "9" * 5_000,
    "another type": "[1, 2]",
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize(
    "ask", [FRRDriver.get_interfaces, FRRDriver.get_interfaces_counters, FRRDriver.get_lldp_neighbors_detail]
)
def test_an_answer_that_is_no_answer_is_not_understood(ask: Callable[[FRRDriver], Any], answer: str) -> None:
    with pytest.raises(CommandErrorException, match="not understood"):
        ask(Talker(answer))


@pytest.mark.parametrize(
    "said",
    [
        f"{'9' * 5000} packets transmitted, 1 received",
        "3 packets transmitted, 3 received\nrtt min/avg/max/mdev = 1.2.3/1.2.3/1.2.3/0 ms",
    ],
    ids=["endless number", "no times"],
)
def test_a_ping_with_figures_that_are_none_is_not_understood(said: str) -> None:
    with pytest.raises(CommandErrorException, match=r"'ping .*not understood"):
        Talker(said).ping("10.0.0.1")


def test_a_size_beyond_all_numbers_is_not_understood() -> None:
    entry = '{"lo": {"administrativeStatus": "up", "operationalStatus": "up", "mtu": 1e400}}'
    with pytest.raises(CommandErrorException, match="not understood"):
        Talker(entry).get_interfaces()


def test_a_configuration_that_is_cut_short_is_none() -> None:
    with pytest.raises(CommandErrorException, match="cut short"):
        Talker("Building configuration...\n\nCurrent configuration:\n!\nhostname r1\n").get_config(retrieve="running")


# ------------------------------------------------------------------ where the device side keeps its files


def install(directory: Path, *, script: str = "echo\n") -> subprocess.CompletedProcess[str]:
    argv = ["sh", "-c", device._INSTALL, "napalm_frr", "device-x.sh", str(directory)]
    return subprocess.run(argv, input=script, text=True, capture_output=True, check=False)


def test_the_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert install(tmp_path / "state").stdout == f"{tmp_path / 'state'}\n"
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state/device-x.sh").stat().st_mode) == 0o600


def test_a_script_that_is_there_is_left_alone_for_the_timer_that_reads_it(tmp_path: Path) -> None:
    install(tmp_path / "state", script="first\n")
    install(tmp_path / "state", script="second\n")
    assert (tmp_path / "state/device-x.sh").read_text() == "first\n"


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "real")
    done = install(tmp_path / "state")
    assert (done.returncode, list((tmp_path / "real").iterdir())) == (82, [])
    assert "symbolic link" in done.stdout


def test_a_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o750)
    assert install(tmp_path / "state").returncode == 82


def test_a_place_where_others_may_swap_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert install(tmp_path / "open/state").returncode == 81


def test_a_sticky_place_will_do(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o1777)
    assert install(tmp_path / "open/state").returncode == 0
