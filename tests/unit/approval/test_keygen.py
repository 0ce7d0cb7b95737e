"""Signing and verifying with the real ssh-keygen, by a key file and by the agent."""

from __future__ import annotations

import base64
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jipkit.approval import SignsAs, keygen
from jipkit.approval.keys import PublicKey, signing_key
from jipkit.approval.signers import Signer, read_signers
from jipkit.approval.statement import Signature, Statement
from jipkit.errors import ApprovalError
from jipkit.testing.approvals import OURS, make_key, signer_line

STATEMENT = Statement("ab" * 32, "oki.example", datetime(2026, 11, 24, 7, 30, tzinfo=UTC), "ani", SignsAs.AUTHOR)


def signer(key: Path, options: str = OURS) -> Signer:
    (found,) = read_signers(signer_line("ani", key, options).encode(), "allowed_signers")
    return found


def refusal(statement: Statement, key: Path) -> str:
    with pytest.raises(ApprovalError) as caught:
        keygen.sign(statement, key)
    return str(caught.value)


def signed_with(key: Path, namespace: str, content: bytes = STATEMENT.canonical()) -> str:
    """Return what plain ssh-keygen makes of ``content``."""
    command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(key)]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


# ------------------------------------------------------------------ with a key file


@pytest.mark.parametrize("name", ["ani", "citra"])
def test_what_a_key_signed_is_verified_with_it(name: str, keys: Mapping[str, Path]) -> None:
    keygen.verify(keygen.sign(STATEMENT, keys[name]), signer(keys[name]))


@pytest.mark.parametrize("name", ["ani", "citra"])
def test_the_same_statement_has_the_same_signature(name: str, keys: Mapping[str, Path]) -> None:
    assert keygen.sign(STATEMENT, keys[name]) == keygen.sign(STATEMENT, keys[name])


def test_a_signature_says_by_which_key_it_was_made(keys: Mapping[str, Path]) -> None:
    listed = subprocess.run(["ssh-keygen", "-lf", str(keys["ani"])], capture_output=True, text=True, check=True)
    made = signing_key(keygen.sign(STATEMENT, keys["ani"]).armored)
    assert made.fingerprint == listed.stdout.split()[1]


def test_another_key_did_not_sign_it(keys: Mapping[str, Path]) -> None:
    with pytest.raises(ApprovalError, match="was not signed by ani, or was changed since"):
        keygen.verify(keygen.sign(STATEMENT, keys["ani"]), signer(keys["ani-2"]))


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ('valid-after="202611240730Z"', True),
        ('valid-after="20261124073001Z"', False),
        ('valid-before="202611240730Z"', True),
        ('valid-before="20261124072959Z"', False),
        ('valid-before="20261123Z"', False),
    ],
)
def test_a_key_is_asked_about_the_time_of_signing_in_utc(
    options: str, counts: bool, keys: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    signature, line = keygen.sign(STATEMENT, keys["ani"]), signer(keys["ani"], options)
    if counts:
        keygen.verify(signature, line)
        return
    with pytest.raises(ApprovalError, match="was not signed by ani"):
        keygen.verify(signature, line)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ecdsa", "a key of type ecdsa-sha2-nistp256 is not taken; sign with Ed25519, or RSA"),
        ("weak", "an RSA key of 1024 bits is not taken; it needs 2048"),
    ],
)
def test_a_key_of_another_kind_does_not_sign(name: str, told: str, keys: Mapping[str, Path]) -> None:
    assert refusal(STATEMENT, keys[name]) == f"{keys[name]}: {told}"


@pytest.mark.parametrize("kind", ["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss"])
def test_a_security_key_does_not_sign(kind: str, tmp_path: Path) -> None:
    (tmp_path / "id_sk.pub").write_text(f"{kind} AAAA token\n")
    assert refusal(STATEMENT, tmp_path / "id_sk").endswith(
        f"a key of type {kind} is not taken; sign with Ed25519, or RSA"
    )


