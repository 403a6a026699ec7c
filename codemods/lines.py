"""A line of small statements becomes several, with its comment beside the call it is about."""

from __future__ import annotations

import libcst as cst

from codemods.comprehension import loop_names, names_outside
from codemods.edits import EditError
from codemods.keep_task import kept_statements
from codemods.kept import Kept
from codemods.statements import Statements, comments, line_of, only_statement

Line = cst.SimpleStatementLine | cst.SimpleStatementSuite


def split_lines(line: Line, kept: Kept, scope: cst.CSTNode, original: cst.CSTNode) -> Statements:
    """The statements for a line that has calls to keep. ``scope`` is the function around it."""
    edit = kept.inside(line)[0]
    kept.lines.clear()
    new: Statements = []
    for small in line.body:
        new += kept_statements(small, kept) if kept.inside(small) else [line_of(small)]
    if loop_names(new) & names_outside(scope, original):
        raise EditError(edit, "a variable of the comprehension has another use in the function")
    new = _with_comment(new, line.trailing_whitespace, kept.lines[-1])
    if comments(new) != comments([*line.body, line.trailing_whitespace]):
        raise EditError(edit, "a comment inside of the statement would be lost")
    return new


def _with_comment(
    statements: Statements, end: cst.TrailingWhitespace, line: cst.SimpleStatementLine
) -> Statements:
    commented = line.with_changes(trailing_whitespace=end)
    return [
        commented if new is line else only_statement(_replaced(new, line, commented))
        for new in statements
    ]


def _replaced(
    statement: cst.CSTNode, line: cst.SimpleStatementLine, commented: cst.SimpleStatementLine
) -> cst.CSTNode:
    if isinstance(statement, cst.SimpleStatementLine):
        return statement
    replaced = statement.deep_replace(line, commented)
    assert isinstance(replaced, cst.CSTNode)
    return replaced
