"""What a function of the module does with an argument: whether its parameter keeps the value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from taskfix.facts.fates import Token, lost
from taskfix.facts.scopes import FunctionNode
from taskfix.model import Use

if TYPE_CHECKING:
    from taskfix.facts.uses import Uses

Callee: TypeAlias = FunctionNode | ast.Lambda


class Parameters:
    """Judges the parameters of plain functions, for the Uses of one module.

    Methods are left out, for a subclass may have others of the same names.
    """

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.tree = uses.tree
        self._judged: dict[tuple[Callee, str], str] = {}

    def given(self, node: ast.AST, call: ast.Call, token: Token | None) -> Use | None:
        """The use of an argument of a call whose callee lets go of it; None where it may not."""
        callee = self._callee(call)
        name = _parameter(node, call, callee.args) if callee is not None else None
        if callee is None or name is None:
            return None
        fate = self._fate(callee, name)
        if fate == "returned":
            return self.uses.fate(call, token)
        if fate != "lost":
            return None
        called = callee.name if not isinstance(callee, ast.Lambda) else "the lambda"
        return lost(f"{called}() does not keep it")

    def _callee(self, call: ast.Call) -> Callee | None:
        """The one function that a call means: a lambda on the spot, or a name for a plain def."""
        if isinstance(call.func, ast.Lambda):
            return call.func
        if not isinstance(call.func, ast.Name):
            return None
        owner = self.tree.lookup(call.func.id, self.tree.scope_of(call.func))
        bindings = owner.bindings[call.func.id] if owner is not None else []
        node = bindings[0].node if len(bindings) == 1 else None
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            return None
        return None if self._is_generator(node) else node

    def _is_generator(self, node: ast.FunctionDef) -> bool:
        return any(
            isinstance(part, (ast.Yield, ast.YieldFrom)) and self.tree.function_of(part) is node
            for part in ast.walk(node)
        )

    def _fate(self, callee: Callee, name: str) -> str:
        """``lost``, ``held``, or ``returned`` where it is at most given back."""
        key = (callee, name)
        if key not in self._judged:
            self._judged[key] = "held"  # what a function does that calls itself is not followed
            self._judged[key] = self._judge(callee, name)
        return self._judged[key]

    def _judge(self, callee: Callee, name: str) -> str:
        scope = self.tree.scopes[callee]
        if len(scope.bindings[name]) != 1:
            return "held"
        token = Token(scope, name, False)
        fates = {self.uses.variables.read(load, token) for load in self.tree.loads(name, scope)}
        return "held" if "held" in fates else "returned" if "returned" in fates else "lost"


def _parameter(node: ast.AST, call: ast.Call, arguments: ast.arguments) -> str | None:
    """The name of the parameter that an argument goes to."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if isinstance(node, ast.keyword):
        names = [arg.arg for arg in [*positional, *arguments.kwonlyargs]]
        return node.arg if node.arg in names else None
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    index = next((i for i, argument in enumerate(call.args) if argument is node), None)
    if index is None or index >= len(positional):
        return None
    return positional[index].arg
