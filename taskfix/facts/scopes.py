"""The scopes of one module: which binding a name refers to at a given place."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias, TypeVar

from taskfix.facts.nodes import Order, fields

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
AnyFunction: TypeAlias = FunctionNode | ast.Lambda
ScopeNode: TypeAlias = (
    ast.Module
    | ast.ClassDef
    | FunctionNode
    | ast.Lambda
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
Node = TypeVar("Node", bound=ast.AST)
Found = TypeVar("Found")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

BindingKind: TypeAlias = Literal[
    "import", "function", "class", "parameter", "assign", "with", "for", "del", "other"
]


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that gives a name a value (or takes it away)."""

    kind: BindingKind
    node: ast.AST  # the statement or expression that binds
    value: ast.expr | None = None  # what is assigned, where that is one expression
    annotation: ast.expr | None = None
    path: str = ""  # of an import: the dotted name, with leading dots where relative


@dataclass(slots=True, eq=False)
class Scope:
    """One scope with its bindings. ``globals`` and ``nonlocals`` are declared elsewhere."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    star_imports: list[str] = field(default_factory=list)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, (*FUNCTIONS, ast.Lambda))

    def bind(self, name: str, binding: Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)


class Tree:
    """A parsed module with its parent links and scopes. Lives only while facts are collected."""

    def __init__(self, module: ast.Module) -> None:
        self.module = module
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.root = Scope(module, None)
        self._by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._statements: dict[ast.AST, ast.stmt] = {}
        self._scope_of: dict[ast.AST, Scope] = {}  # of what is right below a node with a scope
        self._reads: list[tuple[ast.Name, Scope]] = []
        self._by_type[ast.Module].append(module)
        _Builder(self).build()

    @cached_property
    def order(self) -> Order:
        """The nodes in an order in which all that is inside a node follows it."""
        return Order(self.module, self.parents)

    @cached_property
    def names(self) -> dict[Scope, dict[str, list[ast.Name]]]:
        """The reads of variables, by the scope that binds them and their name."""
        found: dict[Scope, dict[str, list[ast.Name]]] = defaultdict(lambda: defaultdict(list))
        for name, scope in self._reads:
            owner = self.lookup(name.id, scope)
            if owner is not None:
                found[owner][name.id].append(name)
        return found

    def nodes(self, *types: type[Node]) -> Iterator[Node]:
        """Every node of the module of one of these types."""
        for type_ in types:
            yield from self._by_type.get(type_, ())  # type: ignore[misc]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope that a name at ``node`` is looked up in."""
        scope_of, parents = self._scope_of, self.parents
        around: ast.AST | None = node
        while around is not None:
            scope = scope_of.get(around)
            if scope is not None:
                return scope
            around = parents.get(around)
        return self.root

    def lookup(self, name: str, scope: Scope) -> Scope | None:
        """The scope that owns ``name`` as seen from ``scope``; None where it is not bound."""
        if name in scope.globals:
            return self.root
        current: Scope | None = scope
        if name in scope.nonlocals:
            current = scope.parent
        first = True
        while current is not None:
            visible = first or not isinstance(current.node, ast.ClassDef)
            if visible and name in current.bindings:
                return current
            if name in current.globals:
                return self.root
            first, current = False, current.parent
        return None

    def loads(self, name: str, owner: Scope) -> Iterator[ast.Name]:
        """Every read of the variable ``name`` that ``owner`` binds, nested scopes included."""
        return iter(self.names.get(owner, {}).get(name, ()))

    def function_of(self, node: ast.AST) -> AnyFunction | None:
        """The innermost function whose body ``node`` is in."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None:
            if isinstance(scope.node, (*FUNCTIONS, ast.Lambda)):
                return scope.node
            scope = scope.parent
        return None

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that ``node`` is part of."""
        passed = []
        while not isinstance(node, ast.stmt):
            passed.append(node)
            node = self._statements.get(node) or self.parents[node]
        # Remembered on the way, for code may be very deep.
        self._statements.update(dict.fromkeys(passed, node))
        return node

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)


def is_steady(name: str, owner: Scope, tree: Tree) -> bool:
    """Report whether a name is bound once, in the straight line of its scope: for good."""
    match owner.bindings.get(name):
        case [Binding(kind="parameter")]:
            return True
        case [Binding(kind="assign", value=None)]:
            return False  # `x: int`, or one of several targets
        case [Binding(kind="assign" | "import" | "function" | "class", node=node)]:
            return tree.parents.get(node) is owner.node
        case _:
            return False


def _is_outside(scope_node: ast.AST, child: ast.AST) -> bool:
    """Report whether a child of a scope's node is evaluated in the scope around it."""
    if isinstance(scope_node, (*FUNCTIONS, ast.ClassDef)):
        return not isinstance(child, ast.stmt)  # the body is made of statements, and nothing else
    return isinstance(scope_node, ast.Lambda) and child is not scope_node.body


# The kinds of nodes that bind names, read them, or make a scope; all others are passed over.
_BINDERS = {
    *(*FUNCTIONS, ast.ClassDef, ast.Lambda, *COMPREHENSIONS),
    *(ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor),
    *(ast.comprehension, ast.withitem, ast.ExceptHandler),
    *(ast.MatchAs, ast.MatchStar, ast.MatchMapping),
}


_SCOPES = {ast.Module, *FUNCTIONS, ast.ClassDef, ast.Lambda, *COMPREHENSIONS}
# All kinds of nodes: what else stands in a list of a node is no node.
_NODES = {
    kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
}


