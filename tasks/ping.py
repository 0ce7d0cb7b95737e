"""Ping from a router, over one of its links."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Address
from typing import Any

from nornir.core.task import Result, Task

from jipkit.observation import NotParsed, Ping
from jipkit.parsing import choose, read_ping
from jipkit.platforms import PlatformFacts
from tasks.asking import Question, question

PROBES = 3
TIMEOUT_S = 1


def ping_address(task: Task, address: IPv4Address, source: IPv4Address, probes: int = PROBES) -> Result:
    """Put a `Ping` of ``address``, sent from ``source``, in ``result``; a `NotParsed` where the answer is odd."""
    device = task.host.get_connection("device", task.nornir.config)
    asked = ping(device, task.host.data["facts"], address, source, probes)
    return Result(host=task.host, result=asked.read(asked.ask()))


def ping(device: Any, facts: PlatformFacts, address: IPv4Address, source: IPv4Address, probes: int) -> Question:
    """Return the question for a ping: the command of the platform's data, or else the driver's own."""
    if choose(facts, "ping") is not None:
        return question(device, facts, "ping", address=address, source=source, probes=probes)
    # a ping that was understood, or was not, is an answer already
    return Question(f"ping {address}", partial(ping_from, device, address, source, probes), lambda answer: answer)


def ping_from(device: Any, address: IPv4Address, source: IPv4Address, probes: int = PROBES) -> Ping | NotParsed:
    """Return the outcome of a ping that ``device``, a NAPALM driver, sends; probes are 0.2 s apart on FRR."""
    answer = device.ping(str(address), source=str(source), timeout=TIMEOUT_S, count=probes)
    return read_ping(answer, address, probes)
