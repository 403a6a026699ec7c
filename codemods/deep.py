"""Runs a function where deeply nested code does not exhaust the stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# A sum of 3,000 terms is a tree 3,000 levels deep, and LibCST takes several frames for a level.
STACK_BYTES = 512 * 1024 * 1024
RECURSION_LIMIT = 400_000

_lock = threading.Lock()


def run_deep(function: Callable[[], Result]) -> Result:
    """The result of ``function()``, called in a thread of its own that has a big stack."""
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
        stack_size = threading.stack_size(STACK_BYTES)
        sys.setrecursionlimit(max(recursion_limit, RECURSION_LIMIT))
        try:
            thread = threading.Thread(target=call, name="codemod")
            thread.start()
            thread.join()
        finally:
            threading.stack_size(stack_size)
            sys.setrecursionlimit(recursion_limit)
