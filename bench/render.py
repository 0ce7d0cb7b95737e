"""What rendering every router costs, beside what it costs as nornir_jinja2 does it: a new environment for each.

Run it with ``python bench/render.py``. Both sides render the same templates from the same views; ours also knows where
each line comes from, and is sandboxed. The worked example is rendered twice: as it is, and as a twin, all of it FRR.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2

from jipkit.filters import FILTERS
from jipkit.model import Network
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.provenance import refuse
from jipkit.twin import twin_of
from jipkit.view_types import RouterView
from jipkit.views import router_view

ROOT = Path(__file__).parents[1]
ROUNDS = 5

Work = Mapping[str, tuple[RouterView, PlatformFacts]]


def main() -> None:
    """Print the table."""
    project = Project(ROOT)
    district = project.district
    print(f"milliseconds of CPU a router, best of {ROUNDS}")
    print(f"{'':10} {'routers':>7} {'lines':>6} {'views':>8} {'render':>8} {'stock':>8}")
    for name, network in (("district", district), ("twin", twin_of(district, list(district.routers)))):
        print_row(name, project, network)


def print_row(name: str, project: Project, network: Network) -> None:
    """Measure one network and print it."""
    keys = [key for key, router in network.routers.items() if router.platform in project.platforms]

    def views() -> Work:
        return {
            key: (router_view(network, key, facts), facts)
            for key in keys
            for facts in [facts_of(project, network, key)]
        }

    work = views()
    ours = {key: project.renderer.render(view, facts) for key, (view, facts) in work.items()}
    assert {key: r.text for key, r in ours.items()} == {key: stock(view, facts) for key, (view, facts) in work.items()}
    costs = (
        cpu_ms(views, len(keys)),
        cpu_ms(lambda: [project.renderer.render(view, facts) for view, facts in work.values()], len(keys)),
        cpu_ms(lambda: [stock(view, facts) for view, facts in work.values()], len(keys), rounds=1),
    )
    lines = sum(len(r.origins) for r in ours.values())
    print(f"{name:10} {len(keys):7} {lines:6} " + " ".join(f"{cost:8.2f}" for cost in costs))


def facts_of(project: Project, network: Network, router: str) -> PlatformFacts:
    """Return the facts of a router's platform."""
    return project.facts(network.router(router))


def stock(view: RouterView, facts: PlatformFacts) -> str:
    """Render as nornir_jinja2's template_file does: environment, loader and templates anew for each router."""
    environment = jinja2.Environment(  # noqa: S701 - configurations are not HTML
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    environment.globals["refuse"] = refuse
    text = environment.get_template(f"{facts.platform}/{facts.template}").render(router=view)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines() if line.strip())


def cpu_ms(work: Callable[[], object], routers: int, rounds: int = ROUNDS) -> float:
    """Return the CPU time of ``work`` in milliseconds a router, the best of some rounds."""
    costs = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        costs.append(time.process_time() - start)
    return min(costs) * 1000 / routers


if __name__ == "__main__":
    main()
