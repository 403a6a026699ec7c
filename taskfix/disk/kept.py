"""Keeps copies of what would otherwise be lost, where the user can find them."""

from __future__ import annotations

from pathlib import Path

from taskfix.disk.durable import write_new
from taskfix.disk.state import state_directory


def keep_copy(run: str, path: str, data: bytes) -> Path:
    """Put a content that someone has given a file in a run aside. Raises ``OSError``."""
    directory = state_directory() / "kept" / run
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = Path(path).name
    number = sum(1 for _ in directory.iterdir()) + 1
    copy = directory / f"{number}-{name}"
    write_new(copy, data)
    return copy
