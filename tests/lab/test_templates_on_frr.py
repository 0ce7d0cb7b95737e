"""Every line that the templates write is read back from FRRouting, in its place, and nothing besides."""

from __future__ import annotations

import re

import pytest

from jipkit.model import State
from jipkit.printable import RUBBISH
from jipkit.redaction import fill
from jipkit.testing.labs import Twin
from jipkit.views import router_view

IN_SERVICE = (
    "core-1", "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "pop-pampangan", "pop-pedamaran", "pop-tugumulyo",
    "kec-kayu-agung", "kec-pampangan", "kel-paku", "inspektorat", "setwan", "desa-sungai-lumpur",
)  # fmt: skip
PLANNED = ("pkm-celikah", "pkm-lubuk-seberuk")


def running(twin: Twin, router: str) -> list[str]:
    """Return what a router prints, less the lines that close a block and those that its own files decide."""
    facts = twin.project.facts(twin.project.network.router(router))
    said = twin.lab.vtysh(router, "show running-config no-header").splitlines()
    kept = [line for line in said if line.strip() and not line.lstrip().startswith("!")]
    closing, noise = facts.closing_pattern, facts.noise_pattern
    return [x for x in kept if not closing.fullmatch(x.strip()) and not noise.match(x.strip())]


@pytest.mark.parametrize("router", IN_SERVICE)
def test_frr_reads_back_exactly_what_was_rendered(lab12: Twin, router: str) -> None:
    intended = fill(lab12.project.render(router).text, lab12.project.secrets.resolve)
    assert running(lab12, router) == intended.splitlines()


@pytest.mark.parametrize("router", PLANNED)
def test_frr_reads_back_exactly_the_bootstrap(lab12: Twin, router: str) -> None:
    project = lab12.project
    assert project.network.router(router).state is State.PLANNED
    facts = project.facts(project.network.router(router))
    view = router_view(project.network, router, facts)
    assert running(lab12, router) == project.renderer.render(view, facts, facts.bootstrap).lines


def test_frr_itself_sees_no_difference(lab12: Twin) -> None:
    lab = lab12.lab
    lines = fill(lab12.project.render("gateway-1").text, lab12.project.secrets.resolve)
    lab.exec("gateway-1", ["sh", "-c", "umask 077; cat > /tmp/intended.conf"], stdin=lines)
    told = lab.exec("gateway-1", ["/usr/lib/frr/frr-reload.py", "--test", "--stdout", "/tmp/intended.conf"]).stdout
    assert re.findall(r"^Lines To (?:Add|Delete)$", told, re.MULTILINE) == []
    assert RUBBISH not in told
