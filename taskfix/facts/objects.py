"""Follows an object through the variables of a function: what uses it in the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.plain_callers import ADDERS
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.syntax import spelled

_IMPORTER = "import_module"
_DESCRIBER, _MAKER = "spec_from_file_location", "module_from_spec"


class Objects:
    """Answers for the expressions of one module."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def uses(self, node: ast.expr) -> list[ast.expr] | None:
        """The expressions that use what a node gives; None where it gets a name of the module.

        What puts it into a container or an attribute is no use: it comes out of there by a name.
        """
        try:
            return list(self._uses(node, set()))
        except _GlobalError:
            return None

    def uses_of_module(self, node: ast.expr) -> list[ast.expr] | None:
        """The expressions that use a module that a call loads; None where it gets out of sight."""
        match node:
            case ast.Call(func=function) if spelled(function) == _IMPORTER:
                return self.uses(node)  # `__import__` gives the package around
            case ast.Call(func=function) if spelled(function) == _DESCRIBER:
                return self._uses_of_described(node)
            case _:
                return None

    def _uses_of_described(self, node: ast.expr) -> list[ast.expr] | None:
        """``spec = spec_from_file_location(...)``, of which a module is made."""
        found: list[ast.expr] = []
        for use in self.uses(node) or [node]:
            call = self.tree.parents.get(use)
            made = isinstance(call, ast.Call) and spelled(call.func) == _MAKER
            uses = self.uses(call) if made and isinstance(call, ast.Call) else [use]
            if uses is None:
                return None
            found += uses
        return found

    def _uses(self, node: ast.expr, seen: set[ast.AST]) -> Iterator[ast.expr]:
        if node in seen:
            return
        seen.add(node)
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Expr():
                pass
            case ast.IfExp() | ast.BoolOp() | ast.Await():
                yield from self._uses(parent, seen)
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Starred():
                yield from self._uses(parent, seen)
            case ast.NamedExpr(target=name):
                yield from self._bound(name, seen)
                yield from self._uses(parent, seen)
            case ast.Assign(value=value, targets=targets) if value is node:
                for target in targets:
                    yield from self._bound(target, seen)
            case ast.AnnAssign(value=value, target=target) if value is node:
                yield from self._bound(target, seen)
            case ast.Call(func=ast.Attribute(attr=attr), args=[*_, last]) if last is node:
                if attr not in ADDERS:
                    yield node
            case _:
                yield node

    def _bound(self, target: ast.expr, seen: set[ast.AST]) -> Iterator[ast.expr]:
        match target:
            case ast.Name(id=name):
                owner = self.tree.lookup(name, self.tree.scope_of(target))
                if owner is None or not isinstance(owner.node, FUNCTIONS):
                    raise _GlobalError
                for load in self.tree.loads(name, owner):
                    yield from self._uses(load, seen)
            case ast.Attribute() | ast.Subscript():
                pass
            case _:
                raise _GlobalError


class _GlobalError(Exception):
    """The object gets a name of the module or of a class."""
