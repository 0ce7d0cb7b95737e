"""Put a configuration onto a router: first without effect, then with the device's own rollback timer armed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
)
from nornir.core.task import Result, Task

from jipkit.errors import ChangeError, Holds
from jipkit.platforms import PlatformFacts
from jipkit.redaction import HIDDEN, is_token, mask, redact


def dry_run_config(task: Task, candidate: str, hidden: Collection[str] = ()) -> Result:
    """Put into ``result`` what the router itself says it would change, secrets redacted; changes nothing.

    It is empty where the router cannot tell without doing it; `probe_router` says so. ``hidden`` are secrets that may
    stand in ``candidate`` where no pattern finds them.

    Raises:
        ChangeError: the router refuses the configuration; the message names the line.
    """
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "dry-run", candidate=candidate, hidden=hidden):
        _load(task, device, candidate)
        try:
            said = str(device.compare_config())
        except NotImplementedError:
            said = ""
        finally:
            device.discard_config()
    return Result(host=task.host, result=_without(hidden, redact(said, task.host["facts"])))


def push_config(
    task: Task, candidate: str, revert_in_s: int | None, message: str, hidden: Collection[str] = ()
) -> Result:
    """Apply a candidate; the router takes it back after ``revert_in_s`` unless it is confirmed.

    ``result`` is the name of the commit, as `read_commit` tells it; empty where the router names none.

    ``candidate`` is a whole configuration, or the lines that change it, as the platform's ``push`` says. ``changed`` is
    True. What was applied is neither saved nor final until `confirm_config`. ``revert_in_s`` None is for a router
    that has no timer, and whose operator wants it changed all the same. ``hidden``: as for `dry_run_config`.

    Raises:
        ChangeError: the router refused, or did not take every line; it was put back.
    """
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "apply", candidate=candidate, hidden=hidden):
        _load(task, device, candidate)
        token = device.commit_config(message=message, revert_in=revert_in_s)
    return Result(host=task.host, changed=True, result=token or "")


def _load(task: Task, device: Any, candidate: str) -> None:
    if task.host["facts"].push == "commands":
        device.load_merge_candidate(config=candidate)
    else:
        device.load_replace_candidate(config=candidate)


@contextmanager
def refusals(
    task: Task, step: str, holds: Holds = "nothing", candidate: str = "", hidden: Collection[str] = ()
) -> Iterator[None]:
    """Turn the router's refusal into our words, without the secrets that it may quote, those of ``candidate`` too."""
    try:
        yield
    except (
        MergeConfigException,
        ReplaceConfigException,
        CommitError,
        CommitConfirmException,
        LockError,
    ) as error:
        message = _without(hidden, _without_secrets(str(error), candidate, task.host["facts"]))
        raise ChangeError(str(task.host.name), step, message, holds) from None


def _without_secrets(message: str, candidate: str, facts: PlatformFacts) -> str:
    """Return a message without secrets, also where a router quotes one apart from the line it stands in."""
    lines = [*candidate.splitlines(), *message.splitlines()]
    values = {value for line in lines for value in mask(line.strip(), facts).values if value and not is_token(value)}
    return _without(values, redact(message, facts))


def _without(values: Collection[str], said: str) -> str:
    for value in sorted(values, key=len, reverse=True):
        said = said.replace(value, HIDDEN)
    return said
