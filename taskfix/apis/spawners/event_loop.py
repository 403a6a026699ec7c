"""``loop.create_task`` on a receiver that is known to be an event loop.

https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.create_task
"""

from __future__ import annotations

import re

from taskfix.apis.spawners.spawner import Spawner

NAMES = frozenset({"create_task", "run_coroutine_threadsafe"})
_GETTERS = r"(?:get_event_loop|get_running_loop|new_event_loop|_get_running_loop)\(\)"
_CLASSES = r"(?:\w*EventLoop|Loop)\(\)"
_LOOP = re.compile(
    rf"^(?:asyncio\.(?:{_GETTERS}|{_CLASSES})"
    rf"|uvloop\.(?:new_event_loop|Loop)\(\)"
    rf"|winloop\.(?:new_event_loop|Loop)\(\)"
    rf"|asyncio\.get_event_loop_policy\(\)\.{_GETTERS}"
    rf"|asyncio\.\w*EventLoopPolicy\(\)\.{_GETTERS}"
    r"|tornado\.ioloop\.IOLoop\.(?:current|instance)\(\)\.asyncio_loop"
    r"|(?:asyncio|typing)\.[\w.]*(?:Task|Future|Runner|Server)\(\)\.get_loop\(\)"
    r"|.*\.get_event_loop\(\)|.*\.get_running_loop\(\)"
    r")$"
)


def is_loop(value: str) -> bool:
    """Report whether a canonical value is an event loop."""
    return _LOOP.match(value) is not None


def spawner(value: str) -> Spawner | None:
    receiver, _, method = value.rpartition(".")
    if method == "create_task" and is_loop(receiver):
        return Spawner("loop.create_task")
    if method == "run_coroutine_threadsafe" and is_loop(receiver):
        return Spawner("loop.run_coroutine_threadsafe", "concurrent")
    return None
