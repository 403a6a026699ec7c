"""Lists the files below a directory: those that git would track, or all where git has no say."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from taskfix.disk import git
from taskfix.disk.patterns import Filter


@dataclass(slots=True)
class Listing:
    """The files, by their paths from the root on, and the directories that cannot be looked into.

    Paths have forward slashes.
    """

    files: list[str] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)


def list_files(
    root: Path, start: Path, wanted: Filter, question: git.Question | None, *, ask: bool = True
) -> Listing:
    """The wanted files below a directory of the project; links are not followed.

    What git answers to the question counts, if there is one and it has an answer. ``ask`` tells
    whether it may also be asked about the repositories that are found.
    """
    top, prefix = _folder(root), _folder(start.relative_to(root))
    if question is not None and question.answer is not None:
        names = (prefix + name for name in question.answer.files)
        return Listing(list(_real(top, names, wanted)), question.answer.closed)
    return _walk(top, prefix, wanted, ask=ask)


def beside(root: Path, directory: Path, wanted: Filter) -> list[str]:
    """The wanted files that are in a directory itself, as far as one may look."""
    found, _ = _look_into(_folder(root), _folder(directory.relative_to(root)), wanted, Listing())
    return found


def _folder(path: Path) -> str:
    """What the names in a directory are put behind."""
    name = path.as_posix()
    return "" if name == "." else name if name.endswith("/") else f"{name}/"


def _real(top: str, names: Iterable[str], wanted: Filter) -> Iterator[str]:
    """Those of the wanted files that are on the disk, and are neither links nor directories.

    Git lists a tracked file that is deleted in the work tree, and a nested repository as its
    directory: that is another project.
    """
    for name in names:
        if wanted.file(name) and wanted.directory(name.rpartition("/")[0]):
            try:
                mode = os.lstat(top + name).st_mode
            except OSError:
                continue
            if not stat.S_ISLNK(mode) and not stat.S_ISDIR(mode):
                yield name


def _walk(top: str, prefix: str, wanted: Filter, *, ask: bool) -> Listing:
    listing, folders = Listing(), [prefix]
    while folders:
        here = folders.pop()
        found, below = _look_into(top, here, wanted, listing)
        # Below a directory of repositories each knows what of it is to be ignored.
        if ask and here != prefix and os.path.exists(f"{top}{here}.git"):
            inner = git.Question(Path(top + here)).answer
            if inner is not None:
                listing.files += _real(top, (here + name for name in inner.files), wanted)
                listing.closed += inner.closed
                continue
        listing.files += found
        folders += below
    return listing


def _look_into(
    top: str, here: str, wanted: Filter, listing: Listing
) -> tuple[list[str], list[str]]:
    """The wanted files in a directory, and the directories in it as folders."""
    files, folders = [], []
    try:
        with os.scandir(top + here or ".") as entries:
            for entry in entries:
                name = here + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if wanted.directory(name):
                        folders.append(f"{name}/")
                elif wanted.file(name) and not entry.is_symlink():
                    files.append(name)
    except OSError:
        listing.closed.append(Path(top + here))
    return files, folders
