"""Facts about mentions of a name that are not calls: what may hand a function to others.

==============  ==================================================================
``value``       it is given to others, or read in some way that is not among these
``kept``        a variable or a caller gets it: mentions of that are of their own
``store``       it is bound, or set as an attribute
``string``      a text names it
``key``         a text names it that looks something up: ``d["name"]``
``decorator``   it decorates
``annotation``  it is an annotation, or is looked at and not kept
``base``        a class inherits from it
``attribute``   something of it is looked up: ``name.x``
``scan``        all that it has may be looked at: ``vars(name)``
``export``      a module offers it: ``__all__ = ["name"]``
==============  ==================================================================
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.callables import LOOKING, MEMBER_GETTERS, SCANNING
from taskfix.facts.handling import Handlings
from taskfix.facts.loading import Loaded, loaded, patterns
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.texts import Texts, last_name
from taskfix.facts.values import Values
from taskfix.model import Reference
from taskfix.paths import is_test

# What only a test double has.
_OF_A_DOUBLE = re.compile(r"^(?:assert_|call_|await_|mock_|called$|awaited$|return_value|side_eff)")
# What a function is called, and not what it does.
_LABELS = frozenset({"__name__", "__qualname__", "__doc__", "__module__"})
_SPELLED = (ast.Name, ast.Attribute)
# Look up one name in their first argument, which is the second: monkeypatch.setattr(x, "name", y).
_BY_NAME = frozenset(
    [
        *("getattr", "hasattr", "setattr", "delattr", "getattr_static", "__getattribute__"),
        *("object", "spy"),
    ]
)
_TESTING = frozenset({"isinstance", "issubclass"})
# Lead to all that a class has.
_ALL_MEMBERS = frozenset({"__dict__", "__mro__", "mro", "__getattribute__"})
# Keep what a function returns to those who ask for it by name.
_KEEPING = re.compile(
    r"(?:^|\.)(?:property|cached_property|staticmethod|classmethod|cache|lru_cache|fixture|"
    r"contextmanager|asynccontextmanager|override|final)(?:\(\))?$"
)


class References:
    """Finds the mentions of a name in one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values
        self.texts = Texts(tree, values)
        self.handlings = Handlings(tree, values)

    def of(self, name: str) -> Iterator[Reference]:
        """Every mention of a name: as it is spelled, by what stands for it, and in texts."""
        for node in self._spelling.get(name, ()):
            yield from self._mention(node, name)
        for text in self.texts.with_word(name):
            for kind, said in self.texts.mentions(text, name):
                yield self._reference(text, name, kind, said)
        yield from self._dynamic(name)

    @cached_property
    def _spelling(self) -> dict[str, list[ast.expr]]:
        """The names and attributes by what they spell, and by what they are known to stand for."""
        found: dict[str, list[ast.expr]] = defaultdict(list)
        for node in self.tree.nodes(ast.Name, ast.Attribute):
            name = spelled(node)
            found[name].append(node)
            for other in {last_name(value) for value in self.values.of(node)} - {name, ""}:
                found[other].append(node)
        return found

    def _mention(self, node: ast.expr, name: str) -> Iterator[Reference]:
        whole = self._whole(node)
        parent = self.tree.parents.get(whole)
        if isinstance(parent, ast.Call) and parent.func is whole:
            if spelled(node) == name:
                yield from self._made(parent, name)
        elif not isinstance(getattr(node, "ctx", None), ast.Load):
            yield from self._references(node, name, "store")
        elif isinstance(parent, ast.Attribute):
            # `name.attr` looks into it; the attribute is a mention of its own
            if parent.attr in _ALL_MEMBERS:
                yield from self._references(node, name, "scan")
            elif _OF_A_DOUBLE.match(parent.attr):
                yield from self._references(node, name, "value")
            elif parent.attr not in _LABELS:
                yield from self._references(node, name, "attribute")
        else:
            yield from self._references(node, name, self._kind(whole))

    def _whole(self, node: ast.expr) -> ast.expr:
        """``type(name)`` and ``name.__class__`` show the same methods as ``name``."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Attribute(attr="__class__"):
                return self._whole(parent)
            case ast.Call(func=ast.Name(id="type"), args=[only]) if only is node:
                return self._whole(parent)
            case _:
                return node

    def _made(self, call: ast.Call, name: str) -> Iterator[Reference]:
        """``register(Server())`` hands an instance over."""
        if self._leaves(call):
            yield self._reference(call, name, self._kind(call), self.values.of(call))

    def _leaves(self, node: ast.expr) -> bool:
        """Report whether more than a variable of the code around gets the value of a call."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.IfExp() | ast.BoolOp() | ast.NamedExpr() | ast.Await() | ast.Starred():
                return self._leaves(parent)
            case ast.Assign(targets=targets):
                return not all(map(_is_variable, targets))
            case ast.AnnAssign(target=target):
                return not _is_variable(target)
            case ast.Expr() | ast.Attribute() | ast.withitem() | ast.Compare() | ast.If():
                return False
            case _:
                return True

    def _references(self, node: ast.expr, name: str, kind: str) -> Iterator[Reference]:
        """A mention of the name as it is spelled, or of what stands for it."""
        values = self.values.of(node)
        # An instance that is handed over whole is a mention of its class.
        every = {spelled(node), *(last_name(value) for value in values)}
        if kind in {"attribute", "store"}:
            every = {n for n in every if f"{n}()" not in "|".join(values)} or {spelled(node)}
        if name in every:
            yield self._reference(node, name, kind, values)

    def _kind(self, node: ast.expr) -> str:
        child: ast.AST = node
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, (*FUNCTIONS, ast.ClassDef)):
                if child in ancestor.decorator_list:
                    return "decorator"
                if isinstance(ancestor, ast.ClassDef):
                    return "base" if child in ancestor.bases else "value"
                return "annotation" if child is ancestor.returns else "value"
            if isinstance(ancestor, ast.arg):
                return "annotation"
            if isinstance(ancestor, ast.Call) and child in ancestor.args:
                kind = self._given_to(ancestor, child, node)
                if kind is not None:
                    return kind
            if isinstance(ancestor, ast.AnnAssign) and child is ancestor.annotation:
                return "annotation"
            if isinstance(ancestor, ast.Compare):
                return "annotation"
            if child is node and self._is_kept(ancestor, node):
                return "kept"
            child = ancestor
        return "value"

    def _is_kept(self, parent: ast.AST, node: ast.expr) -> bool:
        match parent:
            case ast.Return() | ast.Yield():
                return self._stays(parent)
            case ast.Assign(value=value, targets=targets):
                return value is node and all(map(_is_variable, targets))
            case ast.AnnAssign(value=value, target=target):
                return value is node and _is_variable(target)
            case _:
                return False

    def _stays(self, node: ast.Return | ast.Yield) -> bool:
        """Report whether only callers get what a function returns, and no decorator does."""
        function = self.tree.function_of(node)
        decorators = getattr(function, "decorator_list", [])
        if isinstance(node, ast.Yield) and not decorators:
            return False
        return all(
            any(_KEEPING.search(value) for value in self.values.of(decorator))
            for decorator in decorators
        )

    def _given_to(self, call: ast.Call, argument: ast.AST, node: ast.expr) -> str | None:
        """What a well-known function does with its argument."""
        callees = self.values.of(call.func)
        if isinstance(call.func, ast.Call) and self.values.of(call.func.func) & MEMBER_GETTERS:
            constant = all(isinstance(name, ast.Constant) for name in call.func.args)
            return "annotation" if constant else "scan"
        names = {spelled(call.func), *(value.rpartition(".")[2] for value in callees)}
        if names & _BY_NAME and argument is call.args[0] is node and len(call.args) > 1:
            # A constant name is a mention of its own.
            return "annotation" if isinstance(call.args[1], ast.Constant) else "scan"
        if callees & SCANNING and argument is call.args[0]:
            return "scan"
        looked_at = argument is node or (names & _TESTING and isinstance(argument, ast.Tuple))
        return "annotation" if callees & LOOKING and looked_at else None

    def _reference(self, node: ast.expr, name: str, kind: str, values: frozenset[str]) -> Reference:
        function = self.tree.function_of(node)
        return Reference(
            name=name,
            values=values,
            kind=kind,  # type: ignore[arg-type]
            line=node.lineno,
            text=self._text(node),
            function=self.values.definition(function) if isinstance(function, FUNCTIONS) else None,
            bare=isinstance(node, ast.Name),
            handling=self.handlings.of(node) if isinstance(node, _SPELLED) else "passes",
            added=self.handlings.added(node) if kind == "attribute" else frozenset(),
            handed=self.handlings.handed(node) if isinstance(node, _SPELLED) else frozenset(),
        )

    def _text(self, node: ast.expr) -> str:
        return ast.unparse(self.tree.statement_of(node)).splitlines()[0][:100]

    # -- names that are put together or read at run time ---------------------------------------

    def _dynamic(self, name: str) -> Iterator[Reference]:
        for node, said, values in self._loaded:
            if said == name:
                yield self._reference(node, name, "value", values)
        for node, pattern, receivers in self._patterns:
            if pattern.fullmatch(name):
                values = frozenset(f"{receiver}.{name}" for receiver in receivers)
                kind = "value" if values else "string"
                yield self._reference(node, name, kind, values)
        yield from self._doubles(name)

    @cached_property
    def _loaded(self) -> list[Loaded]:
        return list(loaded(self.tree, self.values))

    @cached_property
    def _patterns(self) -> list[tuple[ast.expr, re.Pattern[str], frozenset[str]]]:
        return list(patterns(self.tree, self.values))

    def _doubles(self, name: str) -> Iterator[Reference]:
        """``SimpleNamespace(name=fake)``, ``patch.multiple("app", **{"name": fake})`` in a test."""
        if not is_test(self.values.path):
            return
        for keyword in self.tree.nodes(ast.keyword):
            if keyword.arg == name and not _is_data(keyword.value):
                yield self._reference(keyword.value, name, "string", frozenset())
        for table in self.tree.nodes(ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name and not _is_data(value):
                    yield self._reference(key, name, "string", frozenset())


def _is_variable(target: ast.expr) -> bool:
    """Report whether a target is a name, or an attribute of the instance or class around."""
    match target:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Tuple(elts=elements):
            return all(map(_is_variable, elements))
        case _:
            return False


def _is_data(node: ast.expr) -> bool:
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.UnaryOp))
