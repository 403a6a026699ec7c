"""Watches tasks without keeping them, and tells which were destroyed before they were done."""

from __future__ import annotations

import asyncio
import sys
import weakref
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

SNIPPET = "<snippet>"


@dataclass(slots=True)
class Watched:
    """One task: the line that made it, and what became of it."""

    line: int
    done: bool = False
    destroyed: bool = False
    reference: weakref.ref[asyncio.Task[Any]] | None = None


@dataclass(slots=True)
class Watcher:
    """All tasks of one run that were made by the snippet, or that run a coroutine it made."""

    tasks: list[Watched] = field(default_factory=list)
    line_override: int | None = None

    def factory(
        self, loop: asyncio.AbstractEventLoop, coro: Any, /, **options: Any
    ) -> asyncio.Task[Any]:
        """The task factory of the loop."""
        task = asyncio.Task(coro, loop=loop, **options)
        line = snippet_line()
        if line is not None:
            self.watch(task, line)
        return task

    def watch(self, task: asyncio.Task[Any], line: int) -> None:
        """Follow ``task``, which keeps the record; the record does not keep the task."""
        watched = Watched(self.line_override or line)

        def finished(_: object) -> None:
            watched.done = True

        def destroyed(_: object) -> None:
            watched.destroyed = not watched.done

        task.add_done_callback(finished)
        watched.reference = weakref.ref(task, destroyed)
        self.tasks.append(watched)

    def adopt(self, line: int | None) -> None:
        """Follow the current task, unless it is known, by a coroutine that was made on ``line``."""
        task = asyncio.current_task()
        known = (watched.reference() for watched in self.tasks if watched.reference)
        if task is not None and line is not None and not any(task is other for other in known):
            self.watch(task, line)


def snippet_line() -> int | None:
    """The line of the snippet that is running, None where none of it is on the stack."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != SNIPPET:
        frame = frame.f_back
    return frame.f_lineno if frame else None
