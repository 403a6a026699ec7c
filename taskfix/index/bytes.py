"""Searches the bytes of many files for what few of them have, as fast as memory can be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property

from taskfix.model import Source

# All files are searched as one text, which takes their size once more. Beyond this it is not worth
# the memory.
_MOST_BYTES = 128_000_000
_BETWEEN = b"\0"


class Bytes:
    """The bytes of all files of a project."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._paths = tuple(sources)
        self._sources = sources

    def having(self, *words: bytes) -> Iterator[str]:
        """The paths of the files that have one of some byte strings, in their order."""
        if sum(len(source.data) for source in self._sources.values()) > _MOST_BYTES:
            for path, source in self._sources.items():
                if any(word in source.data for word in words):
                    yield path
            return
        found = {index for word in words for index in self._indexes(word)}
        yield from (self._paths[index] for index in sorted(found))

    def _indexes(self, word: bytes) -> Iterator[int]:
        text, starts = self._text, self._starts
        place = text.find(word)
        while place >= 0:
            index = bisect_right(starts, place) - 1
            yield index
            # The rest of the file says nothing new.
            place = text.find(word, starts[index + 1]) if index + 1 < len(starts) else -1

    @cached_property
    def _text(self) -> bytes:
        return _BETWEEN.join(source.data for source in self._sources.values())

    @cached_property
    def _starts(self) -> list[int]:
        starts, start = [], 0
        for source in self._sources.values():
            starts.append(start)
            start += len(source.data) + len(_BETWEEN)
        return starts
