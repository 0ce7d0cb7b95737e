"""Every fault has a case in tests/bad_inventory/<code>/: files laid over a sound inventory, and the exact message."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jipkit.errors import InventoryError
from jipkit.faults import CODES, Fault
from jipkit.inventory import LARGEST, load_network
from jipkit.model import Place

CASES = Path(__file__).parents[1] / "bad_inventory"
BASE = CASES / "_base"
CODES_WITH_CASES = sorted(path.name for path in CASES.iterdir() if not path.name.startswith("_"))


def room_of(case: str, tmp_path: Path) -> Path:
    """Return the sound inventory with the files of ``case`` laid over it, without those in ``removed.txt``."""
    room, overlay = tmp_path / "inventory", CASES / case
    for platform in ("frr", "mikrotik_routeros"):
        (tmp_path / "templates" / platform).mkdir(parents=True)
        (tmp_path / "templates" / platform / "platform.yaml").touch()
    shutil.copytree(BASE, room)
    removed = overlay / "removed.txt"
    for name in removed.read_text().split() if removed.exists() else ():
        _remove(room / name)
    for path in overlay.iterdir():
        if path.suffix != ".txt" and room.exists():
            _lay_over(path, room / path.name)
    if case == "file-too-large":
        os.truncate(room / "waivers.yaml", LARGEST + 1)
    return room


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _lay_over(source: Path, target: Path) -> None:
    _remove(target)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target, follow_symlinks=False)


def test_the_inventory_that_the_cases_change_is_sound(tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "inventory")
    assert len(load_network(tmp_path / "inventory").links) == 2


@pytest.mark.parametrize("code", CODES_WITH_CASES)
def test_a_fault_is_told_with_its_place_and_what_would_be_right(code: str, tmp_path: Path) -> None:
    expected = (CASES / code / "expected.txt").read_text(encoding="utf-8")
    with pytest.raises(InventoryError) as caught:
        load_network(room_of(code, tmp_path))
    assert f"{caught.value}\n" == expected
    assert {fault.code for fault in caught.value.faults if isinstance(fault, Fault)} == {code}


def test_every_fault_has_a_case_and_every_case_a_fault() -> None:
    assert sorted(CODES) == CODES_WITH_CASES


def test_there_are_at_least_forty_faults() -> None:
    assert len(CODES) >= 40


def test_a_fault_without_a_code_of_the_table_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="fault code 'typo'"):
        Fault(Place("inventory/links.yaml", 1), "x", "typo", "is wrong")


def test_a_fault_never_prints_a_control_character() -> None:
    fault = Fault(Place("inventory/\x1b[2J.yaml", 1), "a\nb", "field-missing", "is missing")
    assert str(fault) == "inventory/\\x1b[2J.yaml:1: a\\nb: is missing"


def test_a_fault_for_programs_has_its_code_and_its_place() -> None:
    fault = Fault(Place("inventory/links.yaml", 12), "x.medium", "field-missing", "is missing; add the line")
    assert fault.as_json() == {
        "file": "inventory/links.yaml",
        "line": 12,
        "key": "x.medium",
        "code": "field-missing",
        "message": "is missing; add the line",
    }
