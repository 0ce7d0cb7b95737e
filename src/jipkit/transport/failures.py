"""What went wrong with a router, from what the libraries raise and log into our own words."""

from __future__ import annotations

import base64
import errno
import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

import paramiko

from jipkit.errors import AnswerError, IdentityError, JipError, LoginError, RouterError, UnreachableError
from jipkit.hostkeys import HostKey
from jipkit.reasons import Reason, because

_NETWORK = (None, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EBADF)
_EXCERPT = 300
_USUAL = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EHOSTUNREACH: "no-route",
    errno.ENETUNREACH: "no-network",
    errno.ETIMEDOUT: "timed-out",
}
"""What the network says most often, as reasons."""


def translated(router: str, error: BaseException, jip: str = "jip") -> JipError | None:
    """Return in our words what went wrong with a router; None when ``error`` is a mistake in a program instead.

    ``jip`` is how jip is called about this network (`Project.command`): errors advise what to do next.
    """
    if isinstance(error, JipError):
        return error
    for kinds, failure, code in _sentences():
        if isinstance(error, kinds):
            chain = tuple(_chain(error))
            changed = next((link for link in chain if isinstance(link, paramiko.BadHostKeyException)), None)
            if changed is not None:
                return _another_key(router, changed, jip)
            return failure(router, _because(code, error, chain[-1]))
    if _is_network(error):
        return UnreachableError(router, because("broke-off", reason=reason(error)))
    return None


@cache
def _sentences() -> tuple[tuple[Any, type[RouterError], str], ...]:
    """Return the reason that each kind of error stands for; the first that fits holds."""
    from napalm.base import exceptions as napalm  # noqa: PLC0415 - half a second: paid by whoever opened a session
    from netmiko.exceptions import NetmikoBaseException, ReadTimeout  # noqa: PLC0415 - same

    return (
        ((napalm.ConnectAuthError, paramiko.AuthenticationException), LoginError, "login-refused-because"),
        (
            (napalm.ConnectionException, paramiko.SSHException, EOFError),
            UnreachableError,
            "broke-off",
        ),
        ((napalm.CommandTimeoutException, ReadTimeout), AnswerError, "not-in-time"),
        (
            (napalm.CommandErrorException, NetmikoBaseException),
            AnswerError,
            "not-understood",
        ),
        # its text may hold configuration lines, and they secrets: who loads a candidate catches it and says more
        ((napalm.NapalmException,), AnswerError, "refused-request"),
    )


def _because(code: str, error: BaseException, origin: BaseException) -> Reason:
    if code == "refused-request":
        return because(code, kind=type(error).__name__)
    return because(code, reason=reason(origin))


def _another_key(router: str, error: paramiko.BadHostKeyException, jip: str) -> IdentityError:
    pinned, shown = (
        HostKey(key.get_name(), base64.b64encode(key.asbytes()).decode()) for key in (error.expected_key, error.key)
    )
    return changed_key(router, pinned, shown, jip)


def unknown_key(router: str, jip: str = "jip") -> IdentityError:
    """Return the error that says that nobody has trusted ``router`` yet; ``jip`` as for `changed_key`."""
    return IdentityError(router, because("not-trusted"), because("trust", jip=jip, router=router))


def changed_key(router: str, pinned: HostKey, shown: HostKey, jip: str = "jip") -> IdentityError:
    """Return the error that says that ``router`` shows another key than the one it is trusted by.

    ``jip`` is how jip is called about this network (`Project.command`).
    """
    return IdentityError(
        router,
        because(
            "key-changed",
            pinned=pinned.fingerprint,
            pinned_type=pinned.type,
            shown=shown.fingerprint,
            shown_type=shown.type,
        ),
        because("trust-replaced", jip=jip, router=router),
    )


def revoked_key(router: str, key: HostKey, jip: str = "jip") -> IdentityError:
    """Return the error that says that the key of ``router`` is one that somebody else may have; ``jip`` as above."""
    return IdentityError(
        router,
        because("key-revoked", fingerprint=key.fingerprint, type=key.type),
        because("trust-new", jip=jip, router=router),
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it was raised from, and so on: the last one is where it began."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _is_network(error: BaseException) -> bool:
    """Return whether an OSError is about the network; one with a file name is about a file of ours."""
    if isinstance(error, (ConnectionError, TimeoutError)):
        return True
    # paramiko's "Socket is closed" has no number
    return isinstance(error, OSError) and error.filename is None and error.errno in _NETWORK


def reason(error: BaseException) -> str:
    """Return why an error came about: as a `Reason` where it is a usual one, else in one line of its own words.

    That line is printable and has at most `_EXCERPT` characters.
    """
    if isinstance(error, TimeoutError) and error.errno is None:
        return because("timed-out")
    if isinstance(error, OSError) and error.errno in _USUAL:
        return because(_USUAL[error.errno])
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "..."


class _ToDebug(logging.Filter):
    """Turns every record into a debugging one: what it says reaches the user as an error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


class _NoParameters(logging.Filter):
    """Takes the parameters of a task out of Nornir's record of it: a configuration to push holds secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 3:
            record.args = (record.args[0], "(not shown)", record.args[2])
        return True


class _NoTracebacks(logging.Filter):
    """Drops what Nornir logs of a task that failed: its error, which may quote a configuration, is in the result."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.ERROR


_FILTERS = {
    "paramiko.transport": _ToDebug(),
    "napalm_frr.ssh": _ToDebug(),
    "nornir.core": _NoParameters(),
    "nornir.core.task": _NoTracebacks(),
}


_CONVERSATIONS = ("librouteros", "ncclient", "netmiko", "pyeapi")
"""Libraries that log for debugging whatever a router says and is told: its configuration, and our password."""


def hush() -> None:
    """Keep libraries from logging secrets, and failures that are ours to tell."""
    for name, quiet in _FILTERS.items():
        logging.getLogger(name).addFilter(quiet)
    for name in _CONVERSATIONS:
        logging.getLogger(name).setLevel(logging.WARNING)
