"""Reads the files under ``ways/``: one kind of ways to reach a function each, a section per way.

The blocks above the first section are the project that all its sections begin with. A block of a
section is one more file, takes the place of the file of that path or, marked ``added``, is put
below it. The line ``Denied: code`` says that no function gets a parameter, and why; the line
``Threaded: path::function`` names the one that does, or several with commas between them; and
``Asked: path::function`` those that do where threading is preferred, and not otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path(__file__).parent / "ways"
_FENCE = re.compile(
    r"^```python (?P<path>\S+)(?P<added> added)?\n(?P<body>(?:(?!```).*\n)*)```$", re.M
)
_EXPECTED = re.compile(r"^(?P<what>Denied|Threaded|Asked): (?P<value>\S+)$", re.M)


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the project as it is with it, and what must come of it."""

    kind: str  # the name of the file it is in
    name: str
    files: dict[str, str]
    denied: str | None = None  # the code of the reason
    threaded: str | None = None  # the functions that get the parameter
    asked: str | None = None  # those that do where threading is preferred


def read_ways() -> list[Way]:
    """Every way, by kind."""
    return [way for path in sorted(DIRECTORY.glob("*.md")) for way in _read(path)]


def _read(path: Path) -> Iterator[Way]:
    head, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.M)
    project = _with_blocks({}, head)
    for section in sections:
        name, _, text = section.partition("\n")
        expected = _EXPECTED.findall(text)
        assert len(expected) == 1, f"{path.name}: {name}: says {len(expected)} things to expect"
        way = {what.lower(): value for what, value in expected}
        yield Way(path.stem, name.strip(), _with_blocks(project, text), **way)


def _with_blocks(project: dict[str, str], text: str) -> dict[str, str]:
    files = dict(project)
    for block in _FENCE.finditer(text):
        path, body = block["path"], block["body"]
        files[path] = f"{files[path]}\n\n{body}" if block["added"] else body
    return files
