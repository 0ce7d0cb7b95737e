"""What a reading of a configuration says of itself: whether it is whole, whose it is, and of which version."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from jipkit.errors import AnswerError, ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because

_NEAR = 8_000
"""Characters from the start, and from the end, in which a reading says its version."""

_ECHO = re.compile(
    r"(?:\S{1,80}[#>$%\]]|<[^<>\s]{1,64}>|\[\S{1,64}\] ?>) ?"
    r"(?:do |run )?/?(?:sh(?:ow)?|dis(?:play)?|more|export|vtysh|cat)\b.*"
)
_PROMPT = re.compile(r"(?:[^\s!#;}]\S{0,79}[#>$%]|<[^<>\s]{1,64}>|\[[^\[\]\s]{1,64}\](?: ?>)?) ?")


class Upgrade(NamedTuple):
    """The versions of the software before and after."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"

    @property
    def back(self) -> bool:
        """Whether the version after is an older one."""
        return _numbers(self.after) < _numbers(self.before)


def without_session(text: str) -> str:
    """Return ``text`` without the command that asked for it and the prompt after it; its lines keep their numbers."""
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    if end > 0 and _ECHO.fullmatch(text[start:end].rstrip()):
        text = text[:start] + text[end:]
    body = text.rstrip()
    last = body.rfind("\n") + 1
    return text[:last] if last and _PROMPT.fullmatch(body[last:]) else text


def check_whole(text: str, facts: PlatformFacts) -> None:
    """Check that ``text`` ends as every whole reading does.

    Raises:
        ConfigTextError: it was cut short.
    """
    if facts.last_line is None:
        return
    last = text.rstrip().rpartition("\n")[2].strip()
    if not re.fullmatch(facts.last_line, last):
        raise ConfigTextError(because("cut-short", platform=facts.platform))


def version_of(text: str, facts: PlatformFacts) -> str | None:
    """Return the version of the software that a reading names; None where it names none."""
    if facts.version is None:
        return None
    pattern = _in_lines(facts.version)
    found = pattern.search(f"\n{text[:_NEAR]}") or pattern.search(f"\n{text[-_NEAR:]}")
    return found["version"] if found else None


def hostname_of(text: str, facts: PlatformFacts) -> str | None:
    """Return the name that a configuration gives its router; None where it gives none."""
    if facts.hostname is None:
        return None
    found = _in_lines(facts.hostname).search(f"\n{text}")
    return found["hostname"].strip("'\";") if found else None


def check_whose(text: str, facts: PlatformFacts, router: str, name: str | None = None, advice: str = "") -> None:
    """Check that ``text`` names no other router than ``router``, which calls itself ``name`` (else as its key).

    Raises:
        AnswerError: it names another one; ``advice`` says what to do.
    """
    found = hostname_of(text, facts)
    if found and found.casefold() != (name or router).casefold():
        raise AnswerError(router, because("other-configuration", name=found), advice)


def changed_with_upgrade(before: str, after: str, facts: PlatformFacts) -> Upgrade | None:
    """Return the versions of two readings of one router where both name one, and another one."""
    return upgrade_of(version_of(before, facts), version_of(after, facts))


def upgrade_of(before: str | None, after: str | None) -> Upgrade | None:
    """Return two versions where both are known, and not the same."""
    return Upgrade(before, after) if before and after and before != after else None


def doubts_of(version: str | None, facts: PlatformFacts) -> tuple[Reason, ...]:
    """Return why the version that a reading names may be none that the templates are written for."""
    if facts.known_versions and version and not re.match(facts.known_versions, version):
        return (because("version-not-known", version=version),)
    if facts.version is None or facts.minimum_version is None:
        return ()
    if version is None or not _numbers(version):
        return (because("version-unknown", minimum=facts.minimum_version),)
    if _numbers(version) < _numbers(facts.minimum_version):
        return (because("version-below", version=version, minimum=facts.minimum_version),)
    return ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version))


@lru_cache
def _in_lines(pattern: str) -> re.Pattern[str]:
    """Return ``pattern`` for a text that begins with a newline: one that begins with ``^`` is found much sooner so."""
    return re.compile(
        f"\n(?:{pattern[1:]})" if pattern.startswith("^") and "|" not in pattern else pattern, re.MULTILINE
    )
