"""How a file and what the operating system says of it are shown in reports."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath


def display_name(path: Path) -> str:
    """A path relative to the working directory, with forward slashes."""
    try:
        return PurePosixPath(os.path.relpath(path).replace(os.sep, "/")).as_posix()
    except ValueError:  # Windows: on another drive there is no relative path.
        return path.as_posix()


def why(error: OSError) -> str:
    """The operating system's reason, as the end of a sentence."""
    return (error.strerror or str(error)).lower()
