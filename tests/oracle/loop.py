"""An event loop that collects garbage before each of its turns."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CollectingLoop(asyncio.SelectorEventLoop):
    """A loop for one snippet. After ``patience`` seconds it stops, whatever runs."""

    patience = 10.0

    def __init__(self) -> None:
        super().__init__()
        self.call_later(self.patience, self.stop)

    def _run_once(self) -> None:
        gc.collect()
        super()._run_once()  # type: ignore[misc]  # The one place that sees every turn.


class RestlessLoop(CollectingLoop):
    """A loop that never waits: it turns ``limit`` times, runs ``at_limit`` and stops."""

    limit = 20

    def __init__(self, at_limit: Callable[[], None]) -> None:
        super().__init__()
        self.turns = 0
        self.at_limit = at_limit

    def _run_once(self) -> None:
        self.turns += 1
        self.call_soon(int)
        super()._run_once()
        if self.turns == self.limit:
            self.at_limit()
            self.stop()


@contextmanager
def only_new_garbage() -> Iterator[None]:
    """Keep what exists already out of the collections, which makes each of them quick."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.collect()
