"""Questions to one router, and their answers: many on their way at once where the session allows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from jipkit.errors import JipError, UnreachableError
from jipkit.observation import NotAsked, NotParsed, Software
from jipkit.parsing import choose, excerpt, read, read_arp, read_counters, read_lldp, read_software, refusal
from jipkit.platforms import Command, Fact, PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.transport import translated

AT_ONCE = 8
"""Questions on their way at the same time: OpenSSH takes ten channels in one session."""

PATIENCE_S = 10.0
"""How long a router may take to answer everything; a command that hangs (a frozen daemon) takes for ever."""

IN_TURN_S = 5.0
"""What each question adds to that where a shell takes one command after the other."""

_GETTERS: Mapping[Fact, tuple[str, Callable[[object, str], Any]]] = {
    "counters": ("get_interfaces_counters", read_counters),
    "lldp": ("get_lldp_neighbors_detail", read_lldp),
    "arp": ("get_arp_table", read_arp),
    "version": ("get_facts", read_software),
}
"""What a NAPALM driver may know where the platform's data has no command."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask a router: ``ask`` talks to it, ``read`` understands the answer or says that it does not."""

    command: str
    ask: Callable[[], object]
    read: Callable[[object], Any]


class Conversation:
    """Questions that are on their way to one router, and their answers."""

    def __init__(self, router: str, *, parallel: bool) -> None:
        self._router = router
        self._started, self._patience_s = monotonic(), PATIENCE_S
        self._more_s = 0.0 if parallel else IN_TURN_S
        self._pool = ThreadPoolExecutor(AT_ONCE if parallel else 1, thread_name_prefix=f"observe-{router}")

    def put(self, question: Question) -> Callable[[], Any]:
        """Send a question; return a function that waits for its answer.

        That function raises UnreachableError when the session is gone, and whatever is a mistake in a driver.
        """
        self._patience_s += self._more_s
        return partial(self._answer, question, self._pool.submit(question.ask))

    def close(self) -> None:
        """Let go of what is still on its way: it ends when the session is closed."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, question: Question, future: Future[object]) -> Any:
        wait([future], timeout=max(0.0, self._started + self._patience_s - monotonic()))
        if not future.done():
            return NotParsed(question.command, because("no-answer-within", seconds=f"{self._patience_s:g}"))
        error = future.exception()
        return question.read(future.result()) if error is None else self._understood(question, error)

    def _understood(self, question: Question, error: BaseException) -> NotParsed | NotAsked:
        if isinstance(error, NotImplementedError):
            return NotAsked(because("no-getter", what=question.command))
        known = translated(self._router, error)
        if known is None or isinstance(known, UnreachableError):
            raise known or error
        return NotParsed(question.command, refusal(str(error)) or without_advice(known))


def question(device: Any, facts: PlatformFacts, fact: Fact, version: str | None = None, **about: Any) -> Question:
    """Return the question that the platform's data has for ``fact``, or else the driver's getter.

    ``about``: ``interface``, or ``address``, ``source`` and ``probes`` of a ping.
    """
    command = choose(facts, fact, version)
    if command is not None:
        return _command(device, facts, fact, command, about)
    name, understand = _GETTERS.get(fact, ("", None))
    getter = getattr(device, name, None)
    if getter is None or understand is None:
        missing = NotAsked(because("no-command", platform=facts.platform, what=fact))
        return Question(fact, lambda: missing, lambda _: missing)
    return Question(fact, getter, lambda answer: understand(answer, fact))


def _command(device: Any, facts: PlatformFacts, fact: Fact, command: Command, about: Mapping[str, Any]) -> Question:
    sent = command.send
    for name, value in {**about, "count": about.get("probes")}.items():
        sent = sent.replace(f"{{{name}}}", str(value))
    known = {name: value for name, value in about.items() if name != "source"}

    def ask() -> object:
        answers = device.cli([sent, *command.also])
        return (answers[sent], *(answers[also] for also in command.also)) if command.also else answers[sent]

    return Question(sent, ask, lambda answer: read(fact, answer, command, facts, sent=sent, **known))


def version_of(conversation: Conversation, device: Any, facts: PlatformFacts, wanted: tuple[Fact, ...]) -> str | None:
    """Return the router's version where how it is asked for one of ``wanted`` depends on it; None: it does not tell."""
    if not any(command.since for fact in wanted for command in facts.commands.get(fact, ())):
        return None
    software = conversation.put(question(device, facts, "version"))()
    return software.version if isinstance(software, Software) else None


def without_advice(error: JipError) -> str:
    """Return why a router tells nothing, without what to do next: a report says that once, for all of them."""
    return error.reason if isinstance(error.reason, Reason) else excerpt(error.reason)
