"""What the network is: offices, routers, links, and what they refer to. Values only; nothing here reads a file."""

from jipkit.model.entry import (
    KEY_PATTERN,
    TWIN_PLATFORM,
    Clock,
    Day,
    Entry,
    GitRef,
    InterfaceName,
    Key,
    Line,
    Platform,
    Word,
    model_in,
)
from jipkit.model.kinds import Medium, OfficeKind, RiskLevel, Role, Routing, State, Zone
from jipkit.model.links import Bgp, End, Link, managed_ends
from jipkit.model.network import Network, Place, Source
from jipkit.model.offices import Asset, Contact, Lan, Location, Office, Router
from jipkit.model.papers import Contract, Pool, Provider, Restitution, Waiver
from jipkit.model.rules import Calendar, Freeze, Hours, NeedsApproval, Policy, Window
from jipkit.model.standards import Access, Controller, Ospf, Snmp, Standards

__all__ = [
    "KEY_PATTERN",
    "TWIN_PLATFORM",
    "Access",
    "Asset",
    "Bgp",
    "Calendar",
    "Clock",
    "Contact",
    "Contract",
    "Controller",
    "Day",
    "End",
    "Entry",
    "Freeze",
    "GitRef",
    "Hours",
    "InterfaceName",
    "Key",
    "Lan",
    "Line",
    "Link",
    "Location",
    "Medium",
    "NeedsApproval",
    "Network",
    "Office",
    "OfficeKind",
    "Ospf",
    "Place",
    "Platform",
    "Policy",
    "Pool",
    "Provider",
    "Restitution",
    "RiskLevel",
    "Role",
    "Router",
    "Routing",
    "Snmp",
    "Source",
    "Standards",
    "State",
    "Waiver",
    "Window",
    "Word",
    "Zone",
    "managed_ends",
    "model_in",
]
