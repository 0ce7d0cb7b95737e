"""Backups: a commit for each real change, nothing lost, no secret, and no setting of anybody's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jipkit.backups import Backups, Reading, raw_folder, save_raw
from jipkit.errors import BackupError
from jipkit.platforms import PlatformFacts

ONE, TWO = "hostname kec-rawa\n", "hostname kec-rawa\nip forwarding\n"


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "var" / "backups")


def git(backups: Backups, *command: str) -> str:
    done = subprocess.run(["git", "-C", backups.folder, *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()


# ------------------------------------------------------------------ what is kept


def test_the_first_configuration_is_a_change(backups: Backups) -> None:
    assert backups.save("kec-rawa", ONE)


def test_the_same_configuration_is_no_change(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    assert not backups.save("kec-rawa", ONE)
    assert git(backups, "rev-list", "--count", "HEAD") == "1"


def test_another_configuration_is_a_commit(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    assert backups.save("kec-rawa", TWO)
    assert git(backups, "rev-list", "--count", "HEAD") == "2"


def test_a_configuration_that_comes_back_is_a_change_again(backups: Backups) -> None:
    for text in (ONE, TWO, ONE):
        backups.save("kec-rawa", text)
    assert len(backups.history("kec-rawa")) == 3


def test_what_was_kept_last_is_read_back(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    backups.save("kec-rawa", TWO)
    latest = backups.latest("kec-rawa")
    assert latest is not None
    assert (latest.text, latest.commit) == (TWO, git(backups, "rev-parse", "HEAD"))


def test_letters_outside_ascii_survive(backups: Backups) -> None:
    backups.save("kec-rawa", "description Kantor Camat, lantai é\n")
    latest = backups.latest("kec-rawa")
    assert latest is not None
    assert latest.text == "description Kantor Camat, lantai é\n"


def test_line_ends_are_not_touched(backups: Backups) -> None:
    backups.save("kec-rawa", "a\r\nb\n")
    latest = backups.latest("kec-rawa")
    assert latest is not None
    assert latest.text == "a\r\nb\n"


def test_a_router_that_was_never_kept_has_nothing(backups: Backups) -> None:
    assert backups.latest("kec-rawa") is None
    backups.save("pop-1", ONE)
    assert (backups.latest("kec-rawa"), backups.history("kec-rawa")) == (None, [])


def test_a_commit_holds_one_router_alone(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    backups.save("pop-1", ONE)
    assert git(backups, "show", "--format=", "--name-only", "HEAD") == "pop-1.conf"


def test_the_working_tree_is_clean_and_readable_by_people(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    assert git(backups, "status", "--porcelain") == ""
    assert (backups.folder / "kec-rawa.conf").read_text() == ONE


@pytest.mark.parametrize("name", ["../kec-rawa", "a/b", ".git", "-x", "", "A"])
def test_a_name_that_leads_elsewhere_is_refused(backups: Backups, name: str) -> None:
    with pytest.raises(BackupError, match="no router's key"):
        backups.save(name, ONE)


# ------------------------------------------------------------------ nobody's settings


def test_the_author_is_jip_whoever_runs_it(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody")
    backups.save("kec-rawa", ONE)
    assert git(backups, "log", "-1", "--format=%an <%ae> %cn") == "jip <jip@localhost> jip"


def test_hooks_and_settings_of_the_user_are_left_alone(
    backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    (tmp_path / ".gitconfig").write_text(f"[core]\nhooksPath = {hooks}\n[commit]\ngpgSign = true\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert backups.save("kec-rawa", ONE)


def test_a_repository_around_it_is_not_written_to(backups: Backups, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    backups.save("kec-rawa", ONE)
    around = subprocess.run(["git", "-C", tmp_path, "rev-parse", "-q", "--verify", "HEAD"], check=False)
    assert around.returncode == 1


def test_being_run_from_a_git_hook_does_not_lead_astray(
    backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    backups.save("kec-rawa", ONE)
    assert (backups.folder / ".git" / "index").exists()


# ------------------------------------------------------------------ what goes wrong


def test_many_that_save_at_once_lose_nothing(backups: Backups) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda n: Backups(backups.folder).save(f"r-{n}", ONE), range(8)))
    assert git(backups, "rev-list", "--count", "HEAD") == "8"


def test_what_a_killed_writer_left_behind_is_cleared_away(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    (backups.folder / ".git" / "index.lock").touch()
    (backups.folder / "kec-rawa.conf").write_text(TWO)  # written, never committed
    assert backups.save("kec-rawa", TWO)


def test_a_full_disk_is_told_and_the_history_is_as_it_was(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    backups.save("kec-rawa", ONE)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackupError, match="No space left on device; what was kept before is as it was"):
        backups.save("kec-rawa", TWO)
    monkeypatch.undo()
    latest = backups.latest("kec-rawa")
    assert latest is not None
    assert latest.text == ONE


def test_a_disk_that_is_full_for_git_is_told_too(
    backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.save("kec-rawa", ONE)
    really = shutil.which("git")
    limited = tmp_path / "bin" / "git"
    limited.parent.mkdir()
    limited.write_text(f'#!/bin/sh\ncase "$*" in *" add "*) ulimit -f 0;; esac\nexec {really} "$@"\n')
    limited.chmod(0o755)
    monkeypatch.setenv("PATH", f"{limited.parent}:{os.environ['PATH']}")
    with pytest.raises(BackupError, match="what was kept before is as it was"):
        backups.save("kec-rawa", TWO)
    monkeypatch.undo()
    assert [r.commit for r in backups.history("kec-rawa")] == [git(backups, "rev-parse", "HEAD")]
    assert backups.save("kec-rawa", TWO)


def test_a_machine_without_git_says_so(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupError, match="git is not installed"):
        backups.save("kec-rawa", ONE)


def test_a_damaged_repository_is_told_and_not_taken_for_an_empty_one(backups: Backups) -> None:
    backups.save("kec-rawa", ONE)
    objects = backups.folder / ".git" / "objects"
    for path in [p for p in objects.rglob("*") if p.is_file()]:
        path.chmod(0o600)
        path.write_bytes(b"")
    with pytest.raises(BackupError):
        backups.latest("kec-rawa")


# ------------------------------------------------------------------ secrets

FRR = PlatformFacts(
    platform="frr",
    netmiko="linux",
    noise=("frr version ",),
    secrets=(r"ip ospf message-digest-key \d+ md5 (?P<secret>\S+)",),
)
RUNNING = "frr version 8.4.4\ninterface eth0\n ip ospf message-digest-key 1 md5 rahasia\nexit\n"


def test_what_is_kept_has_digests_in_place_of_secrets_and_no_noise() -> None:
    reading = Reading.of(RUNNING, FRR, lambda _: "abc123")
    assert reading.kept == "interface eth0\n ip ospf message-digest-key 1 md5 <digest:abc123>\n"


def test_the_repr_of_a_reading_shows_no_secret() -> None:
    assert "rahasia" not in repr(Reading.of(RUNNING, FRR, lambda _: "abc123"))


def test_secrets_are_kept_only_where_the_operator_says(tmp_path: Path) -> None:
    assert raw_folder(tmp_path, {}) is None


def test_a_folder_for_secrets_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = raw_folder(tmp_path / "project", {"JIP_RAW_BACKUPS": str(tmp_path / "raw")})
    assert folder is not None
    save_raw(folder, "kec-rawa", RUNNING)
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (folder, folder / "kec-rawa.conf")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("inside", ["raw", "var/raw", "."])
def test_secrets_are_not_kept_in_the_project(tmp_path: Path, inside: str) -> None:
    with pytest.raises(BackupError, match="lies in the project"):
        raw_folder(tmp_path, {"JIP_RAW_BACKUPS": str(tmp_path / inside)})


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir(mode=0o755)
    with pytest.raises(BackupError, match="is open to others; run `chmod 700"):
        raw_folder(tmp_path / "project", {"JIP_RAW_BACKUPS": str(tmp_path / "raw")})
