"""Understand what a router answered, or say that we do not: never an exception, never an empty list in its stead.

Each parser takes the answer and the command that was sent, and gives back values of `jipkit.observation` or a
`NotParsed`.
"""

from jipkit.parsing.frr import parse_bgp_summary, parse_interfaces, parse_ospf_neighbors
from jipkit.parsing.linux import Counters, parse_counters, parse_lldp, parse_ping
from jipkit.parsing.strict import Parser, excerpt, printable

__all__ = [
    "Counters",
    "Parser",
    "excerpt",
    "parse_bgp_summary",
    "parse_counters",
    "parse_interfaces",
    "parse_lldp",
    "parse_ospf_neighbors",
    "parse_ping",
    "printable",
]
