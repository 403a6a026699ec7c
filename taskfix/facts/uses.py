"""What becomes of a value: climbs from an expression to whatever holds or drops its value.

Answers are about the construct, not the coroutine. Where only code elsewhere could tell, the value
counts as held: taskfix says nothing rather than cry wolf.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from taskfix.facts.apis import (
    ADDERS,
    BLOCKING_METHODS,
    CONTAINER_ASIDE,
    CONTAINERS,
    DROPPING_CALLEES,
    DROPPING_METHODS,
    FOREVER,
    FOREVER_METHODS,
    LOGGERS,
    LOGGING_METHODS,
    NOT_KEEPING,
    NOT_KEEPING_METHODS,
    PASSING_THROUGH,
    WEAK,
)
from taskfix.facts.flow import Flow
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import COMPREHENSIONS, FUNCTIONS, Scope, Tree
from taskfix.facts.values import Values
from taskfix.model import Use


@dataclass(frozen=True, slots=True)
class Token:
    """The variable (or container variable) whose reads are being judged."""

    owner: Scope
    name: str
    container: bool


def held(by: str) -> Use:
    return Use("held", by)


def lost(by: str, rule: str = "TF001", **more: object) -> Use:
    return Use("lost", by, rule, **more)  # type: ignore[arg-type]


class Uses:
    """Judges the values of one module."""

    def __init__(self, tree: Tree, values: Values, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.positions = positions
        self._variables: dict[tuple[Scope, str, ast.stmt, bool], Use] = {}
        self._active: set[tuple[Scope, str, bool]] = set()
        self._attributes: dict[ast.ClassDef, dict[str, frozenset[str]]] = {}

    def of(self, node: ast.expr) -> Use:
        """The use of the value that ``node`` gives."""
        return self._fate(node, None)

    # -- climbing ------------------------------------------------------------------------

    def _fate(self, node: ast.AST, token: Token | None) -> Use:
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
                return self._in_call(node, parent, token)
            case ast.keyword():
                return self._in_call(parent, self.tree.parents[parent], token)
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
                return self._fate(parent, token)
            case ast.DictComp() | ast.Dict() | ast.Set() | ast.BoolOp() | ast.GeneratorExp():
                return self._fate(parent, token)
            case ast.Tuple() | ast.List():
                return self._element(node, parent, token)
            case ast.IfExp(test=test):
                if node is test:
                    return lost("a condition does not keep it")
                return self._fate(parent, token)
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
                    return self._stored(target.elts[index], around)  # type: ignore[attr-defined]
        return self._fate(parent, token)

    def _subscript(self, node: ast.AST, parent: ast.Subscript, token: Token | None) -> Use:
        if isinstance(parent.ctx, (ast.Store, ast.Del)):
            if node is parent.value:
                return lost("changing a container does not keep it")
            return self._into(parent.value, self.tree.statement_of(parent), token)
        if node is parent.value:
            return self._fate(parent, token)
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
                if self._fate(load, Token(owner, name, False)).fate != "lost":
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
        uses = [self._fate(load, token) for load in self.tree.loads(name, owner)]
        return [use for use in uses if use.fate != "lost"]

    # -- calls ---------------------------------------------------------------------------

    def _in_call(self, node: ast.AST, call: ast.AST, token: Token | None) -> Use:
        assert isinstance(call, ast.Call)
        if node is call.func:
            return held("called")
        callees = self.values.of(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if callees & NOT_KEEPING:
            name = sorted(callees & NOT_KEEPING)[0].rpartition(".")[2]
            return lost(f"{name}() does not keep it")
        if callees & WEAK:
            return lost("a weak reference does not keep it", "TF002")
        if callees & {"asyncio.wait"}:
            return self._waited(call, token)
        if callees & {"asyncio.as_completed"}:
            return self._as_completed(call)
        if callees & {"asyncio.gather", "asyncio.shield"}:
            return held(f"{method or 'gather'}() holds it")
        if callees & PASSING_THROUGH:
            if callees & {"collections.deque"} and _bounded(call):
                return lost("a bounded deque drops what does not fit", "TF002")
            return self._fate(call, token)
        if method in LOGGING_METHODS and self._is_logger(call.func, callees):
            return lost("a logger does not keep it")
        return self._method_argument(node, call, method, token)

    def _method_argument(
        self, node: ast.AST, call: ast.Call, method: str, token: Token | None
    ) -> Use:
        if not isinstance(call.func, ast.Attribute):
            return held(f"passed to {ast.unparse(call.func)}()")
        receiver = call.func.value
        if method == "add_done_callback" and self._same(receiver, token):
            return lost("its own callback does not keep it", "TF002")
        if method in {"discard", "remove"}:
            return lost(f"{method}() does not keep it")
        if method in ADDERS:
            return self._into(receiver, self.tree.statement_of(call), token)
        return held(f"passed to {ast.unparse(call.func)}()")

    def _same(self, receiver: ast.expr, token: Token | None) -> bool:
        if token is None:
            return False
        if token.container:
            return True
        return isinstance(receiver, ast.Name) and receiver.id == token.name

    def _is_logger(self, func: ast.expr, callees: frozenset[str]) -> bool:
        if any(callee.startswith("logging.") for callee in callees):
            return True
        receiver = func.value if isinstance(func, ast.Attribute) else func
        spelled = receiver.attr if isinstance(receiver, ast.Attribute) else ""
        if isinstance(receiver, ast.Name):
            spelled = receiver.id
        return spelled.strip("_").lower() in LOGGERS

    def _waited(self, call: ast.Call, token: Token | None) -> Use:
        """``asyncio.wait`` lets go of what is pending when it stops early."""
        awaited = self.tree.parents.get(call)
        if not isinstance(awaited, ast.Await):
            return self._fate(call, token)
        if not _stops_early(call):
            return held("awaited")
        around = self.tree.parents.get(awaited)
        if isinstance(around, ast.Assign) and len(around.targets) == 1:
            target = around.targets[0]
            if not isinstance(target, (ast.Tuple, ast.List)) or len(target.elts) != 2:
                return held("what is pending is kept")
            if self._stored(target.elts[1], around).fate != "lost":
                return held("what is pending is kept")
            return lost(_WAITED, "TF002")
        if isinstance(around, ast.Expr):
            return lost(_WAITED, "TF002")
        return held("what is pending may be kept")

    def _as_completed(self, call: ast.Call) -> Use:
        loop = self.tree.parents.get(call)
        if isinstance(loop, (ast.For, ast.AsyncFor)) and leaves_early(loop):
            return lost("as_completed() is left early and lets go of the others", "TF002")
        return held("each is awaited")

    # -- attributes and methods ----------------------------------------------------------

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
        return self._fate(node, token)

    # -- assignments ---------------------------------------------------------------------

    def _assigned(self, node: ast.AST, parent: ast.AST, token: Token | None) -> Use:
        match parent:
            case ast.NamedExpr(target=ast.Name() as name):
                outer = self._fate(parent, token)
                if outer.fate != "lost":
                    return outer
                return self._stored(name, self.tree.statement_of(parent))
            case ast.Assign(targets=targets):
                uses = [self._stored(target, parent) for target in targets]
                kept = [use for use in uses if use.fate != "lost"]
                return (kept or uses)[0]
            case ast.AnnAssign(target=target) if node is parent.value:
                return self._stored(target, parent)
            case ast.AugAssign(target=target):
                return self._into(target, parent, token)
            case _:
                return held("an annotation")

    def _stored(self, target: ast.expr, statement: ast.stmt) -> Use:
        match target:
            case ast.Name(id=name):
                return self._name(name, statement)
            case ast.Attribute(value=ast.Name(id=base)) if self._is_throwaway(target.value):
                scope = self.tree.scope_of(target)
                owner = self.tree.lookup(base, scope)
                assert owner is not None
                use = self.variable(base, owner, statement, container=True)
                return replace(use, variable=None)
            case ast.Attribute():
                return self._overwritten(target, statement) or held(
                    f"kept in {ast.unparse(target)}"
                )
            case ast.Subscript(value=container):
                if isinstance(target.slice, ast.Constant):
                    again = self._overwritten(target, statement)
                    if again:
                        return again
                return self._into(container, statement, None)
            case ast.Starred(value=inner):
                return self._stored(inner, statement)
            case _:
                return held("unpacked")

    def _is_throwaway(self, node: ast.expr) -> bool:
        return self.values.of(node) == {"types.SimpleNamespace()"}

    def _overwritten(self, target: ast.expr, statement: ast.stmt) -> Use | None:
        """An attribute or key that is bound anew at once, or in the next turn of a loop."""
        text = ast.unparse(target)
        loop = self._loop_around(statement)
        if (
            loop is not None
            and not _mentions(loop, text, statement)
            and _unguarded(self.tree, statement, loop)
        ):
            bound = {n.id for n in ast.walk(loop) if _is_stored_name(n)}
            if not bound & {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
                return lost(f"the next turn of the loop overwrites {text}", "TF002")
        following = self._next(statement)
        if isinstance(following, ast.Assign) and text in map(ast.unparse, following.targets):
            if text not in ast.unparse(following.value):
                return lost(f"the next statement overwrites {text}", "TF002")
        return None

    def _loop_around(self, statement: ast.stmt) -> ast.For | ast.AsyncFor | ast.While | None:
        for ancestor in self.tree.ancestors(statement):
            if isinstance(ancestor, (ast.For, ast.AsyncFor, ast.While)):
                return ancestor
            if isinstance(ancestor, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
                return None
        return None

    def _next(self, statement: ast.stmt) -> ast.stmt | None:
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(self.tree.parents.get(statement), block, None)
            if isinstance(statements, list) and statement in statements:
                index = statements.index(statement) + 1
                return statements[index] if index < len(statements) else None
        return None

    def _into(self, container: ast.expr, statement: ast.stmt, token: Token | None) -> Use:
        """The value is put into a container."""
        kinds = self.values.of(container)
        text = ast.unparse(container)
        if isinstance(container, ast.Attribute):
            kinds = kinds | self._attribute_values(container)
        if kinds and kinds <= WEAK_INSTANCES:
            return lost(f"{text} holds only weak references", "TF002")
        if isinstance(container, ast.Attribute):
            again = self._overwritten(container, statement)
            if again is not None and self._next_overwrites(text, statement):
                return again
        if isinstance(container, ast.Name):
            return self._into_name(container, statement, token)
        if isinstance(container, (ast.List, ast.Set, ast.Dict)):
            return lost("the container is dropped at once", "TF002")
        return held(f"kept in {text}")

    def _next_overwrites(self, text: str, statement: ast.stmt) -> bool:
        following = self._next(statement)
        return isinstance(following, ast.Assign) and text in map(ast.unparse, following.targets)

    def _into_name(self, name: ast.Name, statement: ast.stmt, token: Token | None) -> Use:
        owner = self.tree.lookup(name.id, self.tree.scope_of(name))
        if owner is None or not owner.is_function:
            if owner is not None and self._is_bounded(name.id, owner):
                return lost(f"{name.id} is bounded and drops its oldest", "TF002")
            return held(f"kept in {name.id}")
        here = self.tree.function_of(name)
        if here is not owner.node or not self._is_local_container(name.id, owner):
            return held(f"kept in {name.id}")
        use = self.variable(name.id, owner, statement, container=True)
        return replace(use, variable=None)

    def _is_bounded(self, name: str, owner: Scope) -> bool:
        for binding in owner.bindings.get(name, ()):
            value = binding.value
            if isinstance(value, ast.Call) and "collections.deque" in self.values.of(value.func):
                return _bounded(value)
        return False

    def _is_local_container(self, name: str, owner: Scope) -> bool:
        bindings = owner.bindings.get(name, [])
        made = False
        for binding in bindings:
            if binding.kind in {"other", "del"}:
                continue
            values = self.values.of(binding.value)
            if binding.kind != "assign" or not values or not values <= CONTAINERS:
                return False
            made = True
        return made

    def _attribute_values(self, node: ast.Attribute) -> frozenset[str]:
        """What ``self.x`` is assigned anywhere in the class around it."""
        owner = next((a for a in self.tree.ancestors(node) if isinstance(a, ast.ClassDef)), None)
        if owner is None or not isinstance(node.value, ast.Name):
            return frozenset()
        if owner not in self._attributes:
            self._attributes[owner] = self._assigned_attributes(owner)
        return self._attributes[owner].get(node.attr, frozenset())

    def _assigned_attributes(self, owner: ast.ClassDef) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for part in ast.walk(owner):
            if not isinstance(part, (ast.Assign, ast.AnnAssign)) or part.value is None:
                continue
            for target in part.targets if isinstance(part, ast.Assign) else [part.target]:
                match target:
                    case ast.Attribute(value=ast.Name(id="self"), attr=name):
                        pass
                    case ast.Name(id=name) if self.tree.parents[part] is owner:
                        pass
                    case _:
                        continue
                found[name] = found.get(name, frozenset()) | self.values.of(part.value)
        return found

    # -- variables -----------------------------------------------------------------------

    def _name(self, name: str, statement: ast.stmt) -> Use:
        scope = self.tree.scope_of(statement)
        while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        owner = self.tree.lookup(name, scope) or scope
        if isinstance(owner.node, ast.ClassDef):
            return held("a class attribute")
        if owner.node is not self.tree.module and owner is not scope:
            return held(f"kept in the enclosing function's {name}")
        if owner.node is self.tree.module and scope is not owner:
            return held(f"kept in the global {name}")
        return self.variable(name, owner, statement)

    def variable(
        self, name: str, owner: Scope, statement: ast.stmt, *, container: bool = False
    ) -> Use:
        """The use of a value that ``statement`` binds to (or puts into) a variable."""
        key = (owner, name, statement, container)
        if key not in self._variables:
            if (owner, name, container) in self._active:
                return lost("a cycle does not keep it", "TF002")
            self._active.add((owner, name, container))
            use = self._judge(name, owner, statement, container)
            self._active.discard((owner, name, container))
            if self._active:
                return use
            self._variables[key] = use
        return self._variables[key]

    def _judge(self, name: str, owner: Scope, statement: ast.stmt, container: bool) -> Use:
        token = Token(owner, name, container)
        keeps: list[ast.AST] = []
        uses: list[Use] = []
        aside: list[Use] = []
        while_frame: list[ast.AST] = []
        for load in self.tree.loads(name, owner):
            use, where = self._load(load, token)
            if use.fate == "lost":
                aside.append(use)
                while_frame.extend(where if use.frame else ())
                continue
            if self._undone(load, name):
                continue
            uses.append(use)
            keeps.extend(where)
        outcomes = self._flow(statement, token, keeps)
        if outcomes and while_frame and not self._flow(statement, token, keeps + while_frame):
            # A local container holds it for as long as the frame lives.
            return replace(next(use for use in aside if use.frame), variable=name)
        if not isinstance(owner.node, FUNCTIONS):
            # A module's or lambda's names stay; only a new value or `del` lets go of the old one.
            outcomes = outcomes & {"rebound", "deleted"}
            if container:
                outcomes = frozenset()
        if outcomes and uses and self._is_managed(statement, aside):
            outcomes = frozenset()
        if not outcomes:
            returned = bool(uses) and all(use.fate == "returned" for use in uses)
            return Use(
                "returned" if returned else "held",
                uses[0].by if uses else "its frame never returns",
                variable=name,
            )
        return self._lost_variable(name, owner, outcomes, uses, aside, container)

    def _is_managed(self, statement: ast.stmt, aside: list[Use]) -> bool:
        """Report whether the author handles what is pending, in a way too intricate to follow."""
        waited = any(use.by == _WAITED for use in aside)
        return waited or self._loop_around(statement) is not None

    def _flow(self, statement: ast.stmt, token: Token, keeps: list[ast.AST]) -> frozenset[str]:
        flow = Flow(
            self.tree, statement, token.name, keeps, self.endless, container=token.container
        )
        return flow.run(token.owner.node)

    def _undone(self, load: ast.Name, name: str) -> bool:
        """``s.add(t)`` holds nothing where ``t.add_done_callback(s.discard(t))`` follows."""
        call = self.tree.parents.get(load)
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            return False
        following = self._next(self.tree.statement_of(load))
        receiver = ast.unparse(call.func.value)
        mistyped = f"{name}.add_done_callback({receiver}.discard({name}))"
        return following is not None and ast.unparse(following) == mistyped

    def _lost_variable(
        self,
        name: str,
        owner: Scope,
        outcomes: frozenset[str],
        uses: list[Use],
        aside: list[Use],
        container: bool,
    ) -> Use:
        function = getattr(owner.node, "name", "the module")
        if outcomes & {"rebound", "deleted"}:
            what = "deleted" if "deleted" in outcomes else "bound anew"
            by = f"`{name}` is {what} while the task may still run"
        elif container:
            by = f"only the local container `{name}` holds it, which dies with {function}()"
        elif uses:
            by = f"on some path {function}() ends without waiting for `{name}`"
        elif aside:
            by = f"only the local `{name}` holds it, which dies with {function}()"
        else:
            by = f"the local `{name}` is never read and dies with {function}()"
        frame = not outcomes & {"rebound", "deleted"}
        return lost(by, "TF002", variable=name, frame=frame)

    def _load(self, load: ast.Name, token: Token) -> tuple[Use, list[ast.AST]]:
        """The use of one read, and the nodes of the owner's own frame where it holds."""
        if _is_assertion(self.tree.statement_of(load)):
            return held("asserted to be done"), [load]
        here = self.tree.function_of(load)
        if here is token.owner.node or token.owner.node is self.tree.module:
            return self._fate(load, token), [load]
        return self._closure(load, token)

    def _closure(self, load: ast.Name, token: Token) -> tuple[Use, list[ast.AST]]:
        """A nested function that reads the variable holds it as long as it is itself held."""
        inner = self.tree.function_of(load)
        outer = inner
        while inner is not None and inner is not token.owner.node:
            outer, inner = inner, self.tree.function_of(inner)
        if outer is None:
            return held("read elsewhere"), [load]
        if isinstance(outer, ast.Lambda):
            return self._fate(outer, token), [outer]
        if outer.decorator_list:
            return held(f"read by {outer.name}()"), [outer]
        if self._fate(load, token).fate == "lost" and not token.container:
            return lost(f"{outer.name}() does not keep it"), []
        where: list[ast.AST] = []
        for reference in self.tree.loads(outer.name, token.owner):
            call = self.tree.parents.get(reference)
            called = isinstance(call, ast.Call) and call.func is reference
            if called or self._fate(reference, token).fate != "lost":
                where.append(reference)
        if not where:
            return lost(f"{outer.name}() is dropped too", "TF002"), []
        return held(f"read by {outer.name}()"), where

    def endless(self, node: ast.stmt) -> bool:
        """Report whether a statement never completes in an ordinary run."""
        if isinstance(node, ast.While):
            forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
            return forever and not leaves_early(node)
        call = _called_statement(node)
        if call is None:
            return False
        values = self.values.of(call)
        if values & FOREVER:
            return True
        return isinstance(call.func, ast.Attribute) and call.func.attr in FOREVER_METHODS

    # -- lambdas -------------------------------------------------------------------------

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
                return self._fate(parent, None)
        if isinstance(parent, ast.Assign):
            return Use("returned", "returned by a lambda")
        return held("returned by a lambda")


