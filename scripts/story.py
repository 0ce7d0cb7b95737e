"""The story that scripts/demo tells: an office is taken into service, and what goes wrong on the way is found.

Each step is a function; its docstring is what the step says before it is played. A step that does not go as told
ends the demo with exit code 1.
"""

from __future__ import annotations

import argparse
import difflib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from stages import Misbehaved, SimulatedStage, Stage, TwinStage

from jipkit.errors import JipError
from jipkit.testing.labs import copy_project, eventually

CHECKOUT = Path(__file__).parents[1]

ROUTERS = (
    "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "kec-kayu-agung", "kel-paku", "inspektorat", "setwan",
    "pkm-pampangan", "pkm-rambai", "pkm-celikah",
)  # fmt: skip
"""What the twin is built for; the routers between these and the controller come along."""

OFFICE, NEAR, UPLINK = "pkm-celikah", "pop-kota", "pop-kota--pkm-celikah"
VICTIM, PORT = "kel-paku", "ether1"
CUT, BEHIND = "core-1--pop-pampangan", "pop-pampangan--pkm-pampangan"
SLIP_IN = "templates/frr/interfaces.j2"
RIGHT, WRONG = "{% if interface.shut %}", f'{{% if interface.shut or interface.name == "{PORT}" %}}'
LOCK_OUT_TIMER_S = 20
SETTLED_SECONDS = 60


# ------------------------------------------------------------------ the steps


def check_the_inventory(stage: Stage) -> None:
    """Check the description of the district, from which everything else is made: offices, routers, links."""
    stage.jip("check")


def bring_up_a_part_of_it(stage: Stage) -> None:
    """Bring up some of its routers, and those on the way to them, each configured as the templates want it."""
    stage.up(ROUTERS)
    eventually(lambda: stage.answer("status")["ok"], SETTLED_SECONDS)  # a router answers before its last neighbour does


def see_the_links(stage: Stage) -> None:
    """Ask both ends of every link how it is. The health centre Celikah is planned: its link is not there yet."""
    stage.jip("status")
    _expect_verdict(stage, UPLINK, "planned")


def look_before_anything_changes(stage: Stage) -> None:
    """See what connecting the health centre would change, each line with where it comes from. Nothing is changed."""
    before = stage.truth(NEAR)
    stage.jip("provision", OFFICE)
    _expect(stage.truth(NEAR) == before, f"a dry run changes nothing on {NEAR}")


def take_the_office_into_service(stage: Stage) -> None:
    """Do it: both ends on the routers' own rollback timers, confirmed only when new sessions prove the link up."""
    stage.jip("provision", OFFICE, "--commit")


def see_the_new_link(stage: Stage) -> None:
    """The new link, as its two ends see it."""
    stage.jip("status", "--office", OFFICE)
    _expect_verdict(stage, UPLINK, "up")


def audit_both_ends(stage: Stage) -> None:
    """Compare both routers with their templates, line by line: nothing is missing, nothing is there that should not."""
    stage.jip("audit", "--router", NEAR, "--router", OFFICE)


def change_a_router_by_hand(stage: Stage) -> None:
    """Somebody logs in to a router and makes its uplink dearer, past jip. Who will ever know?"""
    stage.type(VICTIM, (f"interface {PORT}", " ip ospf cost 77", "exit"))


def find_the_hand_edit(stage: Stage) -> None:
    """The audit does: with the template line that is contradicted, and the commands that make it right."""
    stage.jip("audit", "--router", VICTIM, "--remedy", leaves=1)


def apply_the_remedy(stage: Stage) -> None:
    """Type those commands; the router is as intended again."""
    stage.type(VICTIM, _row(stage.answer("audit", "--router", VICTIM), "router", VICTIM)["remedy"])
    stage.jip("audit", "--router", VICTIM)


def lock_ourselves_out(stage: Stage) -> None:
    """An engineer's slip: a template shuts the very port through which we reach the router.

    The router takes the change back by its own timer; jip proves that it did, says what it holds, and exits 1.
    """
    before = stage.truth(VICTIM)
    with _slip(stage.root / SLIP_IN):
        stage.jip("provision", VICTIM, "--commit", "--timer", str(LOCK_OUT_TIMER_S), leaves=1)
    eventually(lambda: stage.truth(VICTIM) == before, SETTLED_SECONDS)
    print(f"  {VICTIM} is exactly as it was before, says its console: {stage.compared}.")


def read_back_what_is_unfinished(stage: Stage) -> None:
    """Had jip itself died on the way, this would say what each router holds. The template is put right again."""
    stage.jip("recover")


def cut_a_cable(stage: Stage) -> None:
    """An excavator finds the fibre to Pampangan."""
    stage.cut(CUT)


def tell_the_cut_from_what_is_behind_it(stage: Stage) -> None:
    """One outage, and it says who is cut off. What lies behind it is not called down: nobody can know from here."""
    stage.jip("status", leaves=1)
    _expect_verdict(stage, CUT, "down")
    _expect_verdict(stage, BEHIND, "unknown: upstream")


