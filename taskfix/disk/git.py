"""Asks git what it knows about files."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# A command line has a limit, on some systems a low one.
_PATHS_AT_ONCE = 100


def listing(start: Path) -> list[Path] | None:
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
        top = next((one for one in file.parents if (one / ".git").exists()), None)
        if top is not None:
            trees[top].append(file)
    found = [one for top, inside in trees.items() for one in _changed(top, inside)]
    return sorted(found, key=lambda one: one.path)


def _changed(top: Path, files: Sequence[Path]) -> Iterator[Uncommitted]:
    for start in range(0, len(files), _PATHS_AT_ONCE):
        names = [str(file.relative_to(top)) for file in files[start : start + _PATHS_AT_ONCE]]
        command = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no")
        answer = _git(top, "--literal-pathspecs", *command, "--", *names)
        if answer is None or answer.returncode != 0:
            return
        for entry in filter(None, answer.stdout.split(b"\0")):
            # Two letters, for the index and for the file, and a space come before the name.
            name, on_disk = os.fsdecode(entry[3:]), entry[1:2]
            yield Uncommitted(top / name, staged=on_disk == b" ")


def _git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    command = ["git", "-C", str(directory), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return None
