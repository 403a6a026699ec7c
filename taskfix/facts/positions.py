"""Positions of ``ast`` nodes in code points: ``ast`` counts columns in bytes of UTF-8."""

from __future__ import annotations

import ast
import re

from codemods.edits import FunctionKey, Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class Positions:
    """Converts the positions of one source text."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self._ascii = text.isascii()

    def span(self, node: ast.expr | ast.stmt) -> Span:
        end_line = node.end_lineno or node.lineno
        end_column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return Span(
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end_column),
        )

    def key(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionKey:
        return FunctionKey(node.lineno, node.name)

    def _column(self, line: int, offset: int) -> int:
        if self._ascii:
            return offset
        encoded = self.lines[line - 1].encode()
        return len(encoded[:offset].decode(errors="replace"))


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, without what ends them."""
    return _LINE_END.split(text)
