"""Facts about the functions and classes that a module defines."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.callables import ENTERING, MANAGERS, NAME_READING, WATCHING_METHODS
from taskfix.facts.elements import elements, is_optional
from taskfix.facts.endings import Endings
from taskfix.facts.endless import may_be_told
from taskfix.facts.finals import finals, waits_from
from taskfix.facts.keeping import surely_added
from taskfix.facts.nodes import children
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import FUNCTIONS, Binding, FunctionNode, Tree, is_steady, unpacked
from taskfix.facts.syntax import spelled
from taskfix.facts.uses import Uses
from taskfix.facts.values import Values, method_kind
from taskfix.model import Class, Function, Parameter

_YIELDS = (ast.Yield, ast.YieldFrom)
_SPELLED = (ast.Name, ast.Attribute)
_ACCESSORS = frozenset({"setter", "deleter"})


class Definitions:
    """Describes every ``def`` and ``class`` of one module."""

    def __init__(self, tree: Tree, values: Values, uses: Uses, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.uses = uses
        self.positions = positions
        self.endings = Endings(tree, values)
        self.function_nodes: dict[str, FunctionNode] = {}
        self.class_nodes: dict[str, ast.ClassDef] = {}
        self._counts: Counter[str] = Counter()
        self.extents: list[tuple[int, int, str]] = []  # first line, last line and id of functions
        found = tree.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
            id_ = values.definition(node)
            self._counts[id_] += 1
            if isinstance(node, ast.ClassDef):
                self.class_nodes[id_] = node
            elif isinstance(node, FUNCTIONS):
                if id_ not in self.function_nodes or not _is_accessor(node):
                    self.function_nodes[id_] = node
                self.extents.append((node.lineno, node.end_lineno or node.lineno, id_))

    def function(self, id_: str) -> Function:
        return self._function(self.function_nodes[id_])

    def class_(self, id_: str) -> Class:
        return self._class(self.class_nodes[id_])

    def is_property(self, id_: str) -> bool:
        """Report whether a decorator makes a property of a function."""
        decorators = self.function_nodes[id_].decorator_list
        return any("property" in ast.unparse(decorator) for decorator in decorators)

    def bound_by_word(self) -> dict[str, list[str]]:
        """The names at the top of the module, by the words of what they are bound to."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, bindings in sorted(self.tree.root.bindings.items()):
            words = frozenset().union(*(self._words(binding) for binding in bindings))
            for word in words - {name}:
                found[word].append(name)
        return found

    def _words(self, binding: Binding) -> frozenset[str]:
        """The words of what something is bound to; of an import that of the name there."""
        if binding.kind in {"function", "class"}:
            return frozenset()
        if binding.kind == "import":
            return frozenset({binding.path.rpartition(".")[2]})
        node = binding.value if binding.value is not None else binding.node
        parts = [part for whole in (node, binding.annotation) if whole for part in ast.walk(whole)]
        return frozenset(spelled(part) for part in parts if isinstance(part, _SPELLED))

    def bases(self, id_: str) -> tuple[frozenset[str], ...]:
        """What a class inherits from."""
        bases = self.class_nodes[id_].bases
        return tuple(self.values.of(_unsubscripted(base)) for base in bases)

    @cached_property
    def _dynamic(self) -> list[ast.Call]:
        """The calls that may look at all names around them."""
        return [
            call for call in self.tree.nodes(ast.Call) if self.values.of(call.func) & NAME_READING
        ]

    def _function(self, node: FunctionNode) -> Function:
        qualname = self.values.qualname(node)
        owner = self.tree.parents[node]
        while isinstance(owner, (ast.If, ast.Try, ast.With)):
            owner = self.tree.parents[owner]
        is_method = isinstance(owner, ast.ClassDef)
        outer = self.tree.function_of(node)
        scope = self.tree.scopes[node]
        own = self._own(node)
        return Function(
            id=self.values.definition(node),
            name=node.name,
            qualname=qualname,
            key=self.positions.key(node),
            end_line=node.end_lineno or node.lineno,
            is_async=isinstance(node, ast.AsyncFunctionDef),
            parent=self.values.definition(outer) if isinstance(outer, FUNCTIONS) else None,
            class_=self.values.definition(owner) if is_method else None,
            kind=method_kind(node) if is_method else "function",  # type: ignore[arg-type]
            decorators=tuple(self._decorator(d) for d in node.decorator_list),
            decorator_texts=tuple(ast.unparse(d) for d in node.decorator_list),
            parameters=tuple(self._parameters(node.args)),
            returns=self._returns(node, own),
            names=self.tree.order.identifiers(node),
            locals=frozenset(scope.bindings),
            yields=min((n.lineno for n in own if isinstance(n, _YIELDS)), default=None),
            forwards_kwargs=_forwards(node),
            dynamic=any(self.tree.order.contains(node, call) for call in self._dynamic),
            duplicated=self._counts[self.values.definition(node)] > 1,
            adds=tuple(surely_added(node, own, scope, self.tree)),
            watched=frozenset(_watched(own)),
            last_line=node.body[-1].lineno,
            typed=_is_typed(node),
            result=ast.unparse(node.returns) if node.returns else None,
            endless=next((s.lineno for s in node.body if self._is_endless(s)), None),
            gives=_given(own),
            entered=self._entered(node, own),
            steady=frozenset(n for n in scope.bindings if is_steady(n, scope, self.tree)),
            left=_left(node, own),
            cancels=frozenset(self.endings.cancelled_parameters(node)),
            loops=any(isinstance(part, (ast.While, ast.AsyncFor)) for part in own),
            finals=tuple(finals(node, own, self.tree)),
            waits_from=waits_from(node, self.tree, self.values),
        )

    def _is_endless(self, statement: ast.stmt) -> bool:
        return self.uses.endless(statement) and not may_be_told(statement)

    def _own(self, node: FunctionNode) -> list[ast.AST]:
        """The nodes of a function's own body, without those of nested functions and classes."""
        return list(self.tree.order.own(node.body, *FUNCTIONS, ast.Lambda, ast.ClassDef))

    def _entered(self, node: FunctionNode, own: list[ast.AST]) -> frozenset[str]:
        """``with manager() as x`` gives what a generator behind ``contextmanager`` yields."""
        decorators = frozenset().union(*(self.values.of(d) for d in node.decorator_list))
        if not decorators & MANAGERS:
            return frozenset()
        yielded = [part.value for part in own if isinstance(part, ast.Yield)]
        return frozenset().union(*(self.values.of(value) for value in yielded))

    def _decorator(self, node: ast.expr) -> frozenset[str]:
        return self.values.of(node)

    def _parameters(self, arguments: ast.arguments) -> Iterator[Parameter]:
        positional = [*arguments.posonlyargs, *arguments.args]
        required: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        for arg, default in zip(positional, [*required, *arguments.defaults], strict=True):
            yield self._parameter(arg, "positional", default)
        if arguments.vararg:
            yield self._parameter(arguments.vararg, "args", None)
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            yield self._parameter(arg, "keyword", default)
        if arguments.kwarg:
            yield self._parameter(arguments.kwarg, "kwargs", None)

    def _parameter(self, arg: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        return Parameter(
            arg.arg,
            kind,  # type: ignore[arg-type]
            self.values.annotation(arg.annotation),
            ast.unparse(arg.annotation) if arg.annotation else None,
            default=default is not None,
            elided=isinstance(default, ast.Constant) and default.value is ...,
            elements=elements(arg.annotation, self.values),
            optional=is_optional(arg.annotation, self.values),
        )

    def _returns(self, node: FunctionNode, own: list[ast.AST]) -> frozenset[str]:
        found = set(self.values.annotation(node.returns))
        for part in own:
            if isinstance(part, ast.Return) and part.value is not None:
                found |= self.values.of(part.value)
        return frozenset(found)

    def _class(self, node: ast.ClassDef) -> Class:
        outer = self.tree.function_of(node)
        return Class(
            id=self.values.definition(node),
            name=node.name,
            line=node.lineno,
            bases=self.bases(self.values.definition(node)),
            base_texts=tuple(ast.unparse(base) for base in node.bases),
            metaclass=bool(node.keywords),
            decorators=tuple(self._decorator(d) for d in node.decorator_list),
            methods=frozenset(_methods(node)),
            attributes=tuple(sorted(self._attributes(node).items())),
            slots=any("__slots__" in dict(_targets(part)) for part in node.body),
            function=self.values.definition(outer) if isinstance(outer, FUNCTIONS) else None,
            decorator_texts=tuple(ast.unparse(d) for d in node.decorator_list),
            declares=_declares(node),
            discreet=self._is_discreet(node),
        )

    def _is_discreet(self, node: ast.ClassDef) -> bool:
        """Report whether no method gives the instance, or one of its methods, to anybody."""
        methods = set(_methods(node))
        for part in self.tree.order.inside(node):
            if not isinstance(part, ast.Name) or part.id != "self":
                continue
            attribute = self.tree.parents[part]
            if not isinstance(attribute, ast.Attribute):
                entering = getattr(self.tree.function_of(part), "name", "") in ENTERING
                if entering and isinstance(attribute, ast.Return):
                    continue
                return False
            call = self.tree.parents[attribute]
            called = isinstance(call, ast.Call) and call.func is attribute
            if attribute.attr in methods and not called:
                return False
            inner = self.tree.function_of(part)
            if isinstance(inner, ast.Lambda) or self.tree.function_of(inner or node) is not None:
                return False  # whoever has the nested function has the instance
        return True

    def _attributes(self, node: ast.ClassDef) -> dict[str, frozenset[str]]:
        """The values of ``x`` and ``self.x``, wherever the class assigns them."""
        found: dict[str, frozenset[str]] = {}
        for part in self.tree.order.inside(node):
            if isinstance(part, (ast.Assign, ast.AnnAssign)):
                for target, value in _targets(part):
                    name = target.removeprefix("self.").removeprefix("cls.")
                    plain = target == name and self.tree.parents[part] is node
                    if name.isidentifier() and (plain or target != name):
                        found[name] = found.get(name, frozenset()) | self._assigned(part, value)
            elif isinstance(part, ast.withitem) and part.optional_vars is not None:
                name = ast.unparse(part.optional_vars).removeprefix("self.")
                if name.isidentifier():
                    entered = self.values.of(part.context_expr)
                    found[name] = found.get(name, frozenset()) | entered
            elif isinstance(part, FUNCTIONS) and self.tree.parents[part] is node:
                if not any("property" in ast.unparse(d) for d in part.decorator_list):
                    continue
                returned = self._returns(part, self._own(part))
                found[part.name] = found.get(part.name, frozenset()) | returned
        return found

    def _assigned(self, part: ast.Assign | ast.AnnAssign, value: ast.expr | None) -> frozenset[str]:
        declared: frozenset[str] = frozenset()
        if isinstance(part, ast.AnnAssign):
            declared = self.values.annotation(part.annotation)
        return declared | self.values.of(value)


def _methods(node: ast.AST) -> Iterator[str]:
    """The functions of a class, those under ``if`` and ``try`` included."""
    for part in children(node):
        if isinstance(part, FUNCTIONS):
            yield part.name
        elif not isinstance(part, (ast.expr, ast.ClassDef)):
            yield from _methods(part)


def _left(node: FunctionNode, own: list[ast.AST]) -> int | None:
    lines = [part.lineno for part in own if isinstance(part, ast.Return)]
    return min((line for line in lines if line < node.body[-1].lineno), default=None)


def _watched(own: list[ast.AST]) -> Iterator[str]:
    for part in own:
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
                method in WATCHING_METHODS
            ):
                yield name


