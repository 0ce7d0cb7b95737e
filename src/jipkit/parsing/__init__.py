"""Understand what a router answered, or say that we do not: never an exception, never an empty list in its stead.

Each parser takes the answer and the command that was sent, and gives back values of `jipkit.observation` or a
`NotParsed`.
"""

from collections.abc import Mapping
from typing import Any

from jipkit.observation import Counters
from jipkit.parsing.frr import parse_bgp_summary, parse_interfaces, parse_ospf_neighbors
from jipkit.parsing.getters import read_counters, read_lldp, read_ping
from jipkit.parsing.strict import Parser, excerpt, printable, refusal

PARSERS: Mapping[str, Parser[Any]] = {
    "frr.interfaces": parse_interfaces,
    "frr.ospf_neighbors": parse_ospf_neighbors,
    "frr.bgp_neighbors": parse_bgp_summary,
}
"""The parsers that a ``platform.yaml`` can name under ``read``; TextFSM templates are the other way."""

__all__ = [
    "PARSERS",
    "Counters",
    "Parser",
    "excerpt",
    "parse_bgp_summary",
    "parse_interfaces",
    "parse_ospf_neighbors",
    "printable",
    "read_counters",
    "read_lldp",
    "read_ping",
    "refusal",
]
