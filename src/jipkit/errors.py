"""Every failure that jipkit foresees, as one tree.

::

    JipError                        where, what, and what to do next; facts as attributes
    ├── UsageError                  the command line or the project is wrong (exit code 2)
    │   ├── ProjectError            no project here, or a room of it cannot be read
    │   ├── InventoryError          the inventory has faults: all of them, each with file:line
    │   ├── SelectionError          nothing is called so, or the filters leave nothing
    │   ├── TemplateError           a template cannot be rendered: template:line, router, variable
    │   ├── ConfigTextError         a text that should be a configuration is none: empty, too large, rubbish
    │   └── SecretError             a secret is referred to and found nowhere
    ├── RouterError                 something about one router (``.router``) (exit code 1)
    │   ├── UnreachableError        no session: no route, refused, timed out
    │   ├── IdentityError           host key unknown or changed, another hostname or serial
    │   ├── LoginError              the router refused the credentials
    │   ├── AnswerError             the router answered what we do not understand
    │   └── ChangeError             a change stopped; ``.step`` and ``.holds`` say where it stands
    ├── ApprovalError               a plan is not approved, or nobody can tell (exit code 1)
    └── StateError                  our own records: store, backups, locks, lab (exit code 1)
        ├── LockedError             another jip is at work on this router
        ├── StoreError              the store cannot be read or written
        ├── BackupError             a backup cannot be written
        ├── EditError               a file of the inventory cannot be changed as asked; it is as it was
        └── LabError                the lab cannot do that
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Literal

from jipkit.reasons import said

Holds = Literal["nothing", "part", "all", "reverted", "unknown"]
"""What a router holds of a change: see ``jip recover``."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the entry of ``known`` that looks most like ``word``, or None.

    >>> closest("kec-pampngan", ["kec-pampangan", "kec-cengal"])
    'kec-pampangan'
    """
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


class JipError(Exception):
    """A failure that jipkit foresees; its message, in English, says where, what, and what to do next."""

    exit_code = 1

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def said(self) -> str:
        """Return the message for a report: in the chosen language where it is a `jipkit.reasons.Reason`."""
        return said(self.reason)


class UsageError(JipError):
    """The command line or the project is wrong."""

    exit_code = 2


class ProjectError(UsageError):
    """There is no project here, or a room of it cannot be read."""


class InventoryError(UsageError):
    """The inventory has faults; the message is one line a fault."""

    def __init__(self, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


class SelectionError(UsageError):
    """Nothing in the inventory is called so, or the filters leave nothing."""


class UnknownNameError(SelectionError):
    """No office, router, link ... has this name."""

    def __init__(self, noun: str, name: str, known: Iterable[str]) -> None:
        self.noun, self.name = noun, name
        self.suggestion = closest(name, known)
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else f"; `jip list {noun}s` names them"
        super().__init__(f"no {noun} {name!r} in the inventory{hint}")


class TemplateError(UsageError):
    """A template cannot be rendered; ``template`` and ``line`` say where, as far as that is known."""

    def __init__(self, message: str, *, router: str = "", template: str = "", line: int | None = None) -> None:
        self.router, self.template, self.line = router, template, line
        super().__init__(message)


class ConfigTextError(UsageError, ValueError):
    """A text that should be a configuration is none: empty, too large, or rubbish."""


class SecretError(UsageError):
    """A secret is referred to and found nowhere."""


class RouterError(JipError):
    """Something about one router; ``reason`` says what, ``advice`` what to do next."""

    def __init__(self, router: str, reason: str, advice: str = "") -> None:
        super().__init__(f"{router}: {reason}; {advice}" if advice else f"{router}: {reason}")
        self.router, self.reason, self.advice = router, reason, advice

    def said(self) -> str:
        """Return reason and advice in the chosen language, for a report that has named the router."""
        return "; ".join(said(part) for part in (self.reason, self.advice) if part)


class UnreachableError(RouterError):
    """No session with the router: no route, refused, or timed out."""


class IdentityError(RouterError):
    """The router is not provably the one we mean."""


class LoginError(RouterError):
    """The router refused the credentials."""


class AnswerError(RouterError):
    """The router answered something that we do not understand."""


class ChangeError(RouterError):
    """A change stopped at ``step``; ``holds`` says what the router holds of it now."""

    def __init__(self, router: str, step: str, message: str, holds: Holds) -> None:
        self.step, self.holds = step, holds
        super().__init__(router, f"{step}: {message}")
        self.reason = message


class ApprovalError(JipError):
    """A plan is not approved as the policy wants it, or what says so cannot be trusted."""


class StateError(JipError):
    """Our own records: store, backups, locks, lab."""


class LockedError(StateError):
    """Another jip is at work on ``router``; ``holder`` says who, as far as that is known."""

    def __init__(self, router: str, holder: object | None) -> None:
        self.router, self.holder = router, holder
        who = f"{holder} is" if holder else "another jip has just started to be"
        super().__init__(f"{router}: {who} at work on it; wait until it has ended, then try again")


class StoreError(StateError):
    """The store cannot be read or written."""


class BackupError(StateError):
    """A backup cannot be written."""


class EditError(StateError):
    """A file of the inventory cannot be changed as asked; it is as it was."""


class LabError(StateError):
    """The lab cannot do that."""
