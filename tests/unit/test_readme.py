"""What README and docs show exists: commands and their options, files, headings, numbers, code."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jipkit import cli, language
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "src/napalm_frr/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
SHOWN = re.compile(r"^(?:    )(?:\$ )?(?:sudo )?(?P<command>jip .*)$|`(?:sudo )?(?P<inline>jip [^`]*)`", re.MULTILINE)
LINK = re.compile(r"\]\((?P<path>[^)#\s]*)(?:#(?P<heading>[^)]*))?\)")
NO_COMMAND = re.compile(r"jip (?:--\S+|[A-Z]+ --help)")
GROUPS = ("lab", "log", "run", "show")
BEFORE = ("-C", "--lab", "--lang")
"""Options before the command's name that take a value."""


def commands() -> list[str]:
    """Return every jip command that is shown on a page, without what is said beside it."""
    found = {one for page in PAGES for one in commands_of(page.read_text(encoding="utf-8"))}
    return sorted(found)


def commands_of(text: str) -> Iterator[str]:
    fences = re.findall(r"^```[a-z]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    indented = [re.sub(r"^", "    ", fence, flags=re.MULTILINE) for fence in fences]
    for match in SHOWN.finditer("\n".join([text, *indented])):
        line = match["command"] or match["inline"]
        for part in re.split(r"\s{2,}|\s#|&&|;", line):
            if part.strip().startswith("jip ") and not NO_COMMAND.fullmatch(part.strip()):
                yield part.strip()


def with_help(command: str) -> list[str]:
    """Return the words of a command with --help after its name: it is parsed, and does nothing."""
    words = shlex.split(command)[1:]
    place = 0
    while words[place].startswith("-"):
        place += 2 if words[place] in BEFORE else 1
    place += 2 if words[place] in GROUPS else 1
    return [*words[:place], "--help", *words[place:]]


def test_the_pages_show_commands_at_all() -> None:
    assert len(commands()) > 40


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_shown_exists_with_its_options(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(language, "_chosen", language._chosen)  # --lang is for one command only
    answer = CliRunner().invoke(cli.app, with_help(command), env={"JIP_LANG": "en"})
    assert answer.exit_code == 0, answer.output
    assert "--help" in answer.output


def links() -> list[tuple[str, str, str]]:
    return [
        (str(page.relative_to(ROOT)), match["path"], match["heading"] or "")
        for page in PAGES
        for match in LINK.finditer(page.read_text(encoding="utf-8"))
        if "://" not in match["path"]
    ]


def headings(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(("page", "path", "heading"), links())
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: str, path: str, heading: str) -> None:
    target = (ROOT / page).parent / path if path else ROOT / page
    assert target.exists()
    assert not heading or heading in headings(target)


@pytest.mark.parametrize(
    "script", sorted({name for page in PAGES for name in re.findall(r"\bscripts/[a-z]+\b", page.read_text("utf-8"))})
)
def test_every_script_that_is_named_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_the_index_leads_to_every_page() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")} - {"index.md"}
    assert sorted(page for page in pages if f"]({page})" not in index) == []


def test_the_readme_counts_the_worked_example_rightly() -> None:
    network = Project(ROOT).district
    words = f"{len(network.offices)} offices, {len(network.routers)} routers and {len(network.links)} links"
    assert words in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 250


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_nornir_script_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    script = blocks("docs/nornir.md", "python")[0].replace("/srv/oki-net", str(ROOT))
    exec(compile(script, "docs/nornir.md", "exec"), {"__name__": "__main__"})  # noqa: S102 - our own page
    assert capsys.readouterr().out == blocks("docs/nornir.md", "text")[0]


def test_the_session_in_the_nornir_page_counts_lines_of_routers(simulated_lines: dict[str, int]) -> None:
    assert simulated_lines.keys() == {"core-1"}
    assert simulated_lines["core-1"] > 50


@pytest.fixture
def simulated_lines(tmp_path: Path) -> dict[str, int]:
    """What the second script of docs/nornir.md returns for a simulated router."""
    from jipkit.rooms import mount
    from jipkit.testing.inventories import project_of
    from jipkit.testing.networks import small_network
    from jipkit.testing.simulation import simulation

    root = project_of(small_network(), ROOT, tmp_path / "project")
    mount(root)
    names: dict[str, object] = {}
    exec(compile(blocks("docs/nornir.md", "python")[1], "docs/nornir.md", "exec"), names)  # noqa: S102 - our own page
    with simulation(root) as running:
        found = names["lines_of"](running.project, ["core-1"])  # type: ignore[operator]
    assert isinstance(found, dict)
    return found


def test_the_interpreter_of_the_readme_is_the_one_that_is_needed() -> None:
    assert sys.version_info >= (3, 11)
