"""Ask a router for facts that no link's state depends on: who has which address, transceivers, software, the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from nornir.core.task import Result, Task

from jipkit.observation import NotAsked, NotParsed
from jipkit.parsing import choose
from jipkit.platforms import Fact, PlatformFacts
from tasks.asking import Conversation, question, version_of


def collect_facts(task: Task, wanted: Sequence[Fact]) -> Result:
    """Put in ``result``, by fact, what the router says of each of ``wanted``: records, `NotParsed`, or `NotAsked`.

    For the records of each fact see `jipkit.parsing.read`.
    """
    facts: PlatformFacts = task.host.data["facts"]
    device = task.host.get_connection("device", task.nornir.config)
    conversation = Conversation(str(task.host.name), parallel=facts.parallel)
    try:
        result = _collect(conversation, device, facts, tuple(wanted))
    finally:
        conversation.close()
    return Result(host=task.host, result=result)


def _collect(
    conversation: Conversation, device: Any, facts: PlatformFacts, wanted: tuple[Fact, ...]
) -> Mapping[Fact, Any]:
    version = version_of(conversation, device, facts, wanted)
    put = partial(_put, conversation, device, facts, version)
    answers = {fact: list(put(fact)) for fact in wanted}
    return {fact: _joined([answer() for answer in several]) for fact, several in answers.items()}


def _put(
    conversation: Conversation, device: Any, facts: PlatformFacts, version: str | None, fact: Fact
) -> Iterator[Callable[[], Any]]:
    """Send what asks for ``fact``, once an interface where it is asked so; yield what waits for each answer."""
    command = choose(facts, fact, version)
    if command is None or command.per is None:
        yield conversation.put(question(device, facts, fact, version))
        return
    ports = conversation.put(question(device, facts, "interfaces", version))()
    if isinstance(ports, (NotParsed, NotAsked)):
        yield lambda: ports
        return
    yield from (conversation.put(question(device, facts, fact, version, interface=name)) for name in ports)


def _joined(answers: Sequence[Any]) -> Any:
    """Return the answers of all interfaces as one; what is not understood of one makes the whole not understood."""
    odd = next((answer for answer in answers if isinstance(answer, (NotParsed, NotAsked))), None)
    if odd is not None or len(answers) == 1:
        return odd if odd is not None else answers[0]
    if all(isinstance(answer, Mapping) for answer in answers):
        return {name: record for answer in answers for name, record in answer.items()}
    return tuple(record for answer in answers for record in answer)
