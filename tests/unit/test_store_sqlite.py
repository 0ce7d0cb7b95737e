"""The store in a file: what becomes of it when the disk is full, or the file is damaged, locked or not ours."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from jipkit.errors import StoreError
from jipkit.store import Store, database
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from tests.unit.stores import sql

CHECKOUT = Path(__file__).parents[2]
JIP = Path(sys.executable).parent / "jip"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "jip.db"


@pytest.fixture
def store(path: Path) -> Store:
    return Store.open(path)


@pytest.fixture
def written(store: Store) -> Store:
    with store.start_run("provision", {}) as run:
        for step in ("identity", "backup", "apply"):
            run.journal("pkm-baru", step)
    return store


def test_a_full_disk_is_told_and_what_was_there_is_unharmed(written: Store) -> None:
    engine = written._database.engine
    sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 1"))
    run = written.start_run("backup", {})
    with pytest.raises(StoreError, match="the disk is full"):
        run.journal("pkm-baru", "apply", {"filler": "x" * 1_000_000})
    assert [e.step for e in written.journal(router="pkm-baru")] == ["identity", "backup", "apply"]
    assert written.verify() == []


def test_a_file_that_is_no_database_says_what_to_do(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is not a database, and it is longer than a header of one hundred bytes" * 20)
    with pytest.raises(StoreError, match="no database of ours: move it away"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError, match=r"var/jip\.db: cannot be made: File exists"):
        Store.open(tmp_path / "var" / "jip.db")


def test_the_store_is_for_its_owner_alone(store: Store, path: Path) -> None:
    del store
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] == [0o600, 0o700]


def test_a_store_is_found_again_below_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    Store.open(tmp_path / "100%" / "jip.db").start_run("backup", {})
    assert len(Store.open(os.fspath(tmp_path / "100%" / "jip.db")).runs()) == 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount something that may only be read")
def test_a_store_that_may_only_be_read_says_what_to_do(store: Store, path: Path) -> None:
    del store
    code = "import sys; from jipkit.store import Store; Store.open(sys.argv[1])"
    mounted = f"mount --bind {path.parent} {path.parent} && mount -o remount,bind,ro {path.parent}"
    shell = f'{mounted} && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", shell, "sh", sys.executable, "-c", code, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()[-1]
    assert said == (
        f"jipkit.errors.StoreError: store {path}: may only be read: Read-only file system; "
        "copy it, and the files beside it, to where you may write, and name that with JIP_STORE"
    )


# ------------------------------------------------------------------ a disk that is really full

FILLING = """
import sys
from pathlib import Path
from jipkit.errors import StoreError
from jipkit.store import Store

store = Store.open(Path(sys.argv[1]))
run = store.start_run("provision", {})
written = 0
try:
    while True:
        run.journal("pop-1", "apply", {"filler": "x" * 5000})
        written += 1
except StoreError as error:
    print(error)
make_room()
print(written == len(store.journal("pop-1")) > 5, store.verify())
run.journal("pop-1", "confirmed")
print(store.journal("pop-1")[-1].step)
"""


def filled(setting: str, making_room: str, path: Path, *before: str) -> list[str]:
    """Return what a process says that journals until no more goes, and then again when there is room."""
    code = setting + FILLING.replace("make_room()", making_room)
    command = [*before, sys.executable, "-c", code, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


def test_a_file_that_may_grow_no_more_leaves_what_is_in_it_unharmed_and_goes_on_when_it_may(path: Path) -> None:
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))\n"
    more = "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))"
    error, whole, last = filled(limit, more, path)
    assert error == (f"store {path}: the disk is full or failing: look at it; what was in the store before is unharmed")
    assert (whole, last) == ("True []", "confirmed")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a disk so small")
def test_a_disk_that_is_full_leaves_what_is_in_it_unharmed_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = (
        "import subprocess, sys\nsubprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'x', FOLDER], check=True)\n"
    )
    room = "subprocess.run(['mount', '-o', 'remount,size=8m', FOLDER], check=True)"
    setting = f"FOLDER = {str(tmp_path)!r}\n{disk}"
    error, whole, last = filled(setting, room, tmp_path / "jip.db", "unshare", "--mount")
    assert error == (
        f"store {tmp_path / 'jip.db'}: the disk is full: make room and run the command again; "
        "what is in the store is unharmed"
    )
    assert (whole, last) == ("True []", "confirmed")


def test_a_new_store_that_finds_no_room_is_made_when_there_is(path: Path) -> None:
    code = """
import resource, sys
from pathlib import Path
from jipkit.errors import StoreError
from jipkit.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    Store.open(Path(sys.argv[1]))
except StoreError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout
    assert "the disk is full or failing" in said
    assert Store.open(path).runs() == []


# ------------------------------------------------------------------ a file that is damaged


@pytest.fixture
def filled_path(path: Path, store: Store) -> Path:
    """A store of many pages."""
    with store.start_run("provision", {}) as run:
        for number in range(40):
            run.journal("pop-1", f"step {number}", {"filler": "x" * 1000})
    return path


def test_a_file_with_damaged_pages_is_told_as_one(filled_path: Path) -> None:
    content = filled_path.read_bytes()
    filled_path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreError, match="it is damaged: keep the file, and put a copy from before in its place"):
        Store.open(filled_path)


def test_a_file_of_which_the_end_is_gone_is_told_as_damaged(filled_path: Path) -> None:
    os.truncate(filled_path, filled_path.stat().st_size // 8192 * 4096)
    with pytest.raises(StoreError, match="it is damaged"):
        Store.open(filled_path).verify()


def test_text_that_is_none_is_told_as_damage(store: Store, path: Path) -> None:
    store.start_run("backup", {})
    sql(path, "UPDATE journal SET detail = CAST(x'ff' AS TEXT)")
    with pytest.raises(StoreError, match="it is damaged"):
        store.journal()


def test_tables_that_are_gone_are_told(store: Store, path: Path) -> None:
    sql(path, "DROP TABLE journal")
    with pytest.raises(StoreError, match="its tables are not all there"):
        store.verify()


def test_an_end_of_the_chain_that_was_removed_lets_nobody_write_over_it(store: Store, path: Path) -> None:
    run = store.start_run("backup", {})
    sql(path, "DELETE FROM chain")
    with pytest.raises(StoreError, match="`jip log verify` names what was done to it"):
        run.journal("pop-1", "apply")


def test_a_file_that_another_program_keeps_to_itself_is_told_as_locked(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del store
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another jip has been writing"):
            Store.open(path)


def test_a_damaged_store_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    root = project_of(small_network(), CHECKOUT, tmp_path / "project")
    (root / "var").mkdir(exist_ok=True)
    (root / "var" / "jip.db").write_bytes(b"no database" * 500)
    answer = subprocess.run([str(JIP), "-C", str(root), "log", "verify"], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith(f"jip: store {root / 'var' / 'jip.db'}: it is no database of ours")
