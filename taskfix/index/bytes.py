"""Searches the bytes of many files for what few of them have, as fast as memory can be read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from taskfix.model import Source

# All files are searched as one text, which takes their size once more. Beyond this it is not worth
# the memory.
_MOST_BYTES = 128_000_000
_BETWEEN = b"\0"
_WORD = re.compile(rb"[\w\x80-\xff]+")


class Bytes:
    """The bytes of all files of a project."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._paths = tuple(sources)
        self._sources = sources
        self._having: dict[bytes, tuple[int, ...]] = {}

    def having(self, *words: bytes) -> Iterator[str]:
        """The paths of the files that have one of some byte strings, in their order."""
        if len(words) == 1:
            found: Iterable[int] = self._indexes(words[0])
        else:
            found = sorted({index for word in words for index in self._indexes(word)})
        return (self._paths[index] for index in found)

    def _indexes(self, word: bytes) -> tuple[int, ...]:
        if word not in self._having:
            self._having[word] = tuple(self._find(word))
        return self._having[word]

    def _find(self, word: bytes) -> Iterator[int]:
        if not self._is_small:
            for index, source in enumerate(self._sources.values()):
                if word in source.data:
                    yield index
            return
        text, starts = self._text, self._starts
        place = text.find(word)
        while place >= 0:
            index = bisect_right(starts, place) - 1
            yield index
            # The rest of the file says nothing new.
            place = text.find(word, starts[index + 1]) if index + 1 < len(starts) else -1

    @cached_property
    def _is_small(self) -> bool:
        return sum(len(source.data) for source in self._sources.values()) <= _MOST_BYTES

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


def lines_with(word: bytes, data: bytes, above: int, below: int) -> Iterator[tuple[int, int]]:
    """The start and end of each part of a text with a word: its line, and some around it."""
    place = data.find(word)
    while place >= 0:
        start = place
        for _ in range(above + 1):
            start = data.rfind(b"\n", 0, max(start, 0))
        end = place + len(word) - 1
        ends = []
        for _ in range(below + 1):
            end = data.find(b"\n", end + 1)
            end = end if end >= 0 else len(data)
            ends.append(end)
        yield start + 1, end
        place = data.find(word, ends[0])


def names_bound(pattern: re.Pattern[bytes], data: bytes) -> frozenset[str]:
    """The names that are bound at the top of a module by lines which match a pattern.

    The pattern starts with a line feed; a statement may bind several names.
    """
    lines = (match[0] for match in pattern.finditer(b"\n" + data))
    words = (word for line in lines for word in _WORD.findall(line.rpartition(b"=")[0]))
    return frozenset(word.decode("utf-8", "surrogateescape") for word in words)
