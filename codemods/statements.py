"""Small things that every edit of statements needs: lines, blocks, leading lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import libcst as cst

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Statements: TypeAlias = list[Statement]


def parse_statements(code: str) -> Statements:
    """The statements of a piece of code, the way they are written in it."""
    return [only_statement(statement) for statement in cst.parse_module(code).body]


def only_statement(statement: cst.CSTNode) -> Statement:
    """The same node, known to be a whole statement."""
    assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return statement


def line_of(statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    """The statement on a line of its own."""
    bare = statement.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return cst.SimpleStatementLine([bare])


def as_block(suite: cst.BaseSuite) -> cst.IndentedBlock:
    """``if c: a(); b()`` has a one-line suite, which becomes an indented block."""
    if isinstance(suite, cst.IndentedBlock):
        return suite
    assert isinstance(suite, cst.SimpleStatementSuite)
    lines = [line_of(small) for small in suite.body]
    lines[-1] = lines[-1].with_changes(trailing_whitespace=suite.trailing_whitespace)
    return cst.IndentedBlock(lines)


def with_leading_lines(statement: Statement, lines: Iterable[cst.EmptyLine]) -> Statement:
    """The statement under other blank lines and comments."""
    return only_statement(statement.with_changes(leading_lines=tuple(lines)))


def leading_lines(statement: Statement) -> Sequence[cst.EmptyLine]:
    """The blank lines and comments above a statement."""
    lines: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    return lines


def blank_lines(lines: Sequence[cst.EmptyLine]) -> int:
    """How many blank lines stand before the first comment."""
    for count, line in enumerate(lines):
        if line.comment is not None:
            return count
    return len(lines)


def with_blank_lines(statement: Statement, count: int) -> Statement:
    """The statement under at least that many blank lines."""
    lines = leading_lines(statement)
    missing = max(count - blank_lines(lines), 0)
    return with_leading_lines(statement, [*[blank_line()] * missing, *lines])


def blank_line() -> cst.EmptyLine:
    """An empty line without indentation."""
    return cst.EmptyLine(indent=False)


def defines(statement: cst.CSTNode) -> bool:
    """Whether the statement is one that formatters surround with blank lines."""
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def is_docstring(statement: cst.CSTNode) -> bool:
    """Whether the statement begins with a string on its own, as docstrings are."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString()), *_]):
            return True
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.ConcatenatedString()), *_]):
            return True
    return False


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and everything inside of it, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(current.children)


def comments(nodes: Iterable[cst.CSTNode]) -> list[str]:
    """The comments inside of nodes, sorted."""
    return sorted(
        inner.value for node in nodes for inner in walk(node) if isinstance(inner, cst.Comment)
    )
