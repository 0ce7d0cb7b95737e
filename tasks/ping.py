"""Ping from a router, over one of its links."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from nornir.core.task import Result, Task

from jipkit.observation import NotParsed, Ping
from jipkit.parsing import read_ping

PROBES = 3
TIMEOUT_S = 1


def ping_address(task: Task, address: IPv4Address, source: IPv4Address, probes: int = PROBES) -> Result:
    """Put a `Ping` of ``address``, sent from ``source``, in ``result``; a `NotParsed` where the answer is odd."""
    device = task.host.get_connection("device", task.nornir.config)
    return Result(host=task.host, result=ping_from(device, address, source, probes))


def ping_from(device: Any, address: IPv4Address, source: IPv4Address, probes: int = PROBES) -> Ping | NotParsed:
    """Return the outcome of a ping that ``device``, a NAPALM driver, sends; probes are 0.2 s apart on FRR."""
    answer = device.ping(str(address), source=str(source), timeout=TIMEOUT_S, count=probes)
    return read_ping(answer, address, probes)
