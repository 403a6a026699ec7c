"""Whether the tasks in a collection are cancelled or waited for: follows it wherever it goes."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from taskfix.apis.callables import (
    AWAITING,
    CANCELLING_METHODS,
    CONTAINER_PASSING,
    CONTAINER_TAKING,
    KNOWN,
    MAPPING,
    PASSING_THROUGH,
    WRAPPING,
)
from taskfix.facts.scopes import FUNCTIONS, FunctionNode, Scope, Tree
from taskfix.facts.values import Values

_PASSING = PASSING_THROUGH | WRAPPING | AWAITING
# Nobody looks further for what becomes of a value that is in so many places.
_MOST = 200


class Endings:
    """Follows the collections of one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values
        self._cancelled: dict[ast.AST, bool] = {}

    def is_cancelled(self, node: ast.expr) -> bool:
        """Report whether something of a value is cancelled: ``for t in tasks: t.cancel()``."""
        if not self._may_cancel:
            return False
        if node not in self._cancelled:
            self._cancelled[node] = any(map(self._is_cancelling, self.places(node)))
        return self._cancelled[node]

    def is_awaited(self, node: ast.expr) -> bool:
        """Report whether something of a value, or a call that is given it, is waited for."""
        return any(self.awaits(node))

    def awaits(self, node: ast.expr) -> Iterator[ast.Await]:
        """``await gather(*tasks)``, ``await drain(tasks)``, ``async for x in merged(tasks)``."""
        for place in self.places(node):
            for one in (place, *(call for call, _ in self.given(place))):
                parent = self.tree.parents.get(one)
                if isinstance(parent, ast.Await):
                    yield parent

    def is_given_back(self, node: ast.expr) -> bool:
        """Report whether the function gives a value, or something of it, to its caller."""
        giving = (ast.Return, ast.Yield)
        return any(isinstance(self.tree.parents.get(p), giving) for p in self.places(node))

    def handed(self, node: ast.expr) -> Iterator[tuple[str, str]]:
        """What gets a value and is not of this module, and as which argument."""
        for place in self.places(node):
            for call, argument in self.given(place):
                for callee in self.values.of(call.func) - KNOWN:
                    known = callee.replace("().", ".")
                    if "#" in callee or {known, f"{known}.__init__"} & self._by_id.keys():
                        continue
                    yield callee, argument

    def cancelled_parameters(self, function: FunctionNode) -> Iterator[str]:
        """The parameters of a function of which it cancels something."""
        if not self._may_cancel:
            return
        scope = self.tree.scopes[function]
        for name, bindings in scope.bindings.items():
            if any(binding.kind == "parameter" for binding in bindings):
                if any(self.is_cancelled(load) for load in self.tree.loads(name, scope)):
                    yield name

    @cached_property
    def _may_cancel(self) -> bool:
        return any(node.attr in CANCELLING_METHODS for node in self.tree.nodes(ast.Attribute))

    def _is_cancelling(self, place: ast.AST) -> bool:
        """``task.cancel()``, ``map(asyncio.Task.cancel, tasks)``."""
        parent = self.tree.parents.get(place)
        match parent:
            case ast.Attribute(attr=method) if method in CANCELLING_METHODS:
                call = self.tree.parents.get(parent)
                return isinstance(call, ast.Call) and call.func is parent
            case ast.Call(args=[ast.Attribute(attr=method), *given]) if place in given:
                mapped = bool(self.values.of(parent.func) & MAPPING)
                return mapped and method in CANCELLING_METHODS
            case _:
                return False

    def given(self, place: ast.AST) -> Iterator[tuple[ast.Call, str]]:
        """The call that gets a value, and as which argument."""
        parent = self.tree.parents.get(place)
        match parent:
            case ast.Call(args=args) if place in args:
                yield parent, str([*args].index(place))
            case ast.keyword(arg=str(name)):
                call = self.tree.parents[parent]
                if isinstance(call, ast.Call):
                    yield call, name

    # -- where a value goes ------------------------------------------------------------------

    def places(self, node: ast.expr) -> Iterator[ast.AST]:
        """The expressions that are the value, or have it or its elements in them."""
        seen: set[ast.AST] = {node}
        left: list[ast.AST] = [node]
        while left and len(seen) < _MOST:
            place = left.pop()
            yield place
            # A name may have thousands of reads, and with so many it ends here anyway.
            new = [one for one in islice(self._next(place), _MOST) if one not in seen]
            seen.update(new)
            left += new

    def _next(self, place: ast.AST) -> Iterator[ast.AST]:
        parent = self.tree.parents.get(place)
        match parent:
            case ast.Starred() | ast.BinOp() | ast.BoolOp() | ast.List() | ast.Tuple() | ast.Set():
                yield parent
            case ast.IfExp(test=test) if place is not test:
                yield parent
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt):
                if place is elt:
                    yield parent
            case ast.For(iter=source, target=target) | ast.AsyncFor(iter=source, target=target):
                yield from self._loads(target) if place is source else ()
            case ast.comprehension(iter=source, target=target) if place is source:
                yield from self._loads(target)
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._loads(target)
            case ast.AnnAssign(target=target, value=value) if place is value:
                yield from self._loads(target)
            case ast.NamedExpr(target=target):
                yield parent
                yield from self._loads(target)
            case ast.Attribute(attr=method) if method in CONTAINER_PASSING | CONTAINER_TAKING:
                call = self.tree.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    yield call
            case ast.Call() | ast.keyword():
                yield from self._into_call(place)
            case _:
                pass

    def _into_call(self, place: ast.AST) -> Iterator[ast.AST]:
        for call, argument in self.given(place):
            callees = self.values.of(call.func)
            if callees & _PASSING:
                yield call
            if callees & MAPPING and argument != "0":
                called = self.functions(call.args[0])
                yield from (load for one in called for load in self._parameter(one, "0", False))
            for function in self.functions(call.func):
                made = getattr(function, "name", "") == "__init__"
                bound = isinstance(call.func, ast.Attribute) or made
                yield from self._parameter(function, argument, bound)

    def functions(self, node: ast.expr) -> Iterator[FunctionNode | ast.Lambda]:
        """The functions of this module that an expression may be."""
        if isinstance(node, ast.Lambda):
            yield node
        for value in self.values.of(node):
            id_ = value.replace("().", ".")
            function = self._by_id.get(id_) or self._by_id.get(f"{id_}.__init__")
            if function is not None:
                yield function

    @cached_property
    def _attributes(self) -> dict[str, list[ast.Attribute]]:
        """The reads of attributes that some statement binds, by how they are spelled."""
        bound = {
            node.attr for node in self.tree.nodes(ast.Attribute) if isinstance(node.ctx, ast.Store)
        }
        found: dict[str, list[ast.Attribute]] = defaultdict(list)
        for node in self.tree.nodes(ast.Attribute):
            if node.attr in bound and isinstance(node.ctx, ast.Load):
                found[ast.unparse(node)].append(node)
        return found

    @cached_property
    def _by_id(self) -> dict[str, FunctionNode]:
        nodes: Iterator[FunctionNode] = self.tree.nodes(*FUNCTIONS)
        return {self.values.definition(node): node for node in nodes}

    def _parameter(
        self, function: FunctionNode | ast.Lambda, argument: str, bound: bool
    ) -> Iterator[ast.AST]:
        """The reads of the parameter that gets an argument."""
        scope = self.tree.scopes[function]
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(self.tree.parents.get(function), ast.ClassDef) and bound:
            names = names[1:]
        if argument.isdigit():
            rest = function.args.vararg
            index = int(argument)
            name = names[index] if index < len(names) else rest.arg if rest else ""
        else:
            name = argument
        yield from self.tree.loads(name, scope)

    def _loads(self, target: ast.AST) -> Iterator[ast.AST]:
        """The reads of the names and attributes that a target binds."""
        if isinstance(target, ast.Attribute):
            yield from self._attributes.get(ast.unparse(target), ())
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                scope: Scope = self.tree.scope_of(part)
                owner = self.tree.lookup(part.id, scope)
                if owner is not None:
                    yield from self.tree.loads(part.id, owner)
