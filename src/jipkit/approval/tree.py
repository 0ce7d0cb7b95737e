"""Files as they stand in a branch, read out of git's own store: what lies in the folder cannot change what they say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jipkit.errors import ApprovalError

LARGEST = 1024 * 1024
"""Bytes of a file that we read."""
_TIMEOUT_S = 30
_PLAIN = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Tree:
    """What ``root`` holds in the commit of a branch; ``ref`` is the branch's full name."""

    root: Path
    ref: str
    commit: str

    @classmethod
    def of(cls, root: Path, ref: str) -> Self:
        """Return the tree of the branch ``ref`` as it stands now.

        The branch is looked up by its full name alone: a tag or another branch that git would take for it when it is
        missing is not. One that only points at another is refused: that could be moved where nobody looks.

        Raises:
            ApprovalError: git cannot read the repository, or there is no such branch in it.
        """
        found = _git(root, "rev-parse", "--show-prefix")
        if found.returncode:
            raise ApprovalError(
                f"{root}: git cannot read the branch {ref} here: {_said(found)}; policy and signers are read from a "
                "git repository that belongs to you, or that your own git configuration names in safe.directory"
            )
        if not _git(root, "symbolic-ref", "--quiet", ref).returncode:
            raise ApprovalError(f"{root}: {ref} only points at another branch; let trusted_ref name that one")
        found = _git(root, "show-ref", "--verify", "--hash", ref)
        commit = found.stdout.decode("ascii", "replace").strip()
        if found.returncode or _git(root, "cat-file", "-t", commit).stdout != b"commit\n":
            raise ApprovalError(f"{root}: there is no branch {ref}; fetch or create it, or correct trusted_ref")
        return cls(root, ref, commit)

    def read(self, path: str) -> bytes | None:
        """Return the content of the file ``path`` of the project, None where the branch has none.

        Raises:
            ApprovalError: there is no plain file, or a larger one than we read.
        """
        listed = self._git("ls-tree", "-z", "-l", self.commit, "--", path)
        if not listed:
            return None
        mode, _, name, size = listed.split(b"\t")[0].decode("ascii").split()
        if mode not in _PLAIN:
            raise ApprovalError(f"{self.name(path)}: is no plain file there")
        if int(size) > LARGEST:
            raise ApprovalError(f"{self.name(path)}: is larger than {LARGEST >> 20} MiB")
        return self._git("cat-file", "blob", name)

    def name(self, path: str) -> str:
        """Return what messages call a file of this tree."""
        return f"{self.ref}:{path}"

    def _git(self, *command: str) -> bytes:
        done = _git(self.root, *command)
        if done.returncode:
            raise ApprovalError(f"{self.root}: git cannot read {self.ref}: {_said(done)}")
        return done.stdout


def _git(root: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *command], cwd=root, capture_output=True, env=_environment(), timeout=_TIMEOUT_S, check=False
        )
    except FileNotFoundError as error:
        raise ApprovalError("git is not installed; policy and signers are read from a branch") from error
    except subprocess.TimeoutExpired as error:
        raise ApprovalError(f"{root}: git did not end within {_TIMEOUT_S} s") from error


def _environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return an environment that sends git nowhere else: to no other repository, and to no objects in place of ours."""
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else f"status {done.returncode}"
