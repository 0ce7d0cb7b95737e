"""Backups of running configurations: a git repository that holds a commit for each real change, and no secret."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self

from jipkit.changes import digest_of
from jipkit.configs import checked, normalise
from jipkit.errors import BackupError
from jipkit.files import alone, private_folder, write_whole
from jipkit.model import KEY_PATTERN
from jipkit.platforms import PlatformFacts
from jipkit.readings import version_of
from jipkit.redaction import redact

_SETTINGS = {
    "user.name": "jip",
    "user.email": "jip@localhost",
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.hooksPath": "/dev/null",
    "core.fsync": "all",
    "gc.autoDetach": "false",
}
_GIT_TIMEOUT_S = 60
_STALE = ("index.lock", "HEAD.lock", "refs/heads/main.lock", "config.lock")


@dataclass(frozen=True, slots=True)
class Reading:
    """A running configuration as it was read, and as it is kept: normalised, with digests in place of secrets.

    What is kept says its version where the reading did, and ends as a whole reading does: it can be read again, and
    `jipkit.changes.between` compares it with another one that is kept.
    """

    raw: str = field(repr=False)
    kept: str

    @classmethod
    def of(cls, running: str, facts: PlatformFacts, digest: Callable[[str], str]) -> Self:
        """Return the reading of ``running``."""
        version = version_of(running, facts)
        head = facts.version_line.format(version=version) if facts.version_line and version else ""
        tail = checked(running).rstrip().rpartition("\n")[2].strip() if facts.last_line else ""
        kept = [f"{head}\n" if head else "", normalise(running, facts), f"{tail}\n" if tail else ""]
        return cls(running, redact("".join(kept), facts, lambda value: digest_of(value, facts, digest)))


class Revision(NamedTuple):
    """One kept change of a router's configuration."""

    when: datetime
    commit: str


class Backup(NamedTuple):
    """A configuration as it was kept, when that was, and the commit that holds it."""

    text: str
    when: datetime
    commit: str


class Backups:
    """The repository in ``folder``; made when the first backup is saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, router: str, text: str) -> bool:
        """Keep ``text`` (normalised, without secrets) as the configuration of ``router``; return whether it is new.

        Two that save at once wait for each other. In case of an error what was kept before is as it was.

        Raises:
            BackupError: it could not be kept; nothing may be changed on the router.
        """
        path = self.folder / _file_of(router)
        with self._alone():
            self._begin()
            if self._text_of(router) == text:
                return False
            write_whole(path, text.encode())
            self._git("add", "--", path.name)
            self._git("commit", "--quiet", "--message", f"{router}: running configuration", "--", path.name)
        return True

    def latest(self, router: str) -> Backup | None:
        """Return what was kept last of ``router``, or None.

        Raises:
            BackupError: the repository cannot be read.
        """
        found = self.history(router, limit=1)
        text = self._text_of(router) if found else None
        return Backup(text, *found[0]) if text is not None else None

    def history(self, router: str, limit: int | None = None) -> list[Revision]:
        """Return the kept changes of ``router``, newest first."""
        if not self._born():
            return []
        most = [f"--max-count={limit}"] if limit else []
        lines = self._git("log", "--format=%cI %H", *most, "--", _file_of(router)).stdout.decode().split("\n")
        fields = (line.split(" ") for line in lines if line)
        return [Revision(datetime.fromisoformat(when), commit) for when, commit in fields]

    def _text_of(self, router: str) -> str | None:
        if not self._made():
            return None
        found = self._git("rev-parse", "--quiet", "--verify", f"HEAD:{_file_of(router)}", answers=(0, 1))
        if found.returncode:
            return None
        return self._git("cat-file", "blob", found.stdout.decode().strip()).stdout.decode()

    def _born(self) -> bool:
        """Return whether anything was ever kept."""
        return self._made() and not self._git("rev-parse", "--quiet", "--verify", "HEAD", answers=(0, 1)).returncode

    def _made(self) -> bool:
        return (self.folder / ".git" / "HEAD").is_file()

    def _begin(self) -> None:
        """Make the repository if there is none; clear away what a killed writer left locked: we are alone here."""
        if not self._made():
            private_folder(self.folder)
            self._run("init", "--quiet", "--initial-branch=main", "--template=", str(self.folder))
        for name in _STALE:
            (self.folder / ".git" / name).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with alone(self.folder):
                yield
        except OSError as error:
            raise BackupError(
                f"{self.folder}: cannot be written: {error.strerror}; what was kept before is as it was"
            ) from error

    def _git(self, *command: str, answers: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[bytes]:
        """Return what git says of our repository, and never of one further up.

        Raises:
            BackupError: it ended with another status than ``answers``.
        """
        return self._run(f"--git-dir={self.folder / '.git'}", f"--work-tree={self.folder}", *command, answers=answers)

    def _run(self, *arguments: str, answers: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[bytes]:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(
                ["git", *settings, *arguments],
                capture_output=True,
                cwd=self.folder,
                env=_environment(),
                timeout=_GIT_TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError as error:
            raise BackupError("git is not installed; backups are kept in a git repository") from error
        except subprocess.TimeoutExpired as error:
            raise BackupError(f"{self.folder}: git did not end within {_GIT_TIMEOUT_S} s") from error
        if done.returncode not in answers:
            said = done.stderr.decode(errors="replace").strip().partition("\n")[0] or f"status {done.returncode}"
            raise BackupError(f"{self.folder}: git: {said}; what was kept before is as it was")
        return done


# ------------------------------------------------------------------ with secrets


def raw_folder(root: Path, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder that ``JIP_RAW_BACKUPS`` names for configurations with their secrets, or None.

    Raises:
        BackupError: it lies in the project (which is shared), or others than its owner may enter it.
    """
    if not environ.get("JIP_RAW_BACKUPS"):
        return None
    folder = Path(environ["JIP_RAW_BACKUPS"]).expanduser().resolve()
    if folder.is_relative_to(root.resolve()):
        raise BackupError(f"JIP_RAW_BACKUPS={folder} lies in the project; secrets are kept outside of it")
    try:
        private_folder(folder)
    except OSError as error:
        raise BackupError(f"JIP_RAW_BACKUPS={folder}: cannot be made: {error.strerror}") from error
    if folder.stat().st_mode & 0o077:
        raise BackupError(f"JIP_RAW_BACKUPS={folder} is open to others; run `chmod 700 {folder}`")
    return folder


def save_raw(folder: Path, router: str, running: str) -> None:
    """Keep a configuration with its secrets, for its owner alone.

    Raises:
        BackupError: it could not be written; the one before is as it was.
    """
    path = folder / _file_of(router)
    try:
        write_whole(path, running.encode())
    except OSError as error:
        raise BackupError(f"{path}: cannot be written: {error.strerror}; the one before is as it was") from error


def _file_of(router: str) -> str:
    """Return the name of a router's file; a router's key cannot lead out of the folder."""
    if not re.fullmatch(KEY_PATTERN, router):
        raise BackupError(f"{router!r} is no router's key; nothing was kept")
    return f"{router}.conf"


def _environment() -> dict[str, str]:
    """Return an environment in which git finds no settings of the user, the machine, or a hook that runs us."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