def test_the_public_key_need_not_lie_beside_the_private_one(keys: Mapping[str, Path], tmp_path: Path) -> None:
    alone = Path(shutil.copy(keys["ani"], tmp_path / "alone"))
    assert keygen.sign(STATEMENT, alone) == keygen.sign(STATEMENT, keys["ani"])


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no key that ssh-keygen can read" in refusal(STATEMENT, tmp_path / "nothing")


def test_a_public_key_of_another_private_one_is_found_out(keys: Mapping[str, Path], tmp_path: Path) -> None:
    mixed = Path(shutil.copy(keys["ani"], tmp_path / "mixed"))
    shutil.copy(keys["budi"].with_name("budi.pub"), tmp_path / "mixed.pub")
    assert refusal(STATEMENT, mixed).startswith(f"{mixed}: ")


def test_what_another_key_signed_is_not_passed_off_as_ours(
    keys: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "ssh-keygen"
    fake.parent.mkdir()
    real = shutil.which("ssh-keygen")
    fake.write_text(f'#!/bin/sh\nfor last; do :; done\nexec {real} -Y sign -n jip-plan -f {keys["budi"]} "$last"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    assert refusal(STATEMENT, keys["ani"]).endswith("signed by another key than its .pub file says; make that anew")


def test_a_passphrase_that_nobody_types_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    key = make_key(tmp_path, "locked")
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "rahasia sekali", "-f", str(key)], check=True, input=b"")
    assert "ssh-keygen did not sign" in refusal(STATEMENT, key)


TYPED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from jipkit.approval import SignsAs, keygen
from jipkit.approval.statement import Statement
at = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
print(keygen.sign(Statement("ab" * 32, "oki.example", at, "ani", SignsAs.AUTHOR), Path(sys.argv[1])).armored)
"""


def test_a_passphrase_is_asked_at_the_terminal(tmp_path: Path) -> None:
    key = make_key(tmp_path, "locked")
    expected = keygen.sign(STATEMENT, key).armored
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "rahasia sekali", "-f", str(key)], check=True, input=b"")
    process, terminal = pty.fork()
    if not process:
        os.execv(sys.executable, [sys.executable, "-c", TYPED, str(key)])  # noqa: S606 - this test's own text
    shown = _until(terminal, b"Enter passphrase")
    os.write(terminal, b"rahasia sekali\n")
    shown += _until(terminal, b"END SSH SIGNATURE-----")
    os.waitpid(process, 0)
    os.close(terminal)
    assert expected.strip() in shown.decode().replace("\r", "")


def _until(terminal: int, words: bytes) -> bytes:
    """Return what a terminal shows until it has shown ``words``."""
    shown = b""
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], shown
        shown += os.read(terminal, 4096)
    return shown


def test_without_ssh_keygen_it_says_what_to_install(
    keys: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Debian: openssh-client" in refusal(STATEMENT, keys["ani"])


# ------------------------------------------------------------------ with the agent


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An SSH agent that holds nothing yet."""
    socket = tmp_path / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL) as process:
        while not socket.exists():
            time.sleep(0.01)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        yield
        process.terminate()


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("name", ["ani", "citra"])
def test_the_agent_signs_where_only_the_public_key_is_given(
    name: str, keys: Mapping[str, Path], tmp_path: Path
) -> None:
    subprocess.run(["ssh-add", "-q", str(keys[name])], check=True)
    public = Path(shutil.copy(keys[name].with_name(f"{name}.pub"), tmp_path / "mine.pub"))
    assert keygen.sign(STATEMENT, public) == keygen.sign(STATEMENT, keys[name])


@pytest.mark.usefixtures("agent")
def test_an_agent_without_the_key_does_not_sign(keys: Mapping[str, Path], tmp_path: Path) -> None:
    public = Path(shutil.copy(keys["ani"].with_name("ani.pub"), tmp_path / "mine.pub"))
    assert "or in the agent (`ssh-add`)?" in refusal(STATEMENT, public)


# ------------------------------------------------------------------ signatures that others made


@pytest.mark.parametrize("namespace", ["git", "file", "jip-plan2", "jip-"])
def test_a_signature_for_something_else_is_none(namespace: str, keys: Mapping[str, Path]) -> None:
    with pytest.raises(ApprovalError, match=f"signed for {namespace}, not for jip-plan"):
        signing_key(signed_with(keys["ani"], namespace))


