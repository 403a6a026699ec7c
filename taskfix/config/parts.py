"""What the packages within a project say of their own files, where there are several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from taskfix.config.checkers import Checks
from taskfix.config.packaging import Packaging, PackagingError, read_packaging
from taskfix.disk.contents import is_there

_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Part:
    """A directory of the project that is packaged by itself; None says nothing."""

    directory: str  # relative to the project's root, with forward slashes
    min_python: tuple[int, int] | None
    line_length: int | None
    checks: Checks

    def holds(self, path: str) -> bool:
        return path.startswith(f"{self.directory}/")


def read_parts(root: Path, files: Iterable[str]) -> Iterator[tuple[Part, Packaging]]:
    """The packages around the files below the root, the outer before the inner."""
    for directory in sorted(_above(files)):
        if any(is_there(f"{root}/{directory}/{name}") for name in _FILES):
            try:
                said = read_packaging(root / directory)
            except PackagingError:
                continue  # a broken file of a part is its own affair
            yield Part(directory, said.min_python, said.line_length, said.checks), said


def _above(files: Iterable[str]) -> set[str]:
    """The directories that the files are in, at whatever depth, but for the root."""
    above: set[str] = set()
    for file in files:
        directory = file.rpartition("/")[0]
        while directory and directory not in above:
            above.add(directory)
            directory = directory.rpartition("/")[0]
    return above
