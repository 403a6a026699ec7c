"""Shows on a terminal how far a run is, once it has taken longer than a moment."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

# Seconds. What is done before that needs no words, and loads nothing that could show them.
MOMENT = 1.0


class Progress:
    """What is being done, on standard error; it is gone when the block ends.

    Nothing is shown where that is no terminal, or where the user wants to have it ``quiet``.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        if not quiet and sys.stderr.isatty():
            self._timer = threading.Timer(MOMENT, self._show)
            self._timer.daemon = True
        self._text, self._total, self._done = "", 0, 0
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._bar is not None:
                self._bar.stop()

    def phase(self, text: str, total: int = 0) -> None:
        """From now on this is done, in as many steps; 0 where nobody knows how many."""
        with self._lock:
            self._text, self._total, self._done = text, total, 0
            if self._bar is not None:
                self._bar.stop()
                self._bar = _started(text, total, 0)

    def advance(self, steps: int = 1) -> None:
        """Some steps more are done."""
        self._done += steps
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)

    def _show(self) -> None:
        import rich.progress  # noqa: F401 (what takes a while is loaded before the lock is held)

        with self._lock:
            if self._timer is not None:  # else all was done meanwhile
                self._bar = _started(self._text, self._total, self._done)


def _started(text: str, total: int, done: int) -> Bar:
    """A line that moves; with a count, and how long it will take, where that is known."""
    from rich import progress
    from rich.console import Console

    counted = (progress.BarColumn(), progress.MofNCompleteColumn(), progress.TimeRemainingColumn())
    bar = progress.Progress(
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}", markup=False),
        *(counted if total else (progress.TimeElapsedColumn(),)),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(text, total=total or None, completed=done)
    bar.start()
    return bar
