"""The controller's own disk, store and clock fail: routers are as before or as intended, and the journal is whole."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Timer

import pytest

from tests.lab.matrix.district import District, Point, Watched

FAR = "kel-paku"
LOCKED_S = 13.0
"""Longer than jip waits for whoever writes."""

# Runs a command where the twin's records lie on a disk of a few MiB. No mount of it is seen by anybody else, and what
# is on it in the end is put where it belongs.
SMALL_DISK = textwrap.dedent("""\
    import os, shutil, subprocess, sys
    var, aside = sys.argv[1:3]
    os.makedirs(aside, exist_ok=True)
    run = lambda *words: subprocess.run(words, check=True)
    run("mount", "--make-rprivate", "/")
    run("mount", "--bind", var, aside)
    run("mount", "-t", "tmpfs", "-o", "size=16m", "small", var)
    shutil.copytree(aside, var, dirs_exist_ok=True)
    code = subprocess.run(sys.argv[3:], close_fds=False).returncode
    os.path.exists(f"{var}/filler") and os.remove(f"{var}/filler")
    shutil.copytree(var, aside, dirs_exist_ok=True)
    sys.exit(code)
""")


def fill(run: Watched) -> None:
    """Fill the disk of a run to the last byte."""
    filler = Path(f"/proc/{run.process.pid}/root{run.twin.lab.var}/filler")
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\\0" * 4096)
        except OSError:
            return


@pytest.mark.matrix(
    "disk full on the controller",
    "no room for the next row of the journal: nothing is written to a router that is not written down before, and what "
    "was not confirmed is taken back",
)
@pytest.mark.parametrize(
    "step", ["dry-run", pytest.param("write", marks=pytest.mark.long), pytest.param("save", marks=pytest.mark.long)]
)
def test_the_disk_is_full(district: District, step: str, tmp_path: Path) -> None:
    file = district.plan(FAR)
    small = [
        "unshare",
        "--mount",
        sys.executable,
        "-c",
        SMALL_DISK,
        str(district.twin.lab.var),
        str(tmp_path / "aside"),
    ]
    done = district.apply(file, deeds={Point("after", step, FAR): fill}, before=small).finish()
    district.recovered()
    held = district.proven()
    assert held == dict.fromkeys(held, "before") | {FAR: "intended" if step == "save" else "before"}
    assert (done.touched(), done.code) == ({FAR} if step != "dry-run" else set(), 1)
    assert "disk" in done.err + str(done.said)
    district.journal()


@pytest.fixture
def kept_store(district: District, tmp_path: Path) -> Iterator[Path]:
    """The store, which is put back when the row ends."""
    store = district.twin.lab.var / "jip.db"
    names = ("jip.db", "jip.db-wal", "jip.db-shm")
    district.say("log", "verify")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(store, tmp_path / "kept.db")
    yield store
    for name in names:
        store.with_name(name).unlink(missing_ok=True)
    shutil.copy2(tmp_path / "kept.db", store)


@pytest.mark.matrix(
    "store corrupt",
    "the file of the store holds rubbish: refused before anything is done, and the file is left as it is",
)
def test_the_store_is_corrupt(district: District, kept_store: Path) -> None:
    file = district.plan(FAR)
    rubbish = b"rubbish " * 4096
    kept_store.write_bytes(rubbish)
    done = district.apply(file).finish()
    assert (done.code != 0, done.touched(), kept_store.read_bytes()) == (True, set(), rubbish)
    assert "store" in done.err
    assert set(district.proven().values()) == {"before"}


@pytest.mark.matrix(
    "store locked",
    "another program holds the store for longer than jip waits, from before the write or after it: what was not "
    "confirmed is taken back, and the journal is whole",
)
@pytest.mark.parametrize("step", ["write", pytest.param("dry-run", marks=pytest.mark.long)])
def test_the_store_is_locked(district: District, step: str) -> None:
    file = district.plan(FAR)
    with closing(sqlite3.connect(district.twin.lab.var / "jip.db", check_same_thread=False)) as other:
        ends = Timer(LOCKED_S, other.rollback)

        def lock(_run: Watched) -> None:
            other.execute("BEGIN IMMEDIATE")
            ends.start()

        done = district.apply(file, deeds={Point("after", step, FAR): lock}).finish()
        ends.join()
    district.recovered()
    held = district.proven()
    assert (done.code, set(held.values())) == (1, {"before"})
    assert done.touched() == ({FAR} if step == "write" else set())
    district.whole(done, held)


@pytest.mark.matrix(
    "clock stepped back an hour",
    "jip's clock goes back while a change waits to be confirmed: it is confirmed in time, and the journal is whole",
)
def test_the_clock_goes_back(district: District) -> None:
    file = district.plan(FAR, "setwan")
    done = district.apply(file, deeds={Point("after", "write", "*"): lambda run: run.set_clock(-3600)}).finish()
    held = district.proven()
    assert (done.code, {router for router, state in held.items() if state == "intended"}) == (0, {FAR, "setwan"})
    district.whole(done, held)
    at = [entry.at for entry in district.journal()]
    assert min((later - sooner).total_seconds() for sooner, later in pairwise(at)) < -3500
