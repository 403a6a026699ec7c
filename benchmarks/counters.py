"""Reads how much work a run of taskfix was, in files and bytes, and says what is too much of it.

Seconds depend on the machine; how often a file is read and parsed does not. A run writes its
counters where the environment variable ``TASKFIX_STATISTICS`` says::

    {"files": {"scanned": 718, "changed": 2},
     "layers": {"outline": {"files": 41, "bytes": 310211, "collections": 41, "most": 1},
                "flow": {"files": 12, "bytes": 88150, "collections": 14, "most": 2}},
     "questions": {"asked": 212, "most_files": 17},
     "processes": 1}

``files`` and ``bytes`` of a layer are those of distinct files, ``collections`` counts how often any
of them was collected, and ``most`` how often one content was at most. What a run does not tell is
None.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "TASKFIX_STATISTICS"


@dataclass(frozen=True, slots=True)
class Layer:
    """How much one layer of the facts has read."""

    files: int | None = None
    bytes: int | None = None
    collections: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Counters:
    """The work of one run."""

    scanned: int | None = None
    parsed: int | None = None
    changed: int | None = None
    layers: Mapping[str, Layer] = field(default_factory=dict)
    asked: int | None = None
    most_files: int | None = None
    processes: int | None = None


def read_counters(statistics: Path, output: Path) -> Counters:
    """What a run told, in the file it was asked for and in its JSON document."""
    told, document = _document(statistics), _document(output)
    questions = _part(told, "questions")
    files = {**_part(document, "files"), **_part(told, "files")}
    changed = files.get("changed")
    return Counters(
        scanned=_count(files.get("scanned")),
        parsed=_count(files.get("parsed")),
        changed=len(changed) if isinstance(changed, list) else _count(changed),
        layers={name: _layer(row) for name, row in _part(told, "layers").items()},
        asked=_count(questions.get("asked")),
        most_files=_count(questions.get("most_files")),
        processes=_count(told.get("processes")),
    )


def too_much(
    counters: Counters,
    *,
    files: Mapping[str, int] | None = None,
    looked_at: int | None = None,
    changed: int = 0,
) -> Iterator[str]:
    """What of the work was done twice, or was more than is allowed.

    ``files`` says how many files each layer may read, ``looked_at`` how many may be looked at for
    one question, and ``changed`` how many files the run has read again because it changed them.
    A number that is missing is too much as well: nobody would notice otherwise that it is gone.
    """
    for name, layer in counters.layers.items():
        if layer.most != 1:
            yield f"{name}: one content was collected {layer.most} times"
        if layer.files is None or layer.collections is None:
            yield f"{name}: what was collected was not counted"
        elif layer.collections > layer.files + changed:
            yield f"{name}: {layer.collections} collections of {layer.files} files"
    for name, limit in (files or {}).items():
        read = counters.layers[name].files if name in counters.layers else None
        if read is None or read > limit:
            yield f"{name}: {read} files, not at most {limit}"
    if looked_at is not None and (counters.most_files is None or counters.most_files > looked_at):
        yield f"{counters.most_files} files for one question, not at most {looked_at}"


def _document(path: Path) -> dict[str, Any]:
    """What a file holds as JSON, nothing where it is not there or was not finished."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _layer(row: Any) -> Layer:
    counts = row if isinstance(row, dict) else {}
    names = ("files", "bytes", "collections", "most")
    return Layer(**{name: _count(counts.get(name)) for name in names})


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None
