from __future__ import annotations

from jipkit.lab.consoles import _route


def test_a_route_that_was_lost_and_found_again_is_the_same_route() -> None:
    before = "10.160.0.1 nhid 18 via 10.161.11.26 dev ether1 proto ospf metric 20 "
    after = "10.160.0.1 nhid 34 via 10.161.11.26 dev ether1 proto ospf metric 20 "
    assert _route(before) == _route(after) == "10.160.0.1 via 10.161.11.26 dev ether1 proto ospf metric 20"
