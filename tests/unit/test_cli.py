from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jipkit.playbook import Group, Playbook, discover

ROOT = Path(__file__).parents[2]
JIP = Path(sys.executable).parent / "jip"
HEAVY = ("pydantic", "napalm", "netmiko", "nornir", "sqlalchemy", "jinja2", "paramiko")


def jip(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    wanted = {k: v for k, v in os.environ.items() if k not in ("JIP_PROJECT", "JIP_LANG", "LANG", "LC_ALL")}
    return subprocess.run(
        [str(JIP), *arguments], cwd=cwd, env=wanted | environment, capture_output=True, text=True, check=False
    )


def every_playbook() -> list[Playbook]:
    found = discover(ROOT).values()
    return [p for entry in found for p in (entry.playbooks if isinstance(entry, Group) else (entry,))]


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = f"""
import sys, jipkit.cli
sys.argv = ["jip", "--help"]
try:
    jipkit.cli.main()
except SystemExit:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stderr.strip() == "[]"


def test_help_lists_every_playbook_with_what_it_does() -> None:
    shown = jip("--help").stdout
    for name, entry in discover(ROOT).items():
        assert name in shown
        assert entry.help.split()[0] in shown


@pytest.mark.parametrize("playbook", every_playbook(), ids=lambda p: " ".join(p.parts))
def test_every_playbook_says_what_it_does_and_gives_an_example(playbook: Playbook) -> None:
    assert playbook.help.endswith(".")
    assert playbook.example.startswith("jip ")


@pytest.mark.parametrize("playbook", every_playbook(), ids=lambda p: " ".join(p.parts))
def test_every_command_has_help_with_json_and_its_example(playbook: Playbook) -> None:
    answer = jip(*playbook.parts, "--help")
    assert answer.returncode == 0
    assert "--json" in answer.stdout
    assert playbook.example.split()[1] in answer.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    assert jip("fly").returncode == 2


def test_outside_a_project_a_playbook_says_how_to_make_one(tmp_path: Path) -> None:
    answer = jip("check", cwd=tmp_path)
    assert answer.returncode == 2
    assert "jip init DIR" in answer.stderr


def test_an_expected_failure_is_one_line_and_no_traceback() -> None:
    answer = jip("show", "office", "kec-pampngan")
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == ["jip: no office 'kec-pampngan' in the inventory; did you mean kec-pampangan?"]


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--office"),
        ("backup", "--router"),
        ("bootstrap",),
        ("explain",),
        ("provision",),
        ("provision", "--commit"),
        ("render", "--router"),
        ("show", "link"),
        ("show", "office"),
        ("show", "router"),
        ("status", "--link"),
        ("trust",),
    ],
    ids=" ".join,
)
def test_a_name_that_is_not_in_the_inventory_is_refused_by_every_command(command: tuple[str, ...]) -> None:
    answer = jip(*command, "nowhere")
    assert answer.returncode == 2
    assert "'nowhere' in the inventory" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_failure_is_json_where_json_was_asked_for() -> None:
    answer = jip("show", "office", "nowhere-at-all", "--json")
    assert json.loads(answer.stdout)["error"]["type"] == "UnknownNameError"


def test_a_report_is_json_where_json_was_asked_for() -> None:
    answer = json.loads(jip("list", "offices", "--kind", "kecamatan", "--json").stdout)
    assert answer["ok"] is True
    assert len(answer["rows"]) == 18


def test_the_project_can_be_named_before_the_command(tmp_path: Path) -> None:
    assert jip("-C", str(ROOT), "list", "offices", "--kind", "data-center", cwd=tmp_path).returncode == 0


def test_a_language_without_a_catalogue_is_refused() -> None:
    answer = jip("--lang", "jv", "--help")
    assert answer.returncode == 2
    assert "'jv' is not one of en, id" in answer.stderr


def test_help_is_in_the_language_of_the_command_line() -> None:
    shown = jip("--lang", "id", "--help", LANG="en_US.UTF-8").stdout
    assert shown.startswith("Pemakaian: jip [OPTIONS] COMMAND")
    assert "Perintah:" in shown


def test_a_usage_error_is_in_the_language_of_the_environment() -> None:
    answer = jip("provision", LANG="id_ID.UTF-8")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == "Galat: Argumen 'office' belum diisi."


def test_a_word_that_is_not_among_the_choices_is_told_with_the_choices() -> None:
    answer = jip("list", "offces")
    assert answer.returncode == 2
    said = "Error: Invalid value for 'what': 'offces' is not one of 'offices', 'routers', 'links'."
    assert answer.stderr.splitlines()[-1] == said


def test_a_group_without_a_command_shows_its_help_and_is_a_usage_error() -> None:
    answer = jip("show")
    assert answer.returncode == 2
    assert "Commands:\n  link " in answer.stderr


def test_a_summary_is_a_whole_sentence() -> None:
    assert "..." not in jip("--help").stdout.partition("Commands:")[2]


def test_no_rival_package_named_tasks_wins(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text("raise SystemExit('the rival was imported')\n")
    assert jip("check", PYTHONPATH=str(tmp_path)).returncode == 0


def test_a_folder_that_is_called_like_a_playbook_is_none(tmp_path: Path) -> None:
    (tmp_path / "playbooks" / "x.py").mkdir(parents=True)
    (tmp_path / "playbooks" / "show" / "y.py").mkdir(parents=True)
    (tmp_path / "playbooks" / "show" / "__init__.py").touch()
    assert discover(tmp_path) == {"show": Group("show", "", ())}


def test_an_error_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    answer = jip("-C", str(tmp_path / "no\x1b[2J\u202e"), "check")
    assert answer.returncode == 2
    assert "no\\x1b[2J\\u202e: no jip project here" in answer.stderr
    assert "\x1b" not in answer.stderr
