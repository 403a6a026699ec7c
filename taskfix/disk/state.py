"""Where taskfix keeps what must outlive a run: outside of the project, in the user's own files."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

import platformdirs

VARIABLE = "TASKFIX_STATE_DIR"


def state_directory() -> Path:
    """A directory that only the user can read, made if need be. Raises ``OSError``.

    It is named by ``TASKFIX_STATE_DIR``, or is where the system keeps the state of programs.
    Where there is no such place, as for a user without a home in a container, it is among the
    temporary files.
    """
    *others, last = _candidates()
    for directory in others:
        try:
            return _made(directory)
        except OSError:
            continue
    return _made(last)


def state_directories() -> list[Path]:
    """The directories that earlier runs may have used, as far as they are there."""
    return [directory for directory in _candidates() if _is_ours(directory)]


def remembers_runs() -> bool:
    """Whether there may be something to undo, or to mend."""
    for directory in state_directories():
        with contextlib.suppress(OSError):
            if os.listdir(directory / "runs"):
                return True
    return False


def _candidates() -> list[Path]:
    named = os.environ.get(VARIABLE)
    if named:
        return [Path(named).absolute()]
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    temporary = Path(tempfile.gettempdir(), f"taskfix-{user}")
    return [platformdirs.user_state_path("taskfix", appauthor=False), temporary]


def _made(directory: Path) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Others can write among the temporary files, so what is there already must be ours.
    if not _is_ours(directory) or not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(13, "permission denied", str(directory))
    return directory


def _is_ours(directory: Path) -> bool:
    try:
        status = directory.stat()
    except OSError:
        return False
    own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return own and stat.S_ISDIR(status.st_mode)
