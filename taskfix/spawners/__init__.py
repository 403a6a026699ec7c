"""The APIs that start a task, one file per family.

A family is a function ``spawner(value) -> Spawner | None``: it looks at one canonical value of what
is called (see ``project.resolve``). A new family is one new file with such a function.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache

from taskfix.spawners.spawner import Spawner


def find_spawner(values: Iterable[str]) -> Spawner | None:
    """What a call of any of these values starts; None where no family knows any of them."""
    for value in sorted(values):
        for family in _families():
            spawner = family(value)
            if spawner is not None:
                return spawner
    return None


@cache
def _families() -> tuple[Callable[[str], Spawner | None], ...]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name != "spawner")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(module.spawner for module in modules)


__all__ = ["Spawner", "find_spawner"]
