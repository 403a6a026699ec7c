"""Tells which files surely have the content that they had, without reading them.

As in the index of git, a file is recognised by when it was changed, its size and its number on the
disk. One that was changed just before it was looked at may be changed again within the same tick
of the clock, so nothing is remembered of that ("racily clean" is what git calls it).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping

from taskfix.disk.cache import Cache, key_of
from taskfix.disk.discovery import Found

_KIND = "files"
# How many projects may share a cache and be remembered.
_PROJECTS = 16
# The clock of a file system may tick every other second.
_TICK_NS = 2_000_000_000


class Unchanged:
    """The files of one project, and what is known of their contents."""

    def __init__(self, cache: Cache, root: str) -> None:
        self._cache = cache
        self._key = key_of(os.fsencode(root))
        self._known = dict(_entries(cache.get(_KIND, self._key) or b""))
        self._seen: dict[str, str] = {}  # what files are recognised by, if they may be

    def digests(self, files: Iterable[Found]) -> dict[str, str]:
        """The digest of each file that is what it was, by its name."""
        latest = time.time_ns() - _TICK_NS
        found = {}
        for file in files:
            signature = _signature(file.path, latest)
            if signature is None:
                continue
            self._seen[file.name] = signature
            known, digest = self._known.get(file.name, ("", ""))
            if known == signature:
                found[file.name] = digest
        return found

    def remember(self, digests: Mapping[str, str]) -> None:
        """Remember the contents of files that were read after they were looked for."""
        new = {
            name: (signature, digests[name])
            for name, signature in self._seen.items()
            if name in digests
        }
        if new != self._known:
            lines = (f"{seen} {digest} {name}" for name, (seen, digest) in new.items())
            data = "\0".join(lines).encode("utf-8", "surrogateescape")
            self._cache.put(_KIND, self._key, data, keep=_PROJECTS)
            self._known = new


def _signature(path: str, latest: int) -> str | None:
    """What a file is recognised by; None where it may yet change without its being seen."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    changed, modified = status.st_ctime_ns, status.st_mtime_ns
    if changed >= latest or modified >= latest:
        return None
    return f"{modified} {changed} {status.st_size} {status.st_ino}"


def _entries(data: bytes) -> Iterable[tuple[str, tuple[str, str]]]:
    for line in data.decode("utf-8", "surrogateescape").split("\0"):
        # The name comes last, for it may hold anything.
        signature_digest_name = line.split(" ", 5)
        if len(signature_digest_name) == 6:
            *signature, digest, name = signature_digest_name
            yield name, (" ".join(signature), digest)
