"""Which lines of a function run only when it ends: its ``finally``, what is below its ``yield``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import AWAITING, ENDING_NAMES, IDLE_NAMES
from taskfix.facts.scopes import FUNCTIONS, FunctionNode, Tree
from taskfix.facts.syntax import loop_around, spelled
from taskfix.facts.values import Values

_INNER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


def finals(node: FunctionNode, own: list[ast.AST], tree: Tree) -> Iterator[tuple[int, int]]:
    """(first, last) line of each part. ``own`` are the nodes of the function's own body."""
    for part in own:
        if isinstance(part, ast.Try) and part.finalbody and loop_around(tree, part) is None:
            last = part.finalbody[-1]
            yield part.finalbody[0].lineno, last.end_lineno or last.lineno
        elif isinstance(part, (ast.Yield, ast.YieldFrom)):
            line = part.end_lineno or part.lineno
            if loop_around(tree, tree.statement_of(part)) is None:
                yield line + 1, node.end_lineno or line
                return  # what is below the next is among these lines


def waits_from(node: FunctionNode, tree: Tree, values: Values) -> int | None:
    """The line from which on a function only waits for what is there already, or closes it."""
    first = None
    for statement in reversed(node.body):
        if not _only_ends(statement, tree, values):
            break
        first = statement.lineno
    return first


def _only_ends(statement: ast.stmt, tree: Tree, values: Values) -> bool:
    """Report whether all that a statement waits for is what is there already, or a closing."""
    parts = list(tree.order.own([statement], *_INNER))
    awaits = [part for part in parts if isinstance(part, ast.Await)]
    if any(isinstance(part, (ast.For, ast.AsyncFor)) for part in (statement, *parts)):
        return all(isinstance(part.value, ast.Name) for part in awaits)
    return all(_is_ending(part.value, values) for part in awaits)


def _is_ending(awaited: ast.expr, values: Values) -> bool:
    match awaited:
        case ast.Call(func=function):
            name = spelled(function)
            known = bool(values.of(function) & AWAITING) or name in IDLE_NAMES
            return known or ENDING_NAMES.fullmatch(name) is not None
        case _:
            return isinstance(awaited, (ast.Name, ast.Attribute))
