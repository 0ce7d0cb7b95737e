"""The small network's pools: loopbacks 10.160.0.0/23, links 10.161.0.0/16, LANs 10.162.0.0/15."""

from __future__ import annotations

import doctest
from ipaddress import IPv4Address, IPv4Network

import pytest

from jipkit import addressing
from jipkit.addressing import PoolFullError, first_free, next_lan, next_link, next_loopback, pool_of, used
from jipkit.model import Network, Pool
from jipkit.testing.networks import changed, keyed, small_network


@pytest.fixture(scope="module")
def network() -> Network:
    return small_network()


def with_pools(network: Network, **pools: tuple[str, str]) -> Network:
    return network.replace(pools=keyed(Pool, {key: {"prefix": p, "use": u} for key, (p, u) in pools.items()}))


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(addressing).failed == 0


def test_the_next_link_fills_the_first_gap(network: Network) -> None:
    assert next_link(network) == IPv4Network("10.161.0.10/31")


def test_a_larger_link_prefix_is_aligned(network: Network) -> None:
    assert next_link(network, 30) == IPv4Network("10.161.0.20/30")


def test_the_prefix_of_a_retired_link_is_free_again(network: Network) -> None:
    without = changed(network, "link", "pop-1--kel-lama", prefix="10.161.0.10/31")
    assert next_link(without) == IPv4Network("10.161.0.10/31")


def test_the_prefix_of_a_planned_link_is_taken(network: Network) -> None:
    assert IPv4Network("10.161.0.18/31") in used(network)


@pytest.mark.parametrize(
    ("hosts", "prefix"),
    [(250, "10.162.0.0/24"), (253, "10.162.0.0/24"), (254, "10.162.6.0/23"), (13, "10.162.0.0/28")],
)
def test_the_next_lan_has_room_for_its_hosts_and_the_router(hosts: int, prefix: str, network: Network) -> None:
    assert next_lan(network, hosts) == IPv4Network(prefix)


def test_the_next_loopback_is_the_lowest_free_one_but_never_the_network_address(network: Network) -> None:
    assert next_loopback(network) == IPv4Address("10.160.0.7")


def test_the_next_pool_is_used_when_the_first_is_full(network: Network) -> None:
    two = with_pools(network, second=("10.165.0.0/24", "link"), first=("10.161.0.0/29", "link"))
    assert next_link(two, 30) == IPv4Network("10.165.0.0/30")


def test_a_full_pool_is_named_with_its_size(network: Network) -> None:
    full = with_pools(network, tiny=("10.161.0.0/30", "link"))
    with pytest.raises(PoolFullError, match=r"no free /31 in the pools for link: tiny \(10\.161\.0\.0/30\)"):
        next_link(full)


def test_without_any_pool_the_message_says_so(network: Network) -> None:
    with pytest.raises(PoolFullError, match=r"there is none; add a pool to inventory/pools\.yaml"):
        next_lan(with_pools(network), 10)


def test_a_prefix_larger_than_the_pool_never_fits() -> None:
    assert first_free(IPv4Network("10.0.0.0/24"), [], 23) is None


def test_what_is_taken_outside_the_pool_does_not_matter() -> None:
    taken = [IPv4Network("9.0.0.0/8"), IPv4Network("11.0.0.0/8")]
    assert first_free(IPv4Network("10.0.0.0/24"), taken, 31) == IPv4Network("10.0.0.0/31")


def test_a_pool_inside_something_taken_is_full() -> None:
    assert first_free(IPv4Network("10.0.0.0/24"), [IPv4Network("10.0.0.0/8")], 31) is None


def test_the_last_prefix_of_a_pool_is_given_out() -> None:
    taken = [IPv4Network("10.0.0.0/31")]
    assert first_free(IPv4Network("10.0.0.0/30"), taken, 31) == IPv4Network("10.0.0.2/31")


def test_the_pool_of_a_prefix_is_the_one_around_it(network: Network) -> None:
    found = pool_of(network, IPv4Network("10.162.3.0/27"))
    assert found is not None
    assert found.key == "lan"


def test_a_prefix_outside_the_plan_has_no_pool(network: Network) -> None:
    assert pool_of(network, IPv4Network("192.168.1.0/24")) is None
