"""Keeps a signal from stopping work that must not be left half done."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

# What ends a program from outside: Ctrl-C, a polite kill, a closed terminal.
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """While this is entered, every signal that ends the program is a ``KeyboardInterrupt``."""
    with _handling(_raise):
        yield


class Interrupts:
    """While this is entered a signal only leaves a mark; the work asks where it may stop.

    Python can set handlers in the main thread alone; elsewhere nothing is held back, as no
    handler runs there either.
    """

    def __init__(self) -> None:
        self._pending = False
        self._open = False
        self._ignored = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Interrupts:
        self._stack.enter_context(_handling(self._note))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stack.close()

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` if a signal has come: here the work can be undone."""
        if self._pending and not self._ignored:
            self._pending = False
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """From now on nothing is interrupted any more: an impatient second Ctrl-C is too late."""
        self._ignored = True

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Let a signal interrupt at once, as in waiting for another program."""
        self._open = True
        try:
            self.check()
            yield
        finally:
            self._open = False

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._open:
            # The handlers of what follows must find the work held together again.
            self._open = False
            raise KeyboardInterrupt
        self._pending = True


def _raise(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _handling(handler: Any) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {}
    for number in _SIGNALS:
        # Who starts a program with nohup wants it not to end with the terminal.
        if signal.getsignal(number) != signal.SIG_IGN:
            previous[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in previous.items():
            signal.signal(number, old)
