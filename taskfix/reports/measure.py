"""Counts the bytes that changes change, from what was there before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from taskfix.model import Change

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_MANY = 5_000


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
        came, went = _difference(change.before, change.after)
        changed += came + went
        total += len(change.before) + came
        edits += change.edits
    return Measure(changed, total, edits)


def _difference(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes came and how many went."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    came = went = 0
    for start, end, new_start, new_end in _unequal(SequenceMatcher(None, old, new)):
        one, other = b"".join(old[start:end]), b"".join(new[new_start:new_end])
        # Inside of the few lines that differ byte is compared with byte.
        bytes_ = SequenceMatcher(None, one, other, autojunk=len(one) > _MANY)
        for first, last, new_first, new_last in _unequal(bytes_):
            went += last - first
            came += new_last - new_first
    return came, went


def _unequal(matcher: SequenceMatcher[Any]) -> Iterator[tuple[int, int, int, int]]:
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, new_start, new_end
