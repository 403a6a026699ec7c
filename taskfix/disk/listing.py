"""Lists the files below a directory: those that git would track, or all where git has no say."""

from __future__ import annotations

import os
from pathlib import Path

from taskfix.disk import git
from taskfix.disk.git import Listing
from taskfix.disk.patterns import excludes


def list_files(start: Path, excluded: tuple[str, ...], *, respect_gitignore: bool) -> Listing:
    """What there is below a directory. Links are not followed.

    Directories that are ``excluded`` may be there or not: not to enter them saves time only.
    """
    listed = git.listing(start) if respect_gitignore else None
    if listed is not None:
        return listed
    found = Listing()
    for directory, below, names in os.walk(start, onerror=lambda e: _note(e, found)):
        here = Path(directory)
        # Below a directory of repositories each knows what of it is to be ignored.
        is_repository = respect_gitignore and here != start and ".git" in (*below, *names)
        inner = git.listing(here) if is_repository else None
        if inner is not None:
            found.files += inner.files
            found.closed += inner.closed
            below.clear()
            continue
        below[:] = [name for name in below if not excludes(name, excluded)]
        found.files += [here / name for name in names]
    return found


def _note(error: OSError, found: Listing) -> None:
    found.closed.append(Path(error.filename))
