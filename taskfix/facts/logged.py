"""Whether a number goes nowhere but to a logger, so that the program does the same without it."""

from __future__ import annotations

import ast

from taskfix.apis.callables import LOGGING_METHODS
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled


def is_logged(size: ast.expr, tree: Tree) -> bool:
    """Report whether a number is an argument of a logger, or a variable that is one."""
    statement = tree.statement_of(size)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is size:
            owner = tree.lookup(name, tree.scope_of(statement))
            loads = tree.loads(name, owner) if owner is not None else ()
            return all(is_logged(load, tree) for load in loads)
        case ast.If(test=test) if tree.order.contains(test, size):
            return is_only_logged(statement)
        case ast.Expr(value=ast.Call(func=function)):
            return spelled(function) in LOGGING_METHODS
        case _:
            return False


def is_only_logged(branch: ast.If) -> bool:
    """Report whether all that depends on a condition is what is logged."""
    return all(
        isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Call)
        and spelled(part.value.func) in LOGGING_METHODS
        for part in (*branch.body, *branch.orelse)
    )
