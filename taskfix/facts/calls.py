"""Facts about calls: what is called, from where, and what becomes of the result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.edits import Span
from taskfix.facts.arguments import dropping_callee
from taskfix.facts.fates import lost
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import COMPREHENSIONS, Tree
from taskfix.facts.syntax import leaves_early
from taskfix.facts.uses import Uses
from taskfix.facts.values import Values
from taskfix.model import Call, Shape, Use

# Spelled like something that starts a task: judged even where the callee is unknown.
SPAWNER_NAMES = frozenset(
    [
        "create_task",
        "ensure_future",
        "Task",
        "gather",
        "shield",
        "run_coroutine_threadsafe",
        "as_completed",
        "wait",
        "wait_for",
        "async_",
        "create_eager_task",
    ]
)
_UNJUDGED = Use("held", "not judged")


class Calls:
    """Describes the calls of one module: all, or those of ``names`` and of spawners.

    Only these are judged; what becomes of the result of any other call is nobody's question.
    """

    def __init__(
        self,
        tree: Tree,
        values: Values,
        uses: Uses,
        positions: Positions,
        names: frozenset[str],
        *,
        full: bool,
    ) -> None:
        self.tree = tree
        self.values = values
        self.uses = uses
        self.positions = positions
        self.names = names
        self.full = full

    def collect(self) -> Iterator[Call]:
        for node in self.tree.nodes(ast.Call):
            yield from self._call(node)
            yield from self._handed(node)

    def _call(self, node: ast.Call) -> Iterator[Call]:
        callee = self.values.of(node.func)
        method = _spelled(node.func)
        wanted = self._wanted(method, callee)
        parent = self.tree.parents.get(node)
        if not wanted and not self.full:
            return
        use, awaited = _UNJUDGED, None
        if wanted or isinstance(parent, ast.Return):
            use = self._use(node)
        if wanted and isinstance(parent, ast.Await):
            awaited = self._use(parent)
        if "asyncio.as_completed" in callee and _abandoned(self.tree.parents.get(node), node):
            use = lost("the loop is left early and lets go of the others", "TF005")
            use = replace(use, shape="expression")
        yield self._fact(node, node.func, callee, method, use, awaited)

    def _wanted(self, method: str, callee: frozenset[str]) -> bool:
        if method in self.names or method in SPAWNER_NAMES:
            return True
        lasts = {value.rpartition(".")[2].rpartition(":")[2] for value in callee}
        return not lasts.isdisjoint(self.names) or not lasts.isdisjoint(SPAWNER_NAMES)

    def _use(self, node: ast.expr) -> Use:
        use = self.uses.of(node)
        if use.fate == "lost" and isinstance(node, ast.Call) and self._makes_nothing(node):
            return Use("held", "what it is given runs already")
        if use.fate == "held":
            return use
        shape = use.shape if use.shape == "lambda" else shape_of(node, self.tree)
        return replace(use, shape=shape)

    def _makes_nothing(self, node: ast.Call) -> bool:
        """``ensure_future(self.closed)`` and ``gather(*tasks)`` are given what runs already."""
        name = _spelled(node.func)
        if name == "ensure_future":
            return bool(node.args) and isinstance(node.args[0], ast.Attribute)
        if name in {"shield", "gather"}:
            return not any(self._may_be_coroutine(argument) for argument in node.args)
        return False

    def _may_be_coroutine(self, node: ast.expr) -> bool:
        """Report whether an argument is a call, or a collection of calls, that is no spawner's."""
        match node:
            case ast.Starred(value=value):
                return self._may_be_coroutine(value)
            case ast.Call(func=func):
                return _spelled(func) not in SPAWNER_NAMES | {"all_tasks", "values"}
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return any(self._may_be_coroutine(element) for element in elts)
            case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.SetComp(elt=elt):
                return self._may_be_coroutine(elt)
            case ast.Name(id=name):
                owner = self.tree.lookup(name, self.tree.scope_of(node))
                bindings = owner.bindings.get(name, []) if owner is not None else []
                return any(
                    binding.value is not None
                    and not isinstance(binding.value, ast.Name)
                    and self._may_be_coroutine(binding.value)
                    for binding in bindings
                ) or self._is_filled_with_calls(node)
            case _:
                return False

    def _is_filled_with_calls(self, name: ast.Name) -> bool:
        """``tasks.append(work())``: coroutines that are collected first."""
        owner = self.tree.lookup(name.id, self.tree.scope_of(name))
        for load in self.tree.loads(name.id, owner) if owner is not None else ():
            attribute = self.tree.parents.get(load)
            call = self.tree.parents.get(attribute) if attribute is not None else None
            match call:
                case ast.Call(func=ast.Attribute(attr="append" | "add"), args=[ast.Call() as made]):
                    return call.func is attribute and self._may_be_coroutine(made)
        return False

    def _handed(self, node: ast.Call) -> Iterator[Call]:
        """``call_soon(asyncio.create_task, coro)``: a spawner that the callee will call."""
        callees = self.values.of(node.func)
        name = dropping_callee(node, callees)
        mapped = "builtins.map" in callees
        if not name and not mapped:
            return
        for argument in node.args:
            function = self._function_behind(argument)
            if function is None:
                continue
            callee, method = self.values.of(function), _spelled(function)
            if not self._wanted(method, callee):
                continue
            use = (
                self.uses.of(node)
                if mapped
                else lost(f"{name}() drops what its callback returns", "TF003")
            )
            use = replace(use, shape="reference")
            yield self._fact(argument, function, callee, method, use, None)

    def _function_behind(self, node: ast.expr) -> ast.expr | None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            return node
        if not isinstance(node, ast.Call) or not node.args:
            return None
        return node.args[0] if "functools.partial" in self.values.of(node.func) else None

    def _fact(
        self,
        node: ast.expr,
        function: ast.expr,
        callee: frozenset[str],
        method: str,
        use: Use,
        awaited: Use | None,
    ) -> Call:
        arguments = node.args if isinstance(node, ast.Call) else []
        keywords = node.keywords if isinstance(node, ast.Call) else []
        starred = any(isinstance(a, ast.Starred) for a in arguments)
        return Call(
            span=self.positions.span(node),
            function=self._function(node),
            callee=callee,
            method=method,
            text="".join(ast.unparse(function).split()),
            use=use,
            awaited=awaited,
            positional=len(arguments),
            keywords=tuple(k.arg for k in keywords if k.arg),
            stars=starred or any(k.arg is None for k in keywords),
            first=_coroutine_name(arguments, keywords),
            first_name=_first_name(arguments),
            callee_span=self.positions.span(function),
            statement=self._statement(node),
            argument_of=self._argument_of(node),
            in_lambda=isinstance(self.tree.function_of(node), ast.Lambda),
            in_class_body=isinstance(self.tree.scope_of(node).node, ast.ClassDef),
            in_comprehension=isinstance(self.tree.scope_of(node).node, COMPREHENSIONS),
        )

    def _argument_of(self, node: ast.AST) -> frozenset[str]:
        parent = self.tree.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        return self.values.of(parent.func) if isinstance(parent, ast.Call) else frozenset()

    def _function(self, node: ast.AST) -> str | None:
        current = self.tree.function_of(node)
        while isinstance(current, ast.Lambda):
            current = self.tree.function_of(current)
        return self.values.definition(current) if current is not None else None

    def _statement(self, node: ast.AST) -> Span:
        return self.positions.span(self.tree.statement_of(node))


