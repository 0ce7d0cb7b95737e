"""What routers ran before a change: kept whole, sealed, and never another's."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import keyring
import pytest

from jipkit.errors import SecretError, StateError
from jipkit.project import Project
from jipkit.secrets import DistrictSecrets
from jipkit.undo import Undo

RUNNING = "interface eth0\n ip ospf message-digest-key 1 md5 RAHASIA\n! kantor désa\n"
CHOSEN = "f3" * 32


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(service: str, name: str) -> None:
        del service, name

    monkeypatch.setattr(keyring, "get_password", nothing)


def undo_in(var: Path, **environ: str) -> Undo:
    return Undo(var / "undo", var / "undo.key", DistrictSecrets(var, environ))


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_a_router_ran_comes_back_as_it_was(tmp_path: Path) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    assert undo_in(tmp_path).kept(12, 0, "core-1") == RUNNING


def test_nothing_is_kept_of_a_router_that_was_not_changed(tmp_path: Path) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    assert undo_in(tmp_path).kept(12, 0, "core-2") is None


def test_no_secret_lies_on_the_disk(tmp_path: Path) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    assert b"RAHASIA" not in everything_in(tmp_path)


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("undo", 0o700),
        ("undo/run-12", 0o700),
        ("undo/run-12/unit-0.core-1", 0o600),
        ("undo.key", 0o600),
    ],
)
def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path, path: str, mode: int) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    assert stat.S_IMODE((tmp_path / path).stat().st_mode) == mode


def test_the_same_text_is_never_sealed_alike(tmp_path: Path) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)
    kept.keep(12, 0, "core-2", RUNNING)
    one, other = ((tmp_path / "undo/run-12" / name).read_bytes() for name in ("unit-0.core-1", "unit-0.core-2"))
    assert one[47:] != other[47:]


def test_a_unit_that_is_taken_up_again_does_not_keep_its_own_change(tmp_path: Path) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)
    kept.keep(12, 0, "core-1", "what the first attempt made of it\n")
    assert kept.kept(12, 0, "core-1") == RUNNING


@pytest.mark.parametrize("place", [0, 11, 27, 35, 47, -1])
def test_a_file_with_one_byte_changed_is_not_read(tmp_path: Path, place: int) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    path = tmp_path / "undo/run-12/unit-0.core-1"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(StateError, match=r"unit-0\.core-1: is "):
        undo_in(tmp_path).kept(12, 0, "core-1")


@pytest.mark.parametrize("length", [0, 1, 46, 47, 60, -1])
def test_a_file_that_was_cut_short_is_not_read(tmp_path: Path, length: int) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    path = tmp_path / "undo/run-12/unit-0.core-1"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StateError, match="damaged"):
        undo_in(tmp_path).kept(12, 0, "core-1")


@pytest.mark.parametrize("there", ["run-12/unit-0.core-2", "run-12/unit-1.core-1", "run-13/unit-0.core-1"])
def test_a_file_does_not_pass_for_that_of_another(tmp_path: Path, there: str) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)
    (tmp_path / "undo/run-13").mkdir()
    shutil.copy(tmp_path / "undo/run-12/unit-0.core-1", tmp_path / "undo" / there)
    run, unit, router = there[4:6], there[12], there[14:]
    with pytest.raises(StateError, match="another run, unit or router"):
        kept.kept(int(run), int(unit), router)


def test_a_key_of_the_districts_own_leaves_none_in_var(tmp_path: Path) -> None:
    undo_in(tmp_path, JIP_SECRET_UNDO_KEY=CHOSEN).keep(12, 0, "core-1", RUNNING)
    assert not (tmp_path / "undo.key").exists()


def test_without_its_key_nothing_is_read_and_the_key_is_named(tmp_path: Path) -> None:
    undo_in(tmp_path, JIP_SECRET_UNDO_KEY=CHOSEN).keep(12, 0, "core-1", RUNNING)
    with pytest.raises(StateError, match=r"sealed with another key.*undo/key.*JIP_SECRET_UNDO_KEY"):
        undo_in(tmp_path).kept(12, 0, "core-1")


def test_the_wrong_key_is_not_shown(tmp_path: Path) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    (tmp_path / "undo.key").unlink()
    with pytest.raises(StateError) as caught:
        undo_in(tmp_path, JIP_SECRET_UNDO_KEY=CHOSEN).kept(12, 0, "core-1")
    assert CHOSEN not in str(caught.value)


def test_what_was_kept_before_the_district_had_a_key_is_still_read(tmp_path: Path) -> None:
    undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)
    assert undo_in(tmp_path, JIP_SECRET_UNDO_KEY=CHOSEN).kept(12, 0, "core-1") == RUNNING


def test_a_key_that_can_be_guessed_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="undo/key has less than 16 characters"):
        undo_in(tmp_path, JIP_SECRET_UNDO_KEY="fifteen letters").keep(12, 0, "core-1", RUNNING)
    assert not (tmp_path / "undo").exists()


def test_a_damaged_key_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "undo.key").write_bytes(b"short")
    with pytest.raises(StateError, match=r"undo\.key: holds 5 bytes"):
        undo_in(tmp_path).keep(12, 0, "core-1", RUNNING)


def test_a_full_disk_is_told_and_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)

    def full(descriptor: int) -> None:
        del descriptor
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("jipkit.files.os.fsync", full)
    with pytest.raises(StateError, match="core-2 runs cannot be kept: No space left on device; nothing was done to it"):
        kept.keep(12, 0, "core-2", RUNNING)
    assert [path.name for path in (tmp_path / "undo/run-12").iterdir()] == ["unit-0.core-1"]


def test_a_name_that_leads_elsewhere_is_none(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no router's name"):
        undo_in(tmp_path).keep(12, 0, "../../core-1", RUNNING)


def age(folder: Path, days: int) -> None:
    then = folder.stat().st_mtime - days * 86400
    os.utime(folder, (then, then))


def test_what_is_old_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)
    kept.keep(13, 0, "core-1", RUNNING)
    age(tmp_path / "undo/run-12", 91)
    age(tmp_path / "undo/run-13", 89)
    assert kept.forget(timedelta(days=90)) == ["run-12"]
    assert (kept.kept(12, 0, "core-1"), kept.kept(13, 0, "core-1")) == (None, RUNNING)


def test_where_nothing_was_ever_kept_nothing_is_forgotten(tmp_path: Path) -> None:
    assert undo_in(tmp_path).forget(timedelta(0)) == []


def test_the_repr_shows_no_key(tmp_path: Path) -> None:
    kept = undo_in(tmp_path, JIP_SECRET_UNDO_KEY=CHOSEN)
    kept.keep(12, 0, "core-1", RUNNING)
    assert CHOSEN not in repr(kept)


def test_a_twin_seals_with_a_key_of_its_own(tmp_path: Path) -> None:
    twin = Project(tmp_path, lab="coba")
    twin.undo.keep(12, 0, "core-1", RUNNING)
    assert Project(tmp_path, lab="coba").undo.kept(12, 0, "core-1") == RUNNING
    assert (tmp_path / "var/labs/coba/undo/run-12/unit-0.core-1").exists()


def test_one_process_makes_its_key_ready_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = undo_in(tmp_path)
    kept.keep(12, 0, "core-1", RUNNING)
    monkeypatch.delattr(hashlib, "scrypt")
    kept.keep(12, 0, "core-2", RUNNING)
    assert kept.kept(12, 0, "core-2") == RUNNING
