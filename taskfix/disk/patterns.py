"""Decides by glob patterns which paths of a project are included and excluded."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache


def includes(relative: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, relative to the root, matches a pattern by its name or as a whole."""
    return _matches(_compiled(patterns), relative)


def excludes(relative: str, patterns: tuple[str, ...], depth: int = 0) -> bool:
    """Whether a pattern names the path or a directory above it.

    The first ``depth`` directories do not count: the user has named them, so they are meant.
    """
    pattern = _compiled(patterns)
    parts = relative.split("/")
    prefixes = ("/".join(parts[: end + 1]) for end in range(depth, len(parts)))
    return any(_matches(pattern, prefix) for prefix in prefixes)


def _matches(pattern: re.Pattern[str], relative: str) -> bool:
    name = relative.rpartition("/")[2]
    return bool(pattern.match(name) or pattern.match(relative))


@lru_cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    globs = [pattern.removeprefix("./").rstrip("/") for pattern in patterns]
    globs += [glob.removeprefix("**/") for glob in globs]  # "**/" may stand for no directory
    return re.compile("|".join(map(fnmatch.translate, globs)) or r"(?!)")
