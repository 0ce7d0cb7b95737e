from __future__ import annotations

from datetime import date

import pytest

from jipkit.deadlines import deadlines
from jipkit.model import Contract, Network, Source, Waiver
from jipkit.testing.networks import changed, keyed, small_network

TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def network() -> Network:
    contract = {"provider": "isp-a", "number": "1", "start": "2026-01-01", "sla_percent": "99"}
    waiver = {"rule": "601", "scope": "all", "reason": "x", "owner": "Ani", "approver": "Budi"}
    network = small_network().replace(
        contracts=keyed(
            Contract, {"soon": {**contract, "end": "2026-12-31"}, "late": {**contract, "end": "2027-12-31"}}
        ),
        waivers=keyed(
            Waiver, {"over": {**waiver, "expires": "2026-11-30"}, "long": {**waiver, "expires": "2028-01-01"}}
        ),
    )
    return changed(network, "link", "core-1--isp-a", contract="soon")


def test_what_ran_out_and_what_will_soon_is_told_in_order(network: Network) -> None:
    assert [(d.source, d.links) for d in deadlines(network, TODAY)] == [
        (Source("waiver", "over", "expires"), ()),
        (Source("contract", "soon", "end"), ("core-1--isp-a",)),
    ]


def test_a_contract_that_no_link_in_service_stands_on_is_not_told(network: Network) -> None:
    retired = changed(network, "link", "core-1--isp-a", state="retired")
    assert [d.source.key for d in deadlines(retired, TODAY)] == ["over"]


def test_a_contract_is_told_sixty_days_before_its_end(network: Network) -> None:
    assert "soon" in [d.source.key for d in deadlines(network, date(2026, 11, 2))]
    assert "soon" not in [d.source.key for d in deadlines(network, date(2026, 11, 1))]
