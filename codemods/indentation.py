"""Moves the lines inside of an expression's brackets to the right, or to the left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import libcst as cst

from codemods.expressions import code_of

Node = TypeVar("Node", bound=cst.BaseExpression)


def deeper(expression: Node, unit: str) -> Node:
    """The expression with its further lines indented by ``unit`` more."""
    return _moved(expression, lambda text: unit + text)


def shallower(expression: Node, unit: str) -> Node:
    """The expression with its further lines indented by ``unit`` less."""
    return _moved(expression, lambda text: text.removeprefix(unit))


def moved_right(expression: Node, columns: int) -> Node:
    """The expression with its further lines moved along, if they are aligned with its first.

    That is, if the second stands right below what follows a bracket of the first.
    """
    first, _, rest = code_of(expression).partition("\n")
    column = len(rest) - len(rest.lstrip(" "))
    follows = 0 < column < len(first) and first[column - 1] in "([{"
    return deeper(expression, " " * columns) if follows else expression


def _moved(expression: Node, change: Callable[[str], str]) -> Node:
    moved = expression.visit(_Lines(change))
    assert isinstance(moved, type(expression))
    return moved


class _Lines(cst.CSTTransformer):
    """Changes the indentation of the lines inside of brackets."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def leave_ParenthesizedWhitespace(  # noqa: N802 - LibCST names it after the node
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        empty = [
            line.with_changes(whitespace=self._changed(line.whitespace)) if line.comment else line
            for line in updated_node.empty_lines
        ]
        return updated_node.with_changes(
            empty_lines=empty, last_line=self._changed(updated_node.last_line)
        )

    def _changed(self, whitespace: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
        return whitespace.with_changes(value=self._change(whitespace.value))
