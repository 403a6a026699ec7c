"""Sources with «marks» around what an edit is about, and the one way to apply edits to them."""

from __future__ import annotations

import ast
from textwrap import dedent

from codemods.apply import apply_edits
from codemods.edits import Edit, Span


def marked(text: str) -> tuple[str, list[Span]]:
    """The source without its marks, and the span of each pair of marks, in order of its start."""
    spans: list[Span] = []
    opened: list[tuple[int, int, int]] = []
    line, column, plain = 1, 0, ""
    for character in text:
        if character == "«":
            opened.append((len(spans), line, column))
            spans.append(Span(line, column, line, column))
        elif character == "»":
            index, start_line, start_column = opened.pop()
            spans[index] = Span(start_line, start_column, line, column)
        else:
            plain += character
            line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
    return plain, spans


def expect(before: str, edits: list[Edit], after: str, width: int | None = None) -> None:
    """The edits make exactly ``after`` of ``before``, and that is Python."""
    result = apply_edits(dedent(before), edits, width)
    assert result == dedent(after)
    ast.parse(result)
