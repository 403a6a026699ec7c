"""What a function surely adds to a set, whenever it is called, and does nothing else with."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import (
    ADDERS,
    LOGGING_METHODS,
    NOT_KEEPING_METHODS,
    SET_ADDERS,
    SET_REMOVERS,
)
from taskfix.apis.spawners import STARTS_HERE_NAMES
from taskfix.facts.scopes import FunctionNode, Scope, Tree, is_steady
from taskfix.facts.syntax import spelled

_HARMLESS = ADDERS | LOGGING_METHODS | STARTS_HERE_NAMES
_LEAVING = (ast.Return, ast.Raise, ast.Assert, ast.Yield, ast.YieldFrom)


def surely_added(
    node: FunctionNode, own: list[ast.AST], scope: Scope, tree: Tree
) -> Iterator[tuple[str, str]]:
    """(what, name) of each ``what.add(name)`` that nothing goes around.

    A function that also takes out, counts, cancels or runs what it adds does more than to keep.
    """
    leaves = min((part.lineno for part in own if isinstance(part, _LEAVING)), default=None)
    for part in _straight(node.body):
        match part:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=set_, attr=method), args=[ast.Name(id=name)]
                )
            ) if method in SET_ADDERS and (leaves is None or part.lineno < leaves):
                plain = is_steady(name, scope, tree) and _is_only_kept(name, own, tree)
                if plain and _only_grows(ast.unparse(set_), own, tree):
                    yield ast.unparse(set_), name
            case _:
                pass


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run one after the other, also those under a lock."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With):
            yield from _straight(statement.body)


def _only_grows(set_: str, own: list[ast.AST], tree: Tree) -> bool:
    """Report whether the function does nothing with a set but to add and to register callbacks."""
    for part in own:
        if not isinstance(part, (ast.Name, ast.Attribute)) or ast.unparse(part) != set_:
            continue
        method = tree.parents[part]
        call = tree.parents.get(method)
        called = isinstance(call, ast.Call) and call.func is method
        name = method.attr if isinstance(method, ast.Attribute) else ""
        if name not in (SET_ADDERS if called else SET_REMOVERS):
            return False
    return True


def _is_only_kept(name: str, own: list[ast.AST], tree: Tree) -> bool:
    """Report whether a value is stored, returned, logged, and given callbacks; nothing more."""
    reads = [part for part in own if isinstance(part, ast.Name) and part.id == name]
    return all(_is_harmless(part, tree.parents[part], tree) for part in reads)


def _is_harmless(read: ast.Name, parent: ast.AST, tree: Tree) -> bool:
    match parent:
        case ast.Attribute(attr=method):
            return method in NOT_KEEPING_METHODS
        case ast.Call(func=function) if function is not read:
            return spelled(function) in _HARMLESS
        case ast.Return() | ast.Assign() | ast.AnnAssign() | ast.FormattedValue():
            return True
        case _:
            return False
