"""Link graphs for tests: small ones drawn by chance, as networks."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

from jipkit.model import Link, Network, Office, Router
from jipkit.testing.networks import keyed, small_network

Edge = tuple[int, int]


def network_of(count: int, edges: list[Edge]) -> Network:
    """Return ``count`` routers, r0 with the controller, each in an office of its own; their links cost the same."""
    names = [f"r{number}" for number in range(count)]
    ports = [f"eth{number}" for number in range(2 * len(edges) + 1)]
    small = small_network()
    controller = small.standards.controller.model_copy(update={"router": "r0"})
    return Network(
        offices=keyed(Office, {name: {"name": name, "kind": "dinas"} for name in names}),
        routers=keyed(
            Router,
            {
                name: {
                    "office": name,
                    "platform": "frr",
                    "role": "dinas",
                    "loopback": f"10.160.0.{n}",
                    "interfaces": ports,
                }
                for n, name in enumerate(names, 1)
            },
        ),
        links=keyed(
            Link,
            {
                f"l{n}": {
                    "a": f"r{a}:eth{2 * n}",
                    "b": f"r{b}:eth{2 * n + 1}",
                    "medium": "fibre",
                    "capacity_mbps": 100,
                    "prefix": f"10.161.{n}.0/31",
                }
                for n, (a, b) in enumerate(edges)
            },
        ),
        standards=small.standards.model_copy(update={"controller": controller}),
    )


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """Draw connected graphs of up to nine routers: a tree, and some links besides."""
    count = draw(st.integers(2, 9))
    tree = [(draw(st.integers(0, number - 1)), number) for number in range(1, count)]
    more = draw(st.lists(st.sampled_from(list(combinations(range(count), 2))), max_size=5, unique=True))
    return count, tree + [edge for edge in more if edge not in tree]