class _Builder:
    """Fills a Tree: parent links, then scopes with their bindings, then the reads of names."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def build(self) -> None:
        # Every node of every file passes here, so that the loop does as little as it can.
        tree = self.tree
        scopes, parents, scope_of = tree.scopes, tree.parents, tree._scope_of
        by_type, reads, fields_of = tree._by_type, tree._reads, fields
        scopes[tree.module] = tree.root
        stack: list[tuple[ast.AST, Scope]] = [(tree.module, tree.root)]
        while stack:
            node, scope = stack.pop()
            own = scopes.get(node) if node.__class__ in _SCOPES else None
            for field_ in fields_of(node.__class__):
                value = getattr(node, field_, None)
                if value is None:
                    continue
                for child in value if value.__class__ is list else (value,):
                    kind = child.__class__
                    if kind not in _NODES:
                        continue
                    parents[child] = node
                    by_type[kind].append(child)
                    inside = scope
                    if own is not None:
                        inside = scope_of[child] = self._scope_for(node, child, own)
                    if kind is ast.Name:
                        if child.ctx.__class__ is ast.Load:
                            reads.append((child, inside))
                        elif child.ctx.__class__ is ast.Del:
                            self._home(child.id, inside).bind(child.id, Binding("del", child))
                    elif kind in _BINDERS:
                        self._bind(child, inside)
                        stack.append((child, scopes.get(child, inside)))
                    elif kind is not ast.Constant:
                        stack.append((child, inside))

    def _scope_for(self, node: ast.AST, child: ast.AST, own: Scope) -> Scope:
        """The scope of a child of a node that makes the scope ``own``."""
        if _is_outside(node, child) and own.parent is not None:
            if isinstance(child, ast.arguments):
                self._bind_parameters(child, own)
            return own.parent
        return own

    def _bind_parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
        plain = [*zip(positional, defaults, strict=True)]
        plain += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for arg, default in plain:
            scope.bind(arg.arg, Binding("parameter", arg, default, arg.annotation))
        for starred in (arguments.vararg, arguments.kwarg):
            if starred is not None:
                scope.bind(starred.arg, Binding("parameter", starred))

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            kind: BindingKind = "class" if isinstance(node, ast.ClassDef) else "function"
            scope.bind(node.name, Binding(kind, node))
            self.tree.scopes[node] = Scope(node, scope)
        elif isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            self.tree.scopes[node] = Scope(node, scope)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._bind_import(node, scope)
        elif isinstance(node, ast.Global):
            scope.globals.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            scope.nonlocals.update(node.names)
        else:
            self._bind_statement(node, scope)

    def _bind_statement(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind_target(target, scope, "assign", node, value)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                binding = Binding("assign", node, value, annotation)
                self._home(name, scope).bind(name, binding)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._home(name, scope).bind(name, Binding("other", node))
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                self._walrus_home(name, scope).bind(name, Binding("assign", node, value))
            case ast.For(target=target) | ast.AsyncFor(target=target):
                self._bind_target(target, scope, "for", node, None)
            case ast.comprehension(target=target):
                self._bind_target(target, scope, "for", node, None)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind_target(target, scope, "with", node, value)
            case ast.ExceptHandler(name=str(name)):
                scope.bind(name, Binding("other", node))
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bind(name, Binding("other", node))
            case ast.MatchMapping(rest=str(name)):
                scope.bind(name, Binding("other", node))
            case _:
                pass

    def _bind_target(
        self,
        target: ast.expr,
        scope: Scope,
        kind: BindingKind,
        node: ast.AST,
        value: ast.expr | None,
    ) -> None:
        match target:
            case ast.Name(id=name):
                self._home(name, scope).bind(name, Binding(kind, node, value))
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                values = unpacked(elts, value)
                for element, part in zip(elts, values, strict=True):
                    self._bind_target(element, scope, kind, node, part)
            case ast.Starred(value=inner):
                self._bind_target(inner, scope, "other", node, None)
            case _:
                pass

    def _bind_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds `a`; `import a.b as c` binds `c` to a.b
                bound = alias.asname or alias.name.partition(".")[0]
                path = alias.name if alias.asname else bound
                self._home(bound, scope).bind(bound, Binding("import", node, path=path))
            return
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.star_imports.append(base)
                continue
            joint = "" if base.endswith(".") or not base else "."
            path = f"{base}{joint}{alias.name}"
            bound = alias.asname or alias.name
            self._home(bound, scope).bind(bound, Binding("import", node, path=path))

    def _home(self, name: str, scope: Scope) -> Scope:
        """The scope that an assignment to ``name`` in ``scope`` binds in."""
        if name in scope.globals:
            return self.tree.root
        if name in scope.nonlocals and scope.parent is not None:
            return self.tree.lookup(name, scope) or scope
        return scope

    def _walrus_home(self, name: str, scope: Scope) -> Scope:
        while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        return self._home(name, scope)


def unpacked(elts: list[ast.expr], value: ast.expr | None) -> list[ast.expr | None]:
    """What each of several targets gets of one value; None where that is not to be seen."""
    plain = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(elts)
    if plain and not any(isinstance(e, ast.Starred) for e in [*elts, *value.elts]):  # type: ignore[union-attr]
        return list(value.elts)  # type: ignore[union-attr]
    return [None] * len(elts)
