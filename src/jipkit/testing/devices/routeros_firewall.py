"""Whether the firewall of a simulated RouterOS lets a new SSH login in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from jipkit.testing.models.routeros import Model

_TELLING_NOTHING = frozenset(
    {".id", "action", "chain", "comment", "default", "disabled", "dynamic", "log", "log-prefix"}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who logs in: from where, and by which port of the router they come."""

    address: IPv4Address
    interface: str = "ether1"


def lets_in(model: Model, caller: Caller) -> bool:
    """Return what the first rule of chain ``input`` says that a new connection to port 22 meets; none: it passes.

    A rule with a condition that is not understood meets nobody.
    """
    for rule in model.rows("/ip firewall filter"):
        if rule["chain"] == "input" and rule["disabled"] == "no" and _meets(rule, model, caller):
            if rule["action"] in ("drop", "reject", "tarpit"):
                return False
            if rule["action"] == "accept":
                return True
    return True


def _meets(rule: Mapping[str, str], model: Model, caller: Caller) -> bool:
    conditions = {name: value for name, value in rule.items() if name not in _TELLING_NOTHING}
    return all(_is_met(name, value, model, caller) for name, value in conditions.items())


def _is_met(name: str, value: str, model: Model, caller: Caller) -> bool:
    wanted = value.removeprefix("!")
    match name:
        case "protocol":
            met = wanted in ("tcp", "6")
        case "dst-port":
            met = "22" in wanted.split(",")
        case "connection-state":
            met = "new" in wanted.split(",")
        case "src-address":
            met = caller.address in IPv4Network(wanted, strict=False)
        case "src-address-list":
            met = any(
                row["list"] == wanted and caller.address in IPv4Network(row["address"], strict=False)
                for row in model.rows("/ip firewall address-list")
            )
        case "in-interface":
            met = wanted == caller.interface
        case "in-interface-list":
            members = model.rows("/interface list member")
            met = any(row["list"] == wanted and row["interface"] == caller.interface for row in members)
        case _:
            return False
    return met != value.startswith("!")
