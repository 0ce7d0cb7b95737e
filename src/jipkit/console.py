"""Reports as people read them: tables, diffs and notes on a terminal. Device text is never taken for markup."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from jipkit.language import _, number
from jipkit.printable import plain as printable
from jipkit.report import Mood, Report, Row, Text

STYLES: dict[Mood, str] = {
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "unknown": "bright_black",
    "info": "blue",
    "plain": "",
}
PIPE_WIDTH = 10_000
"""Wide enough for whatever is said: in a pipe a row is one line, and `grep` finds it whole."""
GAP = 3
INDENT = 2
"""Blanks between two columns, and before the lines under a row's name."""

_BREAKS = re.compile(r"(?<=\s)(?=\S)|(?<=[-_:/,])(?=[^\W\d])")
"""Where a cell may go on in its next line: at a blank and, inside a name, before a word of it; never in a number."""


def finish(report: Report, *, as_json: bool) -> NoReturn:
    """Print ``report`` on stdout, tables for people or JSON for programs, and leave with its exit code."""
    if as_json:
        print(json.dumps(report.as_json(), indent=2, ensure_ascii=False, default=str))  # noqa: T201
    else:
        show(report)
    raise typer.Exit(0 if report.ok else 1)


def show(report: Report, console: Console | None = None) -> None:
    """Print ``report`` on stdout."""
    out = console or Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    if report.title:
        out.print(_styled(report.title, "bold"))
    if report.rows:
        _show_rows(out, report)
    for text in report.texts:
        _show_text(out, text)
    for note in report.notes:
        out.print(_styled(note))


def _styled(text: str, style: str = "") -> RichText:
    """Return ``text`` without what would act on a terminal, whoever said it."""
    return RichText(printable(text), style=style)


# ------------------------------------------------------------------ rows


def _show_rows(out: Console, report: Report) -> None:
    """Print a table or, where the terminal is so narrow that it is shorter, a block of lines for each row."""
    headings = [column.heading for column in report.columns]
    rows = [[_cell(row, column.key) for column in report.columns] for row in report.rows]
    styles = [STYLES[row.mood] for row in report.rows]
    blocks = [_block(headings, cells, out.width) for cells in rows]
    widths = widths_of([headings, *rows], out.width)
    if widths is not None:
        lines = [[wrapped(cell, width) for cell, width in zip(row, widths, strict=True)] for row in (headings, *rows)]
        if _height(lines) <= _height([[block] for block in blocks]):
            out.print(_table(lines[0], lines[1:], styles, widths))
            return
    for block, style in zip(blocks, styles, strict=True):
        out.print(_styled(block, style), soft_wrap=True)


def _height(rows: Sequence[Sequence[str]]) -> int:
    return sum(1 + max(cell.count("\n") for cell in row) for row in rows)


def widths_of(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return how wide each column is, so that no word is broken; ``None`` where ``room`` is too small for that.

    What is left over goes to the columns that need least first, evenly.

    >>> widths_of([["core-1--pop-1", "both ends see each other"]], 30)
    [13, 14]
    """
    columns = list(zip(*rows, strict=True))
    most = [max(map(cell_len, cells)) for cells in columns]
    widths = [max(cell_len(piece.rstrip()) for cell in cells for piece in _BREAKS.split(cell)) for cells in columns]
    spare = room - sum(widths) - GAP * (len(columns) - 1)
    if spare < 0:
        return None
    in_need = sorted(range(len(columns)), key=lambda column: most[column] - widths[column])
    for served, column in enumerate(in_need):
        more = min(most[column] - widths[column], spare // (len(columns) - served))
        widths[column] += more
        spare -= more
    return widths


def wrapped(cell: str, width: int) -> str:
    r"""Return ``cell`` in lines of at most ``width``, as far as its words allow.

    >>> wrapped("no signal on core-1 eth5", 13)
    'no signal on\ncore-1 eth5'
    """
    lines = [""]
    for piece in _BREAKS.split(cell):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _table(headings: list[str], rows: list[list[str]], styles: list[str], widths: list[int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(_styled(heading), width=width)
    for cells, style in zip(rows, styles, strict=True):
        table.add_row(*(_styled(cell, style) for cell in cells))
    return table


def _block(headings: list[str], cells: list[str], room: int) -> str:
    """Return a row as its first cell, under it a line for each other that holds something, and a blank line."""
    margin = INDENT + max(map(cell_len, headings)) + GAP
    lines = [cells[0]]
    for heading, cell in zip(headings[1:], cells[1:], strict=True):
        if cell != plain(None):
            name = " " * INDENT + heading
            value = wrapped(cell, room - margin).replace("\n", "\n" + " " * margin)
            lines.append(name + " " * (margin - cell_len(name)) + value)
    return "\n".join(lines) + "\n"


def _cell(row: Row, key: str) -> str:
    return row.shown[key] if key in row.shown else plain(row.values.get(key))


def plain(value: Any) -> str:
    """Return a value as a person reads it in a cell.

    >>> plain(["SIAK", "SIPD"]), plain(None), plain(True), plain(10000.0)
    ('SIAK, SIPD', '-', 'yes', '10000')
    """
    if value is None or value in ([], ""):
        return "-"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return str(value)


def _show_text(out: Console, text: Text) -> None:
    if text.heading:
        out.print(_styled(text.heading, "bold"))
    for line in text.body.splitlines():
        style = {"+": "green", "-": "red"}.get(line[:1], "") if text.kind == "diff" else ""
        out.print(_styled(line, style), soft_wrap=True)
