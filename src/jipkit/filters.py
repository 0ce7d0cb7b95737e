"""Filters for templates: how platforms order and quote. What they are given keeps its marks (see `provenance`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jipkit.provenance import printed

_DIGITS = re.compile(r"(\d+)")
_PLAIN = re.compile("[A-Za-z0-9_.:/,+@\\U000f0000-\\U0010ffff-]+")
_ESCAPED = re.compile("[^ !#%->@-\\[\\]-~\\U000f0000-\\U0010ffff]")
_LETTERS = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?"}


def by_name(things: Iterable[Any]) -> list[Any]:
    """Return things in the order of their names, numbers in them by value: ``eth2`` before ``eth10``.

    So FRRouting prints interfaces.
    """
    return sorted(things, key=lambda thing: natural(thing.name))


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Return a key that sorts names as people and routers do.

    >>> sorted(["eth10", "lo", "eth2"], key=natural)
    ['eth2', 'eth10', 'lo']
    """
    parts = _DIGITS.split(name)
    return tuple((text, int(number or -1)) for text, number in zip(parts[::2], [*parts[1::2], ""], strict=True))


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


FILTERS: Mapping[str, Any] = {"by_name": by_name, "quoted": quoted}
