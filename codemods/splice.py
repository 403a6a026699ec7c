"""Carries the changed lines of a rendering over to the original text, byte for byte elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class LossyRenderingError(Exception):
    """A changed line is one that LibCST does not render as it was written."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} cannot be reproduced exactly")
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the newline that ends it, which is empty at the end of the text."""

    text: str
    newline: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines ``start`` to ``end`` (exclusive) are replaced by ``lines``."""

    start: int
    end: int
    lines: tuple[str, ...]


def splice(original: str, read: str, before: str, after: str) -> str:
    """``original`` with what changed from ``before`` to ``after``.

    ``read`` is what LibCST was given for the original, line for line, ``before`` its rendering of
    that and ``after`` that of the result, all three with LF newlines. New lines end like their
    neighbours.
    """
    lines = split_lines(original)
    hunks = _hunks(_texts(before), _texts(after))
    places = _places(_texts(read), _texts(before))
    return _carry([_moved(hunk, places) for hunk in hunks], lines)


def split_lines(text: str) -> list[Line]:
    """The lines of a text as Python counts them: ended by LF, CRLF or CR and by nothing else.

    The last line has no newline, and is empty where the text ends with a newline.
    """
    return [Line(match[1], match[2]) for match in _LINE.finditer(text)][: _line_count(text)]


def _line_count(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text)) + 1


def _texts(text: str) -> list[str]:
    return text.split("\n")


def _hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    # The heuristic for popular lines makes coarse hunks of long files, hence a second look inside.
    hunks: list[Hunk] = []
    for start, end, new_start, new_end in _differences(before, after, coarse=True):
        new = after[new_start:new_end]
        hunks += [
            Hunk(start + inner_start, start + inner_end, tuple(new[new_start:new_end]))
            for inner_start, inner_end, new_start, new_end in _differences(before[start:end], new)
        ]
    return hunks


def _differences(
    before: Sequence[str], after: Sequence[str], *, coarse: bool = False
) -> Iterator[tuple[int, int, int, int]]:
    matcher = SequenceMatcher(None, before, after, autojunk=coarse)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, new_start, new_end


def _places(original: Sequence[str], before: Sequence[str]) -> list[int | None]:
    """For each line of the rendering its index in the original, None where the two differ."""
    if original == before:
        return list(range(len(original)))
    places: list[int | None] = [None] * len(before)
    for block in SequenceMatcher(None, before, original, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            places[block.a + offset] = block.b + offset
    return places


def _moved(hunk: Hunk, places: Sequence[int | None]) -> Hunk:
    if hunk.start == hunk.end:
        start = _insertion_place(hunk.start, places)
        return Hunk(start, start, hunk.lines)
    start_or_none = places[hunk.start]
    length = hunk.end - hunk.start
    if start_or_none is None:
        raise LossyRenderingError(hunk.start + 1)
    if list(places[hunk.start : hunk.end]) != list(range(start_or_none, start_or_none + length)):
        raise LossyRenderingError(hunk.start + 1)
    return Hunk(start_or_none, start_or_none + length, hunk.lines)


def _insertion_place(index: int, places: Sequence[int | None]) -> int:
    """Where an insertion goes that stands before line ``index``, or after the line above it."""
    here = places[index] if index < len(places) else None
    if here is not None:
        return here
    above = places[index - 1] if index else None
    if above is None:
        raise LossyRenderingError(index + 1)
    return above + 1


def _carry(hunks: Sequence[Hunk], lines: Sequence[Line]) -> str:
    parts: list[str] = []
    position = 0
    for hunk in (_ended(hunk, lines) for hunk in hunks):
        parts += [line.text + line.newline for line in lines[position : hunk.start]]
        newlines = _newlines(hunk, lines)
        parts += [text + newline for text, newline in zip(hunk.lines, newlines, strict=True)]
        position = hunk.end
    parts += [line.text + line.newline for line in lines[position:]]
    return "".join(parts)


def _ended(hunk: Hunk, lines: Sequence[Line]) -> Hunk:
    # What is appended to a last line without a newline replaces that line, so that it gets one.
    if hunk.start < len(lines):
        return hunk
    return Hunk(hunk.start - 1, hunk.end, (lines[-1].text, *hunk.lines))


def _newlines(hunk: Hunk, lines: Sequence[Line]) -> list[str]:
    """The newlines of a hunk's new lines: those of the lines they replace, then the local one."""
    replaced = [line.newline for line in lines[hunk.start : hunk.end]]
    local = _local_newline(hunk, lines)
    newlines = [newline or local for newline in replaced[: len(hunk.lines)]]
    newlines += [local] * (len(hunk.lines) - len(newlines))
    # Only the very last line of a text has no newline.
    if hunk.end == len(lines) and newlines:
        newlines[-1] = ""
    return newlines


def _local_newline(hunk: Hunk, lines: Sequence[Line]) -> str:
    nearest = [*lines[max(hunk.start - 1, 0) : hunk.end][::-1], *lines[hunk.end :][:1]]
    nearest += [*lines[: hunk.start][::-1], *lines[hunk.end :]]
    return next((line.newline for line in nearest if line.newline), "\n")