def shape_of(node: ast.expr, tree: Tree) -> Shape:
    """The syntax around a value, as far as it decides how a holder can be written there."""
    chained = _end_of_chain(node, tree)
    parent = tree.parents.get(chained)
    match parent:
        case ast.Expr():
            return "statement"
        case ast.Return():
            return "return" if chained is node else "statement"
        case ast.Assign() if chained is node and _binds_name(node, parent.targets):
            return "binding"
        case ast.AnnAssign(target=ast.Name()) if chained is node:
            return "binding"
        case ast.NamedExpr() if isinstance(tree.parents.get(parent), ast.Expr):
            return "binding"
        case ast.Lambda():
            return "lambda"
        case _:
            return _wider_shape(chained, node, tree)


def _wider_shape(chained: ast.AST, node: ast.expr, tree: Tree) -> Shape:
    parent = tree.parents.get(chained)
    around = tree.parents.get(parent) if parent is not None else None
    match parent:
        case ast.BoolOp(values=values) if chained is node and values[-1] is node:
            return "branch" if isinstance(around, ast.Expr) else "expression"
        case ast.IfExp(test=test) if chained is node and test is not node:
            return "branch" if isinstance(around, ast.Expr) else "expression"
        case ast.ListComp() | ast.SetComp() if chained is node and isinstance(around, ast.Expr):
            return "loop"
        case ast.Tuple() | ast.List():
            if isinstance(around, ast.Expr):
                return "display"
            if isinstance(around, ast.Assign) and around.value is parent:
                index = parent.elts.index(node) if node in parent.elts else -1
                if index >= 0 and all(_name_at(t, index) for t in around.targets):
                    return "binding"
            return "expression"
        case _:
            return "expression"


def _end_of_chain(node: ast.AST, tree: Tree) -> ast.AST:
    """From ``call`` to ``call.add_done_callback(f)``, where that is what is written."""
    attribute = tree.parents.get(node)
    if isinstance(attribute, ast.Attribute) and attribute.value is node:
        call = tree.parents.get(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            return call
    return node


def _binds_name(node: ast.expr, targets: list[ast.expr]) -> bool:
    return any(isinstance(target, ast.Name) for target in targets)


def _name_at(target: ast.expr, index: int) -> bool:
    elts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    return index < len(elts) and isinstance(elts[index], ast.Name)


def _spelled(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _first_name(arguments: list[ast.expr]) -> str | None:
    return arguments[0].id if arguments and isinstance(arguments[0], ast.Name) else None


def _coroutine_name(arguments: list[ast.expr], keywords: list[ast.keyword]) -> str | None:
    """``work`` of ``create_task(work(x))``."""
    candidates = arguments[:1] + [k.value for k in keywords if k.arg == "coro"]
    for candidate in candidates:
        if isinstance(candidate, ast.Call):
            return _spelled(candidate.func) or None
    return None


def _abandoned(parent: ast.AST | None, node: ast.Call) -> bool:
    """``for f in as_completed([work(1), work(2)]): break`` drops tasks that it made itself."""
    if not isinstance(parent, (ast.For, ast.AsyncFor)) or parent.iter is not node:
        return False
    made = node.args[0] if node.args else None
    if not isinstance(made, (ast.List, ast.Set, ast.Tuple)) or not leaves_early(parent):
        return False
    return any(isinstance(e, ast.Call) and _spelled(e.func) not in SPAWNER_NAMES for e in made.elts)
