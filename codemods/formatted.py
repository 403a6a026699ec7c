"""Rewrites f-strings in place so that a Python before 3.12 reads them, or what is in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codemods.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Field:
    """``{value!r:>{width}}``: from ``start`` to ``end``, the expression up to ``rest``."""

    start: int
    rest: int
    end: int
    groups: tuple[Group, ...]  # the strings in the expression
    specs: tuple[Field, ...]  # the fields of the format


@dataclass(frozen=True, slots=True)
class String:
    """One string with its prefix, from ``start`` to ``end``. A plain one has no fields."""

    start: int
    end: int
    prefix: str
    quote: str
    fields: tuple[Field, ...] = ()

    @property
    def is_formatted(self) -> bool:
        return not {"f", "t"}.isdisjoint(self.prefix.lower())


Group: TypeAlias = tuple[String, ...]  # strings in a row, which are one string


def mend(group: Sequence[String], canvas: Canvas) -> None:
    """Make the strings of a group readable: by other quotes, or as tuples of what is in them."""
    broken = [part for part in group if part.is_formatted and not is_readable(part, canvas)]
    if all(swap_quotes(part, canvas) for part in broken):
        return
    for part in group:
        if part.is_formatted:
            _unwrap(part, canvas)
        else:
            canvas.blank(part.start, part.end)
    for part in group:
        for field in _all_fields(part.fields):
            for inner in field.groups:
                mend(inner, canvas)


def is_readable(part: String, canvas: Canvas) -> bool:
    try:
        ast.parse(f"({canvas.text(part.start, part.end)}\n)")
    except SyntaxError:
        return False
    return True


def swap_quotes(part: String, canvas: Canvas) -> bool:
    """Gives the strings inside other quotes than the one around has, if that is all it takes."""
    before = canvas.text(part.start, part.end)
    quote = part.quote[0]
    other = '"' if quote == "'" else "'"
    for inner in inside(part):
        code = canvas.text(inner.start, inner.end)
        if other not in code:
            canvas.write(inner.start, code.replace(quote, other))
    if is_readable(part, canvas):
        return True
    canvas.write(part.start, before)
    return False


def inside(part: String) -> Iterator[String]:
    """The strings in the fields of a string, at any depth."""
    for field in _all_fields(part.fields):
        for group in field.groups:
            for inner in group:
                yield inner
                yield from inside(inner)


def _all_fields(fields: Sequence[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _all_fields(field.specs)


def _unwrap(part: String, canvas: Canvas) -> None:
    """``f"a {x!r} b"`` becomes ``+(   x  ,  )``."""
    opening, quote = len(part.prefix), len(part.quote)
    place = part.start + opening + quote
    canvas.write(part.start, "+" * opening + "(" + " " * (quote - 1))
    for field in part.fields:
        canvas.blank(place, field.start)
        _unwrap_field(field, canvas, opening=" ", closing=",")
        place = field.end
    canvas.blank(place, part.end - quote)
    canvas.write(part.end - quote, ")" + " " * (quote - 1))


def _unwrap_field(field: Field, canvas: Canvas, *, opening: str, closing: str) -> None:
    canvas.write(field.start, opening)
    place = field.rest
    for spec in field.specs:
        canvas.blank(place, spec.start)
        _unwrap_field(spec, canvas, opening=",", closing=" ")
        place = spec.end
    canvas.blank(place, field.end)
    canvas.write(field.end - 1, closing)
