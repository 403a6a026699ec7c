"""Puts a new content into a file, keeping what else the file is: its mode, owner and links."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from taskfix.disk.durable import sync_directory, write_all, write_new
from taskfix.disk.journal import Journal
from taskfix.disk.names import why
from taskfix.model import Change, Problem


@dataclass(frozen=True, slots=True)
class Staged:
    """A new content that lies on the disk, ready to be put into its file."""

    target: Path
    temporary: Path
    data: bytes
    in_place: bool  # overwritten, where renaming would make it another file
    change: Change


class NotWrittenError(Exception):
    """Files cannot be written; the ``problems`` tell the user why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def stage(change: Change, data: bytes, journal: Journal, *, spare: bool = False) -> Staged:
    """Lay the content beside its file, or into the journal where that is not possible.

    A ``spare`` is the old content, which may have to be put back.
    """
    # A link was resolved when the file was found, but the file may have become one since.
    target = Path(change.path).resolve()
    try:
        status = target.stat()
        # Renaming over a read-only file would succeed, and so overrule its owner.
        if not os.access(target, os.W_OK):
            raise NotWrittenError(Problem(change.path, None, "TF906", "is read-only"))
        if target not in journal.index:
            raise NotWrittenError(Problem(change.path, None, "TF907", "has become a link"))
        new, old = temporary_names(target, journal.name, journal.index[target])
        temporary = old if spare else new
        # Renaming would leave the file's other names with the old content.
        in_place = status.st_nlink > 1 or not _written_beside(target, temporary, data, status)
        if in_place:
            temporary = journal.directory / temporary.name
            write_new(temporary, data)
    except OSError as error:
        raise _not_written(change, error) from error
    return Staged(target, temporary, data, in_place, change)


def put(staged: Staged, journal: Journal) -> None:
    """Let the file have its new content, noting it before."""
    try:
        if staged.in_place:
            journal.record_overwriting(staged.target, staged.data)
        else:
            journal.record(staged.target, staged.data)
        _move(staged)
    except OSError as error:
        raise _not_written(staged.change, error) from error


def put_back(spare: Staged, journal: Journal) -> None:
    """Let the file have its old content again; this needs no space on the disk."""
    try:
        _move(spare)
    except OSError as error:
        raise _not_written(spare.change, error) from error
    journal.note_restored(spare.target, spare.data)


def temporary_names(target: Path, run: str, number: int) -> tuple[Path, Path]:
    """The files beside ``target`` that a run uses for its new and its old content."""
    name = f".taskfix-{run}-{number}"
    return target.with_name(name), target.with_name(f"{name}-old")


def _move(staged: Staged) -> None:
    if staged.in_place:
        status = staged.target.stat()
        _overwrite(staged.target, staged.data)
        # Only its owner may say when it was changed; it counts as changed now in any case.
        with contextlib.suppress(PermissionError):
            _date(staged.target, status)
        return
    os.replace(staged.temporary, staged.target)
    sync_directory(staged.target.parent)


def _written_beside(target: Path, temporary: Path, data: bytes, status: os.stat_result) -> bool:
    """Whether a file could be made that may take the place of the target.

    It cannot where the directory takes no new file, or where the file's owner would change.
    """
    try:
        write_new(temporary, data)
    except PermissionError:
        return False
    try:
        _make_like(temporary, target, status)
    except PermissionError:
        os.unlink(temporary)
        return False
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def _make_like(temporary: Path, target: Path, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        os.chown(temporary, status.st_uid, status.st_gid)
    # Also the extended attributes, which hold access rules; but it has been changed just now.
    shutil.copystat(target, temporary)
    _date(temporary, status)
    os.chmod(temporary, stat.S_IMODE(status.st_mode))


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b", buffering=0) as file:
        write_all(file.fileno(), data)
        file.truncate()
        os.fsync(file.fileno())


def _date(file: Path, before: os.stat_result) -> None:
    """Let a file count as changed now, and as later by a second than what it replaces.

    Python, and others that remember what they made of a file, tell its versions apart by whole
    seconds and its size.
    """
    now = time.time()
    if int(now) <= int(before.st_mtime):
        now = int(before.st_mtime) + 1
    os.utime(file, (now, now))


def _not_written(change: Change, error: OSError) -> NotWrittenError:
    message = f"cannot be written: {why(error)}"
    return NotWrittenError(Problem(change.path, None, "TF906", message))
