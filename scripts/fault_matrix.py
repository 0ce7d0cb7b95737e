"""Write the fault matrix into docs/faults.md, from the JUnit files of the lab tests that inject faults.

fault_matrix.py JUNIT.xml... COMMIT     write the table
fault_matrix.py --check                 say whether each class of fault in the tests has its row in the table
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from machine import machine

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests" / "lab" / "matrix"
PAGE = ROOT / "docs" / "faults.md"
START, END = "<!-- fault matrix: written by scripts/lab --long --matrix -->", "<!-- end of the fault matrix -->"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the class of its fault, what it proves, and where it was repeatable its seed."""

    fault: str
    proves: str
    outcome: str
    seconds: float
    seed: str = ""


def read_outcomes(text: str) -> list[Outcome]:
    """Return the outcome of each test of a JUnit file that says which fault it is about."""
    tree = ET.fromstring(text)  # noqa: S314 - our own pytest wrote it
    return [found for case in tree.iter("testcase") if (found := _outcome(case)) is not None]


def _outcome(case: ET.Element) -> Outcome | None:
    said = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
    if "fault" not in said:
        return None
    found = {child.tag for child in case}
    outcome = next((tag for tag in ("error", "failure", "skipped") if tag in found), "passed")
    return Outcome(said["fault"], said["proves"], outcome, float(case.get("time", 0)), said.get("seed", ""))


def table(outcomes: Sequence[Outcome], on: Mapping[str, str], at: str, when: datetime) -> str:
    """Return what the run has shown: a line for each fault and what was proven of it."""
    return "\n".join([*_head(outcomes, on, at, when), *_lines(outcomes)]) + "\n"


def _head(outcomes: Sequence[Outcome], on: Mapping[str, str], at: str, when: datetime) -> Iterator[str]:
    passed = sum(one.outcome == "passed" for one in outcomes)
    yield f"- commit: {at}"
    yield f"- when: {when:%Y-%m-%d %H:%M} UTC"
    yield from (f"- {name}: {value}" for name, value in on.items())
    yield f"- result: {passed} of {len(outcomes)} tests passed, in {sum(one.seconds for one in outcomes):.0f} s"
    if seeds := sorted({one.seed for one in outcomes if one.seed}):
        yield f"- random instants: `JIP_MATRIX_SEED={' '.join(seeds)}` repeats them"
    yield ""


def _lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield from ("| fault | what is done, and what is so afterwards | tests passed | seconds |", "|---|---|---:|---:|")
    for fault, proves in dict.fromkeys((one.fault, one.proves) for one in outcomes):
        rows = [one for one in outcomes if (one.fault, one.proves) == (fault, proves)]
        passed = sum(one.outcome == "passed" for one in rows)
        yield f"| {fault} | {proves} | {passed} of {len(rows)} | {sum(one.seconds for one in rows):.0f} |"


def classes_in(text: str) -> list[str]:
    """Return the classes of fault that a file of tests has: the first argument of each ``pytest.mark.matrix``."""
    marks = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [
        str(ast.literal_eval(mark.args[0]))
        for mark in marks
        if isinstance(mark.func, ast.Attribute) and mark.func.attr == "matrix"
    ]


def rows_of(page: str) -> dict[str, bool]:
    """Return the classes of fault that a page has rows for, and whether all of their tests passed."""
    found: dict[str, bool] = {}
    for line in page.partition(START)[2].partition(END)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and " of " in cells[2]:
            passed, _, all_ = cells[2].partition(" of ")
            found[cells[0]] = found.get(cells[0], True) and passed == all_
    return found


def faults_of_page() -> list[str]:
    """Return what is wrong with the page: classes of fault without a row or a test, and what was not proven."""
    wanted = {fault for path in sorted(TESTS.glob("test_*.py")) for fault in classes_in(path.read_text("utf-8"))}
    rows = rows_of(PAGE.read_text("utf-8"))
    wrong = [f"{fault}: no row" for fault in sorted(wanted - set(rows))]
    wrong += [f"{fault}: no test" for fault in sorted(set(rows) - wanted)]
    return wrong + [f"{fault}: not proven" for fault, proven in sorted(rows.items()) if not proven]


def check() -> int:
    """Say what is wrong with the page."""
    wrong = faults_of_page()
    for line in wrong:
        print(f"docs/faults.md: {line}; run sudo scripts/lab --long --matrix", file=sys.stderr)
    return 1 if wrong else 0


def main() -> int:
    """Write the table, or check it."""
    if sys.argv[1:] == ["--check"]:
        return check()
    *sources, at = sys.argv[1:]
    outcomes = [outcome for source in sources for outcome in read_outcomes(Path(source).read_text("utf-8"))]
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(START)
    _, _, tail = rest.partition(END)
    text = table(outcomes, machine(), at, datetime.now(UTC))
    PAGE.write_text(f"{head}{START}\n\n{text}\n{END}{tail}", "utf-8")
    print(f"docs/faults.md: {len(outcomes)} tests of {len({one.fault for one in outcomes})} classes of fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
