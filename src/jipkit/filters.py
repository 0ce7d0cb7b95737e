"""Filters for templates: how platforms quote. What they are given keeps its marks (see `provenance`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jipkit.provenance import printed

_PLAIN = re.compile("[A-Za-z0-9_.:/,+@\\U000f0000-\\U0010ffff-]+")
_ESCAPED = re.compile("[^ !#%->@-\\[\\]-~\\U000f0000-\\U0010ffff]")
_LETTERS = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?"}


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


FILTERS: Mapping[str, Any] = {"quoted": quoted}
