"""Decides by glob patterns which paths of a project are included and excluded."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

_MAGIC = re.compile(r"[*?[]")


class Patterns:
    """Some glob patterns, of which most are plain names or endings: those are told by looking."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        globs = [pattern.removeprefix("./").rstrip("/") for pattern in patterns]
        globs += [glob.removeprefix("**/") for glob in globs]  # "**/" may stand for no directory
        plain = {glob for glob in globs if not _MAGIC.search(glob)}
        endings = {glob for glob in globs if glob[:1] == "*" and not _MAGIC.search(glob, 1)}
        others = sorted(set(globs) - plain - endings)
        self._plain = frozenset(plain)
        self._endings = tuple(glob[1:] for glob in endings)
        self._others = re.compile("|".join(map(fnmatch.translate, others))) if others else None

    def match(self, relative: str) -> bool:
        """Whether a path, relative to the root, matches a pattern by its name or as a whole."""
        if relative.endswith(self._endings):
            return True
        if not self._plain and self._others is None:
            return False
        name = relative[relative.rfind("/") + 1 :]
        if name in self._plain or relative in self._plain:
            return True
        others = self._others
        return others is not None and bool(others.match(name) or others.match(relative))


def includes(relative: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, relative to the root, matches a pattern by its name or as a whole."""
    return compiled(patterns).match(relative)


def excludes(relative: str, patterns: tuple[str, ...], depth: int = 0) -> bool:
    """Whether a pattern names the path or a directory above it.

    The first ``depth`` directories do not count: the user has named them, so they are meant.
    """
    pattern = compiled(patterns)
    parts = relative.split("/")
    return any(pattern.match("/".join(parts[: end + 1])) for end in range(depth, len(parts)))


@lru_cache
def compiled(patterns: tuple[str, ...]) -> Patterns:
    """The patterns, made ready to be asked for many paths."""
    return Patterns(patterns)


class Filter:
    """Which files and directories are looked for, by their paths from the project's root on.

    The first ``depth`` directories of a path are not excluded, and the ``known`` ones are not
    looked into again.
    """

    def __init__(
        self,
        include: tuple[str, ...],
        exclude: tuple[str, ...],
        depth: int = 0,
        known: frozenset[str] = frozenset(),
    ) -> None:
        self._include, self._exclude = compiled(include), compiled(exclude)
        self._depth = depth
        self._directories = {"": True, **dict.fromkeys(known, False)}

    def file(self, relative: str) -> bool:
        """Whether a file is looked for, if its directory is."""
        return self._include.match(relative) and not self._is_excluded(relative)

    def directory(self, relative: str) -> bool:
        """Whether files are looked for in a directory."""
        wanted = self._directories.get(relative)
        if wanted is None:
            above = relative.rpartition("/")[0]
            wanted = self.directory(above) and not self._is_excluded(relative)
            self._directories[relative] = wanted
        return wanted

    def _is_excluded(self, relative: str) -> bool:
        return relative.count("/") >= self._depth and self._exclude.match(relative)