def mend_the_cable(stage: Stage) -> None:
    """The fibre is spliced. Wait until the last router answers again, and look."""
    stage.mend(CUT)
    eventually(lambda: stage.answer("status")["ok"], SETTLED_SECONDS)
    stage.jip("status", "--link", CUT)


def keep_the_configurations(stage: Stage) -> None:
    """Keep what every router runs in a git repository, without its secrets. A second run finds nothing new."""
    stage.jip("backup")
    stage.jip("backup")


def take_everything_away(stage: Stage) -> None:
    """The end: everything is taken away, and nothing of it is left on this machine."""
    stage.end()


STORY: tuple[Callable[[Stage], None], ...] = (
    check_the_inventory,
    bring_up_a_part_of_it,
    see_the_links,
    look_before_anything_changes,
    take_the_office_into_service,
    see_the_new_link,
    audit_both_ends,
    change_a_router_by_hand,
    find_the_hand_edit,
    apply_the_remedy,
    lock_ourselves_out,
    read_back_what_is_unfinished,
    cut_a_cable,
    tell_the_cut_from_what_is_behind_it,
    mend_the_cable,
    keep_the_configurations,
    take_everything_away,
)


# ------------------------------------------------------------------ telling it


def tell(stage: Stage) -> None:
    """Play every step.

    Raises:
        Misbehaved: a step did not go as told; its number is in the message.
    """
    for number, step in enumerate(STORY, 1):
        print(f"\n[{number}/{len(STORY)}] {_sentences(step)}", flush=True)
        try:
            step(stage)
        except (AssertionError, JipError) as error:
            raise Misbehaved(f"step {number} ({step.__name__.replace('_', ' ')}): {error}") from error


def _sentences(step: Callable[[Stage], None]) -> str:
    return " ".join((step.__doc__ or "").split())


def _expect(truth: bool, sentence: str) -> None:
    if not truth:
        raise Misbehaved(f"not so: {sentence}")


def _expect_verdict(stage: Stage, link: str, verdict: str) -> None:
    found = _row(stage.answer("status", "--link", link, "--stored"), "link", link)["verdict"]
    _expect(found == verdict, f"link {link} is {verdict} (it is {found})")


def _row(answer: dict[str, Any], column: str, value: str) -> dict[str, Any]:
    """Return the row of an answer that has ``value`` in ``column``."""
    rows: list[dict[str, Any]] = answer.get("rows", [])
    for row in rows:
        if row.get(column) == value:
            return row
    raise Misbehaved(f"nothing is said of {column} {value}: {answer}")


@contextmanager
def _slip(path: Path) -> Iterator[None]:
    """Make the slip in a template, show it, and put it right at the end of the block."""
    right = path.read_text(encoding="utf-8")
    wrong = right.replace(RIGHT, WRONG)
    _expect(wrong != right, f"{SLIP_IN} holds {RIGHT}")
    path.write_text(wrong, encoding="utf-8")
    print()
    for line in difflib.unified_diff(right.splitlines(), wrong.splitlines(), SLIP_IN, SLIP_IN, lineterm="", n=1):
        print(f"  {line}")
    try:
        yield
    finally:
        path.write_text(right, encoding="utf-8")


NEXT = """
What to try next:
  sudo scripts/lab                            the tests on real routers, and a table of them
  sudo jip lab up mine --office pkm-celikah   a twin of your own; then jip --lab mine status, provision, audit ...
  sudo jip lab fault mine cut LINK            break it; `jip lab fault --help` names what can go wrong
  jip explain core-2 "ospf cost 1"            who wants this line: template, inventory
  jip init my-district                        a project of your own, with three routers to begin with
`jip` is in {folder}. Begin with README.md, then docs/index.md."""


def main() -> int:
    """Return the exit code of the demo: 0 when the whole story went as told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=("twin", "simulated"))
    chosen = parser.parse_args().stage
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jip-demo-") as folder:
        root = copy_project(CHECKOUT, Path(folder) / "district")
        stage: Stage = TwinStage(root, f"demo-{os.getpid()}") if chosen == "twin" else SimulatedStage(root)
        print(f"The project is a copy in {root}; the checkout is not touched.")
        try:
            tell(stage)
        except Misbehaved as error:
            print(f"\nThe demo FAILED: {error}", flush=True)
            return 1
        except KeyboardInterrupt:
            print("\nInterrupted; everything is taken away.", flush=True)
            return 130
        finally:
            stage.down()
    print(f"\nThe whole story went as told, in {time.monotonic() - started:.0f} s.")
    print(NEXT.format(folder=Path(sys.executable).parent))
    return 0


def _leave(number: int, frame: object) -> NoReturn:
    """End as if the program had ended by itself, so that everything is taken away."""
    del frame
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
