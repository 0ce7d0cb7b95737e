"""What RouterOS prints of itself, read."""

from __future__ import annotations

import re
from typing import Any

_PAIR = re.compile(r"\s*([a-z0-9][\w.-]*):\s?(.*?)\s*")
_SPAN = re.compile(r"(\d+)([wdhms])")
_SIZES = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_UNITS = {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0, "B": 1 / (1 << 20), "": 1 / (1 << 20)}
_REPLY = re.compile(r"\s*\d+\s+(?P<host>\S+)\s+\d+\s+\d+\s+(?P<time>(?:\d+m?s|\d+us)+)(?:\s|$)")
_TOTAL = re.compile(r"sent=(?P<sent>\d+)\s+received=(?P<received>\d+)")


def settings(said: str) -> dict[str, str]:
    r"""Return what is printed as ``name: value``, one a line.

    >>> settings("   version: 7.22 (stable)\n  board-name: hEX S\n")
    {'version': '7.22 (stable)', 'board-name': 'hEX S'}
    """
    pairs = (_PAIR.fullmatch(line) for line in said.splitlines())
    return {pair[1]: pair[2] for pair in pairs if pair}


def version_numbers(text: str) -> tuple[int, ...]:
    """Return a version as numbers: a beta counts as its release.

    >>> version_numbers("7.16.2 (stable)"), version_numbers("7.20beta4"), version_numbers("")
    ((7, 16, 2), (7, 20), ())
    """
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def seconds(text: str) -> float:
    """Return a span of time in seconds; -1 where it is none, as NAPALM does.

    >>> seconds("1d2h3m"), seconds("")
    (93780.0, -1.0)
    """
    found = _SPAN.findall(text)
    return float(sum(int(amount) * _SIZES[unit] for amount, unit in found)) if found else -1.0


def megabytes(text: str) -> float | None:
    """Return an amount of memory in MiB.

    >>> megabytes("434.6MiB"), megabytes("512.0KiB"), megabytes("much")
    (434.6, 0.5, None)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]iB|B|)", text)
    return float(found[1]) * _UNITS[found[2]] if found else None


def ping_answer(said: str) -> dict[str, Any]:
    """Return the outcome of a ping as NAPALM has it: ``success`` or ``error``; times in milliseconds."""
    total = _TOTAL.findall(said)
    if not total:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return {"error": lines[-1] if lines else "no answer"}
    sent, received = (int(count) for count in total[-1])
    replies = [(found["host"], _milliseconds(found["time"])) for found in map(_REPLY.match, said.splitlines()) if found]
    times = [rtt for _, rtt in replies]
    average = sum(times) / len(times) if times else 0.0
    return {
        "success": {
            "probes_sent": sent,
            "packet_loss": sent - received,
            "rtt_min": min(times, default=0.0),
            "rtt_max": max(times, default=0.0),
            "rtt_avg": average,
            "rtt_stddev": (sum((rtt - average) ** 2 for rtt in times) / len(times)) ** 0.5 if times else 0.0,
            "results": [{"ip_address": host, "rtt": rtt} for host, rtt in replies],
        }
    }


def _milliseconds(text: str) -> float:
    sizes = {"s": 1000.0, "ms": 1.0, "us": 0.001}
    return sum(int(amount) * sizes[unit] for amount, unit in re.findall(r"(\d+)(ms|us|s)", text))
