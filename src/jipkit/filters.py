"""Filters for templates: the forms in which platforms write a value. Templates do no arithmetic and no quoting.

What a filter is given keeps its source (see `provenance`). The lines of a configuration can still say which key of
the inventory they come from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Interface
from typing import Any
from zoneinfo import ZoneInfo

from jipkit.menus import number_of
from jipkit.provenance import SourcedNumber, SourcedText, printed, sourced

_PLAIN = re.compile("[A-Za-z0-9_.:/,+@\\U000f0000-\\U0010ffff-]+")
_ESCAPED = re.compile("[^ !#%->@-\\[\\]-~\\U000f0000-\\U0010ffff]")
_LETTERS = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?"}
_PLAIN_WORD = re.compile("[A-Za-z0-9_.:/@+\\U000f0000-\\U0010ffff-]+")
_BEFORE_WORDS = re.compile("[ \\U000f0000-\\U0010ffff]*")
"""Indentation, and the marks of `provenance` in it."""
_CLASSES = {128: 8, 192: 16, 224: 24}
"""Length of a prefix of class A, B and C, and the number below which its first octet lies."""
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_LETTER_ZONE = re.compile("[A-Za-z]+")


def quoted(value: object) -> str:
    r"""Return ``value`` as ``/export`` of RouterOS prints a value: in quotes, escaped, where it has to be.

    >>> quoted("vlan10-staff"), quoted('say "$5"'), quoted("Kantor Désa")
    ('vlan10-staff', '"say \\"\\$5\\""', '"Kantor D\\C3\\A9sa"')
    """
    text = printed(value)
    if _PLAIN.fullmatch(text):
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _LETTERS.get(character) or "".join(f"\\{byte:02X}" for byte in character.encode())


def double_quoted(value: object) -> Any:
    r"""Return ``value`` as ``display set`` of Junos prints a word: in double quotes, where it has to be.

    >>> double_quoted("ge-0/0/0"), double_quoted('Kantor "Baru"')
    ('ge-0/0/0', '"Kantor \\"Baru\\""')
    """
    text = _text(value)
    if _PLAIN_WORD.fullmatch(text):
        return _from(value, text)
    return _from(value, '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"')


def single_quoted(value: object) -> Any:
    r"""Return ``value`` as VyOS prints the value of a node: in single quotes.

    >>> print(single_quoted("eth0"), single_quoted("Jum'at"))
    'eth0' 'Jum'\''at'
    """
    return _from(value, "'" + _text(value).replace("'", r"'\''") + "'")


def device(interface: object) -> Any:
    """Return the physical part of an interface's name, as set-style configurations write it apart from its unit.

    >>> device("ge-0/0/0"), device("eth2.110")
    ('ge-0/0/0', 'eth2')
    """
    return _from(interface, _text(interface).partition(".")[0])


def unit(interface: object) -> Any:
    """Return the number of a logical interface on its physical one, ``0`` where its name has none.

    >>> unit("ge-0/0/0"), unit("irb.110")
    ('0', '110')
    """
    return _from(interface, _text(interface).partition(".")[2] or "0")


def netmask(prefix: str) -> Any:
    """Return the mask of a prefix, or of an address with its length: ``255.255.255.0``.

    >>> netmask("10.20.0.1/24"), netmask("10.161.0.2/31")
    ('255.255.255.0', '255.255.255.254')

    Raises:
        ValueError: it is no IPv4 prefix.
    """
    return _from(prefix, str(_parsed(prefix).netmask))


def wildcard(prefix: str) -> Any:
    """Return the bits that a prefix leaves open, as access lists write them: ``0.0.0.255``; raises as `netmask` does.

    >>> wildcard("10.20.0.0/22")
    '0.0.3.255'
    """
    return _from(prefix, str(_parsed(prefix).hostmask))


def prefix_length(prefix: str) -> Any:
    """Return the length of a prefix, a number; raises as `netmask` does.

    >>> prefix_length("10.20.0.1/24")
    24
    """
    return _from(prefix, _parsed(prefix).network.prefixlen)


def first_address(prefix: str) -> Any:
    """Return the address that a prefix begins with, without the length; raises as `netmask` does.

    >>> first_address("10.20.0.0/24"), first_address("10.20.0.77/24")
    ('10.20.0.0', '10.20.0.0')
    """
    return _from(prefix, str(_parsed(prefix).network.network_address))


def without_length(address: str) -> Any:
    """Return an address without its length; raises as `netmask` does.

    >>> without_length("10.20.0.77/24")
    '10.20.0.77'
    """
    return _from(address, str(_parsed(address).ip))


def classful(prefix: str) -> bool:
    """Return whether the length of a prefix is that of its class, A to C: IOS then prints no mask after ``network``.

    >>> classful("203.0.113.0/24"), classful("10.0.0.0/8"), classful("172.16.0.0/24")
    (True, True, False)
    """
    network = _parsed(prefix).network
    first = network.network_address.packed[0]
    return network.prefixlen == next((length for end, length in _CLASSES.items() if first < end), None)


def fourfold(seconds: int) -> Any:
    """Return the dead interval that follows of itself from a hello interval.

    >>> fourfold(2)
    8
    """
    return _from(seconds, 4 * int(seconds))


def numbered(text: str, step: int = 10, word: str = "") -> str:
    r"""Return lines with a number before the first word of each, as access lists have: ``step``, twice ``step``, ...

    >>> numbered(" permit ip any any\n deny ip any any\n"), numbered(" permit\n", 5, "rule ")
    (' 10 permit ip any any\n 20 deny ip any any\n', ' rule 5 permit\n')
    """
    lines, number = [], 0
    for line in text.split("\n"):
        start = _BEFORE_WORDS.match(line)
        if start and start.end() < len(line):
            number += step
            lines.append(f"{start[0]}{word}{number} {line[start.end() :]}")
        else:
            lines.append(line)
    return "\n".join(lines)


def hexadecimal(address: str) -> Any:
    """Return the four bytes of an address, in hexadecimal digits; raises as `netmask` does.

    >>> hexadecimal("10.160.0.1")
    '0aa00001'
    """
    return _from(address, _parsed(address).ip.packed.hex())


def zone_letters(timezone: str) -> Any:
    """Return the letters of a time zone, ``UTC`` where it has none of its own; that of its standard time.

    >>> zone_letters("Asia/Jakarta"), zone_letters("Asia/Tehran")
    ('WIB', 'UTC')
    """
    zone = ZoneInfo(str(timezone))
    letters = _SOME_DAY.astimezone(zone).tzname() or ""
    return _from(timezone, letters if _LETTER_ZONE.fullmatch(letters) else "UTC")


def zone_hours(timezone: str) -> Any:
    """Return the whole hours from UTC of a time zone, a number, negative in the west; of its standard time.

    >>> zone_hours("Asia/Jakarta"), zone_hours("America/St_Johns")
    (7, -3)
    """
    return _from(timezone, int(_offset(timezone) / timedelta(hours=1)))


def zone_minutes(timezone: str) -> Any:
    """Return the minutes from UTC of a time zone beyond its whole hours, a number that is never negative.

    >>> zone_minutes("Asia/Jakarta"), zone_minutes("America/St_Johns")
    (0, 30)
    """
    return _from(timezone, int(abs(_offset(timezone)) / timedelta(minutes=1)) % 60)


def zone_clock(timezone: str) -> Any:
    """Return the distance of a time zone from UTC as VRP writes it: ``add 07:00:00``; that of its standard time.

    >>> zone_clock("Asia/Jakarta"), zone_clock("America/St_Johns")
    ('add 07:00:00', 'minus 03:30:00')
    """
    minutes = int(_offset(timezone) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return _from(timezone, f"{'minus' if minutes < 0 else 'add'} {hours:02}:{rest:02}:00")


def reached(version: str | None, least: str) -> bool:
    """Return whether a version of software is ``least`` or newer; one that nobody knows is.

    >>> reached("7.16.2", "7.20"), reached("7.20", "7.20"), reached(None, "7.20")
    (False, True, True)
    """
    return version is None or number_of(str(version)) >= number_of(least)


def _offset(timezone: str) -> timedelta:
    moment = _SOME_DAY.astimezone(ZoneInfo(str(timezone)))
    return (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())


def _parsed(prefix: str) -> IPv4Interface:
    return IPv4Interface(str(prefix))


def _text(value: object) -> str:
    """Return the text of a value; raises as `printed` does."""
    return str(value) if isinstance(value, SourcedText | SourcedNumber) else printed(value)


def _from(value: object, written: str | int) -> Any:
    """Return what is ``written`` for ``value``, with the source of the value."""
    return sourced(written, value.source) if isinstance(value, SourcedText | SourcedNumber) else written


FILTERS: Mapping[str, Any] = {
    "classful": classful,
    "device": device,
    "double_quoted": double_quoted,
    "first_address": first_address,
    "hexadecimal": hexadecimal,
    "fourfold": fourfold,
    "netmask": netmask,
    "numbered": numbered,
    "prefix_length": prefix_length,
    "quoted": quoted,
    "reached": reached,
    "single_quoted": single_quoted,
    "unit": unit,
    "without_length": without_length,
    "wildcard": wildcard,
    "zone_clock": zone_clock,
    "zone_hours": zone_hours,
    "zone_letters": zone_letters,
    "zone_minutes": zone_minutes,
}
