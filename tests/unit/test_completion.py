"""Names that the shell completes: from the inventory, fast, and never a complaint."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jipkit.inventory import load_network
from jipkit.playbook import Group, Playbook, discover

ROOT = Path(__file__).parents[2]
JIP = Path(sys.executable).parent / "jip"
PLAYBOOKS = [
    p for found in discover(ROOT).values() for p in (found.playbooks if isinstance(found, Group) else (found,))
]
HEAVY = ("napalm", "netmiko", "nornir", "sqlalchemy", "jinja2", "paramiko", "hier_config")


def asked(words: tuple[str, ...]) -> dict[str, str]:
    """Return what bash puts into the environment when somebody presses Tab after ``words``."""
    return {
        "COMP_WORDS": " ".join(("jip", *words)),
        "COMP_CWORD": str(len(words)),
        "_JIP_COMPLETE": "complete_bash",
    }


def completed(*words: str, cwd: Path = ROOT) -> list[str]:
    clean = {key: value for key, value in os.environ.items() if key != "JIP_PROJECT"}
    answer = subprocess.run([str(JIP)], cwd=cwd, env=clean | asked(words), capture_output=True, text=True, check=False)
    assert answer.stderr == ""
    return answer.stdout.split()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("show", "office", "kec-pam"), ["kec-pampangan"]),
        (("show", "router", "core"), ["core-1", "core-2"]),
        (("show", "link", "core-1--c"), ["core-1--core-2"]),
        (("audit", "--office", "kec-pam"), ["kec-pampangan"]),
        (("status", "--router", "core-1", "--router", "core"), ["core-1", "core-2"]),
        (("render", "--link", "core-1--c"), ["core-1--core-2"]),
        (("list", "links", "--provider", "orb"), ["orbit-rendah"]),
        (("backup", "-o", "kec-pam"), ["kec-pampangan"]),
        (("explain", "core"), ["core-1", "core-2"]),
        (("bootstrap", "pkm-cel"), ["pkm-celikah"]),
        (("provision", "pkm-cel"), ["pkm-celikah"]),
        (("trust", "core"), ["core-1", "core-2"]),
        (("history", "--router", "core"), ["core-1", "core-2"]),
        (("next", "l"), ["link", "lan", "loopback"]),
        (("next", "lan", "--pool", "kec"), ["kecamatan"]),
        (("lab", "up", "x", "--office", "kec-pam"), ["kec-pampangan"]),
        (("lab", "up", "x", "--router", "core"), ["core-1", "core-2"]),
        (("show", "office", "nothing-begins-so"), []),
    ],
    ids=" ".join,
)
def test_names_are_completed(words: tuple[str, ...], names: list[str]) -> None:
    assert completed(*words) == names


def test_the_project_that_was_named_is_the_one_that_is_read(tmp_path: Path) -> None:
    assert completed("-C", str(ROOT), "show", "router", "core", cwd=tmp_path) == ["core-1", "core-2"]


def test_without_a_project_there_is_nothing_to_complete(tmp_path: Path) -> None:
    assert completed("show", "office", "", cwd=tmp_path) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for room in ("inventory", "templates", "tasks", "playbooks"):
        (tmp_path / room).symlink_to(ROOT / room)
    (tmp_path / "inventory").unlink()
    (tmp_path / "inventory" / "routers").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "content",
    ["core-1: {}\ncore-1: {}\n", "core-1: [\n", "- core-1\n", "core-1: \x07\n", "core-1", "", "Core 1: {}\n"],
)
def test_a_file_with_faults_has_nothing_to_complete(content: str, project: Path) -> None:
    (project / "inventory" / "routers.yaml").write_text(content)
    assert completed("show", "router", "", cwd=project) == []


def test_a_file_that_cannot_be_read_has_nothing_to_complete(project: Path) -> None:
    os.mkfifo(project / "inventory" / "routers.yaml")
    assert completed("show", "router", "", cwd=project) == []


def test_a_project_whose_playbooks_cannot_be_read_has_nothing_to_complete(project: Path) -> None:
    (project / "playbooks").unlink()
    (project / "playbooks").mkdir()
    (project / "playbooks" / "broken.py").write_text("def broken(:\n")
    assert completed("broken", "", cwd=project) == []


def test_names_in_every_file_of_a_kind_are_completed(project: Path) -> None:
    (project / "inventory" / "routers.yaml").write_text("core-1: {}\n")
    (project / "inventory" / "routers" / "more.yaml").write_text("core-2: {}\n")
    assert completed("show", "router", "", cwd=project) == ["core-1", "core-2"]


def test_every_router_of_the_example_can_be_completed() -> None:
    assert completed("show", "router", "") == sorted(load_network(ROOT / "inventory").routers)


# ------------------------------------------------------------------ nobody waits for what completing does not need


@pytest.mark.parametrize("command", [("provision",), ("status", "--office"), ("audit", "--router")], ids=" ".join)
def test_completing_imports_none_of_the_heavy_libraries(command: tuple[str, ...]) -> None:
    code = f"""
import sys, jipkit.cli
try:
    jipkit.cli.main()
except SystemExit:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    environment = os.environ | asked((*command, "kec-pam"))
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stderr.strip() == "[]"


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda p: " ".join(p.parts))
def test_the_face_of_a_playbook_has_the_options_of_the_playbook(playbook: Playbook) -> None:
    def told(function: object) -> list[str]:
        parameters = inspect.signature(function, eval_str=True).parameters.values()  # type: ignore[arg-type]
        return [re.sub(r" at 0x\w+", "", str(each)) for each in parameters if each.name != "project"]

    assert told(playbook.face()) == told(playbook.load())


def test_a_playbook_whose_options_cannot_be_told_apart_is_loaded(tmp_path: Path) -> None:
    for room in ("tasks", "playbooks"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("")
    text = "globals()['Word'] = str\ndef odd(project, word: Word): 'Hm.'\n"
    (tmp_path / "playbooks" / "odd.py").write_text(text)
    playbook = Playbook(tmp_path, ("odd",), "", "")
    assert list(inspect.signature(playbook.face()).parameters) == ["project", "word"]
    assert playbook.face().__doc__ == "Hm."
