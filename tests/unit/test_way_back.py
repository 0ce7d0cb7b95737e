"""The commands that take a router back to what it was, from whatever part of a change it has taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jipkit.candidate import way_back
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill
from jipkit.testing.kits import Kit, secret
from jipkit.testing.models import indented, routeros, sets

ROUTER = "kec-rawa"
PROJECT = Project(Path(__file__).parents[2])


def typed(text: str, rules: sets.Rules) -> sets.Model:
    """Return a router at which everything was typed: what it makes of a secret is seen only then."""
    router = sets.Model("", rules)
    router.apply(text.splitlines())
    return router


MODELS: dict[str, Callable[[str], Any]] = {
    "arista_eos": lambda text: indented.Model(f"{text}end\n", indented.EOS),
    "cisco_ios": lambda text: indented.Model(f"{text}end\n", indented.IOS),
    "huawei_vrp": lambda text: indented.Model(text, indented.VRP),
    "juniper_junos": lambda text: typed(text, sets.JUNOS),
    "mikrotik_routeros": routeros.Model,
    "vyos": lambda text: typed(text, sets.VYOS),
}
SERVERS: dict[str, Any] = {
    "ntp": ["10.160.255.20"],
    "dns": ["10.160.255.11", "10.160.255.21"],
    "syslog": ["10.160.255.22"],
    "domain": "lain.example",
}


def said(router: Any) -> list[str]:
    """Return the lines that a router prints; some models print what was typed last at the end."""
    return sorted(router.text().splitlines())


@pytest.mark.parametrize("platform", MODELS)
@pytest.mark.parametrize("share", [1 / 3, 2 / 3, 1])
def test_a_router_that_took_a_part_of_a_change_is_as_it_was(platform: str, share: float) -> None:
    kit = Kit(PROJECT, platform)
    router = MODELS[platform](kit.running(ROUTER))
    before = router.text()
    remedy = [fill(line, secret) for line in kit.with_standards(**SERVERS).drift(ROUTER, before).remedy]
    router.apply(remedy[: round(len(remedy) * share)])
    assert router.text() != before
    router.apply(way_back(router.text(), before, kit.facts))
    assert said(router) == sorted(before.splitlines())


@pytest.mark.parametrize("platform", MODELS)
def test_there_is_nothing_to_type_where_nothing_was_taken(platform: str) -> None:
    kit = Kit(PROJECT, platform)
    text = MODELS[platform](kit.running(ROUTER)).text()
    assert way_back(text, text, kit.facts) == ()


@pytest.mark.parametrize("platform", ["cisco_ios", "mikrotik_routeros", "vyos"])
def test_a_secret_that_only_the_router_knows_is_put_back(platform: str) -> None:
    kit = Kit(PROJECT, platform)
    router = MODELS[platform](kit.running(ROUTER, lambda name: f"x{secret(name)[1:]}"))
    before = router.text()
    drift = kit.drift(ROUTER, before)
    router.apply(fill(line, secret) for line in drift.remedy)
    back = way_back(router.text(), before, kit.facts)
    router.apply(back)
    assert (drift.undo_complete, HIDDEN in "".join(back)) == (False, False)
    assert said(router) == sorted(before.splitlines())
