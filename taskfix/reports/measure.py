"""Counts the bytes that changes change: the fewest that must come and go to make them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from taskfix.model import Change

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
# So much is compared byte with byte at once. What is longer is compared in pieces, each with a few
# times as many bytes of what it has become, so that the time grows only as the file does.
_WHOLE = 8_000
_PIECE = 1_000
_GROWTH = 8
# What a piece has become goes on as long as one more byte of the piece is in so many others.
_WORTH = 16


@dataclass(frozen=True, slots=True)
class Measure:
    """``changed`` bytes came or went, of the ``total`` of those that came, went or stayed."""

    changed: int
    total: int
    edits: int


def measure(changes: Iterable[Change]) -> Measure:
    """The sum over changes. Every changed byte is inside of an edit: a gate has seen to that."""
    changed = total = edits = 0
    for change in changes:
        came = len(change.after) - (stayed := _stayed(change.before, change.after))
        changed += came + len(change.before) - stayed
        total += len(change.before) + came
        edits += change.edits
    return Measure(changed, total, edits)


def _stayed(before: bytes, after: bytes) -> int:
    """How many bytes are still there, in their order."""
    old, new = deque(_LINE.findall(before)), deque(_LINE.findall(after))
    stayed, left = 0, len(before)
    while old and new and old[-1] == new[-1]:
        stayed += len(new.pop())
        left -= len(old.pop())
    while old and new:
        if old[0] == new[0]:
            stayed += len(new.popleft())
            left -= len(old.popleft())
        elif left <= _WHOLE:
            *_, found = _common(b"".join(old), new)
            return stayed + found
        else:
            piece = _first(old)
            found, lines = _became(piece, new)
            stayed += found
            left -= len(piece)
            for _ in range(lines):
                new.popleft()
    return stayed


def _first(old: deque[bytes]) -> bytes:
    """Take the next lines off that make a piece."""
    piece = old.popleft()
    while old and len(piece) + len(old[0]) <= _PIECE:
        piece += old.popleft()
    return piece


def _became(piece: bytes, new: deque[bytes]) -> tuple[int, int]:
    """How many bytes of a piece are in what it has become, and how many lines that is."""
    best = common = lines = size = 0
    for number, (line, found) in enumerate(zip(new, _common(piece, new), strict=True), start=1):
        size += len(line)
        if found * _WORTH - size > best:
            best, common, lines = found * _WORTH - size, found, number
        if found == len(piece) or size > len(piece) * _GROWTH:
            break
    return common, lines


def _common(piece: bytes, lines: Iterable[bytes]) -> Iterator[int]:
    """After each line the length of the longest common subsequence of the piece and the lines.

    The algorithm is that of Hyyrö ("Bit-parallel LCS-length computation revisited", 2004): a row
    of the table is one number, in which a zero stands for each byte of the piece that is found.
    """
    places: dict[int, int] = {}
    for index, byte in enumerate(piece):
        places[byte] = places.get(byte, 0) | 1 << index
    everywhere = (1 << len(piece)) - 1
    row = everywhere
    for line in lines:
        for byte in line:
            matches = row & places.get(byte, 0)
            row = (row + matches | row - matches) & everywhere
        yield len(piece) - row.bit_count()
