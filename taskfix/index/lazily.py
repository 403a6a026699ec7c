"""A sequence that is found as far as somebody asks, and then remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from taskfix.index.too_far import TooFar

Item = TypeVar("Item")


class Lazily(Generic[Item]):
    """What an iterator yields. ``TooFar``, if it ends so, is raised for all who go as far."""

    def __init__(self, source: Iterator[Item]) -> None:
        self._source = source
        self._found: list[Item] = []
        self._ended = False
        self._too_far: TooFar | None = None

    def __iter__(self) -> Iterator[Item]:
        index = 0
        while index < len(self._found) or self._more():
            yield self._found[index]
            index += 1

    def __bool__(self) -> bool:
        return bool(self._found) or self._more()

    def _more(self) -> bool:
        """Find one more."""
        if not self._ended:
            try:
                self._found.append(next(self._source))
            except StopIteration:
                self._ended = True
            except TooFar as far:
                self._ended, self._too_far = True, far
            else:
                return True
        if self._too_far is not None:
            raise self._too_far
        return False
