from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jipkit import editing
from jipkit.editing import set_states
from jipkit.errors import EditError, InventoryError
from jipkit.inventory import load_network
from jipkit.model import Source, State

BASE = Path(__file__).parents[1] / "bad_inventory" / "_base"

OFFICE = Source("office", "pkm-b", "state")
ROUTER = Source("router", "pkm-b", "state")
LINK = Source("link", "core-1--pkm-b", "state")

FORMS = {
    "block": (
        "# Puskesmas baru — menunggu\npkm-b:\n  name: B   # dua\n  kind: desa\n  state:   planned # belum\n\n# akhir\n",
        "  state:   active # belum\n",
    ),
    "flow": ("pkm-b: {name: Puskesmas B, kind: puskesmas, state: planned}", "kind: puskesmas, state: active}"),
    "quoted": ("pkm-b:\n  name: planned\n  kind: puskesmas\n  state: 'planned'\n", "  state: 'active'\n"),
    "crlf": ("pkm-b:\r\n  name: É\r\n  kind: puskesmas\r\n  state: planned\r\n", "  state: active\r\n"),
    "bom": ("\ufeffpkm-b:\n  name: É\n  kind: puskesmas\n  state: planned\n", "  state: active\n"),
}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """An inventory with one planned office, its router and its link, each in a file of its own."""
    room = tmp_path / "inventory"
    shutil.copytree(BASE, room)
    _add(room, "offices", "pkm-b:\n  name: Puskesmas B\n  kind: puskesmas\n  state: planned\n")
    _add(
        room,
        "routers",
        "pkm-b: {office: pkm-b, platform: frr, role: puskesmas, loopback: 10.0.0.3, interfaces: [eth0], "
        "state: planned}\n",
    )
    _add(
        room,
        "links",
        'core-1--pkm-b: {a: "core-1:eth2", b: "pkm-b:eth0", medium: fibre, prefix: 10.1.0.2/31, capacity_mbps: 10, '
        "state: planned}\n",
    )
    return room


def _add(room: Path, kind: str, text: str) -> None:
    (room / kind).mkdir(exist_ok=True)
    (room / kind / "new.yaml").write_bytes(text.encode())


@pytest.mark.parametrize("form", FORMS)
def test_only_the_value_changes(room: Path, form: str) -> None:
    before, changed = FORMS[form]
    _add(room, "offices", before)
    set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    after = (room / "offices" / "new.yaml").read_bytes().decode()
    assert after == before.replace(changed.replace("active", "planned"), changed)
    assert after != before


def test_the_whole_office_becomes_active_at_once(room: Path) -> None:
    set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    network = load_network(room)
    assert network.office("pkm-b").state is State.ACTIVE
    assert network.router("pkm-b").state is State.ACTIVE
    assert network.link("core-1--pkm-b").state is State.ACTIVE


def test_where_it_is_written_comes_back(room: Path) -> None:
    places = set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    assert [str(place) for place in places] == [
        "inventory/offices/new.yaml:4",
        "inventory/routers/new.yaml:1",
        "inventory/links/new.yaml:1",
    ]


def test_an_edit_that_makes_the_inventory_wrong_writes_nothing(room: Path) -> None:
    before = _contents(room)
    with pytest.raises(InventoryError, match="is active, but office pkm-b is planned"):
        set_states(room, [ROUTER], State.ACTIVE)
    assert _contents(room) == before


def test_a_state_that_is_there_already_is_left_alone(room: Path) -> None:
    set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    path = room / "links" / "new.yaml"
    written = path.stat().st_ino
    assert [place.line for place in set_states(room, [LINK], State.ACTIVE)] == [1]
    assert path.stat().st_ino == written


def test_the_mode_of_the_file_stays(room: Path) -> None:
    (room / "offices" / "new.yaml").chmod(0o664)
    set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    assert (room / "offices" / "new.yaml").stat().st_mode & 0o777 == 0o664


def test_a_link_to_a_file_stays_a_link(room: Path, tmp_path: Path) -> None:
    path = room / "offices" / "new.yaml"
    path.rename(tmp_path / "elsewhere.yaml")
    path.symlink_to(tmp_path / "elsewhere.yaml")
    set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    assert path.is_symlink()
    assert "state: active" in path.read_text()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Source("office", "nobody"), "office nobody is in none of the files any more"),
        (Source("office", "dc"), "inventory/offices.yaml:1: dc: no `state:` to change"),
    ],
)
def test_an_object_that_cannot_be_changed_is_named(room: Path, source: Source, message: str) -> None:
    with pytest.raises(EditError) as caught:
        set_states(room, [source], State.RETIRED)
    assert message in str(caught.value)


def test_a_full_disk_leaves_every_file_as_it_was(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _contents(room)
    monkeypatch.setattr(os, "fsync", _full_on_call(2))
    with pytest.raises(EditError, match="cannot be written \\(No space left on device\\)"):
        set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    assert _contents(room) == before


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load_and_edit(room: Path, *, instead: dict[str, bytes]) -> None:
        load_network(room, instead=instead)
        with (room / "offices" / "new.yaml").open("a") as file:
            file.write("# edited in an editor\n")

    monkeypatch.setattr(editing, "load_network", load_and_edit)
    with pytest.raises(EditError, match=r"inventory/offices/new\.yaml: was changed by somebody else"):
        set_states(room, (OFFICE, ROUTER, LINK), State.ACTIVE)
    assert (room / "offices" / "new.yaml").read_text().endswith("state: planned\n# edited in an editor\n")


def _contents(room: Path) -> dict[str, bytes]:
    return {str(path.relative_to(room)): path.read_bytes() for path in room.rglob("*") if path.is_file()}


def _full_on_call(number: int) -> Callable[[int], None]:
    calls = iter(range(1, 100))

    def fsync(_: int) -> None:
        if next(calls) >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fsync
