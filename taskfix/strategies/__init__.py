"""The ways to give a site a holder, one file each. A new strategy is one new file.

They are tried in the order of their ``RANK`` unless the configuration names another one; see
``taskfix/planning/proposal.py`` for what each must offer. The file of a strategy has its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

# Mends a fix by hand, so it is tried whatever else is.
ALWAYS = "repair"


@cache
def all_strategies() -> tuple[ModuleType, ...]:
    """Every strategy, by its rank."""
    modules = [importlib.import_module(f"{__name__}.{name}") for name in _names()]
    return tuple(sorted(modules, key=lambda module: module.RANK))


def strategy_names() -> tuple[str, ...]:
    """The names that a configuration may list."""
    return tuple(name for name in _names() if name != ALWAYS)


def _names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


__all__ = ["ALWAYS", "all_strategies", "strategy_names"]
