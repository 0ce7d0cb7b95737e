from __future__ import annotations

import doctest
import io

import pytest
from rich.console import Console

from jipkit import console
from jipkit.report import Column, Report, Row, Text

LINKS = [
    {
        "link": "core-1--pop-pampangan",
        "state": "down",
        "cause": "no signal on core-1 eth5: cable or power",
        "seen": "now",
    },
    {
        "link": "pop-pampangan--kec-rawa",
        "state": "unknown: upstream",
        "cause": "cut off",
        "seen": "2026-11-24 12:45",
    },
]


def shown(report: Report, width: int) -> list[str]:
    out = io.StringIO()
    console.show(report, Console(file=out, width=width, highlight=False, markup=False))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def report() -> Report:
    columns = [Column(key, key.capitalize()) for key in LINKS[0]]
    return Report(name="status", ok=False, columns=columns, rows=[Row(values) for values in LINKS])


def test_a_wide_terminal_shows_a_row_on_a_line() -> None:
    assert shown(report(), 120) == [
        "Link                      State               Cause                                      Seen",
        "─" * 105,
        "core-1--pop-pampangan     down                no signal on core-1 eth5: cable or power   now",
        "pop-pampangan--kec-rawa   unknown: upstream   cut off                                    2026-11-24 12:45",
    ]


def test_a_narrower_one_breaks_cells_between_words() -> None:
    assert shown(report(), 64) == [
        "Link               State           Cause         Seen",
        "─" * 64,
        "core-1--pop-       down            no signal     now",
        "pampangan                          on core-1",
        "                                   eth5: cable",
        "                                   or power",
        "pop-pampangan--    unknown:        cut off       2026-11-24",
        "kec-rawa           upstream                      12:45",
    ]


def test_one_too_narrow_for_a_table_shows_a_block_for_each_row() -> None:
    assert shown(report(), 40) == [
        "core-1--pop-pampangan",
        "  State   down",
        "  Cause   no signal on core-1 eth5:",
        "          cable or power",
        "  Seen    now",
        "",
        "pop-pampangan--kec-rawa",
        "  State   unknown: upstream",
        "  Cause   cut off",
        "  Seen    2026-11-24 12:45",
        "",
    ]


def test_a_block_leaves_out_what_is_empty() -> None:
    quiet = Row({"link": "core-1--pop-pampangan", "state": "planned", "cause": None, "seen": []})
    told = Report(name="status", ok=False, columns=report().columns, rows=[quiet])
    assert shown(told, 20) == ["core-1--pop-pampangan", "  State   planned", ""]


@pytest.mark.parametrize("width", range(20, 140, 7))
def test_nothing_is_wider_than_the_terminal_and_no_number_is_broken(width: int) -> None:
    lines = shown(report(), width)
    assert max(map(len, lines)) <= max(width, len("pop-pampangan--kec-rawa"))
    assert any("2026-11-24" in line for line in lines)


def test_in_a_pipe_a_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    long = Row({**LINKS[0], "cause": "no signal " * 50})
    console.show(Report(name="status", ok=False, columns=report().columns, rows=[long]))
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize("nasty", ["\x1b[2J", "\x1b]0;owned\x07", "\r", "\x9b2J"], ids=ascii)
@pytest.mark.parametrize("width", [30, 120])
def test_what_a_device_says_never_acts_on_the_terminal(nasty: str, width: int) -> None:
    out = io.StringIO()
    said = f"before{nasty}after [red]"
    told = Report(
        name="audit",
        ok=False,
        title=said,
        columns=report().columns,
        rows=[Row({**LINKS[0], "cause": said})],
        texts=[Text(said, said, kind="diff")],
        notes=[said],
    )
    console.show(told, Console(file=out, width=width, highlight=False, markup=False))
    assert not set(out.getvalue()) & {"\x1b", "\x07", "\r", "\x9b"}
    assert out.getvalue().count("[red]") == 5


def test_the_examples_in_the_docstrings_are_true() -> None:
    failed, tried = doctest.testmod(console)
    assert (failed, tried > 0) == (0, True)
