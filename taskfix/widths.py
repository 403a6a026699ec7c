"""How long a line may be, as the tools that a project has chosen are told."""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Mapping
from typing import Any

_LINTERS = ("flake8", "pycodestyle", "pep8")


def line_length(
    tools: Mapping[str, Any],
    ruff: Mapping[str, Any],
    inis: Iterable[configparser.RawConfigParser],
) -> int | None:
    """What its formatter keeps to, else what its linter bears; None where nothing is said."""
    black, settings = tools.get("black"), ruff or tools.get("ruff")
    for table in (black, settings):
        length = table.get("line-length") if isinstance(table, Mapping) else None
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
    return 88 if isinstance(black, Mapping) else _of_linter(inis)


def _of_linter(inis: Iterable[configparser.RawConfigParser]) -> int | None:
    for ini in inis:
        for section in _LINTERS:
            for key in ("max-line-length", "max_line_length"):
                length = ini.get(section, key, fallback="").strip()
                if length.isdecimal() and int(length) > 0:
                    return int(length)
    return None
