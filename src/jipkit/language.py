"""Words that people read, in the language they chose: Indonesian and English.

Mark a literal with ``_()`` where it is used, or with ``N_()`` where it is only named (a table of words, an
option's help) and translated later. Codes, keys of ``--json`` and log lines are English and never marked.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LANGUAGES = ("en", "id")
PSEUDO = "pseudo"

_LOCALES = Path(__file__).parent / "locales"
_chosen: gettext.NullTranslations | None = None


class PseudoTranslations(gettext.NullTranslations):
    """Wraps every marked text in double brackets, so that an unmarked one can be seen."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def use_language(code: str) -> None:
    """Translate from now on into ``code``: one of `LANGUAGES`, or `PSEUDO`.

    Raises:
        ValueError: there is no catalogue for ``code``.
    """
    global _chosen  # noqa: PLW0603 - one language per process, as in gettext itself
    if code == PSEUDO:
        _chosen = PseudoTranslations()
    elif code in LANGUAGES:
        _chosen = gettext.translation("jipkit", _LOCALES, [code], fallback=code == "en")
    else:
        raise ValueError(code)


def preferred_language(environ: dict[str, str] | None = None) -> str:
    """Return the code that ``JIP_LANG``, ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` asks for; else English."""
    environ = dict(os.environ) if environ is None else environ
    for name in ("JIP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "").split(".")[0].split("_")[0].lower()
        if code in (*LANGUAGES, PSEUDO):
            return code
    return "en"


def _(message: str) -> str:
    """Return ``message`` in the chosen language."""
    if _chosen is None:
        use_language(preferred_language())
    assert _chosen is not None  # noqa: S101 - use_language has just set it
    return _chosen.gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of the message that fits ``n``, in the chosen language."""
    if _chosen is None:
        use_language(preferred_language())
    assert _chosen is not None  # noqa: S101 - use_language has just set it
    return _chosen.ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Return ``message`` unchanged; marks it for the catalogues."""
    return message
