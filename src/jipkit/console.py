"""Reports as people read them: tables, diffs and notes on a terminal. Device text is never taken for markup."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from jipkit.language import _, number
from jipkit.report import Mood, Report, Row, Text

STYLES: dict[Mood, str] = {
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "unknown": "bright_black",
    "info": "blue",
    "plain": "",
}
PIPE_WIDTH = 200


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
        out.print(RichText(report.title, style="bold"))
    if report.rows:
        out.print(_table(report))
    for text in report.texts:
        _show_text(out, text)
    for note in report.notes:
        out.print(RichText(note))


def _table(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in report.columns:
        table.add_column(RichText(column.heading), overflow="fold")
    for row in report.rows:
        cells = [_cell(row, column.key) for column in report.columns]
        table.add_row(*(RichText(cell, style=STYLES[row.mood]) for cell in cells))
    return table


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
        out.print(RichText(text.heading, style="bold"))
    for line in text.body.splitlines():
        style = {"+": "green", "-": "red"}.get(line[:1], "") if text.kind == "diff" else ""
        out.print(RichText(line, style=style), soft_wrap=True)
