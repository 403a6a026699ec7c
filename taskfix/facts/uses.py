"""What becomes of a value: climbs from an expression to whatever holds or drops its value.

Answers are about the construct, not the coroutine. Where only code elsewhere could tell, the value
counts as held: taskfix says nothing rather than cry wolf. A climb that comes to a call, a container
or a variable goes on in ``arguments``, ``stores`` or ``variables``, which may come back here.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from taskfix.apis.callables import (
    BLOCKING_METHODS,
    CONTAINER_ASIDE,
    CONTAINER_PASSING,
    CONTAINER_TAKING,
    CONTAINERS,
    MAPPING,
    NOT_KEEPING_METHODS,
)
from taskfix.facts.arguments import Arguments, dropping_callee
from taskfix.facts.endless import is_endless
from taskfix.facts.fates import Token, held, lost
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import FUNCTIONS, Scope, Tree
from taskfix.facts.stores import Stores
from taskfix.facts.values import Values
from taskfix.facts.variables import Variables
from taskfix.model import Use


class Uses:
    """Judges the values of one module."""

    def __init__(self, tree: Tree, values: Values, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.positions = positions
        self.arguments = Arguments(self)
        self.stores = Stores(self)
        self.variables = Variables(self)

    def of(self, node: ast.expr) -> Use:
        """The use of the value that ``node`` gives."""
        return self.fate(node, None)

    def endless(self, node: ast.stmt) -> bool:
        """Report whether a statement never completes in an ordinary run."""
        return is_endless(node, self.values)

    # -- climbing ------------------------------------------------------------------------

    def fate(self, node: ast.AST, token: Token | None) -> Use:
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Expr():
                if isinstance(node, ast.GeneratorExp):
                    return held("a generator that is never iterated creates nothing")
                return lost("the statement drops it")
            case ast.Return():
                return Use("returned", "returned to the caller")
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                return held(f"{type(parent).__name__.lower()}ed".replace("eed", "ed"))
            case ast.Call():
                return self.arguments.given(node, parent, token)
            case ast.keyword():
                return self.arguments.given(parent, self.tree.parents[parent], token)
            case ast.Attribute():
                return self._attribute(parent, token)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                return self._assigned(node, parent, token)
            case ast.Lambda():
                return self._lambda_value(parent)
            case _:
                return self._inside(node, parent, token)

    def _inside(self, node: ast.AST, parent: ast.AST | None, token: Token | None) -> Use:
        match parent:
            case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Mod()):
                return lost("formatting keeps only its text")
            case ast.BoolOp(op=ast.And(), values=[*_, last]) if node is not last:
                return lost("`and` goes on to what comes next")
            case ast.Starred() | ast.BinOp() | ast.ListComp() | ast.SetComp():
                return self.fate(parent, token)
            case ast.DictComp() | ast.Dict() | ast.Set() | ast.BoolOp() | ast.GeneratorExp():
                return self.fate(parent, token)
            case ast.Tuple() | ast.List():
                return self._element(node, parent, token)
            case ast.IfExp(test=test):
                if node is test:
                    return lost("a condition does not keep it")
                return self.fate(parent, token)
            case ast.Subscript():
                return self._subscript(node, parent, token)
            case ast.comprehension(iter=source):
                if node is source:
                    return self._iterated(parent.target, parent)
                return lost("a condition does not keep it")
            case ast.For(iter=source) | ast.AsyncFor(iter=source) if node is source:
                return self._iterated(parent.target, parent)
            case ast.Compare() | ast.UnaryOp():
                return lost("a comparison does not keep it")
            case ast.If() | ast.While() | ast.Assert():
                return lost("a condition does not keep it")
            case ast.FormattedValue():
                return lost("an f-string keeps only its text")
            case ast.Match(subject=subject) if node is subject:
                return self._matched(parent)
            case ast.arguments():
                return self._default(parent)
            case _:
                return held("used in a way that may keep it")

    def _element(self, node: ast.AST, parent: ast.Tuple | ast.List, token: Token | None) -> Use:
        """``a, b = create_task(x), create_task(y)``: each part goes to its own target."""
        around = self.tree.parents.get(parent)
        index = next(i for i, e in enumerate(parent.elts) if e is node)
        match around:
            # (create_task(x), 1)[1]
            case ast.Subscript(slice=ast.Constant(value=int(taken))) if taken >= 0:
                if taken != index and around.value is parent:
                    return lost("another element is taken")
        if isinstance(around, ast.Assign) and around.value is parent:
            for target in around.targets:
                plain = isinstance(target, (ast.Tuple, ast.List))
                if plain and len(target.elts) == len(parent.elts):  # type: ignore[attr-defined]
                    return self.stores.stored(target.elts[index], around)  # type: ignore[attr-defined]
            starred = any(isinstance(element, ast.Starred) for element in parent.elts)
            if len(around.targets) == 1 and isinstance(around.targets[0], ast.Name) and not starred:
                return self.variables.named(around.targets[0], around, index)
        return self.fate(parent, token)

    def _subscript(self, node: ast.AST, parent: ast.Subscript, token: Token | None) -> Use:
        if isinstance(parent.ctx, (ast.Store, ast.Del)):
            if node is parent.value:
                return lost("changing a container does not keep it")
            return self.stores.into(parent.value, self.tree.statement_of(parent), token)
        if node is parent.value:
            if token is not None and _is_another(parent.slice, token.index):
                return lost("another element is taken", "TF002", frame=True)
            return self.fate(parent, token)
        return lost("an index is not kept")

    def _iterated(self, target: ast.expr, loop: ast.AST) -> Use:
        """The elements go to a loop variable: held where some read of it holds them."""
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        scope = self._scope_inside(loop)
        for name in names:
            owner = self.tree.lookup(name, scope)
            if owner is None:
                continue
            for load in self.tree.loads(name, owner):
                if self.fate(load, Token(owner, name, False)).fate != "lost":
                    return held("each is used in the loop")
        if len(names) == 0:
            return held("each is stored")
        return lost("the loop that goes over it keeps none", "TF002")

    def _scope_inside(self, loop: ast.AST) -> Scope:
        if isinstance(loop, ast.comprehension):
            return self.tree.scopes[self.tree.parents[loop]]
        return self.tree.scope_of(loop)

    def _matched(self, node: ast.Match) -> Use:
        for case in node.cases:
            for part in ast.walk(case.pattern):
                if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
                    return held("captured by a pattern")
        return lost("`match` does not keep its subject")

    def _default(self, arguments: ast.arguments) -> Use:
        """A default argument lives as long as its function."""
        function = self.tree.parents[arguments]
        if not isinstance(function, FUNCTIONS):
            return self.fate(function, None)
        scope = self.tree.scope_of(function)
        if not scope.is_function:
            return held("the default of a function that stays")
        if self.reads(function.name, scope) or function.decorator_list:
            return held("the default of a function that is used")
        return lost(f"it is the default of {function.name}(), which is dropped", "TF002")

    def reads(self, name: str, owner: Scope) -> list[Use]:
        """The reads of a variable that may hold what it refers to."""
        token = Token(owner, name, False)
        uses = [self.fate(load, token) for load in self.tree.loads(name, owner)]
        return [use for use in uses if use.fate != "lost"]

    # -- attributes, assignments, lambdas ------------------------------------------------

    def _attribute(self, node: ast.Attribute, token: Token | None) -> Use:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            return lost("setting an attribute of it does not keep it")
        around = self.tree.parents.get(node)
        if not isinstance(around, ast.Call) or around.func is not node:
            if token is None or not token.container:
                return self.fate(node, token)
            if node.attr in CONTAINER_ASIDE:
                return lost("changing a container does not keep it", "TF002")
            return held("read from its container")
        return self._method(around, node, token)

    def _method(self, call: ast.Call, method: ast.Attribute, token: Token | None) -> Use:
        name = method.attr
        if token is not None and (token.container or self.is_container(method.value)):
            if name in CONTAINER_ASIDE:
                return lost("changing a container does not keep it", "TF002")
            if name in CONTAINER_PASSING:
                return self.fate(call, token)
            if name in CONTAINER_TAKING and isinstance(self.tree.parents.get(call), ast.Expr):
                return lost(f"what .{name}() takes out is dropped", "TF002")
        if name in NOT_KEEPING_METHODS:
            return lost(f".{name}() does not keep it", "TF002" if token else "TF001")
        if name in BLOCKING_METHODS:
            return held(f".{name}() ends it or waits for it")
        return held(f".{name}() may keep it")

    def is_container(self, node: ast.expr) -> bool:
        """Report whether an expression is a container that its function makes for itself."""
        values = self.values.of(node)
        return bool(values) and values <= CONTAINERS

    def _assigned(self, node: ast.AST, parent: ast.AST, token: Token | None) -> Use:
        match parent:
            case ast.NamedExpr(target=ast.Name() as name):
                outer = self.fate(parent, token)
                if outer.fate != "lost":
                    return outer
                return self.stores.stored(name, self.tree.statement_of(parent))
            case ast.Assign(targets=targets):
                uses = [self.stores.stored(target, parent) for target in targets]
                kept = [use for use in uses if use.fate != "lost"]
                return (kept or uses)[0]
            case ast.AnnAssign(target=target) if node is parent.value:
                return self.stores.stored(target, parent)
            case ast.AugAssign(target=target):
                return self.stores.into(target, parent, token)
            case _:
                return held("an annotation")

    def _lambda_value(self, node: ast.Lambda) -> Use:
        """The value that a lambda returns, judged by who calls the lambda."""
        where, takes = self.positions.span(node), bool(ast.unparse(node.args))
        match self.tree.parents.get(node):
            case ast.Assign(targets=[ast.Name(id=name)]) if self._is_only_dropped(name, node):
                by = f"every caller of {name}() drops what it returns"
                return lost(by, "TF003", shape="lambda", lambda_=where, lambda_takes=takes)
            case ast.Assign():
                return Use("returned", "returned by a lambda")
            case ast.Call(func=function) as call if function is node:
                outer = self.fate(call, None)
                if outer.fate != "lost":
                    return outer
                return lost(outer.by, "TF003", shape="lambda", lambda_=where, lambda_takes=takes)
        dropper = self._dropper(node)
        if dropper:
            by = f"{dropper}() drops what its callback returns"
            use = lost(by, "TF003", shape="lambda", lambda_=where, lambda_takes=takes)
            return replace(use, dropper=self._taken_by(node))
        mapped = self.tree.parents.get(node)
        if isinstance(mapped, ast.Call) and mapped.args[:1] == [node]:
            if self.values.of(mapped.func) & MAPPING:
                return self.fate(mapped, None)
        return held("returned by a lambda")

    def _dropper(self, node: ast.expr) -> str:
        """The callee that is given a function and ignores what that returns, or ""."""
        parent: ast.AST | None = self.tree.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        if not isinstance(parent, ast.Call) or parent.func is node:
            return ""
        return dropping_callee(parent, self.values.of(parent.func))

    def _taken_by(self, node: ast.expr) -> frozenset[str]:
        """What the callable that is given a function may be."""
        parent: ast.AST | None = self.tree.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        return self.values.of(parent.func) if isinstance(parent, ast.Call) else frozenset()

    def is_dropped_lambda(self, node: ast.expr) -> bool:
        """Report whether ``node`` names a lambda of which the function drops every result."""
        if not isinstance(node, ast.Name):
            return False
        owner = self.tree.lookup(node.id, self.tree.scope_of(node))
        bindings = owner.bindings.get(node.id, []) if owner is not None else []
        made = [binding.value for binding in bindings]
        return any(
            isinstance(value, ast.Lambda) and self._is_only_dropped(node.id, value)
            for value in made
        )

    def _is_only_dropped(self, name: str, node: ast.Lambda) -> bool:
        """Report whether all that a function does with its own lambda is to drop the result."""
        owner = self.tree.lookup(name, self.tree.scope_of(node))
        loads = [*self.tree.loads(name, owner)] if owner is not None and owner.is_function else []
        return bool(loads) and all(self._drops(load) for load in loads)

    def _drops(self, load: ast.Name) -> bool:
        call = self.tree.parents.get(load)
        if isinstance(call, ast.Call) and call.func is load:
            return self.fate(call, None).fate == "lost"
        return bool(self._dropper(load))


def _is_another(taken: ast.expr, index: int | None) -> bool:
    """Report whether a subscript takes other elements than that at ``index``."""
    if index is None:
        return False
    match taken:
        case ast.Constant(value=int(place)):
            return place >= 0 and place != index
        case ast.Slice(lower=ast.Constant(value=int(lower))) if lower > index:
            return True
        case ast.Slice(upper=ast.Constant(value=int(upper))):
            return 0 <= upper <= index
        case _:
            return False
