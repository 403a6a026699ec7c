"""Whether a function waits, at its end, until all that is in one of its sets is done."""

from __future__ import annotations

import ast
from collections.abc import Collection

from taskfix.apis.callables import (
    AWAITING,
    GATHERING,
    LOGGING_METHODS,
    NOT_KEEPING,
    PASSING_THROUGH,
    WAITING,
)
from taskfix.facts.scopes import FUNCTIONS, FunctionNode, Tree
from taskfix.facts.syntax import stops_early
from taskfix.facts.values import Values

_QUIET = (ast.Return, ast.Expr, ast.Assign, ast.AnnAssign, ast.Pass)
_LEAVING = (ast.Await, ast.Yield, ast.YieldFrom)


class Waiting:
    """Judges the ends of the functions of one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values

    def is_at_end(self, function: FunctionNode, made: ast.stmt, set_: Collection[ast.AST]) -> bool:
        """Report whether a function ends when all is done that is in a set.

        ``made`` is the statement of its body that makes the set, ``set_`` are the mentions of it.
        """
        body = list(function.body)
        while body and self._is_quiet(body[-1]):
            body.pop()
        if not body or made not in body or body[-1] is made:
            return False
        own = self.tree.order.own(body[body.index(made) : -1], *FUNCTIONS, ast.Lambda, ast.ClassDef)
        if any(isinstance(part, ast.Return) for part in own):
            return False
        match body[-1]:
            # if tasks:
            case ast.If(test=test, body=[inner], orelse=[]):
                return self._is_plain(test, set_) and self._waits(inner, set_)
            case last:
                return self._waits(last, set_)

    def _is_quiet(self, statement: ast.stmt) -> bool:
        """Report whether nothing runs in a statement but what only looks at its arguments."""
        if not isinstance(statement, _QUIET):
            return False
        parts = self.tree.order.inside(statement)
        if any(isinstance(part, _LEAVING) for part in parts):
            return False
        return all(self._only_looks(part) for part in parts if isinstance(part, ast.Call))

    def _only_looks(self, call: ast.Call) -> bool:
        if self.values.of(call.func) & (NOT_KEEPING | PASSING_THROUGH):
            return True
        return isinstance(call.func, ast.Attribute) and call.func.attr in LOGGING_METHODS

    def _is_plain(self, test: ast.expr, set_: Collection[ast.AST]) -> bool:
        """``tasks``, ``len(tasks)``, ``len(tasks) > 0``"""
        match test:
            case ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant(value=0)]):
                return isinstance(left, ast.Call) and self._is_plain(left, set_)
            case ast.Call(func=function, args=[only]):
                return only in set_ and bool(self.values.of(function) & NOT_KEEPING)
            case _:
                return test in set_

    def _waits(self, statement: ast.stmt, set_: Collection[ast.AST]) -> bool:
        """``await gather(*tasks)``, ``results = await gather(*tasks)``, ``return await ...``"""
        match statement:
            case ast.Expr(value=ast.Await(value=ast.Call() as call)):
                return self._is_for_all(call, set_)
            case (
                ast.Assign(value=ast.Await(value=ast.Call() as call))
                | ast.AnnAssign(value=ast.Await(value=ast.Call() as call))
                | ast.Return(value=ast.Await(value=ast.Call() as call))
            ):
                return self._is_for_all(call, set_)
            case _:
                return False

    def _is_for_all(self, call: ast.Call, set_: Collection[ast.AST]) -> bool:
        callees = self.values.of(call.func)
        if callees & GATHERING:
            starred = [
                argument.value for argument in call.args if isinstance(argument, ast.Starred)
            ]
            return any(self._is_all(argument, set_) for argument in starred)
        if callees & WAITING:
            return bool(call.args) and self._is_all(call.args[0], set_) and not stops_early(call)
        # What is not done in time is cancelled.
        inner = call.args[0] if callees & AWAITING & PASSING_THROUGH and call.args else None
        return isinstance(inner, ast.Call) and self._is_for_all(inner, set_)

    def _is_all(self, node: ast.expr, set_: Collection[ast.AST]) -> bool:
        """``tasks``, ``list(tasks)``"""
        if isinstance(node, ast.Call) and len(node.args) == 1:
            return node.args[0] in set_ and bool(self.values.of(node.func) & PASSING_THROUGH)
        return node in set_
