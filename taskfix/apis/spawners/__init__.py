"""The APIs that start a task, one file per family.

A family is a function ``spawner(value) -> Spawner | None``: it looks at one canonical value of what
is called (see ``project.resolve``). Beside it stand its ``NAMES``, the last words of what it knows:
a file that spells none of them is not read. A new family is one new file with these two.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from taskfix.apis.spawners.spawner import Product, Spawner


def find_spawner(values: Iterable[str]) -> Spawner | None:
    """What a call of any of these values starts; None where no family knows any of them."""
    for value in sorted(values):
        for family in _families():
            spawner: Spawner | None = family.spawner(value)
            if spawner is not None:
                return spawner
    return None


def all_spawners() -> tuple[tuple[str, Product], ...]:
    """(last word of the name, what it makes) of everything that any family knows by its name."""
    return tuple(
        (name, spawner.makes)
        for family in _families()
        for name in sorted(family.NAMES)
        for spawner in _of_name(family, name)
    )


def _of_name(family: ModuleType, name: str) -> Iterator[Spawner]:
    """What a family says of a name; a task where only the whole of a value tells."""
    known = getattr(family, "SPAWNERS", {})
    found = [spawner for full, spawner in known.items() if full.rpartition(".")[2] == name]
    yield from found or [Spawner(name)]


def spawner_names() -> frozenset[str]:
    """The words of which code that starts a task spells one, by any family."""
    return frozenset().union(*(family.NAMES for family in _families()))


@cache
def _families() -> tuple[ModuleType, ...]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name != "spawner")
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


__all__ = ["Spawner", "all_spawners", "find_spawner", "spawner_names"]
