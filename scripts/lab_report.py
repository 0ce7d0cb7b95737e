"""Writes the table of the lab tests, from the JUnit file that pytest left.

lab_report.py JUNIT.xml REPORT.md COMMIT
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from machine import machine

TIME = "seconds: "
"""How the name of a time begins among the properties of a test run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test."""

    module: str
    test: str
    outcome: str
    seconds: float


def read_outcomes(path: Path) -> list[Outcome]:
    """Return the outcome of every test in a JUnit file, in the order in which they ran."""
    tree = ET.parse(path)  # noqa: S314 - pytest has just written it
    return [
        Outcome(
            module=case.get("classname", "").removeprefix("tests.lab."),
            test=case.get("name", ""),
            outcome=_outcome(case),
            seconds=float(case.get("time", 0)),
        )
        for case in tree.iter("testcase")
    ]


def _outcome(case: ET.Element) -> str:
    """Return what became of a test; a failing tear-down counts, whatever came before it."""
    found = {child.tag for child in case}
    return next((tag for tag in ("error", "failure", "skipped") if tag in found), "passed")


def read_times(path: Path) -> dict[str, str]:
    """Return the seconds that tests took for what they name ``seconds: WHAT``."""
    tree = ET.parse(path)  # noqa: S314 - pytest has just written it
    found = {one.get("name", ""): one.get("value", "") for one in tree.iter("property")}
    return {name.removeprefix(TIME): value for name, value in found.items() if name.startswith(TIME)}


def render_report(
    outcomes: Sequence[Outcome], times: Mapping[str, str], on: Mapping[str, str], at: str, when: datetime
) -> str:
    """Return the report as Markdown."""
    return "\n".join([*_head(outcomes, on, at, when), *_times(times), *_tests(outcomes)]) + "\n"


def _head(outcomes: Sequence[Outcome], on: Mapping[str, str], at: str, when: datetime) -> Iterator[str]:
    yield from ("# Tests on real routers", "")
    yield f"- commit: {at}"
    yield f"- when: {when:%Y-%m-%d %H:%M} UTC"
    yield from (f"- {name}: {value}" for name, value in on.items())
    count = Counter(one.outcome for one in outcomes)
    words = ", ".join(f"{number} {outcome}" for outcome, number in sorted(count.items())) or "no test ran"
    yield from (f"- result: {words}, in {sum(one.seconds for one in outcomes):.0f} s", "")


def _times(times: Mapping[str, str]) -> Iterator[str]:
    if times:
        yield from ("| what | seconds |", "|---|---:|")
        yield from (f"| {_cell(what)} | {seconds} |" for what, seconds in times.items())
        yield ""


def _tests(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield from ("| module | test | outcome | seconds |", "|---|---|---|---:|")
    for one in outcomes:
        yield f"| {_cell(one.module)} | {_cell(one.test)} | {one.outcome} | {one.seconds:.1f} |"


def _cell(text: str) -> str:
    return text.removeprefix("test_").replace("_", " ").replace("|", r"\|")


def main() -> None:
    """Write the report that the command line asks for."""
    source, target, at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    target.parent.mkdir(parents=True, exist_ok=True)
    outcomes, times = read_outcomes(source), read_times(source)
    target.write_text(render_report(outcomes, times, machine(), at, datetime.now(UTC)), encoding="utf-8")
    for what, seconds in times.items():
        print(f"{what}: {seconds} s")
    print(f"The table is in {target}.")


if __name__ == "__main__":
    main()
