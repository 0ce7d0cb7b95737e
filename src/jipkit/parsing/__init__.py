"""Understand what a router answered, or say that we do not: never an exception, never an empty list in its stead.

Each parser takes the answer and the command that was sent, and gives back values of `jipkit.observation` or a
`NotParsed`.
"""

from jipkit.observation import Counters
from jipkit.parsing.frr import parse_bgp_summary, parse_interfaces, parse_ospf_neighbors
from jipkit.parsing.getters import read_arp, read_counters, read_lldp, read_ping, read_software
from jipkit.parsing.reading import PARSERS, choose, read
from jipkit.parsing.strict import Parser, excerpt, printable, refusal

__all__ = [
    "PARSERS",
    "Counters",
    "Parser",
    "choose",
    "excerpt",
    "parse_bgp_summary",
    "parse_interfaces",
    "parse_ospf_neighbors",
    "printable",
    "read",
    "read_arp",
    "read_counters",
    "read_lldp",
    "read_ping",
    "read_software",
    "refusal",
]
