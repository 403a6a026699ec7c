"""What an expression may be, as symbolic values: strings that name where it comes from.

============================  ==================================================
``asyncio.create_task``       something imported, by its dotted name
``.sibling.f``                the same, relative to the module (leading dots kept)
``app/a.py::Server.start``    a function or class of this module, by its qualified name
``X()``                       what calling X gives; for a class, an instance of it
``X()!``                      what awaiting that gives
``X.attr``                    an attribute of any of these
``app/a.py::f#loop``          the parameter ``loop`` of f, where its annotation says nothing
``builtins.len``              a builtin
``literal.set`` and others    a display, comprehension or constant of that type
============================  ==================================================

A name with several bindings has several values. Unknown is the empty set.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from functools import cached_property

from taskfix.apis.callables import (
    CASTS,
    IMPORTERS,
    MEMBERS,
    METHOD_WRAPPERS,
    NAME_READERS,
    PARTIALS,
    SUPERS,
    WRAPPER_TYPES,
)
from taskfix.facts.scopes import FUNCTIONS, Binding, Scope, Tree
from taskfix.facts.syntax import tests_before

MAX_VALUES = 8
MAX_LENGTH = 1_000
# No star import is expected to give these another meaning.
_NOBODY_S = NAME_READERS
_BUILTINS = frozenset(dir(builtins))
_NOTHING: frozenset[str] = frozenset()
_LITERALS: dict[type[ast.expr], str] = {
    ast.Set: "literal.set",
    ast.SetComp: "literal.set",
    ast.List: "literal.list",
    ast.ListComp: "literal.list",
    ast.Tuple: "literal.tuple",
    ast.Dict: "literal.dict",
    ast.DictComp: "literal.dict",
    ast.GeneratorExp: "literal.generator",
    ast.JoinedStr: "literal.str",
}


class Values:
    """Evaluates expressions of one module. Answers are cached by node."""

    def __init__(self, tree: Tree, path: str) -> None:
        self.tree = tree
        self.path = path
        self._cache: dict[ast.expr, frozenset[str]] = {}
        self._names: dict[tuple[Scope, str], frozenset[str]] = {}
        self._active: set[object] = set()
        self._cuts = 0  # how often a value was left out because it depends on itself
        self._qualnames: dict[ast.AST, str] = {}

    def of(self, node: ast.expr | None) -> frozenset[str]:
        """Every value that ``node`` may have, as far as this module tells."""
        if node is None:
            return _NOTHING
        known = self._cache.get(node)
        if known is not None:
            return known
        if node in self._active:
            self._cuts += 1
            return self._around_class(node)
        self._active.add(node)
        cuts = self._cuts
        found = self._evaluate(node)
        self._active.discard(node)
        found = frozenset(value for value in found if len(value) <= MAX_LENGTH)
        if len(found) > MAX_VALUES:
            found = frozenset(sorted(found)[:MAX_VALUES])
        if self._cuts == cuts or not self._active:
            self._cache[node] = found
        return found

    def of_name(self, name: str, scope: Scope) -> frozenset[str]:
        """Every value of a variable as seen from ``scope``."""
        owner = self.tree.lookup(name, scope)
        if owner is None:
            return self._unbound(name, scope)
        key = (owner, name)
        if key in self._names:
            return self._names[key]
        if key in self._active:
            self._cuts += 1
            return _NOTHING
        self._active.add(key)
        cuts = self._cuts
        found: set[str] = set()
        for binding in self._visible(owner.bindings.get(name, []), owner):
            found |= self._bound(name, binding, owner)
        self._active.discard(key)
        answer = frozenset(found)
        if self._cuts == cuts or not self._active:
            self._names[key] = answer
        return answer

    def _around_class(self, node: ast.expr) -> frozenset[str]:
        """``asyncio = asyncio`` in the body of a class reads the name around the class."""
        scope = self.tree.scope_of(node)
        if isinstance(node, ast.Name) and isinstance(scope.node, ast.ClassDef) and scope.parent:
            return self.of_name(node.id, scope.parent)
        return _NOTHING

    def _before_class(self, node: ast.Name, name: str) -> frozenset[str]:
        """``name = field(name)`` in a class body: until it is bound, what is around is meant."""
        scope = self.tree.scope_of(node)
        in_class = isinstance(scope.node, ast.ClassDef) and name in scope.bindings
        if not in_class or scope.parent is None or not isinstance(node.ctx, ast.Load):
            return _NOTHING
        return self.of_name(name, scope.parent)

    def annotation(self, node: ast.expr | None) -> frozenset[str]:
        """The instances that an annotation allows: ``X | None`` gives ``X()``."""
        if node is None:
            return _NOTHING
        match node:
            case ast.Constant(value=str()):
                return self.annotation(self.unquoted(node))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self.annotation(left) | self.annotation(right)
            case ast.Subscript(value=value, slice=inner):
                return self._generic(value, inner)
            case ast.Constant():
                return _NOTHING
            case _:
                return frozenset(f"{value}()" for value in self.of(node))

    def qualname(self, node: ast.AST) -> str:
        """``Class.method`` or ``outer.inner`` of a function or class definition."""
        known = self._qualnames.get(node)
        if known is None:
            names = [getattr(node, "name", "<lambda>")]
            for ancestor in self.tree.ancestors(node):
                if isinstance(ancestor, (*FUNCTIONS, ast.ClassDef)):
                    names.append(ancestor.name)
            known = self._qualnames[node] = ".".join(reversed(names))
        return known

    def definition(self, node: ast.AST) -> str:
        return f"{self.path}::{self.qualname(node)}"

    def _visible(self, bindings: list[Binding], owner: Scope) -> list[Binding]:
        """Without the bindings that a later definition in the same straight line hides."""
        for index in range(len(bindings) - 1, 0, -1):
            binding = bindings[index]
            straight = self.tree.parents.get(binding.node) is owner.node
            if straight and binding.kind in {"function", "class"}:
                return bindings[index:]
        return bindings

    # -- names ---------------------------------------------------------------------------

    def _unbound(self, name: str, scope: Scope) -> frozenset[str]:
        stars = self.tree.root.star_imports + scope.star_imports
        if name in _NOBODY_S:
            return frozenset({f"builtins.{name}"})
        if "asyncio" in stars:
            return frozenset({f"asyncio.{name}"})
        if stars or name not in _BUILTINS:
            return _NOTHING
        return frozenset({f"builtins.{name}"})

    def _bound(self, name: str, binding: Binding, owner: Scope) -> frozenset[str]:
        match binding.kind:
            case "import":
                return frozenset({binding.path})
            case "function" | "class":
                return frozenset({self.definition(binding.node)})
            case "parameter":
                return self._parameter(name, binding, owner)
            case "assign" | "with":
                declared = self.annotation(binding.annotation)
                return declared | self.of(binding.value)
            case "for":
                return self._element(name, binding.node)
            case _:
                return _NOTHING

    def _element(self, name: str, node: ast.AST) -> frozenset[str]:
        """What a loop over a display gives its variable."""
        match node:
            case (
                ast.For(target=ast.Name(id=target), iter=source)
                | ast.comprehension(target=ast.Name(id=target), iter=source)
            ) if target == name and isinstance(source, (ast.List, ast.Tuple, ast.Set)):
                return frozenset().union(*(self.of(element) for element in source.elts))
            case _:
                return _NOTHING

    def _parameter(self, name: str, binding: Binding, owner: Scope) -> frozenset[str]:
        node = owner.node
        first = _first_parameter(node)
        class_node = self._class_of_method(node)
        if class_node is not None and name == first:
            kind = method_kind(node)
            if kind == "method":
                return frozenset({f"{self.definition(class_node)}()"})
            if kind == "classmethod":
                return frozenset({self.definition(class_node)})
        declared = self.annotation(binding.annotation)
        default = self.of(binding.value) - {"literal.NoneType"}
        if declared or isinstance(node, ast.Lambda):
            return declared | default
        return default | {f"{self.definition(node)}#{name}"}

    def _class_of_method(self, node: ast.AST) -> ast.ClassDef | None:
        parent = self.tree.parents.get(node)
        while isinstance(parent, (ast.If, ast.Try)):
            parent = self.tree.parents.get(parent)
        if isinstance(parent, ast.ClassDef) and isinstance(node, FUNCTIONS):
            return parent
        return None

    # -- expressions ---------------------------------------------------------------------

    def _evaluate(self, node: ast.expr) -> frozenset[str]:
        match node:
            case ast.Name(id=name):
                known = self.of_name(name, self.tree.scope_of(node))
                return known | self._narrowed(node, name) | self._before_class(node, name)
            case ast.Lambda(body=ast.Call(func=function)):
                return self._called_by(node, function)
            case ast.Attribute(value=value, attr=attr):
                return frozenset(f"{base}.{attr}" for base in self.of(value))
            case ast.Call():
                return self._call(node)
            case ast.Await(value=value):
                return frozenset(f"{base}!" for base in self.of(value))
            case ast.BoolOp(values=values):
                return frozenset().union(*(self.of(value) for value in values))
            case ast.IfExp(body=body, orelse=orelse):
                return self.of(body) | self.of(orelse)
            case ast.NamedExpr(value=value):
                return self.of(value)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                return self._item(value, key)
            case ast.Constant(value=value):
                return frozenset({f"literal.{type(value).__name__}"})
            case _:
                literal = _LITERALS.get(type(node))
                return frozenset({literal}) if literal else _NOTHING

    def _called_by(self, node: ast.Lambda, function: ast.expr) -> frozenset[str]:
        """To call ``lambda coro: create_task(coro)`` is to call ``create_task``."""
        own = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        names = {part.id for part in ast.walk(function) if isinstance(part, ast.Name)}
        return self.of(function) if own.isdisjoint(names) else _NOTHING

    def _narrowed(self, node: ast.Name, name: str) -> frozenset[str]:
        """What ``isinstance`` has shown where the name stands."""
        found: frozenset[str] = _NOTHING
        for test in tests_before(node, self.tree) if name in self._tested else ():
            match test:
                case ast.Call(
                    func=ast.Name(id="isinstance"), args=[ast.Name(id=tested), class_]
                ) if tested == name:
                    found |= self.annotation(class_)
        return found

    @cached_property
    def _tested(self) -> frozenset[str]:
        """The names that are given to ``isinstance`` anywhere."""
        return frozenset(
            call.args[0].id
            for call in self.tree.nodes(ast.Call)
            if isinstance(call.func, ast.Name) and call.func.id == "isinstance" and call.args
            if isinstance(call.args[0], ast.Name)
        )

    def _call(self, node: ast.Call) -> frozenset[str]:
        callees = self.of(node.func)
        if callees & PARTIALS and node.args:
            return self.of(node.args[0])
        if callees & CASTS and len(node.args) == 2:
            return self.of(node.args[1]) | self.annotation(node.args[0])
        match node.args:
            case [ast.Constant(value=str(name)), *_] if callees & IMPORTERS:
                return frozenset({name})
            case [holder, ast.Constant(value=str(name))] if callees & MEMBERS:
                return frozenset(f"{base}.{name}" for base in self.of(holder))
            case [wrapped] if callees & METHOD_WRAPPERS:
                return self.of(wrapped)
            case _:
                pass
        if callees & SUPERS:
            owner = self._enclosing_class(node)
            return frozenset({f"{self.definition(owner)}()"}) if owner else _NOTHING
        return frozenset(f"{callee}()" for callee in callees)

    def _item(self, container: ast.expr, key: str) -> frozenset[str]:
        """``TABLE["key"]``, where the module says what it stores under that key."""
        if "sys.modules" in self.of(container):
            return frozenset({key})
        found: set[str] = set()
        for value in self._stored_items.get((ast.unparse(container), key), ()):
            found |= self.of(value)
        return frozenset(found)

    @cached_property
    def _stored_items(self) -> dict[tuple[str, str], list[ast.expr]]:
        """What is stored under constant keys, by the spelling of the container."""
        found: dict[tuple[str, str], list[ast.expr]] = defaultdict(list)
        for node in self.tree.nodes(ast.Assign):
            for target in node.targets:
                match target:
                    case ast.Subscript(value=container, slice=ast.Constant(value=str(key))):
                        found[ast.unparse(container), key].append(node.value)
                    case ast.Name() | ast.Attribute() if isinstance(node.value, ast.Dict):
                        for name, value in zip(node.value.keys, node.value.values, strict=True):
                            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                                found[ast.unparse(target), name.value].append(value)
                    case _:
                        pass
        return found

    def _enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                return ancestor
        return None

    # -- annotations ---------------------------------------------------------------------

    def unquoted(self, node: ast.Constant) -> ast.expr | None:
        """The annotation in a string, as a part of the tree; None where it is none."""
        try:
            inner = ast.parse(str(node.value).strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return None
        for child in ast.walk(inner):
            for grandchild in ast.iter_child_nodes(child):
                self.tree.parents[grandchild] = child
        self.tree.parents[inner] = node
        return inner

    def _generic(self, value: ast.expr, inner: ast.expr) -> frozenset[str]:
        names = {base.rpartition(".")[2] for base in self.of(value)}
        if names & WRAPPER_TYPES:
            if isinstance(inner, ast.Tuple) and inner.elts:
                inner = inner.elts[0]
            return self.annotation(inner)
        if "Union" in names and isinstance(inner, ast.Tuple):
            return frozenset().union(*(self.annotation(e) for e in inner.elts))
        return frozenset(f"{base}()" for base in self.of(value))


def method_kind(node: ast.AST) -> str:
    """``method``, ``classmethod`` or ``staticmethod``, for a function in a class body."""
    for decorator in getattr(node, "decorator_list", ()):
        if isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod"}:
            return decorator.id
    if getattr(node, "name", "") in {"__new__", "__init_subclass__", "__class_getitem__"}:
        return "classmethod"
    return "method"


def _first_parameter(node: ast.AST) -> str | None:
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return None
    positional = [*arguments.posonlyargs, *arguments.args]
    return positional[0].arg if positional else None
