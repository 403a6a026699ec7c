"""Which sets and lists are only ever added to: what is in them is in memory for good."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from taskfix.apis.callables import ONE_ADDERS, SIZES
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import loop_around
from taskfix.facts.values import Values
from taskfix.model import Growth


class Growing:
    """Judges the mentions of sets and lists, for the Sets of one module."""

    def __init__(self, tree: Tree, values: Values, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.positions = positions

    def of(self, mentions: Iterable[ast.expr]) -> tuple[Growth, ...]:
        """The places that add, where nothing else is done than that and to count."""
        found: list[Growth] = []
        for node in mentions:
            call = self._adding(node)
            if call is not None:
                found.append(self._growth(call))
            elif not self._is_counted(node):
                return ()
        return tuple(sorted(found, key=lambda growth: growth.span))

    def _adding(self, node: ast.expr) -> ast.Call | None:
        """``tasks.add(task)``, as a statement."""
        method = self.tree.parents.get(node)
        call = self.tree.parents.get(method) if method is not None else None
        match call:
            case ast.Call(func=ast.Attribute(attr=name), args=[_], keywords=[]):
                if call.func is method and name in ONE_ADDERS:
                    return call if isinstance(self.tree.parents.get(call), ast.Expr) else None
        return None

    def _growth(self, call: ast.Call) -> Growth:
        function = self.tree.function_of(call)
        while isinstance(function, ast.Lambda):
            function = self.tree.function_of(function)
        return Growth(
            span=self.positions.span(call),
            function=self.values.definition(function) if function is not None else None,
            looped=is_looped(call, self.tree),
            added=self.values.of(call.args[0]) or frozenset({"?"}),
        )

    def _is_counted(self, node: ast.expr) -> bool:
        """``len(tasks)``, but not to decide whether there may be more."""
        call = self.tree.parents.get(node)
        if not isinstance(call, ast.Call) or not self.values.of(call.func) & SIZES:
            return False
        statement = self.tree.statement_of(node)
        return not isinstance(statement, (ast.If, ast.While, ast.Assert))


def is_looped(node: ast.AST, tree: Tree) -> bool:
    """Report whether something is in a loop of its function that nobody counts beforehand."""
    loop = loop_around(tree, tree.statement_of(node))
    while loop is not None:
        if not isinstance(loop, ast.For):
            return True
        loop = loop_around(tree, loop)
    return False
