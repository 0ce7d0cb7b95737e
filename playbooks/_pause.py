"""Ask whoever sits at the terminal before a batch begins: what was done, and what comes."""

from __future__ import annotations

from collections import Counter

from jipkit.errors import UsageError
from jipkit.language import _
from jipkit.playbook import asked, can_ask
from jipkit.signals import heard_at_once
from playbooks._rollout import Coming
from playbooks._status import some
from playbooks._steps import holds_word

MOST_ROUTERS = 8


def refuse_unasked() -> None:
    """Refuse to pause where nobody can answer.

    Raises:
        UsageError: nobody can: there is no terminal, or the answer is for a program.
    """
    if not can_ask():
        raise UsageError("--pause asks at the terminal, and nobody can answer: there is none, or --json was asked for")


def agreed(coming: Coming) -> bool:
    """Return whether the batch that comes is wanted; Ctrl-C says no."""
    try:
        with heard_at_once():
            return asked(_question(coming))
    except KeyboardInterrupt:
        return False


def _question(coming: Coming) -> str:
    told = Counter(outcome.holds for outcome in coming.done)
    done = ", ".join(f"{holds_word(holds)}: {count}" for holds, count in told.items())
    bad = list(dict.fromkeys(outcome.router for outcome in coming.done if not outcome.good))
    words = [
        _("So far, routers that hold {done}.").format(done=done),
        _("Not as it should be: {routers}.").format(routers=some(bad, MOST_ROUTERS)) if bad else "",
        _("Next: batch {number} of {batches}, {routers}.").format(
            number=coming.number, batches=coming.batches, routers=some(list(coming.routers), MOST_ROUTERS)
        ),
        _("Go on?"),
    ]
    return " ".join(word for word in words if word)
