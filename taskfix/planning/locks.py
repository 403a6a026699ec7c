"""Files that must stay as they are, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codemods.edits import UneditableError
from taskfix.index.library import Library
from taskfix.model import Problem, Reason


@dataclass(frozen=True, slots=True)
class Lock:
    """Why one file is not changed. ``problem`` is told if there was something to change."""

    reason: Reason
    problem: Problem | None = None


class Locks:
    """The files that are locked: those of which it is known before, and those that turn out so."""

    def __init__(self, library: Library, found: Mapping[str, Lock] | None = None) -> None:
        self._library = library
        self._found = found or {}

    def get(self, path: str) -> Lock | None:
        if path in self._found:
            return self._found[path]
        source, module = self._library.sources.get(path), self._library.module(path)
        if module is not None and module.generated:
            return _generated(path)
        return _unwritable(path) if source is not None and not source.writable else None

    def and_also(self, path: str, lock: Lock) -> Locks:
        return Locks(self._library, {**self._found, path: lock})


def uneditable(path: str, error: UneditableError) -> Lock:
    """The lock of a file that Python reads and LibCST does not reproduce."""
    if error.too_deep:
        reason = Reason("too-deep", f"{path} is nested too deeply to be changed")
        message = "is nested too deeply to be changed; take the deep expression apart"
        return Lock(reason, Problem(path, error.line, "TF905", message))
    reason = Reason("not-reproducible", f"{path} cannot be changed: {error}")
    message = f"cannot be changed without changing other bytes: {error}"
    return Lock(reason, Problem(path, error.line, "TF904", message))


def problems_of(locks: Locks, kept: Iterable[str]) -> Iterator[Problem]:
    """The problems of the files ``kept``, which have something that should have been changed."""
    for path in sorted(set(kept)):
        lock = locks.get(path)
        if lock is not None and lock.problem is not None:
            yield lock.problem


def _unwritable(path: str) -> Lock:
    reason = Reason("not-writable", f"{path} cannot be written")
    message = "cannot be written, so nothing in it is changed; make it writable or exclude it"
    return Lock(reason, Problem(path, None, "TF906", message))


def _generated(path: str) -> Lock:
    return Lock(Reason("generated-code", f"{path} is generated"))
