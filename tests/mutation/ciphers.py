"""How devices write secrets down: disguises that are public, and veils that look like the real thing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.mutation.device import LETTERS, digits

Write = Callable[[str, Random], str]

_SALT = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_JUNOS = "".join(_FAMILIES)
_STEPS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def type7(clear: str, chance: Random) -> str:
    """Return a password of IOS as `service password-encryption` writes it, with another salt each time.

    >>> type7("cisco", Random(8))[:2].isdigit()
    True
    """
    start = chance.randrange(16)
    return f"{start:02d}" + "".join(
        f"{ord(letter) ^ _SALT[(start + place) % len(_SALT)]:02X}" for place, letter in enumerate(clear)
    )


def junos9(clear: str, chance: Random) -> str:
    """Return a secret as Junos writes it in ``$9$``, with another salt each time."""
    first = chance.choice(_JUNOS)
    filler = next(3 - number for number, family in enumerate(_FAMILIES) if first in family)
    out = first + digits(chance, filler, _JUNOS)
    before = first
    for place, letter in enumerate(clear):
        rest, gaps = ord(letter), list[int]()
        for weight in reversed(_STEPS[place % len(_STEPS)]):
            gaps.insert(0, rest // weight)
            rest %= weight
        for gap in gaps:
            before = _JUNOS[(_JUNOS.index(before) + gap + 1) % len(_JUNOS)]
            out += before
    return f"$9${out}"


def hashed(sign: str, salt: int, length: int) -> Write:
    """Return what writes a hash: ``$6$`` with another salt each time."""

    def write(_clear: str, chance: Random) -> str:
        return f"{sign}{digits(chance, salt, LETTERS)}${digits(chance, length, LETTERS + './')}"

    return write


def hexed(length: int, start: str = "") -> Write:
    """Return what writes a key that was made of the password and of the box."""

    def write(_clear: str, chance: Random) -> str:
        return start + digits(chance, length)

    return write


def sealed(_clear: str, chance: Random) -> str:
    """Return a secret as EOS ciphers it, under the name of where it stands."""
    return digits(chance, 22, LETTERS) + "=="


def huawei(_clear: str, chance: Random) -> str:
    """Return a secret as VRP ciphers it, another text each time."""
    return f"%^%#{digits(chance, 32, LETTERS + '()[]*.,;')}%^%#"


def junos_key(_clear: str, chance: Random) -> str:
    """Return an SNMP key of Junos: made of the password and the engine, then disguised."""
    return "$9$" + digits(chance, 110, _JUNOS)
