"""Secrets that a device only disguises, read back: both ways of writing are public and keep nothing from anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from jipkit.platforms import PlatformFacts

_TYPE7_KEY = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

_JUNOS_FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_JUNOS_ALPHABET = "".join(_JUNOS_FAMILIES)
_JUNOS_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def revealed(value: str, facts: PlatformFacts) -> str | None:
    """Return the secret that ``value`` disguises; None where the platform has no way to read it back."""
    rule = next((rule for rule in facts.reveals if re.fullmatch(rule.value, value)), None)
    return DECODERS[rule.by](value) if rule else None


def type7(value: str) -> str | None:
    """Return what IOS wrote as type 7; None where it is none.

    >>> type7("0822455D0A16")
    'cisco'
    """
    if not re.fullmatch(r"[0-9]{2}(?:[0-9A-Fa-f]{2})+", value):
        return None
    seed, hidden = int(value[:2]), bytes.fromhex(value[2:])
    plain = bytes(byte ^ _TYPE7_KEY[(seed + place) % len(_TYPE7_KEY)] for place, byte in enumerate(hidden))
    return plain.decode("latin-1")


def junos9(value: str) -> str | None:
    """Return what Junos wrote as ``$9$``; None where it is none.

    >>> junos9("$9$LbHX-wg4Z")
    'lc'
    """
    hidden = value.removeprefix("$9$")
    if hidden == value or not hidden or set(hidden) - set(_JUNOS_ALPHABET):
        return None
    salt = next(3 - number for number, family in enumerate(_JUNOS_FAMILIES) if hidden[0] in family)
    before, rest = hidden[0], hidden[1 + salt :]
    plain = ""
    while rest:
        weights = _JUNOS_WEIGHTS[len(plain) % len(_JUNOS_WEIGHTS)]
        group, rest = rest[: len(weights)], rest[len(weights) :]
        if len(group) < len(weights):
            return None
        gaps = [_gap(one, other) for one, other in zip(before + group, group, strict=False)]
        plain += chr(sum(gap * weight for gap, weight in zip(gaps, weights, strict=True)) % 256)
        before = group[-1]
    return plain


def _gap(one: str, other: str) -> int:
    return (_JUNOS_ALPHABET.index(other) - _JUNOS_ALPHABET.index(one)) % len(_JUNOS_ALPHABET) - 1


DECODERS: Mapping[str, Callable[[str], str | None]] = {"type7": type7, "junos9": junos9}
"""How values are read back, by the name that `PlatformFacts.reveals` gives."""
