from __future__ import annotations

from typing import Any

import pytest

from jipkit.errors import SelectionError, UnknownNameError
from jipkit.model import Network
from jipkit.selection import Selection, select
from jipkit.testing.networks import small_network


@pytest.fixture(scope="module")
def network() -> Network:
    return small_network()


def keys(found: Selection) -> tuple[list[str], list[str], list[str]]:
    return [o.key for o in found.offices], [r.key for r in found.routers], [k.key for k in found.links]


def test_without_names_and_filters_everything_but_the_retired_is_selected(network: Network) -> None:
    offices, routers, links = keys(select(network))
    assert "kel-lama" not in offices
    assert "kel-lama" not in routers
    assert "pop-1--kel-lama" not in links
    assert (len(offices), len(routers), len(links)) == (6, 7, 8)


def test_an_office_brings_its_routers_and_their_links(network: Network) -> None:
    found = keys(select(network, office=["kec-rawa"]))
    assert found == (["kec-rawa"], ["kec-rawa"], ["pop-1--kec-rawa", "core-2--kec-rawa"])


def test_a_router_brings_its_office_and_links(network: Network) -> None:
    found = keys(select(network, router=["desa-jauh"]))
    assert found == (["desa-jauh"], ["desa-jauh"], ["pop-1--desa-jauh"])


def test_a_link_brings_both_routers_and_their_offices(network: Network) -> None:
    found = keys(select(network, link=["pop-1--desa-jauh"]))
    assert found == (["pop-1", "desa-jauh"], ["pop-1", "desa-jauh"], ["pop-1--desa-jauh"])


def test_several_names_add_up(network: Network) -> None:
    offices, _, links = keys(select(network, office=["desa-jauh"], link=["core-1--isp-a"]))
    assert offices == ["diskominfo", "desa-jauh"]
    assert links == ["pop-1--desa-jauh", "core-1--isp-a"]


def test_a_retired_router_is_there_when_it_is_named(network: Network) -> None:
    _, routers, links = keys(select(network, router=["kel-lama"]))
    assert routers == ["kel-lama"]
    assert links == []


def test_what_is_retired_is_there_when_it_is_asked_for(network: Network) -> None:
    found = keys(select(network, where=["office.state=retired"], retired=True))
    assert found == (["kel-lama"], ["kel-lama"], ["pop-1--kel-lama"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "desa"}, (["desa-jauh"], ["desa-jauh"], ["pop-1--desa-jauh"])),
        ({"platform": "cisco_ios"}, (["dinas-sehat"], ["dinas-sehat"], ["core-1--dinas-sehat"])),
        ({"role": "puskesmas"}, (["pkm-baru"], ["pkm-baru"], ["pop-1--pkm-baru"])),
        ({"provider": "satelit"}, (["pop-1", "desa-jauh"], ["pop-1", "desa-jauh"], ["pop-1--desa-jauh"])),
        ({"where": ["link.medium=radio"]}, (["pop-1", "kec-rawa"], ["pop-1", "kec-rawa"], ["pop-1--kec-rawa"])),
        ({"where": ["medium=vsat", "office.kind=desa"]}, (["desa-jauh"], ["desa-jauh"], ["pop-1--desa-jauh"])),
        ({"where": ["office.services=siskeudes"]}, (["desa-jauh"], ["desa-jauh"], ["pop-1--desa-jauh"])),
        ({"where": ["router.version=7.15.3"]}, (["desa-jauh"], ["desa-jauh"], ["pop-1--desa-jauh"])),
        ({"where": ["link.capacity_mbps=200"]}, (["diskominfo", "dinas-sehat"], ["core-1", "dinas-sehat"],
                                                 ["core-1--dinas-sehat"])),
        ({"where": ["router.lans.zone=public"]}, (["kec-rawa"], ["kec-rawa"],
                                                  ["pop-1--kec-rawa", "core-2--kec-rawa"])),
    ],
)  # fmt: skip
def test_a_filter_narrows_all_three(network: Network, filters: dict[str, Any], expected: Any) -> None:
    assert keys(select(network, **filters)) == expected


def test_not_equal_leaves_out_what_equals(network: Network) -> None:
    offices, _, _ = keys(select(network, office=["desa-jauh", "kec-rawa"], where=["office.kind!=desa"]))
    assert offices == ["kec-rawa"]


def test_a_missing_value_equals_nothing_but_the_empty_text(network: Network) -> None:
    _, _, links = keys(select(network, office=["kec-rawa"], where=["link.provider="]))
    assert links == ["pop-1--kec-rawa"]


def test_an_unknown_name_is_told_with_the_closest(network: Network) -> None:
    with pytest.raises(UnknownNameError, match="no office 'kec-raw' in the inventory; did you mean kec-rawa"):
        select(network, office=["kec-raw"])


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"kind": "kantor"}, "no kind 'kantor'; known: badan, data-center"),
        ({"platform": "frrr"}, "no platform 'frrr'; did you mean frr?"),
        ({"provider": "telkom"}, "no provider 'telkom'; known: isp-a, satelit"),
        ({"where": ["vsat"]}, "--where 'vsat' is not field=value"),
        ({"where": ["state=planned"]}, "say which: office.state or router.state or link.state"),
        ({"where": ["medum=vsat"]}, "nothing has a field medum; did you mean medium?"),
        ({"where": ["link.medum=vsat"]}, "no field medum; did you mean medium?"),
        ({"where": ["link.medium.name=vsat"]}, "no field name"),
        ({"kind": "sekolah"}, "no office, router or link is left"),
        ({"provider": "satelit", "where": ["link.medium=fibre"]}, "no office, router or link is left"),
    ],
)
def test_a_selection_of_nothing_is_an_error(network: Network, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(SelectionError) as caught:
        select(network, **filters)
    assert message in str(caught.value)