def test_ssh_keygen_itself_minds_what_a_signature_is_for(keys: Mapping[str, Path]) -> None:
    with pytest.raises(ApprovalError, match="was not signed by ani"):
        keygen.verify(Signature(STATEMENT, signed_with(keys["ani"], "git")), signer(keys["ani"]))


def test_a_signature_by_a_key_of_another_kind_is_refused(keys: Mapping[str, Path]) -> None:
    with pytest.raises(ApprovalError, match="a key of type ecdsa-sha2-nistp256 is not taken"):
        signing_key(signed_with(keys["ecdsa"], "jip-plan"))


def test_a_signature_by_a_certificate_is_refused(keys: Mapping[str, Path], tmp_path: Path) -> None:
    key = make_key(tmp_path, "certified")
    by = ["ssh-keygen", "-q", "-s", str(keys["budi"]), "-I", "x", "-n", "ani", str(key.with_name("certified.pub"))]
    subprocess.run(by, check=True)
    with pytest.raises(ApprovalError, match=r"a key of type ssh-ed25519-cert-v01@openssh\.com is not taken"):
        signing_key(signed_with(key.with_name("certified-cert.pub"), "jip-plan"))


@pytest.mark.parametrize(
    "armored",
    [
        "",
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAgAAAAAAAAAA\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\n*\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n",
    ],
)
def test_what_is_no_signature_is_refused(armored: str) -> None:
    with pytest.raises(ApprovalError, match="is no signature of a plan: "):
        signing_key(armored)


def field(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


KEY = field(b"ssh-ed25519") + field(b"k" * 32)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([KEY, b"jip-plan", b"", b"sha512", b"s"], None),
        ([KEY, b"jip-plan", b"", b"sha256", b"s"], None),
        ([KEY, b"jip-plan", b"", b"sha1", b"s"], "made in a way that we do not know"),
        ([KEY, b"jip-plan", b"more", b"sha512", b"s"], "made in a way that we do not know"),
        ([KEY, b"jip-plan", b"", b"sha512", b"s", b""], "something stands behind its end"),
        ([KEY, b"jip-plan", b"", b"sha512"], "it was cut short"),
        ([KEY + b"x", b"jip-plan", b"", b"sha512", b"s"], "is no public key: something stands behind its end"),
        ([KEY[:-1], b"jip-plan", b"", b"sha512", b"s"], "is no public key: it was cut short"),
        ([field(b"ssh-ed25519") + field(b"k"), b"jip-plan", b"", b"sha512", b"s"], "is no public key: 1 bytes, not 32"),
    ],
)
def test_a_signature_has_just_the_parts_of_one(fields: list[bytes], told: str | None) -> None:
    body = base64.b64encode(b"SSHSIG" + (1).to_bytes(4) + b"".join(map(field, fields))).decode()
    armored = f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n"
    if told is None:
        assert signing_key(armored).blob == KEY
        return
    with pytest.raises(ApprovalError, match=told):
        signing_key(armored)


def test_what_stands_around_a_signature_is_refused(keys: Mapping[str, Path]) -> None:
    made = signed_with(keys["ani"], "jip-plan")
    with pytest.raises(ApprovalError, match="it does not begin and end as one"):
        signing_key(f"hello\n{made}")
    with pytest.raises(ApprovalError, match="it does not begin and end as one"):
        signing_key(f"{made}{made.splitlines()[-1]} \n")


def test_a_key_is_the_same_whatever_comment_it_has(keys: Mapping[str, Path]) -> None:
    kind, encoded, _ = keys["ani"].with_name("ani.pub").read_text().split(maxsplit=2)
    assert PublicKey.from_text(kind, encoded) == keygen.public_key_of(keys["ani"])
    assert str(keygen.public_key_of(keys["ani"])) == f"{kind} {encoded}"


def test_nothing_of_the_callers_home_is_needed(keys: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    assert "HOME" not in os.environ
    keygen.verify(keygen.sign(STATEMENT, keys["ani"]), signer(keys["ani"]))
