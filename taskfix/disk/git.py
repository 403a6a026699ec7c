"""Asks git what it knows about files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


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


def _git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    command = ["git", "-C", str(directory), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return None
