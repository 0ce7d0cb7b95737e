"""Sign and verify with ``ssh-keygen -Y``: the keys stay where people keep them, in a file or in the SSH agent.

The manual's traps, and how they are kept from us: times without a zone are local, so it runs in UTC; a principal may be
a pattern and a file may hold several that match, so it gets the one line that we have chosen; a key counts at the time
that is asked about, so we ask about the time of signing.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from jipkit.approval.keys import NAMESPACE, PublicKey, signing_key
from jipkit.approval.signers import Signer
from jipkit.approval.statement import Signature, Statement
from jipkit.errors import ApprovalError
from jipkit.reasons import because

PATIENCE_S = 300
"""For whoever types a passphrase, or touches what holds the key."""
_PROMPT_S = 30
_TIME = "%Y%m%d%H%M%S"


def public_key_of(key_file: Path) -> PublicKey:
    """Return the public key of a file: the file itself, the ``.pub`` beside a private one, or what that one says.

    Raises:
        ApprovalError: there is none, or it is of a kind that we do not take.
    """
    beside = key_file if key_file.suffix == ".pub" else key_file.with_name(f"{key_file.name}.pub")
    try:
        words = beside.read_text("utf-8", "replace").split() if beside.exists() else _derived(key_file).split()
    except OSError as error:
        raise ApprovalError(f"{beside}: cannot be read: {error.strerror}") from error
    try:
        return PublicKey.from_text(*[*words, "", ""][:2])
    except ApprovalError as error:
        raise ApprovalError(f"{key_file}: {error}") from error


def _derived(key_file: Path) -> str:
    done = _run(["-y", "-f", str(key_file.absolute())], None, PATIENCE_S)
    if done.returncode:
        raise ApprovalError(f"{key_file}: no key that ssh-keygen can read: {_said(done)}; name one with --key")
    return done.stdout.decode("utf-8", "replace")


def sign(statement: Statement, key_file: Path) -> Signature:
    """Return ``statement`` signed by the key in ``key_file``; where that is a public key, the SSH agent signs.

    Raises:
        ApprovalError: ssh-keygen did not sign it, or by another key than the file says.
    """
    key = public_key_of(key_file)
    with tempfile.TemporaryDirectory(prefix="jip-") as folder:
        content = Path(folder, "statement")
        content.write_bytes(statement.canonical())
        done = _run(["-Y", "sign", "-n", NAMESPACE, "-f", str(key_file.absolute()), str(content)], None, PATIENCE_S)
        if done.returncode:
            why = f"{key_file}: ssh-keygen did not sign: {_said(done)}"
            raise ApprovalError(f"{why}; is the private key there, or in the agent (`ssh-add`)?")
        armored = content.with_name(f"{content.name}.sig").read_text("ascii", "replace")
    if signing_key(armored) != key:
        raise ApprovalError(f"{key_file}: signed by another key than its .pub file says; make that anew")
    return Signature(statement, armored)


def verify(signature: Signature, signer: Signer) -> None:
    """Return when ``signer`` made the signature, by a key that counted then.

    Raises:
        ApprovalError: it did not, or what was signed is not what stands there now.
    """
    statement = signature.statement
    with tempfile.TemporaryDirectory(prefix="jip-") as folder:
        allowed, armored = Path(folder, "allowed_signers"), Path(folder, "signature")
        allowed.write_text(_line(signer), "ascii")
        armored.write_text(signature.armored, "utf-8")
        when = f"-Overify-time={statement.at.astimezone(UTC).strftime(_TIME)}"
        files = ["-f", str(allowed), "-s", str(armored)]
        command = ["-Y", "verify", "-n", NAMESPACE, "-I", signer.principal, *files, when]
        done = _run(command, statement.canonical(), _PROMPT_S)
    if done.returncode:
        raise ApprovalError(because("signature-bad", by=statement.by))


def _line(signer: Signer) -> str:
    """Return the one line that ssh-keygen may look at."""
    limits = {"valid-after": signer.after, "valid-before": signer.before}
    options = [f'namespaces="{NAMESPACE}"']
    options += [f'{name}="{moment.strftime(_TIME)}"' for name, moment in limits.items() if moment is not None]
    return f"{signer.principal} {','.join(options)} {signer.key}\n"


def _run(arguments: Sequence[str], said: bytes | None, timeout_s: int) -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen; where ``said`` is None it has our own terminal, or it would ask nobody for a passphrase."""
    environ = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments], input=said, capture_output=True, env=environ, timeout=timeout_s, check=False
        )
    except FileNotFoundError as error:
        raise ApprovalError("ssh-keygen is not installed; it signs and verifies (Debian: openssh-client)") from error
    except subprocess.TimeoutExpired as error:
        raise ApprovalError(f"ssh-keygen did not end within {timeout_s} s") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"status {done.returncode}"
