"""The ways to give a site a holder, one file each. A new strategy is one new file.

They are tried in the order of their ``RANK``; see ``taskfix/proposal.py`` for what each must offer.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def all_strategies() -> tuple[ModuleType, ...]:
    """Every strategy, in the order in which they are tried."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(modules, key=lambda module: module.RANK))


__all__ = ["all_strategies"]
