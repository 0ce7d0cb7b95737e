"""Words that people read, in the language they chose: Indonesian and English.

Mark a literal with ``_()`` where it is used, or with ``N_()`` where it is only named (a table of words, an
option's help) and translated later. Codes, keys of ``--json`` and log lines are English and never marked.
`docs/language.md` tells how to add words, and a language.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "id")
PSEUDO = "pseudo"
DOMAIN = "jipkit"
LOCALES = Path(__file__).parent / "locales"

_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_DECIMAL_MARKS = {"id": ","}
_VARIABLES = ("JIP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_chosen: gettext.NullTranslations | None = None


class PseudoTranslations(gettext.GNUTranslations):
    """Wraps what is written in the messages of a catalogue in double brackets, so that anything else can be seen.

    What is put into a message stands outside: ``⟦Router ⟧core-1⟦ does not answer.⟧``.
    """

    def gettext(self, message: str) -> str:
        return self._bracketed(message) if super().gettext(message) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        form = msgid1 if n == 1 else msgid2
        return self._bracketed(form) if super().ngettext(msgid1, msgid2, n) else form

    def _bracketed(self, message: str) -> str:
        parts = _PLACEHOLDER.split(message)
        return "".join(part if part.startswith("{") else f"⟦{part}⟧" for part in parts if part)


class _NoTranslations(gettext.NullTranslations):
    """Answers for messages that are in no catalogue: with nothing."""

    def gettext(self, message: str) -> str:
        del message
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        del msgid1, msgid2, n
        return ""


def use_language(code: str) -> None:
    """Translate from now on into ``code``: one of `LANGUAGES`, or `PSEUDO`.

    Raises:
        ValueError: there is no catalogue for ``code``.
    """
    global _chosen  # noqa: PLW0603 - one language per process, as in gettext itself
    if code == PSEUDO:
        _chosen = gettext.translation(DOMAIN, LOCALES, ["en"], PseudoTranslations)
        _chosen.add_fallback(_NoTranslations())
    elif code in LANGUAGES:
        _chosen = gettext.translation(DOMAIN, LOCALES, [code])
    else:
        raise ValueError(f"no catalogue for language {code!r}; there are {', '.join(LANGUAGES)}")


def preferred_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return the code that the first of ``JIP_LANG``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG`` asks for; else English.

    >>> preferred_language({"LANG": "id_ID.UTF-8"}), preferred_language({"LC_ALL": "C", "LANG": "id_ID.UTF-8"})
    ('id', 'en')
    """
    asked = next((value for name in _VARIABLES if (value := environ.get(name))), "")
    code = asked.split(".")[0].split("_")[0].lower()
    return code if code in (*LANGUAGES, PSEUDO) else "en"


def chosen() -> str:
    """Return the code of the chosen language, as a page names it; the pseudo language is English."""
    return str(_translations().info().get("language", "en"))


def _translations() -> gettext.NullTranslations:
    if _chosen is None:
        use_language(preferred_language())
    assert _chosen is not None  # noqa: S101 - use_language has just set it
    return _chosen


def _(message: str) -> str:
    """Return ``message`` in the chosen language."""
    return _translations().gettext(message) if message else ""  # gettext keeps a catalogue's header under ""


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of the message that fits ``n``, in the chosen language."""
    return _translations().ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Return ``message`` unchanged; marks it for the catalogues."""
    return message


def number(value: float, digits: int | None = None) -> str:
    """Return ``value`` as people write it: with ``digits`` after the mark, or as few as it needs.

    The mark is a point in English (99.5) and a comma in Indonesian (99,5). Programs never get this.
    """
    text = f"{value:.10g}" if digits is None else f"{value:.{digits}f}"
    return text.replace(".", _DECIMAL_MARKS.get(chosen(), "."))
