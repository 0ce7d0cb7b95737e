"""Signals that end a program, taken as Ctrl-C where a program must not just end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]

_ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ending_as_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block when we are asked to end, or our terminal goes away.

    A signal that is ignored (``nohup``), or that somebody listens to already, stays so. Only the main thread hears
    signals: elsewhere nothing is changed.
    """
    with _heard({number: _interrupt for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL}):
        yield


@contextmanager
def ending_sets(event: threading.Event) -> Iterator[None]:
    """Set ``event`` in the block, and do nothing else, when we are interrupted or asked to end, however often.

    A signal that is ignored stays so. Only the main thread hears signals: elsewhere nothing is changed.
    """
    with _heard(_whatever_ends(lambda *_: event.set())):
        yield


@contextmanager
def heard_at_once() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block at whatever ends a program, even where `ending_sets` waits for it.

    For a question at the terminal: who presses Ctrl-C at it wants an end of it. What is ignored stays so.
    """
    with _heard(_whatever_ends(_interrupt)):
        yield


def _whatever_ends(handler: Handler) -> Mapping[int, Handler]:
    """Return ``handler`` for every signal that ends a program and is not ignored."""
    return {n: handler for n in (signal.SIGINT, *_ENDING) if signal.getsignal(n) is not signal.SIG_IGN}


@contextmanager
def _heard(handlers: Mapping[int, Handler]) -> Iterator[None]:
    """Let ``handlers`` hear their signals in the block; whoever heard them before does again after it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
