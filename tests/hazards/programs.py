"""Reads the programs under ``programs/``: small uses of real frameworks, one section each.

A section begins with ``## what is used``. Its ``python`` blocks are the files of the program.
``observe.py`` is the one that looks at it from outside: it is run, but not given to taskfix, and so
are those that are marked ``unseen``: a library that is not there.

The comment ``# never: code`` on a ``def`` says that this function must never get a parameter, and
why; ``# threaded`` that it gets one where the strategy is ``thread``. With ``# threaded: open`` it
must also have a set of its own for who passes none, and with ``# threaded: keyword`` nobody can
fill the parameter by its place either. All others get none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path(__file__).parent / "programs"
OBSERVER = "observe.py"
_FENCE = re.compile(
    r"^```python (?P<path>\S+)(?P<unseen> unseen)?\n(?P<body>(?:(?!```).*\n)*)```$", re.M
)
_NEVER = re.compile(r"^ *(?:async )?def (?P<name>\w+)\(.*# never: (?P<code>[a-z-]+)$", re.M)
_THREADED = re.compile(r"^ *(?:async )?def (?P<name>\w+)\(.*# threaded(?:: (?P<how>\w+))?$", re.M)


@dataclass(frozen=True, slots=True)
class Program:
    """One program: the files that taskfix is given, and the code that looks at it from outside."""

    group: str  # the name of the file it is in
    name: str
    requires: tuple[str, ...]
    files: dict[str, str]
    observer: str
    unseen: dict[str, str]

    def never(self) -> Iterator[tuple[str, str]]:
        """The functions that must not get a parameter, and the code of the reason."""
        for text in self.files.values():
            yield from ((match["name"], match["code"]) for match in _NEVER.finditer(text))

    def threaded(self) -> set[str]:
        """The functions that get a parameter where threading is preferred."""
        return {name for name, _ in self._marked()}

    def open(self) -> set[str]:
        """Those of them that must have a set where nobody passes one."""
        return {name for name, how in self._marked() if how in {"open", "keyword"}}

    def by_keyword(self) -> set[str]:
        """Those of them that must take it by keyword only."""
        return {name for name, how in self._marked() if how == "keyword"}

    def _marked(self) -> Iterator[tuple[str, str]]:
        for text in self.files.values():
            yield from ((match["name"], match["how"]) for match in _THREADED.finditer(text))


def read_programs() -> list[Program]:
    """Every program, by group."""
    return [program for path in sorted(DIRECTORY.glob("*.md")) for program in _read(path)]


def _read(path: Path) -> Iterator[Program]:
    head, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.M)
    required = re.search(r"^Requires: (.*)$", head, re.M)
    requires = tuple(required[1].split(", ")) if required else ()
    for section in sections:
        name = section.partition("\n")[0].strip()
        blocks = list(_FENCE.finditer(section))
        files = {block["path"]: block["body"] for block in blocks if not block["unseen"]}
        unseen = {block["path"]: block["body"] for block in blocks if block["unseen"]}
        yield Program(path.stem, name, requires, files, files.pop(OBSERVER), unseen)
