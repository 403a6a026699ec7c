"""Finds, reads and writes files: everything of the program that touches the disk is here."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from taskfix.model import Change, Problem, Source
from taskfix.patterns import excludes, includes

ROOT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


class Selection(Protocol):
    """What discovery asks of the configuration; patterns are relative to the project's root."""

    @property
    def include(self) -> tuple[str, ...]: ...
    @property
    def exclude(self) -> tuple[str, ...]: ...
    @property
    def extend_exclude(self) -> tuple[str, ...]: ...
    @property
    def respect_gitignore(self) -> bool: ...
    @property
    def force_exclude(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One file to read; ``selected`` tells whether the user asked for it to be changed."""

    path: Path  # absolute, links resolved
    selected: bool

    @property
    def name(self) -> str:
        """The path as reports show it."""
        return display_name(self.path)


# -- finding -----------------------------------------------------------------------------------


def display_name(path: Path) -> str:
    """A path relative to the working directory, with forward slashes."""
    try:
        return PurePosixPath(os.path.relpath(path).replace(os.sep, "/")).as_posix()
    except ValueError:  # Windows: on another drive there is no relative path.
        return path.as_posix()


def find_root(paths: Sequence[Path]) -> Path:
    """The nearest directory above all paths that looks like the root of a project.

    Where none does, it is the nearest directory above all of them.
    """
    located = [_locate(path) for path in paths]
    starts = [path if path.is_dir() else path.parent for path in located]
    common = Path(os.path.commonpath(starts))
    for directory in (common, *common.parents):
        if any((directory / marker).exists() for marker in ROOT_MARKERS):
            return directory
    return common


def discover(
    paths: Sequence[Path], root: Path, config: Selection
) -> tuple[list[Found], list[Problem]]:
    """All Python files of the project, each real file once, sorted by their shown name.

    Files under ``paths`` are selected, and a file that is named itself is taken even if it is
    excluded. Links are not followed: what they lead to within the root is found there, and what
    lies outside is not part of the project.
    """
    selected: set[Path] = set()
    problems: list[Problem] = []
    for path in map(_locate, paths):
        if path.is_dir():
            selected.update(_files_below(path, root, config))
            continue
        problem = _objection(path, root)
        if problem:
            problems.append(problem)
        elif _is_taken(path.resolve(), root, config):
            selected.add(path.resolve())
    everything = selected.union(_files_below(root, root, config))
    found = [Found(path, path in selected) for path in everything]
    return sorted(found, key=lambda one: one.name), problems


def _locate(path: Path) -> Path:
    """Where a path given by the user is: a directory is resolved, a file may be a link."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _is_taken(file: Path, root: Path, config: Selection) -> bool:
    relative = file.relative_to(root).as_posix()
    return not (config.force_exclude and excludes(relative, _exclusions(config)))


def _objection(path: Path, root: Path) -> Problem | None:
    if not path.resolve().is_relative_to(root):
        return Problem(display_name(path), None, "TF908", "is a link to a file outside the project")
    if path.suffix == ".ipynb":
        return Problem(display_name(path), None, "TF909", "notebooks are not supported")
    return None


def _files_below(start: Path, root: Path, config: Selection) -> Iterator[Path]:
    depth = len(start.relative_to(root).parts)
    for path in _listing(start, config):
        if _is_wanted(path, root, config, depth) and not path.is_symlink() and not path.is_dir():
            yield path


def _is_wanted(path: Path, root: Path, config: Selection, depth: int) -> bool:
    relative = path.relative_to(root).as_posix()
    return includes(relative, config.include) and not excludes(
        relative, _exclusions(config), 0 if config.force_exclude else depth
    )


def _exclusions(config: Selection) -> tuple[str, ...]:
    return (*config.exclude, *config.extend_exclude)


def _listing(start: Path, config: Selection) -> Iterable[Path]:
    listed = _git_listing(start) if config.respect_gitignore else None
    return _walk(start, config) if listed is None else listed


def _git_listing(start: Path) -> list[Path] | None:
    """What git tracks or would track below a directory; None where git has no say.

    That is outside of a work tree, without git, and in a directory that git ignores as a whole:
    the user who names such a directory means it.
    """
    ignored = _git(start, "check-ignore", "--quiet", ".")
    if ignored is None or ignored.returncode != 1:
        return None
    listed = _git(start, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if listed is None or listed.returncode != 0:
        return None
    names = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
    # A tracked file that is deleted in the work tree is still listed. A nested repository is
    # listed as its directory, which the caller leaves out: it is another project.
    return [path for name in names if os.path.lexists(path := start / name)]


def _git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    command = ["git", "-C", str(directory), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return None


def _walk(start: Path, config: Selection) -> Iterator[Path]:
    # Excluded directories are left out by the caller as well; not to enter them saves time only.
    patterns = _exclusions(config)
    for directory, subdirectories, names in os.walk(start):
        subdirectories[:] = [name for name in subdirectories if not excludes(name, patterns)]
        yield from (Path(directory, name) for name in names)


# -- reading -----------------------------------------------------------------------------------


def read(found: Found) -> Source | Problem:
    """The bytes of a file, or why there are none."""
    try:
        if not stat.S_ISREG(found.path.stat().st_mode):
            return Problem(found.name, None, "TF901", "cannot be read: not a regular file")
        return Source(found.name, found.path.read_bytes(), found.selected)
    except OSError as error:
        return Problem(found.name, None, "TF901", f"cannot be read: {_why(error)}")


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


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


# -- writing -----------------------------------------------------------------------------------


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
        message = f"cannot be written: {_why(error)}"
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
        message = f"cannot be written: {_why(error)}"
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
