"""Words and numbers as routers print them, each made one value; whatever is none is a surprise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from jipkit.parsing.strict import an_address, printable, surprise
from jipkit.reasons import because

_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:[ ,'][0-9]{3})+")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?|-[Ii]nf")
_SPEED = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]?)(b(?:it|its|ps|/s|bps)?(?:/s(?:ec)?|ps)?|-?base.*)?", re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(y|w|d|h|ms|us|m|s)[a-z]*[\s,]*", re.IGNORECASE)
_CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d)(?:\.\d+)?)?")
_SECONDS: Mapping[str, float] = {
    "y": 365 * 86400,
    "w": 7 * 86400,
    "d": 86400,
    "h": 3600,
    "m": 60,
    "s": 1,
    "ms": 1e-3,
    "us": 1e-6,
}
_MBPS: Mapping[str, float] = {"k": 1e-3, "m": 1, "g": 1e3, "t": 1e6}
_DUPLEX: Mapping[str, Literal["full", "half"]] = {"full": "full", "half": "half"}
_PROTOCOLS: tuple[Literal["lldp", "cdp", "mndp"], ...] = ("lldp", "cdp", "mndp")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}", re.IGNORECASE)
_NUMBER = re.compile(r"(?=\d)")
_WORDS: Mapping[str, bool] = {"yes": True, "true": True, "up": True, "no": False, "false": False, "down": False}


def count(text: str) -> int:
    """Return a number that blanks, commas or apostrophes may divide into thousands.

    >>> count("25 351 563")
    25351563
    """
    if not _COUNT.fullmatch(text):
        surprise(because("not-a-count", what=repr(text)))
    return int(re.sub(r"\D", "", text)[:100])


def as_number(text: str) -> int:
    """Return the number of an autonomous system, which may be written in two halves.

    >>> as_number("1.10")
    65546
    """
    high, _, low = text.rpartition(".")
    return (count(high) << 16) + count(low) if high else count(low)


def decimal(text: str) -> float:
    """Return a number with a sign and decimals; ``-inf`` is how a transceiver says that there is no light."""
    if not _DECIMAL.fullmatch(text):
        surprise(because("not-a-number-at-all", what=repr(text)))
    return float(text[:100])


def weakest(text: str) -> float:
    """Return the least of what the lanes of a transceiver measure: ``-2.35|-2.41``."""
    return min(decimal(lane.strip()) for lane in text.split("|"))


def speed_mbps(text: str) -> float:
    """Return a speed in Mbit/s; a number without unit is one.

    >>> speed_mbps("1Gbps"), speed_mbps("100M-baseT-full"), speed_mbps("64 kbit"), speed_mbps("1000")
    (1000.0, 100.0, 0.064, 1000.0)
    """
    found = _SPEED.fullmatch(text[:100])
    if not found:
        surprise(because("not-a-speed", what=repr(text)))
    amount, prefix, unit = found.groups()
    return float(amount) * (_MBPS[prefix.lower()] if prefix else 1e-6 if unit else 1)


def span_s(text: str) -> float:
    """Return how long something lasts, in seconds; a number without unit is one.

    Two numbers with a colon are minutes and seconds, after days hours and minutes.

    >>> span_s("1w2d03h"), span_s("5m20s280ms"), span_s("3 days, 4:39"), span_s("00:01:02")
    (788400.0, 320.28, 275940.0, 62.0)
    """
    rest, total = text.strip()[:100], 0.0
    while found := _SPAN.match(rest):
        total += float(found[1]) * _SECONDS[found[2].lower()]
        rest = rest[found.end() :]
    if not rest and text.strip():
        return round(total, 6)
    if clock := _CLOCK.fullmatch(rest):
        return total + _clock_s(clock, days=total > 0)
    return total + (float(rest) if _DECIMAL.fullmatch(rest) else count(rest))


def _clock_s(clock: re.Match[str], *, days: bool) -> float:
    first, second, third = clock.groups()
    if third is None:
        return int(first) * (3600 if days else 60) + int(second) * (60 if days else 1)
    return int(first) * 3600 + int(second) * 60 + int(third)


def milliseconds(text: str) -> float:
    """Return a time in milliseconds; a number without unit is one.

    >>> milliseconds("1ms203us"), milliseconds("0.42"), milliseconds("12")
    (1.203, 0.42, 12.0)
    """
    return decimal(text) if _DECIMAL.fullmatch(text) else round(span_s(text) * 1000, 6)


def truth(text: str) -> bool:
    """Return what ``yes`` or ``no``, ``up`` or ``down`` says; a platform's other words are in its data."""
    try:
        return _WORDS[text.lower()]
    except KeyError:
        surprise(because("not-a-word", value=repr(text)))


def duplex(text: str) -> Literal["full", "half"]:
    """Return ``full`` or ``half``."""
    return _DUPLEX.get(text.lower()) or surprise(because("not-a-word", value=repr(text)))


def protocol(text: str) -> Literal["lldp", "cdp", "mndp"]:
    """Return by which protocol a neighbour is heard; the best of several that a comma divides."""
    heard = text.lower().split(",")
    best = next((known for known in _PROTOCOLS if known in heard), None)
    return best or surprise(because("not-a-word", value=repr(text)))


def mac(text: str) -> str:
    """Return a MAC address in lower case with colons.

    >>> mac("00e0-fc12-3456")
    '00:e0:fc:12:34:56'
    """
    digits = re.sub(r"[-:.]", "", text.lower())
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        surprise(because("not-a-mac", what=repr(text)))
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))


def is_mac(text: str) -> bool:
    """Return whether a text is a MAC address, however it is written."""
    return _MAC.fullmatch(text) is not None


def chassis(text: str) -> str:
    """Return how a neighbour calls its chassis; a MAC address in lower case with colons."""
    return mac(text) if is_mac(text) else printable(text)


def full_name(interface: str, names: Mapping[str, str]) -> str:
    """Return an interface's whole name; ``names`` are the whole words by the short ones.

    >>> full_name("Gi0/0.10", {"Gi": "GigabitEthernet"})
    'GigabitEthernet0/0.10'
    """
    word = _NUMBER.split(interface, maxsplit=1)[0]
    return names.get(word, word) + interface[len(word) :]


def interface_address(text: str) -> IPv4Interface:
    """Return an address with the length of its prefix, or with its mask, after a slash or a blank."""
    address, _, prefix = text.replace(" ", "/").partition("/")
    try:
        return IPv4Interface(f"{an_address(address)}/{prefix}")
    except ValueError:
        surprise(because("not-an-address", what=repr(text)))


def ipv4_or_none(text: str) -> IPv4Address | None:
    """Return an IPv4 address; None for one of IPv6."""
    return None if ":" in text else an_address(text.partition("%")[0])


def moment(text: str, formats: Sequence[str]) -> datetime | None:
    """Return when something was logged, by the router's clock; None where no format gives a date with its year."""
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(tzinfo=None)  # noqa: DTZ007 - most do not say in which zone
        except ValueError:
            continue
    return None
