"""Names the files of a report as the user knows them: relative to the directory he works in.

Everything else knows a file by its path below the project's root, so that what is found does not
depend on where the program is started.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from taskfix.disk.names import display_name
from taskfix.model import Change, Report

_T = TypeVar("_T")
# What a sentence says of a file, it says after its path and perhaps a line.
_END_OF_PATH = re.compile(r"[: ]|$")


def from_above(changes: Sequence[Change]) -> tuple[Path, tuple[Change, ...]]:
    """The changes by the names that they have in the nearest directory which is above them all.

    It is above the working directory as well, and that directory itself unless a file is outside
    of it. No tool applies a diff in which a name begins with ``..``.
    """
    paths = [Path(change.path).resolve() for change in changes]
    directories = [Path.cwd(), *(path.parent for path in paths)]
    try:
        above = Path(os.path.commonpath(directories))
    except ValueError:  # Windows: no directory is above two drives.
        above = Path(os.path.commonpath(directories[1:]))
    names = [path.relative_to(above).as_posix() for path in paths]
    return above, tuple(replace(c, path=n) for c, n in zip(changes, names, strict=True))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a project's files, which are ``known`` by their paths below ``root``."""

    root: Path
    known: frozenset[str]

    def path(self, path: str) -> str:
        """How the user knows a file."""
        return display_name(self.root / path)

    def changes(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """The changes, sorted by the names that the user knows."""
        return tuple(sorted(self.of(tuple(changes)), key=lambda change: change.path))

    def report(self, report: Report) -> Report:
        """The same report for the user."""
        shown = self.of(report)
        return replace(
            shown,
            findings=tuple(sorted(shown.findings, key=lambda f: (f.path, f.span, f.rule))),
            changes=self.changes(report.changes),
            problems=tuple(sorted(shown.problems, key=lambda p: (p.path, p.line or 0, p.code))),
        )

    def of(self, value: _T) -> _T:
        """A value of the model in which all names of files are the user's."""
        return value if Path.cwd() == self.root else self._of(value)

    def _of(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple(map(self._of, value))
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value)]
            return replace(value, **{name: self._of(getattr(value, name)) for name in names})
        return value

    def _text(self, text: str) -> str:
        """A path, or a sentence that starts with one."""
        for end in _END_OF_PATH.finditer(text):
            if text[: end.start()] in self.known:
                return self.path(text[: end.start()]) + text[end.start() :]
        return text
