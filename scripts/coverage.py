"""Make the table platform x ability of docs/coverage.md from JUnit files: a cell is what tests have shown.

A test says what it shows with ``@pytest.mark.covers("compare")``; the platform is its parameter ``platform``, or the
mark's second argument. Only tests that have passed count.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "coverage.md"
START, END = "<!-- coverage: written by scripts/coverage -->", "<!-- end of coverage -->"
ABILITIES = (
    "render", "compare", "remedy", "change", "rehearse",
    "interfaces", "counters", "ospf_neighbors", "bgp_neighbors", "lldp", "arp", "ping", "optics", "version", "log",
)  # fmt: skip

Shown = Mapping[tuple[str, str], bool]


def shown_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield platform and ability for each test of a JUnit file that passed and says what it shows."""
    for case in ET.fromstring(text).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        if any(case.find(name) is not None for name in ("failure", "error", "skipped")):
            continue
        for entry in case.iter("property"):
            if entry.get("name") == "covers":
                platform, _, ability = str(entry.get("value")).partition("/")
                yield platform, ability


def table(shown: set[tuple[str, str]]) -> str:
    """Return the table: a row an ability, a column a platform; an empty cell was shown by no test."""
    unknown = sorted({ability for _, ability in shown} - set(ABILITIES))
    if unknown:
        raise SystemExit(f"a test covers {', '.join(unknown)}; abilities are {', '.join(ABILITIES)}")
    platforms = sorted({platform for platform, _ in shown})
    lines = [["", *platforms], ["---"] * (len(platforms) + 1)]
    lines += [[ability, *("yes" if (p, ability) in shown else "" for p in platforms)] for ability in ABILITIES]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> int:
    """Write the table, or compare it."""
    files = sorted((ROOT / "var" / "tests").glob("*.xml"))
    if not files:
        print("coverage: no outcomes in var/tests; run scripts/test first", file=sys.stderr)
        return 2
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for file in files:
        for cell in shown_in(file.read_text(encoding="utf-8")):
            counts[cell] += 1
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(START)
    _, _, tail = rest.partition(END)
    wanted = f"{head}{START}\n\n{table(set(counts))}\n{END}{tail}"
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
        print(f"coverage: {len(counts)} cells shown by {sum(counts.values())} tests")
        return 0
    if page != wanted:
        print("coverage: docs/coverage.md says otherwise than the tests; run scripts/coverage", file=sys.stderr)
        return 1
    print(f"coverage: docs/coverage.md is true: {len(counts)} cells shown by {sum(counts.values())} tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
