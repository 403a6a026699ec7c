"""What is done with a member of an object whose name is put together while the program runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from taskfix.apis.callables import MEMBERS
from taskfix.facts.loading import has_text, is_unknown
from taskfix.facts.objects import Objects
from taskfix.facts.scopes import Tree
from taskfix.facts.values import Values

# Python calls them for an attribute that is asked for, with its name.
_HOOKS = frozenset({"__getattr__", "__getattribute__"})
_LOOKED_AT = frozenset({"", "attribute", "annotation"})


class Members:
    """Answers for one module. ``read`` tells the kind of mention that an expression is."""

    def __init__(self, tree: Tree, objects: Objects, read: Callable[[ast.expr], str]) -> None:
        self.tree = tree
        self.objects = objects
        self.read = read
        self._active: set[ast.Call] = set()

    def kind(self, call: ast.Call) -> str:
        """Called, only looked at, or handed on: the kind of mention that the object has by it."""
        if call in self._active:
            return "annotation"  # `x = getattr(x, name)`: what else is done with it tells
        self._active.add(call)
        try:
            return self._kind(call)
        finally:
            self._active.discard(call)

    def _kind(self, call: ast.Call) -> str:
        uses = self.objects.uses(call)
        if uses is None:
            return "scan"
        called = [use for use in uses if self._is_callee(use)]
        if any(self.read(use) not in _LOOKED_AT for use in uses if use not in called):
            return "scan"
        # A name that is there in part is a mention of its own.
        return "dispatch" if called and not has_text(call.args[1]) else "annotation"

    def of_something(self, kind: str, values: Values) -> Iterator[ast.Call]:
        """``getattr(plugin, name)``, of which nothing is known, where it is such a mention."""
        for call in self.tree.nodes(ast.Call):
            if len(call.args) < 2 or not values.of(call.func) & MEMBERS:
                continue
            if isinstance(call.args[1], ast.Constant) or has_text(call.args[1]):
                continue
            if self.kind(call) == kind and is_unknown(call.args[0], values):
                yield call

    def is_called(self, call: ast.Call) -> bool:
        """Report whether the member is called in the end."""
        return any(map(self._is_callee, self.objects.uses(call) or ()))

    def is_kept(self, call: ast.Call) -> bool:
        """Report whether variables and callers get the member, and nobody else."""
        kinds = {
            self.read(use) for use in self.objects.uses(call) or () if not self._is_callee(use)
        }
        return "kept" in kinds and kinds <= _LOOKED_AT | {"kept"}

    def is_of_kept(self, node: ast.expr) -> bool:
        """Report whether an object is asked for a member that only variables and callers get."""
        call = self.tree.parents.get(node)
        return isinstance(call, ast.Call) and call.args[:1] == [node] and self.is_kept(call)

    def is_asked_for(self, name: ast.expr) -> bool:
        """``def __getattr__(self, name): return getattr(self._inner, name)``"""
        match self.tree.function_of(name), name:
            case ast.FunctionDef(name=hook, args=parameters), ast.Name(id=spelled):
                return hook in _HOOKS and spelled in {one.arg for one in parameters.args[-1:]}
            case _:
                return False

    def _is_callee(self, node: ast.expr) -> bool:
        parent = self.tree.parents.get(node)
        return isinstance(parent, ast.Call) and parent.func is node
