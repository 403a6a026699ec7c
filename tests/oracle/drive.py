"""Runs one snippet as its ``drive`` says, under the collecting loop, and reports what was lost."""

from __future__ import annotations

import ast
import asyncio
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from tests.oracle.app import make_app
from tests.oracle.loop import CollectingLoop, RestlessLoop, only_new_garbage
from tests.oracle.watch import SNIPPET, Watcher
from tests.quiet import quiet

DEFAULT_DRIVE = "await H.call(ns['f'])"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code, and how it is started.

    ``drive`` is statements that see the helpers ``H`` and the namespace ``ns`` of the code; None
    calls its ``f``. "MOD" only imports the code inside the loop, "SYNC" imports it without one.
    """

    code: str
    drive: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines that made tasks, and those of them whose tasks were destroyed while pending."""

    made: tuple[int, ...]
    lost: tuple[int, ...]
    error: str | None = None


def drive(snippet: Snippet) -> Outcome:
    """Run the snippet and report. What it leaves behind is cancelled and forgotten."""
    run = _run_sync if snippet.drive == "SYNC" else _run_in_loop
    with quiet(), only_new_garbage():
        return run(snippet)


@dataclass(slots=True)
class Helpers:
    """What the statements of a ``drive`` may use under the name ``H``."""

    watcher: Watcher
    keep: list[object] = field(default_factory=list)

    @property
    def line_override(self) -> int | None:
        """The line that all tasks count for, where a snippet makes them on another one."""
        return self.watcher.line_override

    @line_override.setter
    def line_override(self, line: int | None) -> None:
        self.watcher.line_override = line

    async def spin(self, n: int = 5) -> None:
        """Let the loop turn, and the collector run."""
        for _ in range(n):
            await asyncio.sleep(0)

    async def call(self, function: Callable[..., Any], *args: object) -> None:
        """Call ``function``, keep what it returns, and let it run for a few turns."""
        if not args and "loop" in _required(function):
            args = (asyncio.get_running_loop(),)
        result = function(*args)
        if not inspect.iscoroutine(result):
            self.keep.append(result)
            await self.spin()
            return
        running = asyncio.ensure_future(result)
        self.keep.append(running)
        await self.spin()
        if running.done():
            self.keep.append(running.result())


def _required(function: Callable[..., Any]) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name for p in parameters if p.default is p.empty}


def _run_in_loop(snippet: Snippet) -> Outcome:
    helpers = Helpers(Watcher())
    loop = CollectingLoop()
    asyncio.set_event_loop(loop)
    with _app(helpers):
        try:
            return loop.run_until_complete(_main(snippet, helpers, loop))
        finally:
            _close(loop)


async def _main(snippet: Snippet, helpers: Helpers, loop: CollectingLoop) -> Outcome:
    loop.set_task_factory(helpers.watcher.factory)
    namespace: dict[str, Any] = {"__name__": "snippet"}
    error = None
    try:
        exec(compile(snippet.code, SNIPPET, "exec", dont_inherit=True), namespace)
        if snippet.drive != "MOD":
            await _drive(snippet.drive or DEFAULT_DRIVE, helpers, namespace)
        await helpers.spin()
    except Exception as problem:  # The snippet may raise what it likes; the test judges it.
        error = repr(problem)
    return _outcome(helpers.watcher, error)


async def _drive(code: str, helpers: Helpers, namespace: dict[str, Any]) -> None:
    scope: dict[str, Any] = {"H": helpers, "ns": namespace, "asyncio": asyncio}
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    running = eval(compile(code, "<drive>", "exec", flags, dont_inherit=True), scope)
    if running is not None:
        await running


def _run_sync(snippet: Snippet) -> Outcome:
    helpers = Helpers(Watcher())
    outcomes: list[Outcome] = []

    def new_event_loop() -> asyncio.AbstractEventLoop:
        loop = RestlessLoop(lambda: outcomes.append(_outcome(helpers.watcher)))
        loop.set_task_factory(helpers.watcher.factory)
        return loop

    original = asyncio.new_event_loop
    asyncio.new_event_loop = new_event_loop
    try:
        with _app(helpers):
            exec(
                compile(snippet.code, SNIPPET, "exec", dont_inherit=True), {"__name__": "__main__"}
            )
    finally:
        asyncio.new_event_loop = original
    return outcomes[0]


def _outcome(watcher: Watcher, error: str | None = None) -> Outcome:
    made = tuple(sorted(watched.line for watched in watcher.tasks))
    lost = tuple(sorted({watched.line for watched in watcher.tasks if watched.destroyed}))
    return Outcome(made, lost, error)


def _close(loop: CollectingLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    asyncio.set_event_loop(None)
    loop.close()


@contextmanager
def _app(helpers: Helpers) -> Iterator[None]:
    """Let ``import app`` find ours, and afterwards what it found before."""
    before: ModuleType | None = sys.modules.get("app")
    sys.modules["app"] = make_app(helpers.watcher, helpers.keep)
    try:
        yield
    finally:
        del sys.modules["app"]
        if before is not None:
            sys.modules["app"] = before
