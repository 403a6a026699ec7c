"""Follows a value into a container of the module, and out of it again: what uses its entries."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.plain_callers import COMPARERS, CONTAINERS, COPIERS, ENUMERATE, FILTER
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.values import Values

# Give an entry, or all of them.
_OUT = frozenset({"get", "pop", "popleft", "popitem", "values", "items", "copy", "setdefault"})
# Put their last argument into the container.
_INTO = frozenset({"append", "appendleft", "add", "insert", "setdefault"})
# Give nothing of what is in it, or only the keys.
_QUIET = _INTO - {"setdefault"} | {"remove", "discard", "clear", "extend", "update", "keys"}
_LABELS = frozenset({"__name__", "__qualname__", "__doc__", "__module__"})
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)

# A node that uses the value, or one that stands for a container with the value in it: an attribute
# or a variable of the module, which others may use.
End = tuple[ast.expr, bool]


class UnfollowedError(Exception):
    """The value goes where it cannot be followed."""


class Tables:
    """Answers for the expressions of one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values

    def ends(self, node: ast.expr) -> list[End] | None:
        """Where a value is used that goes into a container or comes out of one.

        None where it does neither, or where what becomes of it is not known.
        """
        if not self._begins(node):
            return None
        try:
            return list(self._follow(node, set()))
        except UnfollowedError:
            return None

    def _begins(self, node: ast.expr) -> bool:
        match self.tree.parents.get(node):
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.For() | ast.AsyncFor():
                return True
            case ast.comprehension() | ast.Assign(targets=[ast.Subscript() | ast.Tuple()]):
                return True
            case ast.Subscript(value=value):
                return value is node
            case ast.Attribute(attr=attr):
                return attr in _OUT | _QUIET
            case ast.Call(func=function):
                return self._is_put(function) or self._is_copy(function)
            case _:
                return False

    def _is_put(self, function: ast.expr) -> bool:
        return isinstance(function, ast.Attribute) and function.attr in _INTO

    def _is_copy(self, function: ast.expr) -> bool:
        found = self.values.of(function)
        return bool(found) and found <= COPIERS

    def _follow(self, node: ast.expr, seen: set[ast.AST]) -> Iterator[End]:
        """What becomes of a value, or of a container that it is in."""
        if node in seen:
            return
        seen.add(node)
        parent = self.tree.parents.get(node)
        match parent:
            case ast.List() | ast.Tuple() | ast.Set() | ast.IfExp() | ast.BoolOp():
                yield from self._follow(parent, seen)
            case ast.BinOp(op=ast.Add()) if isinstance(node, _DISPLAYS):
                yield from self._follow(parent, seen)
            case ast.ListComp(elt=entry) | ast.SetComp(elt=entry) | ast.GeneratorExp(elt=entry):
                if entry is node:
                    yield from self._follow(parent, seen)
            case ast.Dict(values=entries):
                if node not in entries:
                    raise UnfollowedError  # it is a key
                yield from self._follow(parent, seen)
            case ast.Starred(ctx=ast.Load()):
                display = self.tree.parents.get(parent)
                if not isinstance(display, _DISPLAYS):
                    raise UnfollowedError
                yield from self._follow(display, seen)
            case ast.Subscript(value=value):
                if value is not node:
                    raise UnfollowedError  # it is a key
                if isinstance(parent.ctx, ast.Load):
                    yield from self._follow(parent, seen)
            case ast.Attribute():
                yield from self._of_container(parent, seen)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                if parent.iter is node:
                    yield from self._bound(self._entry(node, parent.target), seen)
            case ast.Assign(value=value, targets=targets) if value is node:
                for target in targets:
                    yield from self._assigned(node, target, seen)
            case ast.AnnAssign(value=value, target=target) if value is node:
                yield from self._assigned(node, target, seen)
            case ast.NamedExpr(target=target):
                yield from self._bound(target, seen)
                yield from self._follow(parent, seen)
            case ast.Call(func=function):
                yield from self._given(node, parent, function, seen)
            case ast.Compare() | ast.If() | ast.While() | ast.Assert() | ast.Expr():
                pass
            case ast.UnaryOp(op=ast.Not()):
                pass
            case _:
                yield node, False

    def _entry(self, pairs: ast.expr, target: ast.expr) -> ast.expr:
        """``for key, entry in table.items()``: a key or number is not followed."""
        match pairs, target:
            case ast.Call(func=function), ast.Tuple(elts=[_, entry]):
                named = isinstance(function, ast.Attribute) and function.attr == "items"
                if named or self.values.of(function) == ENUMERATE:
                    return entry
        return target

    def _of_container(self, attribute: ast.Attribute, seen: set[ast.AST]) -> Iterator[End]:
        """``table.get``, ``table.values``, ``handler.__name__``"""
        if attribute.attr in _LABELS:
            return
        call = self.tree.parents.get(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise UnfollowedError
        if attribute.attr in _OUT:
            yield from self._follow(call, seen)
        elif attribute.attr not in _QUIET:
            raise UnfollowedError

    def _given(
        self, node: ast.expr, call: ast.Call, function: ast.expr, seen: set[ast.AST]
    ) -> Iterator[End]:
        if self._is_copy(function):
            yield from self._follow(call, seen)
        elif self._puts(call, node):
            assert isinstance(function, ast.Attribute)
            yield from self._into(function.value, seen)
            if function.attr == "setdefault":
                yield from self._follow(call, seen)
        elif self._is_compared(function):
            pass
        elif node in call.args[1:2] and self.values.of(function) == FILTER:
            yield from self._asked(call.args[0], seen)
            yield from self._follow(call, seen)
        else:
            yield node, False

    def _puts(self, call: ast.Call, node: ast.expr) -> bool:
        """Report whether a call puts a node into something; ``library.add(node)`` is a function."""
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name() as owner), keywords=[]):
                found = self.values.of(owner)
                known = bool(found) and all("::" not in v and "(" not in v for v in found)
                is_library = known and not is_container(found)
                return not is_library and self._is_put(call.func) and node in call.args[-1:]
            case ast.Call(keywords=[]):
                return self._is_put(call.func) and node in call.args[-1:]
            case _:
                return False

    def _is_compared(self, function: ast.expr) -> bool:
        """``self._handlers[name].remove(handler)``"""
        match function:
            case ast.Attribute(attr=attr, value=ast.Subscript()):
                return attr in COMPARERS
            case _:
                return False

    def _asked(self, predicate: ast.expr, seen: set[ast.AST]) -> Iterator[End]:
        """What a function does with the entries that it is called with, one by one."""
        found: list[ast.AST] = [predicate]
        if isinstance(predicate, ast.Name):
            owner = self.tree.lookup(predicate.id, self.tree.scope_of(predicate))
            bound = owner.bindings.get(predicate.id, []) if owner is not None else []
            found = [binding.node for binding in bound]
        for function in found:
            match function:
                case ast.Lambda(args=parameters) | ast.FunctionDef(args=parameters):
                    first = [*parameters.posonlyargs, *parameters.args][:1]
                    for load in self.tree.loads(first[0].arg, self.tree.scopes[function]):
                        yield from self._follow(load, seen)
                case _:
                    raise UnfollowedError

    def _assigned(self, node: ast.expr, target: ast.expr, seen: set[ast.AST]) -> Iterator[End]:
        match target:
            case ast.Subscript(value=container):
                yield from self._into(container, seen)
            case ast.Attribute():
                yield node, False
            case _:
                yield from self._bound(target, seen)

    def _bound(self, target: ast.expr, seen: set[ast.AST]) -> Iterator[End]:
        """The value, or what has it, gets a name."""
        match target:
            case ast.Name(id=name):
                owner = self.tree.lookup(name, self.tree.scope_of(target))
                if owner is None:
                    raise UnfollowedError
                if owner is self.tree.root or isinstance(owner.node, ast.ClassDef):
                    yield target, True
                    return
                for load in self.tree.loads(name, owner):
                    yield from self._follow(load, seen)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    yield from self._bound(element, seen)
            case _:
                raise UnfollowedError

    def _into(self, container: ast.expr, seen: set[ast.AST]) -> Iterator[End]:
        """The value is put into a container: one that the module makes itself."""
        match container:
            case ast.Name(id=name):
                owner = self.tree.lookup(name, self.tree.scope_of(container))
                if owner is None or not is_container(self.values.of(container)):
                    raise UnfollowedError
                if owner is not self.tree.root and not isinstance(owner.node, FUNCTIONS):
                    raise UnfollowedError
                yield from self._bound(container, seen)
            case ast.Attribute():
                yield container, True
            case ast.Subscript(value=table):
                yield from self._into(table, seen)  # `handlers[name].append(handler)`
            case _:
                raise UnfollowedError


def is_container(values: frozenset[str]) -> bool:
    """Report whether values are all builtin containers, which only hold what is put into them."""
    return bool(values) and all(f"{value}." in CONTAINERS for value in values)
