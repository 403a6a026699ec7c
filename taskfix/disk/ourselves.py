"""Tells one version of this program from another, also while it is being written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from taskfix import __version__

# What decides what is found; of LibCST, which reads what Python cannot, one file tells the version.
_OURS = ("taskfix", "codemods")
_THEIRS = "libcst"


def stamp() -> bytes:
    """What is different whenever the program may come to another result."""
    return "\n".join([__version__, sys.version, *_ours(), _theirs()]).encode(
        "utf-8", "surrogateescape"
    )


def _ours() -> Iterator[str]:
    for package in _OURS:
        spec = find_spec(package)
        for top in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(_files(top, package))


def _files(directory: str, name: str) -> Iterator[str]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path, f"{name}/{entry.name}")
            elif entry.name.endswith(".py"):
                yield f"{name}/{entry.name} {_signature(entry.stat())}"


def _theirs() -> str:
    spec = find_spec(_THEIRS)
    if spec is None or spec.origin is None:
        return ""
    return _signature(Path(spec.origin).with_name("_version.py").stat())


def _signature(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns} {status.st_size}"
