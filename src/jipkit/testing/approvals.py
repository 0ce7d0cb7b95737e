"""People who sign plans, for tests: their keys, a project whose branch names them, and their signatures."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jipkit.approval import SignsAs, keygen
from jipkit.approval.judge import sha256_of
from jipkit.approval.statement import Statement, write_signature

OURS = 'namespaces="jip-plan"'


def make_key(folder: Path, name: str, kind: str = "ed25519", bits: int | None = None) -> Path:
    """Return the file of a new private key without a passphrase; the public one lies beside it."""
    path = folder / name
    size = ["-b", str(bits)] if bits else []
    command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C", f"{name} key", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def signer_line(principal: str, key: Path, options: str = OURS) -> str:
    """Return the line of the allowed signers that gives ``principal`` a key."""
    return " ".join(part for part in (principal, options, key.with_name(f"{key.name}.pub").read_text()) if part)


def commit(root: Path, files: Mapping[str, str], branch: str = "main") -> None:
    """Write files into ``root`` and commit them to ``branch``; the repository is made where there is none."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch", branch)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
        git(root, "add", "--force", "--", name)
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Change what is trusted")


def git(root: Path, *command: str) -> str:
    """Return what git says, run as nobody in particular in the repository of ``root``."""
    who = ["-c", "user.name=uji", "-c", "user.email=uji@example.id", "-c", "commit.gpgSign=false"]
    done = subprocess.run(["git", *who, *command], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def sign_plan(plan: Path, by: str, key: Path, signs_as: SignsAs, *, network: str, at: datetime | None = None) -> Path:
    """Sign ``plan`` as ``by`` and return the file of the signature, beside it."""
    at = (at or datetime.now(UTC)).replace(microsecond=0)
    statement = Statement(sha256_of(plan.read_bytes()), network, at, by, signs_as)
    return write_signature(plan, keygen.sign(statement, key))
