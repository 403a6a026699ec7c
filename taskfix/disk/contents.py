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
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PORTION = 1 << 20


def read(found: Found, *, writing: bool = True) -> Source | Problem | None:
    """The bytes of a file, or why there are none. ``writing`` asks whether it may be written.

    Of a notebook there is nothing to say where it starts no task.
    """
    try:
        data, mode = _content(found.path)
    except OSError as error:
        return Problem(found.shown, None, "TF901", f"cannot be read: {why(error)}")
    if data is None:
        return Problem(found.shown, None, "TF901", "cannot be read: not a regular file")
    if is_notebook(found.name):
        return unsupported(found.path) if _SPAWNERS.search(data) else None
    writable = not writing or is_writable(found.path, mode)
    return Source(found.name, data, found.selected, writable)


def _content(path: str) -> tuple[bytes | None, int]:
    """What is in a regular file, and its mode, by as few calls of the system as will do."""
    # Who opens a pipe would else wait for somebody to write to it.
    file = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None, status.st_mode
        data = os.read(file, status.st_size + 1)
        if len(data) != status.st_size:
            parts = [data]
            while parts[-1]:
                parts.append(os.read(file, _PORTION))
            data = b"".join(parts)
        return data, status.st_mode
    finally:
        os.close(file)


def is_writable(path: str, mode: int | None = None) -> bool:
    """Whether a file may be written, as far as one is told."""
    # Who may write everywhere is still asked not to by a file that nobody may write. A file that
    # cannot be replaced, because its directory is read-only, can be written in place.
    if not os.access(path, os.W_OK):
        return False
    return bool((os.stat(path).st_mode if mode is None else mode) & 0o222)


def read_setting(path: Path) -> bytes | None:
    """The bytes of a configuration file, or None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def is_there(path: str) -> bool:
    """Whether there is a file of this name: asked of many directories, of which few have one."""
    return os.path.isfile(path)


def holds(path: str, data: bytes) -> bool:
    """Whether a file has exactly this content now."""
    return content(path) == data


def content(path: str | Path) -> bytes | None:
    """The bytes that a file has now, None where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None
