"""Looks into what was read from TOML and JSON, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(value: object, *keys: str) -> Mapping[str, Any]:
    """The table at a path of keys, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
