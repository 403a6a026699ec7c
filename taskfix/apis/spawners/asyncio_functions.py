"""Functions and classes of the asyncio module that start a task.

https://docs.python.org/3/library/asyncio-task.html
"""

from __future__ import annotations

from taskfix.apis.spawners.spawner import Spawner

SPAWNERS = {
    spawner.name: spawner
    for spawner in (
        Spawner("asyncio.create_task"),
        Spawner("asyncio.ensure_future"),
        Spawner("asyncio.async_"),
        Spawner("asyncio.Task"),
        Spawner("asyncio.create_eager_task"),
        Spawner("asyncio.gather", "future"),
        Spawner("asyncio.shield", "future"),
        Spawner("asyncio.as_completed", "future"),
        Spawner("asyncio.run_coroutine_threadsafe", "concurrent"),
    )
}
NAMES = frozenset(name.rpartition(".")[2] for name in SPAWNERS)


def spawner(value: str) -> Spawner | None:
    return SPAWNERS.get(value)
