"""A folder that remembers bytes under keys, and that may be lost, shared, spoiled or foreign.

Each kind of entry has a folder of its own, with one file a key:

    <cache>/<kind>/<key>     a checksum of the content, and the content

Whatever cannot be read, written or made sense of is as if it had never been there. What is found
is not to be trusted: the folder may have come with a project from someone else.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from hashlib import blake2b
from pathlib import Path

FOLDER = ".taskfix_cache"
_TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of taskfix. See https://bford.info/cachedir/ for what that means.
"""
_IGNORE = b"# Made by taskfix, and of no interest to anybody else.\n*\n"
_CHECKSUM = 16
_KEY = 32
_HEX = frozenset("0123456789abcdef")
_TEMPORARY = ".new-"
_AN_HOUR = 3600


def key_of(*parts: bytes) -> str:
    """The key of what depends on all of the parts, and on nothing else."""
    hashed = blake2b(digest_size=_KEY // 2)
    for part in parts:
        hashed.update(b"%d:" % len(part))
        hashed.update(part)
    return hashed.hexdigest()


class Cache:
    """The entries in a folder, which is made when the first is put there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under a key, None where that is not there any more."""
        path = self._folder / kind / key
        try:
            data = path.read_bytes()
        except OSError:
            return None
        checksum, content = data[:_CHECKSUM], data[_CHECKSUM:]
        if _checksum(kind, key, content) != checksum:
            return None
        # What is used stays longest.
        with contextlib.suppress(OSError):
            os.utime(path)
        return content

    def put(self, kind: str, key: str, content: bytes, *, keep: int) -> None:
        """Remember a content, and of its kind no more than ``keep`` in all, the latest."""
        folder = self._folder / kind
        with contextlib.suppress(OSError):
            _make(self._folder)
            folder.mkdir(exist_ok=True)
            # Else files would be made, and removed, wherever the link of someone else leads to.
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                return
            _put(folder / key, _checksum(kind, key, content) + content)
            _remove_old(folder, keep)


def _checksum(kind: str, key: str, content: bytes) -> bytes:
    return blake2b(f"{kind}/{key}/".encode() + content, digest_size=_CHECKSUM).digest()


def _make(folder: Path) -> None:
    """Make the folder of the cache, so that git and backups leave it out."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return  # what else lies in it is nothing to be ignored by our word
    (folder / ".gitignore").write_bytes(_IGNORE)
    (folder / "CACHEDIR.TAG").write_bytes(_TAG)


def _put(path: Path, data: bytes) -> None:
    """Write a file so that others see all of it or nothing, also when they write the same one."""
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{time.monotonic_ns()}")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _remove_old(folder: Path, keep: int) -> None:
    """Remove all but the latest entries, and what a program that was killed has left."""
    with os.scandir(folder) as entries:
        dated = sorted(((_date(one), one.name) for one in entries), reverse=True)
    entries_left = [name for _, name in dated if len(name) == _KEY and _HEX.issuperset(name)]
    long_ago = time.time() - _AN_HOUR
    left = [name for when, name in dated if name.startswith(_TEMPORARY) and when < long_ago]
    for name in (*entries_left[keep:], *left):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def _date(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:  # another process has removed it
        return 0.0
