"""--pause: whoever sits at the terminal is told what was done and what comes, and says whether it does."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import typer

from jipkit import cli
from jipkit.errors import UsageError
from jipkit.playbook import Asker, ask_people_with, asked, can_ask
from jipkit.reasons import because
from jipkit.rollout import windows
from jipkit.testing.simulation import Simulation
from playbooks import _permission
from playbooks.apply import apply
from tests.playbooks.rollouts import at_each, canary_of, drifted, holds, others_of, running


@contextmanager
def somebody(asker: Asker) -> Iterator[None]:
    ask_people_with(asker)
    try:
        yield
    finally:
        ask_people_with(None)


def test_each_batch_but_the_first_is_asked_about(simulated: Simulation) -> None:
    file, questions = drifted(simulated), list[str]()
    with somebody(lambda question: not questions.append(question)):  # type: ignore[func-returns-value]
        assert apply(simulated.project, file, pause=True).ok
    assert questions == [
        f"So far, routers that hold all of it: 1. Next: batch 2 of 2, {', '.join(others_of(file))}. Go on?"
    ]


def test_a_router_that_failed_is_named_in_the_question(simulated: Simulation) -> None:
    file, questions = drifted(simulated), list[str]()
    simulated.district.freeze(canary_of(file))
    with somebody(lambda question: not questions.append(question)):  # type: ignore[func-returns-value]
        apply(simulated.project, file, pause=True, max_failures="1")
    assert questions[0].startswith(
        f"So far, routers that hold nothing of it: 1. Not as it should be: {canary_of(file)}. Next: batch 2 of 2"
    )


def test_before_a_router_that_is_back_is_tried_again_somebody_is_asked(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    canary = canary_of(file)
    simulated.district.freeze(canary)
    at_each("backup", lambda: simulated.district.thaw(canary), monkeypatch, router=others_of(file)[0])
    with somebody(lambda question: f"batch 1 of 2, {canary}" not in question):
        report = apply(simulated.project, file, pause=True, max_failures="1")
    assert holds(report) == {canary: "nothing", **dict.fromkeys(others_of(file), "all")}


def test_without_pause_nobody_is_asked(simulated: Simulation) -> None:
    file, questions = drifted(simulated), list[str]()
    with somebody(lambda question: bool(questions.append(question))):  # type: ignore[func-returns-value]
        assert apply(simulated.project, file).ok
    assert questions == []


def test_who_says_no_leaves_the_rest_untouched(simulated: Simulation) -> None:
    file = drifted(simulated)
    before = running(simulated)
    with somebody(lambda _: False):
        report = apply(simulated.project, file, pause=True)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert {r: running(simulated)[r] for r in others_of(file)} == {r: before[r] for r in others_of(file)}
    assert report.notes[-1] == (
        f"Nothing more was begun: whoever was asked did not want batch 2. Untouched: {', '.join(others_of(file))}. "
        f"To go on: jip --lab simulated apply {file}"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_interrupted_at_the_question_says_no(simulated: Simulation, number: signal.Signals) -> None:
    def interrupt(_: str) -> bool:
        os.kill(os.getpid(), number)
        return True

    file = drifted(simulated)
    with somebody(interrupt):
        report = apply(simulated.project, file, pause=True)
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_window_that_closes_while_somebody_thinks_counts(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = windows.Opening(because("no-window", windows="malam"), datetime(2026, 12, 1, 20, tzinfo=UTC))

    def think(_: str) -> bool:
        monkeypatch.setattr(_permission, "opening", lambda *_: closed)
        return True

    file = drifted(simulated)
    with somebody(think):
        report = apply(simulated.project, file, pause=True)
    assert "outside the windows" in str(report.data["stopped"])
    assert holds(report) == {canary_of(file): "all", **dict.fromkeys(others_of(file), "nothing")}


def test_where_nobody_can_answer_pause_is_refused(simulated: Simulation) -> None:
    file = drifted(simulated)
    before = running(simulated)
    with pytest.raises(UsageError, match="--pause asks at the terminal, and nobody can answer"):
        apply(simulated.project, file, pause=True)
    assert running(simulated) == before


# ------------------------------------------------------------------ the terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def is_there(there: bool) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: there))
        monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True, write=lambda _: None))

    return is_there


@pytest.mark.parametrize(
    ("there", "as_json", "answers"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_only_at_a_terminal_somebody_answers(
    terminal: Callable[[bool], None], *, there: bool, as_json: bool, answers: bool
) -> None:
    terminal(there)
    with cli._questions_at_terminal(as_json):
        assert can_ask() is answers
    assert not can_ask()


def test_an_answer_that_is_broken_off_is_no(terminal: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: object, **__: object) -> bool:
        raise typer.Abort

    terminal(True)
    monkeypatch.setattr(typer, "confirm", abort)
    with cli._questions_at_terminal(as_json=False):
        assert asked("Go on?") is False


def test_where_nobody_is_there_a_question_is_an_error() -> None:
    with pytest.raises(UsageError, match="nobody to ask"):
        asked("Go on?")
