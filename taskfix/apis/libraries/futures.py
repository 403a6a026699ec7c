"""Futures and tasks: what makes one, what their methods do with them, what never completes."""

from __future__ import annotations

from taskfix.apis.row import rows

_TASK = "https://docs.python.org/3/library/asyncio-task.html#task-object"
_FUTURE = "https://docs.python.org/3/library/asyncio-future.html"
_LOOP = "https://docs.python.org/3/library/asyncio-eventloop.html"

APIS = (
    *rows(
        *("asyncio.", "Future"),
        {},
        *("future", "instance", "never"),
        reason="is done when somebody with a reference to it says so",
        source=f"{_FUTURE}#asyncio.Future",
    ),
    *rows(
        *("asyncio.", "get_running_loop().create_future get_event_loop().create_future"),
        {},
        *("future", "never"),
        reason="makes a future: awaited on the spot, nobody else has it to complete it",
        source=f"{_LOOP}#asyncio.loop.create_future",
    ),
    *rows(
        *("*.", "*future run_in_executor"),
        {},
        "future",
        reason="a name that ends so makes a future, and starts no coroutine",
        source=f"{_LOOP}#asyncio.loop.run_in_executor",
    ),
    *rows(
        *("tornado.locks.", "Lock().acquire Semaphore().acquire BoundedSemaphore().acquire"),
        {},
        "future",
        reason="gives a future that the lock itself keeps",
        source="https://www.tornadoweb.org/en/stable/locks.html#tornado.locks.Lock.acquire",
    ),
    *rows(
        *("concurrent.futures.", "Future"),
        {},
        *("concurrent", "instance"),
        reason="the future of an executor, or of another thread's loop",
        source="https://docs.python.org/3/library/concurrent.futures.html#future-objects",
    ),
    *rows(
        *("", "asyncio.Event().wait signal.pause"),
        {},
        "never",
        reason="the event that was made on the spot has no other name to be set by",
        source="https://docs.python.org/3/library/asyncio-sync.html#asyncio.Event.wait",
    ),
    *rows(
        *("*.", "add_done_callback"),
        {"self": "drops", "0": "calls-and-drops"},
        reason="the future has its callback and not the other way round",
        source=f"{_FUTURE}#asyncio.Future.add_done_callback",
    ),
    *rows(
        "*.",
        "remove_done_callback set_name get_name get_coro get_stack print_stack done cancelled "
        "get_loop get_context",
        {"self": "drops"},
        reason="tells or changes something of a task, and keeps no reference to it",
        source=_TASK,
    ),
    *rows(
        *("*.", "cancel"),
        {"self": ("ends", "cancels")},
        reason="nothing pending is left that could be lost",
        source=f"{_FUTURE}#asyncio.Future.cancel",
    ),
    *rows(
        *("*.", "result"),
        {"self": "ends"},
        "result",
        reason="it is done already, or the caller blocks until it is",
        source=f"{_FUTURE}#asyncio.Future.result",
    ),
    *rows(
        *("*.", "exception __await__ cancelling uncancel"),
        {"self": "ends"},
        reason="it is done already, or waited for, or about to be cancelled",
        source=_TASK,
    ),
)
