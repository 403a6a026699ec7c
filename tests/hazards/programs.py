"""Reads the programs under ``programs/``: small uses of real frameworks, one section each.

A section begins with ``## what is used``. Its ``python`` blocks are the files of the program, and
``observe.py`` is the one that looks at it from outside: it is run, but not given to taskfix. The
comment ``# never: code`` on a ``def`` says that this function must never get a parameter, and why;
``# threaded`` that it gets one where the strategy is ``thread``. All others get none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path(__file__).parent / "programs"
OBSERVER = "observe.py"
_FENCE = re.compile(r"^```python (?P<path>\S+)\n(?P<body>(?:(?!```).*\n)*)```$", re.M)
_NEVER = re.compile(r"^ *(?:async )?def (?P<name>\w+)\(.*# never: (?P<code>[a-z-]+)$", re.M)
_THREADED = re.compile(r"^ *(?:async )?def (?P<name>\w+)\(.*# threaded$", re.M)


@dataclass(frozen=True, slots=True)
class Program:
    """One program: the files that taskfix is given, and the code that looks at it from outside."""

    group: str  # the name of the file it is in
    name: str
    requires: tuple[str, ...]
    files: dict[str, str]
    observer: str

    def never(self) -> Iterator[tuple[str, str]]:
        """The functions that must not get a parameter, and the code of the reason."""
        for text in self.files.values():
            yield from ((match["name"], match["code"]) for match in _NEVER.finditer(text))

    def threaded(self) -> set[str]:
        """The functions that get a parameter where threading is preferred."""
        return {name for text in self.files.values() for name in _THREADED.findall(text)}


def read_programs() -> list[Program]:
    """Every program, by group."""
    return [program for path in sorted(DIRECTORY.glob("*.md")) for program in _read(path)]


def _read(path: Path) -> Iterator[Program]:
    head, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.M)
    required = re.search(r"^Requires: (.*)$", head, re.M)
    requires = tuple(required[1].split(", ")) if required else ()
    for section in sections:
        name = section.partition("\n")[0].strip()
        files = {block["path"]: block["body"] for block in _FENCE.finditer(section)}
        yield Program(path.stem, name, requires, files, files.pop(OBSERVER))
