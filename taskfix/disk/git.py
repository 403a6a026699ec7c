"""Asks git what it knows about files."""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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
_NO_GIT = 127
_CLOSED = re.compile(rb"^warning: could not open directory '(.*)': .*$", re.M)


@dataclass(frozen=True, slots=True)
class Answer:
    """What git knows of below a directory, and the directories that it cannot look into."""

    files: list[str]  # from the directory on, with forward slashes
    closed: list[Path]


class Question:
    """What does git track, or would it track, below a directory? It is asked at once.

    Git answers while the program does something else. Whoever does not wait for the ``answer``
    gives the question up.
    """

    def __init__(self, start: Path) -> None:
        self._start = start
        # A directory that is the top of its work tree is not ignored in it.
        is_top = os.path.exists(start / ".git")
        self._ignored = None if is_top else _begin(start, "check-ignore", "--quiet", ".")
        self._listed = _begin(start, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
        self.is_silent = False  # git cannot say anything; known with the answer

    @cached_property
    def answer(self) -> Answer | None:
        """What there is; None where git has no say.

        That is outside of a work tree, without git, and in a directory that git ignores as a
        whole: the user who names such a directory means it.
        """
        listed, messages, code = _end(self._listed)
        ignored = _end(self._ignored)[2] if self._ignored else 1
        self.is_silent = code != 0
        if self.is_silent or ignored != 1:
            return None
        # In conflict, a file is listed once for each side.
        files = dict.fromkeys(os.fsdecode(listed).split("\0"))
        files.pop("", None)
        return Answer(list(files), list(_closed(self._start, messages)))

    def give_up(self) -> None:
        """End what is still asking."""
        for process in (self._ignored, self._listed):
            if process is not None and process.returncode is None:
                process.kill()
                process.communicate()


def is_in_work_tree(directory: Path) -> bool:
    """Whether a directory is in a work tree, by the looks of it."""
    return any(os.path.exists(one / ".git") for one in (directory, *directory.parents))


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
    process = _begin(directory, *arguments, settings=settings)
    if process is None:
        return None
    output, messages, code = _end(process)
    return subprocess.CompletedProcess(process.args, code, output, messages)


def _begin(
    directory: Path, *arguments: str, settings: Sequence[str] = _ANYONES
) -> subprocess.Popen[bytes] | None:
    """A git that runs by itself from now on; None where there is no git."""
    command = ["git", *_SETTINGS, *settings, "-C", str(directory), *arguments]
    environment = {k: value for k, value in os.environ.items() if k not in _OF_ONE_REPOSITORY}
    environment["LC_ALL"] = "C"
    try:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError:
        return None


def _end(process: subprocess.Popen[bytes] | None) -> tuple[bytes, bytes, int]:
    """What a git has written, what it says beside that, and its exit code."""
    if process is None:
        return b"", b"", _NO_GIT
    try:
        output, messages = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    return output, messages, process.returncode
