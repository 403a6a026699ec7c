"""Reads how much work a run of taskfix was, in files and bytes, and says what is too much of it.

Seconds depend on the machine; how often a file is read and parsed does not. A run tells the number
of files in its JSON document, and all it counts where ``TASKFIX_STATISTICS`` names a file for it: a
JSON object of numbers, or of further such objects. A counter is named by the way to it, as in
``layers.flow.bytes``; which ones there are is up to the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

VARIABLE = "TASKFIX_STATISTICS"


def read_counters(output: Path, statistics: Path) -> dict[str, int]:
    """What a run told in its JSON document, and in the file that it was asked for."""
    files = _document(output).get("files", {})
    told = {name: len(x) if isinstance(x, list) else x for name, x in files.items()}
    return {**dict(_numbers(told)), **dict(_numbers(_document(statistics)))}


def too_much(
    counters: Mapping[str, int],
    at_most: Mapping[str, int],
    once: Sequence[tuple[str, str]] = (),
    changed: int = 0,
) -> Iterator[str]:
    """What of the work was more than is allowed, or was done twice.

    ``once`` names pairs: a counter of collections and one of the different files collected. Files
    that the run has ``changed`` may have been collected once more. A number that is missing is too
    much as well: nobody would notice otherwise that it is no longer counted.
    """
    needed = {*at_most, *(name for pair in once for name in pair)}
    missing = needed - counters.keys()
    yield from (f"{name} was not counted" for name in sorted(missing))
    for name, limit in at_most.items():
        if name not in missing and counters[name] > limit:
            yield f"{name} is {counters[name]}, not at most {limit}"
    for times, files in once:
        if not {times, files} & missing and counters[times] > counters[files] + changed:
            yield f"{times} is {counters[times]} for {counters[files]} {files}"


def _document(path: Path) -> dict[str, Any]:
    """What a file holds as JSON, nothing where it is not there or was not finished."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(found: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, int]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{above}{name}.")
        elif isinstance(value, int):
            yield f"{above}{name}", value
