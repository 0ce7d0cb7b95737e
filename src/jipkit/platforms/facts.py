"""Everything that is known of a platform: the contents of ``templates/<platform>/platform.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field

from jipkit.menus import Menus, Table
from jipkit.model import Entry, Platform
from jipkit.patterns import Patterns
from jipkit.platforms.hazards import Hazard
from jipkit.platforms.images import LabImage
from jipkit.platforms.patterned import HostnamePattern, Pattern, SecretPattern, VersionNumber, VersionPattern
from jipkit.platforms.questions import Answers, Commands, Fact
from jipkit.platforms.statements import Blob, Idle, Members, Reveal, Section, Setting

LineKind = Literal["comment", "noise", "close"]


class PlatformFacts(Entry):
    """Everything vendor-specific that the engine needs to know."""

    platform: Platform
    netmiko: str
    """Netmiko's ``device_type``."""
    napalm: str | None = None
    """NAPALM's driver name; None: jip cannot change or read this platform yet."""
    push: Literal["replace", "commands"] = "replace"
    """What a change sends: the whole configuration, or the lines that make it right."""
    device_timer: bool = False
    """The device itself takes an unconfirmed change back."""
    dry_run: bool = False
    """The device itself says what it would refuse, before it is told to do it."""
    atomic_replace: bool = False
    """The device takes a change as a whole or not at all."""
    settle_s: float = 0
    """How long after a change a new session proves nothing yet: it may still be let in by what is gone."""
    minimum_version: VersionNumber | None = None
    """The oldest version that the templates are written for."""
    template: str = "router.j2"
    bootstrap: str | None = None
    """Template of the lines to paste into a factory-fresh router."""
    sections: tuple[Section, ...] = ()
    noise: tuple[Pattern, ...] = ()
    """Lines that two readings of one configuration may differ in: dropped before comparing.

    Matched from the start of a line without its indentation.
    """
    secrets: tuple[SecretPattern, ...] = ()
    """Each finds one secret in a statement (a line without its indentation), as the group ``secret``.

    It is looked for anywhere in the statement unless the pattern begins with ``^``, and in every line of a blob. A
    group ``kind`` says how the secret is written (``7 ``, ``cipher ``, ``encrypted-``): two statements that differ
    in nothing else are compared by their secrets. In set-style configurations quotes around a secret may be there or
    not, and are no part of it.
    """
    ordered: tuple[Pattern, ...] = ()
    """Where order is meaning. Indented: top-level statements whose children are in order.

    Set-style: matched from the start of a statement without its ``set``; its groups ``list`` and ``item`` (the next
    words) say what is in order in what: ``(?P<list>policy-options policy-statement \\S+) (?P<item>term \\S+)``.
    """
    insert: str | None = None
    """Set-style: what moves an item: ``insert {list} {item} before {other}``; None: the list is written anew."""
    named: tuple[Pattern, ...] = ()
    """Set-style: words that a name has to follow (``unit``, ``from-zone \\S+ to-zone``): no deletion ends with them."""
    settings: tuple[Setting, ...] = ()
    """How statements are changed and taken back, the first that matches decides."""
    order: tuple[Pattern, ...] = ()
    """Top-level statements in the order in which they are added; they are removed in reverse, the rest come last."""
    referred: tuple[Pattern, ...] = ()
    """Indented: top-level statements that others refer to: lists, policies, and their entries.

    They go after everything that comes, once nothing refers to them any more. But they go before it where a statement
    comes that one of the patterns matches with the same groups: what no two can have.
    """
    syntax: Literal["indented", "set", "rows"] | None = None
    """How its configuration is written; None: jip cannot compare it yet."""
    positive: str = ""
    """What begins every statement that adds: ``set `` in set-style configurations."""
    negation: str = "no "
    """What takes the place of ``positive`` in a statement that takes away."""
    menus: Menus = Field(default_factory=dict)
    """Rows: what is known of each menu (``/ip address``); ``*`` holds what is so of all of them."""
    leave: str = "exit"
    """The line that leaves a block again: ``quit``."""
    quote: Literal['"', "'"] = '"'
    """Set-style: what stands around a word that holds blanks or other characters that need it."""
    ranges: tuple[Members, ...] = ()
    """Statements that hold a list of numbers, of which two readings may fold the ranges differently."""
    version: VersionPattern | None = None
    """Finds the version of the software, as the group ``version``, in a reading: ``^`` is the start of any line."""
    known_versions: Pattern | None = None
    """Matched from the start of a version that a reading names: those that the templates are written for.

    For systems whose readings name another number than ``minimum_version`` counts, or need name none at all.
    """
    hostname: HostnamePattern | None = None
    """Finds the router's name, as the group ``hostname``, in a reading (``^`` is the start of any line).

    A reading with another name than the intended configuration has is another router's.
    """
    version_line: str | None = None
    """How a backup says ``{version}``: a line in which ``version`` finds it, and nothing that changes by itself."""
    last_line: Pattern | None = None
    """Matches the last line of every whole reading, as a whole: a reading that ends otherwise was cut short.

    Blank lines and the prompt after it do not count.
    """
    blobs: tuple[Blob, ...] = ()
    """Texts of several lines."""
    veiled: tuple[Pattern, ...] = ()
    """Matched from the start of a secret's value (without quotes): hashes and ciphers that tell nothing of the secret.

    Such a secret cannot be compared, unless it is the intended one to the letter.
    """
    reveals: tuple[Reveal, ...] = ()
    """Values of secrets that are only disguised: they are read back and compared."""
    closing: Pattern = r"exit(-[a-z0-9-]+)?|end"
    """Lines that close a block and say nothing else."""
    commands: Mapping[Fact, Commands] = Field(default_factory=dict)
    """How to ask for each fact."""
    answers: Answers = Answers()
    """How to read what it answers."""
    textfsm: Mapping[str, str] = Field(default_factory=dict)
    """The TextFSM templates of its folder, by file name; the project reads them."""
    parallel: bool = False
    """Several commands can be on their way in one session; False: a shell that takes one after the other."""
    idle: Idle | None = None
    """Sockets that nobody listed and nobody uses are no drift; None: every block counts."""
    hazards: tuple[Hazard, ...] = ()
    """What a changed statement may break: the first that matches decides."""
    lab: LabImage | None = None
    """What runs it in containerlab; None: nothing that we know of."""
    linux_names: bool = False
    """Interface names are those of a Linux kernel: at most 15 characters, no slash, no blank."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, which makes its own patterns of what it says."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    def section(self, statement: str) -> Section | None:
        """Return the section that owns a top-level statement: the first whose pattern matches it.

        Set-style statements are matched with and without their ``set``.
        """
        found = self._owners[0].first(statement)
        if found is None and self.positive and statement.startswith(self.positive):
            found = self._owners[0].first(statement[len(self.positive) :])
        return None if found is None else self._owners[1][found]

    @cached_property
    def _owners(self) -> tuple[Patterns, tuple[Section, ...]]:
        owned = [(pattern, section) for section in self.sections for pattern in section.owns]
        return Patterns([pattern for pattern, _ in owned]), tuple(section for _, section in owned)

    @cached_property
    def setting_patterns(self) -> Patterns:
        """What `settings` match."""
        return Patterns([setting.match for setting in self.settings])

    @cached_property
    def hazard_patterns(self) -> Patterns:
        """What `hazards` match."""
        return Patterns([hazard.match for hazard in self.hazards])

    @cached_property
    def order_patterns(self) -> Patterns:
        """What `order` matches."""
        return Patterns(self.order)

    @cached_property
    def referred_patterns(self) -> Patterns:
        """What `referred` matches."""
        return Patterns(self.referred)

    @cached_property
    def list_patterns(self) -> Patterns:
        """What `ordered` matches."""
        return Patterns(self.ordered)

    @cached_property
    def ordered_patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(p) for p in self.ordered)

    @cached_property
    def unfinished_pattern(self) -> re.Pattern[str]:
        """Matches a command that ends with one of `named`."""
        return re.compile("(?:.* )?(?:" + ("|".join(f"(?:{p})" for p in self.named) or r"(?!)") + ")")

    @cached_property
    def menu_table(self) -> Table:
        """What `menus` say, menu by menu and version by version."""
        return Table(self.menus)

    @cached_property
    def line_kinds(self) -> tuple[Patterns, tuple[LineKind, ...]]:
        """What is said of a line that is no statement: patterns, and the kind of line that each finds."""
        kinds: list[tuple[str, LineKind]] = [("[!#]|$", "comment")]
        if self.last_line:
            kinds.append((f"(?:{self.last_line})$", "comment"))
        kinds += [(pattern, "noise") for pattern in self.noise]
        kinds.append((f"(?:{self.closing})$", "close"))
        return Patterns([pattern for pattern, _ in kinds]), tuple(kind for _, kind in kinds)

    @cached_property
    def noise_pattern(self) -> re.Pattern[str]:
        """All of `noise` as one."""
        return re.compile("|".join(f"(?:{p})" for p in self.noise) or r"(?!)")

    @cached_property
    def closing_pattern(self) -> re.Pattern[str]:
        return re.compile(self.closing)

    @cached_property
    def blob_pattern(self) -> re.Pattern[str]:
        """Matches the end of a line and the indentation of the next, where a blob begins in that."""
        return re.compile("\n[ ]*(?=" + "|".join(f"(?:{blob.start})" for blob in self.blobs) + ")")

    @cached_property
    def secret_patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(p) for p in self.secrets)
