"""A sequence that is found as far as somebody asks, and then remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Lazily(Generic[Item]):
    """What an iterator yields. What it raises is raised again for all who go as far."""

    def __init__(self, source: Iterator[Item]) -> None:
        self._source = source
        self._found: list[Item] = []
        self._end: Exception | None = None

    def __iter__(self) -> Iterator[Item]:
        index = 0
        while index < len(self._found) or self._more():
            yield self._found[index]
            index += 1

    def __bool__(self) -> bool:
        return bool(self._found) or self._more()

    def _more(self) -> bool:
        if self._end is None:
            try:
                self._found.append(next(self._source))
            except Exception as end:  # StopIteration as well: it is the usual end
                self._end = end
                return self._more()
            return True
        if isinstance(self._end, StopIteration):
            return False
        raise self._end
