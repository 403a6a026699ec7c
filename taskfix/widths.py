"""How long a line may be, as the formatter that a project has chosen is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def line_length(tools: Mapping[str, Any], ruff: Mapping[str, Any]) -> int | None:
    """What ``[tool.black]`` and ruff's settings say; None where no formatter is set up."""
    black, settings = tools.get("black"), ruff or tools.get("ruff")
    for table in (black, settings):
        length = table.get("line-length") if isinstance(table, Mapping) else None
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
    return 88 if isinstance(black, Mapping) else None
