"""Whether the ``with`` statement around a call plainly ends while the program goes on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.syntax import loop_around

_WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)


def is_brief(node: ast.expr, tree: Tree) -> bool:
    """Report whether a call is entered by a ``with`` statement that must soon be left.

    What a body waits for may be the end of the program, as in ``await server.serve()``. So there
    must be a sign that it is not: nothing is waited for, a loop enters it again and again, or the
    function has a result to give after it.
    """
    item = tree.parents.get(node)
    if not isinstance(item, ast.withitem) or item.context_expr is not node:
        return False
    statement = tree.parents[item]
    assert isinstance(statement, (ast.With, ast.AsyncWith))
    inside = [part for child in statement.body for part in _own(child)]
    if not any(isinstance(part, _WAITING) for part in inside):
        return True
    if any(_gives(part) for part in inside) or loop_around(tree, statement) is not None:
        return True
    function = tree.function_of(statement)
    later = _own(function) if isinstance(function, FUNCTIONS) else ()
    end = statement.end_lineno or statement.lineno
    return any(
        isinstance(part, ast.Return) and part.lineno > end and _gives(part) for part in later
    )


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and its parts, without those of functions that are defined in it."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            yield from _own(child)


def _gives(part: ast.AST) -> bool:
    """``return value``"""
    if not isinstance(part, ast.Return) or part.value is None:
        return False
    return not (isinstance(part.value, ast.Constant) and part.value.value is None)
