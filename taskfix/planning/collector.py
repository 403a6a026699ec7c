"""Keeps the cyclic collector away while facts are collected.

What an analysis makes lives on nearly all of it, so that going over it again and again finds
nothing: that is a third of the time of a run. Trees that are closed take no part in circles for
long, and are freed when the collector may run again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Leave the collector off in a block, and then as it was."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
