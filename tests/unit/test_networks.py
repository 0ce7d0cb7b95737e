"""The small network is what other tests stand on, so it must be sound itself."""

from __future__ import annotations

import pytest

from jipkit.checks import Draft, find_faults
from jipkit.testing.networks import changed, small_network

KINDS = ("offices", "routers", "links", "providers", "pools")


def test_the_small_network_has_no_fault() -> None:
    network = small_network()
    entries = {kind: getattr(network, kind) for kind in KINDS}
    platforms = frozenset(router.platform for router in network.routers.values())
    written = {kind: frozenset(objects) for kind, objects in entries.items()} | {"platforms": platforms}
    assert list(find_faults(Draft(**entries, standards=network.standards, written=written))) == []


def test_a_changed_network_leaves_the_first_as_it_was() -> None:
    network = small_network()
    assert changed(network, "router", "core-1", version="10.2").router("core-1").version == "10.2"
    assert network.router("core-1").version == "8.4.4"


def test_a_change_that_the_model_refuses_is_refused_here_too() -> None:
    with pytest.raises(ValueError, match="cost"):
        changed(small_network(), "link", "core-1--pop-1", cost=0)
