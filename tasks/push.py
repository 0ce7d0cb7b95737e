"""Put a configuration onto a router: first without effect, then with the device's own rollback timer armed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from napalm.base.exceptions import CommitConfirmException, CommitError, LockError, ReplaceConfigException
from nornir.core.task import Result, Task

from jipkit.errors import ChangeError, Holds
from jipkit.redaction import redact


def dry_run_config(task: Task, candidate: str) -> Result:
    """Put into ``result`` what the router itself says it would change, secrets redacted; changes nothing.

    Raises:
        ChangeError: the router refuses the configuration; the message names the line.
    """
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "dry-run"):
        device.load_replace_candidate(config=candidate)
    try:
        return Result(host=task.host, result=redact(str(device.compare_config()), task.host["facts"]))
    finally:
        device.discard_config()


def push_config(task: Task, candidate: str, revert_in_s: int, message: str) -> Result:
    """Replace the configuration; the router takes it back after ``revert_in_s`` unless it is confirmed.

    ``changed`` is True. What was applied is neither saved nor final until `confirm_config`.

    Raises:
        ChangeError: the router refused, or did not take every line; it was put back.
    """
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "apply"):
        device.load_replace_candidate(config=candidate)
        device.commit_config(message=message, revert_in=revert_in_s)
    return Result(host=task.host, changed=True)


@contextmanager
def refusals(task: Task, step: str, holds: Holds = "nothing") -> Iterator[None]:
    """Turn the router's refusal into our words, without the secrets that it may quote."""
    try:
        yield
    except (ReplaceConfigException, CommitError, CommitConfirmException, LockError) as error:
        message = redact(str(error), task.host["facts"])
        raise ChangeError(str(task.host.name), step, message, holds) from None
