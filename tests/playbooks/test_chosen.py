"""The filters of a command choose what it works on, and can be told as they were typed."""

from __future__ import annotations

import pytest

from jipkit.errors import SelectionError
from jipkit.testing.networks import small_network
from playbooks._selection import UNFILTERED, Filters


def test_filters_choose_as_the_options_of_their_names() -> None:
    chosen = Filters(router=["core-1", "pop-1"], role="pop").chosen_from(small_network())
    assert [router.key for router in chosen.routers] == ["pop-1"]


def test_without_filters_everything_that_is_not_retired_is_chosen() -> None:
    network = small_network()
    assert len(UNFILTERED.chosen_from(network).links) < len(network.links)


def test_what_is_retired_is_chosen_where_it_is_asked_for() -> None:
    network = small_network()
    assert UNFILTERED.chosen_from(network, retired=True).links == tuple(network.links.values())


def test_filters_that_leave_nothing_are_refused() -> None:
    with pytest.raises(SelectionError, match="loosen a filter"):
        Filters(router=["core-1"], kind="desa").chosen_from(small_network())


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (UNFILTERED, ""),
        (Filters(kind="kecamatan"), "--kind kecamatan"),
        (Filters(router=["pop-1", "core-1"]), "--router core-1 --router pop-1"),
        (Filters(where=["link.medium=vsat"], office=["dinas"]), "--office dinas --where link.medium=vsat"),
    ],
)
def test_filters_are_told_as_they_were_typed_in_one_order(filters: Filters, words: str) -> None:
    assert filters.words() == words


@pytest.mark.parametrize(
    ("filters", "some"),
    [(UNFILTERED, False), (Filters(router=[]), False), (Filters(role="pop"), True), (Filters(link=["a"]), True)],
)
def test_there_are_filters_where_at_least_one_is_given(filters: Filters, some: bool) -> None:
    assert bool(filters) is some


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        (UNFILTERED, False),
        (Filters(provider="satelit"), False),
        (Filters(office=["a"]), True),
        (Filters(router=["a"]), True),
        (Filters(link=["a"]), True),
    ],
)
def test_a_filter_by_what_a_thing_is_names_nothing(filters: Filters, named: bool) -> None:
    assert filters.names_any is named
