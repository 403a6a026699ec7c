"""Reads what stands in files."""

from __future__ import annotations

import stat
from pathlib import Path

from taskfix.disk.discovery import Found
from taskfix.disk.names import why
from taskfix.model import Problem, Source


def read(found: Found) -> Source | Problem:
    """The bytes of a file, or why there are none."""
    try:
        if not stat.S_ISREG(found.path.stat().st_mode):
            return Problem(found.name, None, "TF901", "cannot be read: not a regular file")
        return Source(found.name, found.path.read_bytes(), found.selected)
    except OSError as error:
        return Problem(found.name, None, "TF901", f"cannot be read: {why(error)}")


def read_setting(path: Path) -> bytes | None:
    """The bytes of a configuration file, or None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def holds(path: str, data: bytes) -> bool:
    """Whether a file has exactly this content now."""
    try:
        return Path(path).read_bytes() == data
    except OSError:
        return False
