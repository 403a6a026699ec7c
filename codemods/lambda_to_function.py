"""LambdaToFunction: a lambda becomes a nested function just above its statement."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from codemods.edits import EditError, LambdaToFunction
from codemods.keep_task import evaluated
from codemods.kept import Kept
from codemods.statements import (
    Statement,
    Statements,
    blank_lines,
    leading_lines,
    parse_statements,
    walk,
    with_blank_lines,
    with_leading_lines,
)

# Where a lambda is evaluated at another time, or another number of times, than the statement.
_BARRIERS = (
    cst.While,
    cst.FunctionDef,
    cst.ClassDef,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.MatchCase,
    cst.CompFor,
    cst.BaseComp,
    cst.Lambda,
)


def as_function(lambda_: cst.Lambda, edit: LambdaToFunction, kept: Kept) -> cst.FunctionDef:
    """The function that does what the lambda does, and keeps its task."""
    if not _is_trivial(lambda_.body, kept):
        raise EditError(edit, "the lambda does more than to return the call")
    if any(_computed(node) for node in walk(lambda_.params)):
        raise EditError(edit, "the lambda has a default that is computed")
    result = " -> None" if edit.annotate else ""
    function = parse_statements(f"def {edit.name}(){result}: body\n")[0]
    assert isinstance(function, cst.FunctionDef)
    return function.with_changes(
        params=lambda_.params, body=cst.IndentedBlock(evaluated(lambda_.body, kept))
    )


def _is_trivial(body: cst.BaseExpression, kept: Kept) -> bool:
    match body:
        # lambda: call()
        case cst.Call() if kept.has(body):
            return True
        # lambda: call().method()
        case cst.Call(func=cst.Attribute(value=value)):
            return kept.has(value)
    return False


def _computed(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Param) or node.default is None:
        return False
    return any(isinstance(inner, (cst.Call, cst.Await, cst.NamedExpr)) for inner in walk(node))


def statement_of(path: Sequence[cst.CSTNode], edit: LambdaToFunction) -> cst.CSTNode:
    """The statement, or one-line suite, above which the function goes.

    ``path`` leads from the module to the lambda.
    """
    for index in range(len(path) - 2, -1, -1):
        node = path[index]
        if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            return _outside_class(node, path[:index], edit)
        elif_ = isinstance(node, cst.If) and isinstance(path[index - 1], cst.If)
        if elif_ or isinstance(node, _BARRIERS):
            raise EditError(edit, f"the lambda is part of a {type(node).__name__}")
        if isinstance(node, cst.BaseCompoundStatement):
            return _outside_class(node, path[:index], edit)
    raise EditError(edit, "the lambda is in no statement")


def _outside_class(
    statement: cst.CSTNode, above: Sequence[cst.CSTNode], edit: LambdaToFunction
) -> cst.CSTNode:
    # A function in the body of a class would become an attribute of the class.
    for node in reversed(above):
        if isinstance(node, cst.FunctionDef):
            return statement
        if isinstance(node, cst.ClassDef):
            raise EditError(edit, "the lambda is in the body of a class")
    return statement


def spaced(
    functions: Sequence[cst.FunctionDef], statement: Statement, *, first: bool, blank: int
) -> Statements:
    """The functions and then the statement, with blank lines between them as formatters want.

    ``first`` tells that the statement is the first of its block. Comments stay above it.
    """
    lines = leading_lines(statement)
    count = blank_lines(lines)
    top = with_blank_lines(with_leading_lines(functions[0], lines[:count]), 0 if first else blank)
    others = [with_blank_lines(function, blank) for function in functions[1:]]
    rest = with_leading_lines(statement, lines[count:])
    return [top, *others, with_blank_lines(rest, blank)]
