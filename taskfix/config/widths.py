"""How long a line may be, as the tools that a project has chosen are told."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Mapping
from typing import Any

# [*], [*.py], [*.{py,pyi}], [{*.py,*.md}], [**.py]
_FOR_PYTHON = re.compile(r"^\*+$|[.{,]pyi?(?:$|[,}])")
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


def editor_length(editorconfig: str) -> int | None:
    """What editors are told: the last section of ``.editorconfig`` about Python decides."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        # What stands above the first section is about the file itself.
        parser.read_string("[top]\n" + editorconfig)
    except configparser.Error:
        return None
    sections = [name for name in parser.sections() if _FOR_PYTHON.search(name)]
    found = [parser.get(name, "max_line_length", fallback=None) for name in sections]
    text = next((one.strip() for one in reversed(found) if one is not None), "")
    return int(text) if text.isdecimal() and int(text) > 0 else None
