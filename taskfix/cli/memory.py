"""Remembers what an analysis has come to, for as long as nothing that it depends on changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from taskfix.cli.options import Options
from taskfix.config import Config
from taskfix.disk.cache import FOLDER, Cache, key_of
from taskfix.disk.contents import is_writable
from taskfix.disk.discovery import Found, is_project
from taskfix.disk.ourselves import stamp
from taskfix.disk.unchanged import Unchanged
from taskfix.model import Report
from taskfix.reports.stored import from_bytes, to_bytes

_KIND = "reports"
_KEPT = 8


def cache_of(root: Path, config: Config, options: Options) -> Cache | None:
    """The cache that the user wants to have used, if any.

    Nobody who looks at some files outside of a project wants to find a folder beside them.
    """
    if not options.cache:
        return None
    named = options.cache_dir
    if named is None and config.cache_dir is not None:
        named = root / config.cache_dir
    if named is not None:
        return Cache(named.resolve())
    return Cache(root / FOLDER) if is_project(root) else None


def digest(data: bytes) -> str:
    """What a content is told from others by."""
    return blake2b(data, digest_size=16).hexdigest()


class Memory:
    """What is remembered of a project under a configuration."""

    def __init__(self, cache: Cache, root: Path, config: Config, *, judging: bool) -> None:
        self._cache = cache
        self._files = Unchanged(cache, str(root))
        # How the project is verified, and where this is kept, decides nothing.
        settings = repr(replace(config, verify=None, cache_dir=None))
        kind = b"judged" if judging else b"proposed"
        self._constant = (stamp(), kind, settings.encode("utf-8", "surrogateescape"))

    def digests(self, files: Sequence[Found]) -> dict[str, str]:
        """The digests of the files that have not changed, by their names."""
        return self._files.digests(files)

    def key(self, files: Sequence[Found], digests: Mapping[str, str], *, writing: bool) -> str:
        """What stands for an analysis of these contents; a file without one takes no part."""
        lines = []
        for one in files:
            if one.name in digests:
                writable = not writing or is_writable(one.path)
                lines.append(f"{digests[one.name]} {one.selected:d}{writable:d} {one.name}")
        return key_of(*self._constant, "\0".join(lines).encode("utf-8", "surrogateescape"))

    def report(self, key: str) -> Report | None:
        """What the analysis has come to, None where nobody knows."""
        data = self._cache.get(_KIND, key)
        return None if data is None else from_bytes(data)

    def remember(
        self, digests: Mapping[str, str], key: str = "", report: Report | None = None
    ) -> None:
        """Remember the contents of the files and, where it is new, what was found in them."""
        if report is not None:
            self._cache.put(_KIND, key, to_bytes(report), keep=_KEPT)
        self._files.remember(digests)