def _given(own: list[ast.AST]) -> str | None:
    values = [part.value for part in own if isinstance(part, ast.Return)]
    names = {value.id if isinstance(value, ast.Name) else None for value in values}
    return names.pop() if len(names) == 1 else None


def _is_typed(node: FunctionNode) -> bool:
    return node.returns is not None or any(
        isinstance(part, ast.arg) and part.annotation is not None for part in ast.walk(node.args)
    )


def _forwards(node: FunctionNode) -> bool:
    """Report whether the body does anything with the function's own ``**kwargs``."""
    if node.args.kwarg is None:
        return False
    name = node.args.kwarg.arg
    body = ast.Module(body=node.body, type_ignores=[])
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(body))


def _declares(node: ast.ClassDef) -> bool:
    """Report whether attributes are annotated in the class body and assigned in ``__init__``."""
    declared = {
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and part.value is None
    }
    inits = [part for part in node.body if isinstance(part, FUNCTIONS) and part.name == "__init__"]
    assigned = {
        target.removeprefix("self.")
        for part in (inits[0].body if inits else ())
        for target, _ in _targets(part)
        if target.startswith("self.")
    }
    return 2 * len(declared & assigned) > len(assigned)


def _targets(node: ast.stmt) -> list[tuple[str, ast.expr | None]]:
    """The names and attributes that a statement assigns, as they are spelled, with the values."""
    match node:
        case ast.Assign(targets=targets, value=value):
            pairs: list[tuple[ast.expr, ast.expr | None]] = []
            for target in targets:
                if isinstance(target, (ast.Tuple, ast.List)):
                    pairs += zip(target.elts, unpacked(target.elts, value), strict=True)
                else:
                    pairs.append((target, value))
            return [
                (ast.unparse(t), v) for t, v in pairs if isinstance(t, (ast.Name, ast.Attribute))
            ]
        case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=value):
            return [(ast.unparse(target), value)]
        case _:
            return []


def _unsubscripted(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _is_accessor(node: FunctionNode) -> bool:
    """``@size.setter`` adds to the property of that name, which is what gives the value."""
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr in _ACCESSORS
        for decorator in node.decorator_list
    )
