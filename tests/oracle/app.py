"""The module ``app`` that snippets import: coroutines which need an owner, and some that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from types import ModuleType
from typing import Any

from tests.oracle.watch import Watcher, snippet_line


def make_app(watcher: Watcher, kept: list[object]) -> ModuleType:
    """A new ``app`` whose tasks are seen by ``watcher`` and whose ``keep`` appends to ``kept``."""

    async def parked(line: int | None) -> None:
        watcher.adopt(line)
        await asyncio.get_running_loop().create_future()

    def work(*_: object, **__: object) -> Coroutine[Any, Any, None]:
        """Wait for ever for a future that only this coroutine refers to."""
        return parked(snippet_line())

    async def quick(*_: object) -> int:
        """Finish at once."""
        return 1

    async def stream() -> AsyncIterator[int]:
        """Yield a few values."""
        for value in range(2):
            yield value

    app = ModuleType("app")
    app.__dict__.update(work=work, quick=quick, stream=stream, keep=kept.append, log=log)
    return app


def log(*_: object, **__: object) -> None:
    """Look at nothing and keep nothing."""
