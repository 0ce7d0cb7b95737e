"""What tests of recovery and of rollbacks share: keys of two links of one router, rolled link by link, and crashes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.store import Run
from jipkit.testing.simulation import Simulation
from playbooks.plan import plan

ROLLED = ("pop-1--kec-rawa", "core-1--pop-1")
"""Two links of pop-1: it is in two units, and has two stages."""


def new_keys(simulated: Simulation, links: tuple[str, ...] = ROLLED, key_id: int = 2) -> None:
    """Let the inventory want another OSPF key on links."""
    path = simulated.root / "inventory" / "links.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if "key_id" not in line]
    for link in links:
        lines.insert(lines.index(f"{link}:") + 1, f"  key_id: {key_id}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def key_roll(simulated: Simulation, links: tuple[str, ...] = ROLLED) -> Path:
    """Return a plan that rolls the keys of links, one unit for each."""
    new_keys(simulated, links)
    return Path(str(plan(simulated.project, everything=True).data["file"]))


def keys_of(simulated: Simulation) -> Mapping[str, tuple[int, ...]]:
    """Return the number of the OSPF key at each end of the rolled links, in the order of the link's name."""
    network = simulated.project.network
    ends = {link: [(end.router, end.interface) for end in network.links[link].ends] for link in ROLLED}
    return {link: tuple(_key(simulated, str(r), str(port)) for r, port in both) for link, both in ends.items()}


def _key(simulated: Simulation, router: str, port: str) -> int:
    block = simulated.district.running(router).partition(f"interface {port}\n")[2].partition("exit\n")[0]
    return int(block.partition("message-digest-key ")[2].split()[0])


def dies_at(monkeypatch: pytest.MonkeyPatch, step: str, router: str | None, times: int = 1) -> None:
    """Let the controller die once it has written down a step of a router for the ``times``-th time."""
    journal, seen = Run.journal, list[str]()

    def write(run: Run, key: str | None, what: str, detail: Mapping[str, Any] | None = None) -> None:
        journal(run, key, what, detail)
        if (key, what) == (router, step):
            seen.append(what)
            if len(seen) == times:
                raise SystemExit(137)

    monkeypatch.setattr(Run, "journal", write)


def dies_before(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let the controller die when it is about to write down a step of any router."""
    journal = Run.journal

    def write(run: Run, key: str | None, what: str, detail: Mapping[str, Any] | None = None) -> None:
        if what == step:
            raise SystemExit(137)
        journal(run, key, what, detail)

    monkeypatch.setattr(Run, "journal", write)
