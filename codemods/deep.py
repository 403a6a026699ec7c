"""Runs a function where deeply nested code does not exhaust the stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# A sum of 3,000 terms is a tree 3,000 levels deep, and LibCST takes several frames for a level.
# Where memory is limited a big stack may be refused, and a smaller one has to do.
_STACK_SIZES = (512 * 1024 * 1024, 64 * 1024 * 1024, 8 * 1024 * 1024)
_BYTES_PER_FRAME = 1300

# An interrupt just before somebody begins to wait is seen when the waiting ends, in seconds.
_PATIENCE = 0.5

THREAD_NAME = "taskfix-deep"
_lock = threading.Lock()


def run_deep(function: Callable[[], Result]) -> Result:
    """The result of ``function()``, called in a thread of its own that has a big stack."""
    if threading.current_thread().name == THREAD_NAME:
        return function()  # the stack is big already
    results: list[Result] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    _run_in_big_thread(call)
    if errors:
        raise errors[0]
    return results[0]


def _run_in_big_thread(call: Callable[[], None]) -> None:
    # Both settings belong to the whole process, so only one thread at a time may borrow them.
    with _lock:
        recursion_limit = sys.getrecursionlimit()
        stack_size = threading.stack_size()
        try:
            thread = _started(call)
            while thread.is_alive():
                thread.join(_PATIENCE)
        finally:
            threading.stack_size(stack_size)
            sys.setrecursionlimit(recursion_limit)


def _started(call: Callable[[], None]) -> threading.Thread:
    for size in _STACK_SIZES:
        threading.stack_size(size)
        sys.setrecursionlimit(size // _BYTES_PER_FRAME)
        thread = threading.Thread(target=call, name=THREAD_NAME, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            continue
        return thread
    raise RecursionError("no thread can be started")
