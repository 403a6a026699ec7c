"""The output formats: every public module here is one, and has one function ``render``.

``render(outcome, color)`` returns the bytes that are written to standard output. A format decides
nothing and prints nothing. One that shows the changes themselves says so by ``SHOWS_CHANGES``:
for the others none need be made where none are written.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from taskfix.reports.outcome import Outcome

Render: TypeAlias = "Callable[[Outcome, bool], bytes]"

NAMES = sorted(name for _, name, _ in pkgutil.iter_modules(__path__) if not name.startswith("_"))


def find_format(name: str) -> Render:
    """The ``render`` function of the format with this name."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast(Render, module.render)


def shows_changes(name: str) -> bool:
    """Whether the format with this name shows the changes themselves."""
    module = importlib.import_module(f"{__name__}.{name}")
    return bool(getattr(module, "SHOWS_CHANGES", False))
