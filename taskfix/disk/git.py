"""Asks git what it knows about files."""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# A command line has a limit, on some systems a low one.
_PATHS_AT_ONCE = 100


# What git tells a hook about its repository would be wrong for any other.
_OF_ONE_REPOSITORY = frozenset(
    [
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"),
    ]
)
# In a container the files often belong to someone else. Nothing of the repository is run for us,
# no hook either: it is told when an index is written.
_SETTINGS = ("--no-optional-locks", "-c", "core.fsmonitor=false")
_ANYONES = ("-c", "safe.directory=*")
_FILTERS = r"^filter\..*\.(clean|process|required)$"
_CLOSED = re.compile(rb"^warning: could not open directory '(.*)': .*$", re.M)


@dataclass(slots=True)
class Listing:
    """The files below a directory, and the directories that cannot be looked into."""

    files: list[Path] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)


def listing(start: Path) -> Listing | None:
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
    files = [path for name in names if os.path.lexists(path := start / name)]
    return Listing(files, list(_closed(start, listed.stderr)))


def is_silent(start: Path) -> bool:
    """Whether a directory is in a work tree, by the looks of it, and git says nothing about it."""
    if not any(os.path.exists(one / ".git") for one in (start, *start.parents)):
        return False
    answer = _git(start, "rev-parse", "--is-inside-work-tree")
    return answer is None or answer.returncode != 0


def _closed(start: Path, messages: bytes) -> Iterator[Path]:
    """The directories that git says it could not look into: it names them from its top on."""
    top = next((one for one in (start, *start.parents) if os.path.exists(one / ".git")), start)
    for match in _CLOSED.finditer(messages):
        yield top / os.fsdecode(match[1])


@dataclass(frozen=True, slots=True)
class Uncommitted:
    """A file that git tracks and that differs from the last commit."""

    path: Path
    staged: bool  # in the index, and the file is as it is there


def uncommitted(files: Iterable[Path]) -> list[Uncommitted]:
    """The files that have changes which no commit has, sorted by path.

    A file that git does not track has no state that a change could be mixed up with. Where there
    is no work tree, or no git, there is none either.
    """
    trees: dict[Path, list[Path]] = defaultdict(list)
    for file in files:
        top = next((one for one in file.parents if os.path.exists(one / ".git")), None)
        if top is not None:
            trees[top].append(file)
    found = [one for top, inside in trees.items() for one in _changed(top, inside)]
    return sorted(found, key=lambda one: one.path)


def _changed(top: Path, files: Sequence[Path]) -> Iterator[Uncommitted]:
    for start in range(0, len(files), _PATHS_AT_ONCE):
        names = [str(file.relative_to(top)) for file in files[start : start + _PATHS_AT_ONCE]]
        command = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no")
        asked = ("--literal-pathspecs", *command, "--", *names)
        answer = _git(top, *asked, settings=())
        if answer is not None and answer.returncode != 0:
            answer = _git(top, *asked, settings=_without_filters(top))
        if answer is None or answer.returncode != 0:
            return
        for entry in filter(None, answer.stdout.split(b"\0")):
            # Two letters, for the index and for the file, and a space come before the name.
            name, on_disk = os.fsdecode(entry[3:]), entry[1:2]
            yield Uncommitted(top / name, staged=on_disk == b" ")


def _without_filters(top: Path) -> tuple[str, ...]:
    """What lets git compare the files of someone else, without the programs that they name."""
    known = _git(top, "config", "--null", "--name-only", "--get-regexp", _FILTERS)
    names = os.fsdecode(known.stdout).split("\0") if known is not None else []
    return (*_ANYONES, *(word for name in names if name for word in ("-c", f"{name}=")))


def _git(
    directory: Path, *arguments: str, settings: Sequence[str] = _ANYONES
) -> subprocess.CompletedProcess[bytes] | None:
    command = ["git", *_SETTINGS, *settings, "-C", str(directory), *arguments]
    environment = {k: value for k, value in os.environ.items() if k not in _OF_ONE_REPOSITORY}
    environment["LC_ALL"] = "C"
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError:
        return None
