"""Text from a device, made safe to read."""

from __future__ import annotations

import re

RUBBISH = "\ufffd"
"""Stands for a control character, or for a byte that is no text."""

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")
_USUAL = bytes([*range(ord(" "), ord("~") + 1), ord("\n")])
_UNUSUAL = re.compile(r"[^\n -~]")


def plain(text: str) -> str:
    r"""Return ``text`` without terminal sequences and carriage returns; other control characters become `RUBBISH`.

    >>> plain("\x1b[1mhostname\x1b[m r1\r\n")
    'hostname r1\n'
    """
    if text.isascii() and not text.encode().translate(None, _USUAL):
        return text
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    return _UNUSUAL.sub(_visible, text.replace("\r", ""))


def _visible(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\t":
        return " "
    return character if character.isprintable() else RUBBISH


def escaped(text: str) -> str:
    r"""Return ``text`` as one line in which whatever acts on a terminal, or breaks a line, can be read.

    >>> escaped("no\x1b[2J\nline")
    'no\\x1b[2J\\nline'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
