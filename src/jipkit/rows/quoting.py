"""How a value is written in a row: quoted where it has to be, always in the same way."""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z0-9_.:/,+@!*<>-]+")
_STAYS = re.compile(r"[ !#%->@-\[\]-~]*")
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{2})|(.)|$)", re.DOTALL)
_ESCAPED = re.compile(r"[^ !#%->@-\[\]-~]")
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "_": " "}
_WRITTEN = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def unquoted(written: str) -> str:
    r"""Return the value that ``written`` stands for; one character a byte where it was escaped.

    >>> unquoted('"say \\"\\$5\\""'), unquoted("ether1"), unquoted('"caf\\E9\\_2"')
    ('say "$5"', 'ether1', 'café 2')
    """
    inner = written[1:-1] if written[:1] == '"' else written
    if not inner.isascii():
        inner = inner.encode().decode("latin-1")
    return _ESCAPE.sub(_meant, inner) if "\\" in inner else inner


def _meant(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _MEANT.get(found[2] or "", found[2] or "")


def quoted(value: str) -> str:
    r"""Return ``value`` as it is written in a row, bare where that is possible.

    >>> quoted("ether1"), quoted(""), quoted('say "$5"'), quoted("a\r\nb")
    ('ether1', '""', '"say \\"\\$5\\""', '"a\\r\\nb"')
    """
    return value if _BARE.fullmatch(value) else in_quotes(value)


def in_quotes(value: str) -> str:
    """Return ``value`` in quotes, whatever it holds."""
    return f'"{_ESCAPED.sub(_written, value)}"'


def _written(found: re.Match[str]) -> str:
    character = found[0]
    return _WRITTEN.get(character) or "".join(f"\\{byte:02X}" for byte in _bytes(character))


def _bytes(character: str) -> bytes:
    """Return the bytes of a character: one up to 255, as an escape stands for one; otherwise those of UTF-8."""
    return bytes([ord(character)]) if ord(character) < 256 else character.encode()


def canonical(written: str) -> str:
    r"""Return a value in the one way in which it is written here.

    >>> canonical('"ether1"'), canonical('"a b"'), canonical('"a\\_b"'), canonical('"\\e1"')
    ('ether1', '"a b"', '"a b"', '"\\E1"')
    """
    if written[:1] != '"':
        plain = written and "\\" not in written and written.isascii()
        return written if plain else quoted(unquoted(written))
    inner = written[1:-1]
    if _BARE.fullmatch(inner):
        return inner
    return written if _STAYS.fullmatch(inner) else quoted(unquoted(written))
