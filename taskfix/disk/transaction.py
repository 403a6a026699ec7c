"""Writes a set of changes: all of them or none."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from taskfix.disk.contents import holds
from taskfix.disk.names import why
from taskfix.model import Change, Problem


@dataclass(frozen=True, slots=True)
class _Staged:
    """A new content that lies on the disk beside the file it will replace."""

    target: Path
    temporary: Path
    change: Change


class _NotWrittenError(Exception):
    """One change of a transaction cannot be made, so that none is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def write(changes: Sequence[Change]) -> tuple[Problem, ...]:
    """Write all changes or none; the problems say why nothing was written.

    Every new content is put on the disk before the first file is replaced. If one cannot be
    replaced, or the run is interrupted, the files replaced so far get their old bytes back.
    """
    staged: list[_Staged] = []
    begun: list[_Staged] = []
    try:
        for change in changes:
            staged.append(_stage(change, change.after))
        for one in staged:
            _expect_unchanged(one.change)
            begun.append(one)  # before it happens: an interrupt may come at any time
            _replace(one)
    except _NotWrittenError as error:
        return (error.problem, *_roll_back(begun))
    except BaseException:
        _roll_back(begun)
        raise
    finally:
        for one in staged:
            one.temporary.unlink(missing_ok=True)
    return ()


def _stage(change: Change, data: bytes) -> _Staged:
    # A link was resolved when the file was found; its target may have become one since.
    target = Path(change.path).resolve()
    try:
        status = target.stat()
        # Renaming over a read-only file would succeed, and so overrule its owner.
        if not os.access(target, os.W_OK):
            raise _NotWrittenError(Problem(change.path, None, "TF906", "is read-only"))
        temporary = _write_beside(target, data, status)
    except OSError as error:
        message = f"cannot be written: {why(error)}"
        raise _NotWrittenError(Problem(change.path, None, "TF906", message)) from error
    return _Staged(target, temporary, change)


def _write_beside(target: Path, data: bytes, status: os.stat_result) -> Path:
    """Put data into a new file with the mode and the owner of the target."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):
                os.chown(name, status.st_uid, status.st_gid)
        os.chmod(name, stat.S_IMODE(status.st_mode))
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _expect_unchanged(change: Change) -> None:
    if not holds(change.path, change.before):
        message = "was changed by someone else during the run"
        raise _NotWrittenError(Problem(change.path, None, "TF906", message))


def _replace(staged: _Staged) -> None:
    try:
        os.replace(staged.temporary, staged.target)
    except OSError as error:
        message = f"cannot be written: {why(error)}"
        raise _NotWrittenError(Problem(staged.change.path, None, "TF906", message)) from error


def _roll_back(begun: Sequence[_Staged]) -> tuple[Problem, ...]:
    """Give the files their old bytes back, and tell which could not be restored."""
    problems = []
    with _uninterrupted():
        for one in reversed(begun):
            if not holds(one.change.path, one.change.after):
                continue
            try:
                _replace(_stage(one.change, one.change.before))
            except _NotWrittenError as error:
                message = f"could not be restored: {error}"
                problems.append(Problem(one.change.path, None, "TF906", message))
    return tuple(problems)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an impatient second Ctrl-C not stop the restoring of files."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
