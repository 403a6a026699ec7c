"""Reads a case: a Markdown file with a sentence that says why, and the code before and after.

The first ``python`` block of a path is what goes in, the second is what must come out; a path
without a second block is left alone. The path may be left out where a case has one file only.
A block marked ``read-only`` belongs to the project but may not be changed. A ``toml`` block holds
the configuration. A paragraph that begins with ``Not yet:`` says why the case cannot pass today.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from taskfix.config import Config

_FENCE = re.compile(r"^```(?P<info>\w.*)\n(?P<body>(?:(?!```).*\n)*)```$", re.M)


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its file tells it."""

    why: str
    before: dict[str, str]
    after: dict[str, str]
    read_only: frozenset[str] = frozenset()
    settings: dict[str, Any] = field(default_factory=dict)
    not_yet: str | None = None

    def config(self) -> Config:
        """The configuration of the case: everything it does not name has its default."""
        return Config(**self.settings)


def read_case(path: Path) -> Case:
    """Read the case file, which must say why in words and hold at least one block of code."""
    text = path.read_text(encoding="utf-8")
    prose = [part.strip() for part in _FENCE.sub("", text).split("\n\n") if part.strip()]
    late = [part.removeprefix("Not yet:").strip() for part in prose if part.startswith("Not yet:")]
    case = Case(prose[0] if prose else "", {}, {}, not_yet=late[0] if late else None)
    return _with_blocks(case, text)


def _with_blocks(case: Case, text: str) -> Case:
    read_only: set[str] = set()
    settings: dict[str, Any] = {}
    for block in _FENCE.finditer(text):
        language, *words = block["info"].split()
        if language == "toml":
            settings.update(_settings(block["body"]))
            continue
        path = words[0] if words else "app.py"
        side = case.after if path in case.before else case.before
        assert path not in side, f"{path} has more than two blocks"
        side[path] = block["body"]
        if "read-only" in words:
            read_only.add(path)
    return Case(case.why, case.before, case.after, frozenset(read_only), settings, case.not_yet)


def _settings(body: str) -> dict[str, Any]:
    """Read ``key = value`` lines, which is all the TOML that a case needs on every Python."""
    pairs = (line.split("=", 1) for line in body.splitlines() if line.strip())
    return dict(_setting(key.strip(), value.strip()) for key, value in pairs)


def _setting(key: str, value: str) -> tuple[str, Any]:
    parsed = ast.literal_eval(value.title() if value in ("true", "false") else value)
    if key == "target-version":
        return "min_python", tuple(int(part) for part in parsed.split("."))
    return key.replace("-", "_"), tuple(parsed) if isinstance(parsed, list) else parsed
