"""What the FRRouting templates write can be audited line by line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from jipkit.configs import statements
from jipkit.drift import Drift, compare
from jipkit.project import Project
from jipkit.redaction import fill, redact
from jipkit.rendering import Rendered
from jipkit.testing.frr_model import FrrModel
from jipkit.testing.networks import small_network

PROJECT = Project(Path(__file__).parents[2])
FACTS = PROJECT.platforms["frr"]
NETWORK = small_network()
ROUTERS = [router.key for router in NETWORK.routers.values() if router.platform == "frr"]


@cache
def rendered(router: str) -> Rendered:
    return PROJECT.render(router, NETWORK)


def secret(name: str) -> str:
    return "".join(c for c in name if c.isalnum())[-16:]


def running(router: str) -> list[str]:
    return [*fill(rendered(router).text, secret).splitlines(), "end"]


def drift_of(router: str, lines: list[str]) -> Drift:
    return compare(rendered(router), "\n".join(lines), FACTS, resolve=secret)


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_that_runs_what_was_rendered_is_clean_and_covered(router: str) -> None:
    drift = drift_of(router, running(router))
    assert (drift.differences, drift.remedy, drift.coverage) == ((), (), 1.0)


@pytest.mark.parametrize("router", ROUTERS)
def test_some_section_owns_every_line_that_is_rendered(router: str) -> None:
    other = running(ROUTERS[0] if router != ROUTERS[0] else ROUTERS[1])
    stranger = [f"hostname {router}" if line.startswith("hostname ") else line for line in other]
    assert all(d.kind != "unmanaged" for d in drift_of(router, stranger).differences)


@pytest.mark.parametrize("router", ROUTERS)
def test_deleting_any_rendered_line_is_found_with_its_template_line(router: str) -> None:
    lines = running(router)
    for statement in statements(rendered(router).text, FACTS):
        drift = drift_of(router, lines[: statement.line - 1] + lines[statement.line :])
        missing = [d for d in drift.differences if d.intended == statement.text and d.path == statement.path]
        assert [d.origin for d in missing] == [rendered(router).origins[statement.line - 1]], statement


@pytest.mark.parametrize("router", ROUTERS)
def test_no_secret_of_a_rendered_configuration_survives_redaction(router: str) -> None:
    filled = fill(rendered(router).text, lambda name: f"S3cret{secret(name)}"[:16])
    assert "S3cret" in filled or "<secret:" not in rendered(router).text
    assert "S3cret" not in redact(filled, FACTS)


@pytest.mark.parametrize("router", ROUTERS)
@pytest.mark.parametrize("other", ROUTERS)
def test_the_remedy_makes_one_router_another(router: str, other: str) -> None:
    model = FrrModel("\n".join(line for line in running(other) if not line.startswith("hostname")))
    drift = drift_of(router, [*model.text().splitlines(), f"hostname {router}", "end"])
    model.take(fill(line, secret) for line in drift.remedy)
    wanted = FrrModel("\n".join(line for line in running(router) if not line.startswith("hostname")))
    assert model.config == wanted.config
