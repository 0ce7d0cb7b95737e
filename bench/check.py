"""How long ``jip check`` of the whole example takes: the very first time on a machine, and then.

The first run finds no compiled Python file, of its own or of any library. Beside both stands what the libraries alone
cost, and a process that does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from calibration import bare_python, best_s, wall_s

ROOT = Path(__file__).parents[1]
LIBRARIES = "import pydantic, yaml, typer, rich.table"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as compiled:
        first = wall_s(lambda: run(["-m", "jipkit", "-C", str(ROOT), "check"], compiled))
        second = wall_s(lambda: run(["-m", "jipkit", "-C", str(ROOT), "check"], compiled))
        later = best_s(lambda: run(["-m", "jipkit", "-C", str(ROOT), "check"], compiled))
        libraries = best_s(lambda: run(["-c", LIBRARIES], compiled))
        helping = best_s(lambda: run(["-m", "jipkit", "-C", str(ROOT), "--help"], compiled))
    print("jip check of the example, seconds")
    print(f"{'first run':32} {first:7.2f}")
    print(f"{'second run':32} {second:7.2f}")
    print(f"{'later runs, best':32} {later:7.2f}")
    print(f"{'its libraries alone':32} {libraries:7.2f}")
    print(f"{'jip --help':32} {helping:7.2f}")
    print(f"{'start of a bare Python':32} {best_s(bare_python):7.2f}")


def run(arguments: list[str], compiled: str) -> None:
    """Run Python with compiled files in a folder of their own."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPYCACHEPREFIX"] = compiled
    subprocess.run([sys.executable, *arguments], check=True, env=environ, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
