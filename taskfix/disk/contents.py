"""Reads what stands in files."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from taskfix.apis.spawners import STARTS_HERE_NAMES
from taskfix.disk.discovery import Found, is_notebook, unsupported
from taskfix.disk.names import why
from taskfix.model import Problem, Source

# What a notebook has to do with us.
_SPAWNERS = re.compile(rb"\b(?:%s)\b" % "|".join(sorted(STARTS_HERE_NAMES)).encode())


def read(found: Found, *, writing: bool = True) -> Source | Problem | None:
    """The bytes of a file, or why there are none. ``writing`` asks whether it may be written.

    Of a notebook there is nothing to say where it starts no task.
    """
    try:
        mode = found.path.stat().st_mode
        if not stat.S_ISREG(mode):
            return Problem(found.shown, None, "TF901", "cannot be read: not a regular file")
        data = found.path.read_bytes()
        if is_notebook(found.path):
            return unsupported(found.path) if _SPAWNERS.search(data) else None
        writable = not writing or _is_writable(found.path, mode)
        return Source(found.name, data, found.selected, writable)
    except OSError as error:
        return Problem(found.shown, None, "TF901", f"cannot be read: {why(error)}")


def _is_writable(path: Path, mode: int) -> bool:
    # Who may write everywhere is still asked not to by a file that nobody may write. A file that
    # cannot be replaced, because its directory is read-only, can be written in place.
    return bool(mode & 0o222) and os.access(path, os.W_OK)


def read_setting(path: Path) -> bytes | None:
    """The bytes of a configuration file, or None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def holds(path: str, data: bytes) -> bool:
    """Whether a file has exactly this content now."""
    return content(path) == data


def content(path: str | Path) -> bytes | None:
    """The bytes that a file has now, None where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None