_WAITED = "wait() lets go of what is still pending"
WEAK_INSTANCES = frozenset(f"{name}()" for name in WEAK)


def dropping_callee(call: ast.Call, callees: frozenset[str]) -> str:
    """The name of a callee that ignores what the callback it is given returns, or ""."""
    named = callees & DROPPING_CALLEES
    if named:
        return sorted(named)[0]
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return method if method in DROPPING_METHODS else ""


def leaves_early(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """Report whether a loop's body has a ``break`` of this loop, or a ``return``."""
    stack: list[tuple[ast.AST, bool]] = [(child, True) for child in loop.body]
    while stack:
        node, own = stack.pop()
        if isinstance(node, ast.Return) or (own and isinstance(node, ast.Break)):
            return True
        if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            continue
        nested = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        stack.extend((child, own and not nested) for child in ast.iter_child_nodes(node))
    return False


def _is_assertion(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return True
    call = _called_statement(node)
    return call is not None and "assert" in ast.unparse(call.func).lower()


def _stops_early(call: ast.Call) -> bool:
    for keyword in call.keywords:
        if keyword.arg == "timeout":
            return not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
        if keyword.arg == "return_when" and "ALL_COMPLETED" not in ast.unparse(keyword.value):
            return True
    return False


def _bounded(call: ast.Call) -> bool:
    for keyword in call.keywords:
        if keyword.arg == "maxlen":
            return not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
    return len(call.args) > 1


def _called_statement(node: ast.stmt) -> ast.Call | None:
    value = node.value if isinstance(node, (ast.Expr, ast.Return)) else None
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def _is_stored_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _mentions(loop: ast.AST, text: str, statement: ast.stmt) -> bool:
    """Report whether a loop also reads ``text`` somewhere else than in ``statement``."""
    own = set(ast.walk(statement))
    for node in ast.walk(loop):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and node not in own:
            if ast.unparse(node) == text:
                return True
    return False


def _unguarded(tree: Tree, statement: ast.stmt, loop: ast.AST) -> bool:
    return tree.parents.get(statement) is loop
