"""What becomes of a value: climbs from an expression to whatever holds or drops its value.

Answers are about the construct, not the coroutine. Where only code elsewhere could tell, the value
counts as held: taskfix says nothing rather than cry wolf.
"""

from __future__ import annotations

import ast

from taskfix.facts.apis import BLOCKING_METHODS, CONTAINER_ASIDE, NOT_KEEPING_METHODS
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
            case ast.Assert() if token is not None:
                return held("asserted to be done")
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
        if isinstance(around, ast.Assign) and around.value is parent:
            index = next(i for i, e in enumerate(parent.elts) if e is node)
            for target in around.targets:
                plain = isinstance(target, (ast.Tuple, ast.List))
                if plain and len(target.elts) == len(parent.elts):  # type: ignore[attr-defined]
                    return self.stores.stored(target.elts[index], around)  # type: ignore[attr-defined]
        return self.fate(parent, token)

    def _subscript(self, node: ast.AST, parent: ast.Subscript, token: Token | None) -> Use:
        if isinstance(parent.ctx, (ast.Store, ast.Del)):
            if node is parent.value:
                return lost("changing a container does not keep it")
            return self.stores.into(parent.value, self.tree.statement_of(parent), token)
        if node is parent.value:
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
        if isinstance(function, ast.Lambda) or not isinstance(function, FUNCTIONS):
            return held("the default of a lambda")
        scope = self.tree.scope_of(function)
        if not scope.is_function:
            return held("the default of a function that stays")
        if any(self._reads(function.name, scope)) or function.decorator_list:
            return held("the default of a function that is used")
        return lost(f"it is the default of {function.name}(), which is dropped", "TF002")

    def _reads(self, name: str, owner: Scope) -> list[Use]:
        token = Token(owner, name, False)
        uses = [self.fate(load, token) for load in self.tree.loads(name, owner)]
        return [use for use in uses if use.fate != "lost"]

    # -- attributes, assignments, lambdas ------------------------------------------------

    def _attribute(self, node: ast.Attribute, token: Token | None) -> Use:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            return lost("setting an attribute of it does not keep it")
        around = self.tree.parents.get(node)
        called = isinstance(around, ast.Call) and around.func is node
        if token is not None and token.container and node.attr in CONTAINER_ASIDE:
            return lost("changing a container does not keep it", "TF002")
        if called and node.attr in NOT_KEEPING_METHODS:
            return lost(f".{node.attr}() does not keep it", "TF002" if token else "TF001")
        if called and node.attr in BLOCKING_METHODS:
            return held(f".{node.attr}() ends it or waits for it")
        if called:
            return held(f".{node.attr}() may keep it")
        if token is not None and token.container:
            return held("read from its container")
        return self.fate(node, token)

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
        parent: ast.AST | None = self.tree.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        if isinstance(parent, ast.Call) and parent.func is not node:
            name = dropping_callee(parent, self.values.of(parent.func))
            if name:
                where = self.positions.span(node)
                by = f"{name}() drops what its callback returns"
                return lost(by, "TF003", shape="lambda", lambda_=where)
            if self.values.of(parent.func) & {"builtins.map"} and parent.args[0] is node:
                return self.fate(parent, None)
        if isinstance(parent, ast.Assign):
            return Use("returned", "returned by a lambda")
        return held("returned by a lambda")
