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
``dispatch``    whatever it has may be called: ``getattr(name, event)()``
``export``      a module offers it: ``__all__ = ["name"]``
==============  ==================================================================
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from taskfix.apis.callables import LOOKING, MEMBER_GETTERS, PARTIALS, SCANNING
from taskfix.apis.plain_callers import CLASS_MAKERS
from taskfix.facts.doubles import standing_in
from taskfix.facts.handling import Handlings
from taskfix.facts.loading import (
    CALLED_MEMBER,
    SOME_MEMBER,
    SOMETHING,
    Loaded,
    loaded,
    patterns,
)
from taskfix.facts.members import Members
from taskfix.facts.objects import Objects
from taskfix.facts.receiving import BOUND, CALLED, COMPUTED, IN_ATTRIBUTE, IN_VARIABLE, receiver_of
from taskfix.facts.scopes import FUNCTIONS, FunctionNode, Tree
from taskfix.facts.syntax import is_variable, spelled
from taskfix.facts.tables import Tables
from taskfix.facts.texts import Texts, last_name
from taskfix.facts.values import Values
from taskfix.model import Reference
from taskfix.paths import is_test

# What only a test double has.
_OF_A_DOUBLE = re.compile(
    r"assert_(?:any|called|has|not|awaited)\w*|called|awaited|return_value|side_effect"
    r"|(?:call|await)_(?:args|args_list|count)|(?:mock|method)_calls"
)
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
# Give the attribute itself, or only tell whether there is one.
_GETTING = frozenset({"builtins.getattr"})
_ASKING = frozenset({"builtins.hasattr"})
_MEMBERS = {CALLED_MEMBER: "dispatch", SOME_MEMBER: "scan"}
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
        self.tables = Tables(tree, values)
        self.objects = Objects(tree)
        self.members = Members(tree, self.objects, lambda node: self._read(self._whole(node)))

    def of(self, name: str) -> Iterator[Reference]:
        """Every mention of a name: as it is spelled, by what stands for it, and in texts."""
        if name.isidentifier():
            for node in self._spelling.get(name, ()):
                yield from self._mention(node, name)
            for text in self.texts.with_word(name):
                for kind, said in self.texts.mentions(text, name):
                    yield self._named(text, name, kind, said)
        yield from self._dynamic(name)

    def reads(self, node: FunctionNode, parameter: str) -> tuple[Reference, ...] | None:
        """Each place that reads a parameter of a function; None where the name is bound anew."""
        scope = self.tree.scopes[node]
        if len(scope.bindings.get(parameter, ())) != 1:
            return None
        return tuple(
            self._reference(load, parameter, kind, self.values.of(load), whole=whole)
            for load in self.tree.loads(parameter, scope)
            for whole in [self._whole(load)]
            for kind in [self._read(whole)]
            if kind
        )

    def _read(self, whole: ast.expr) -> str:
        """How something is read; not at all where only what it is called is asked."""
        parent = self.tree.parents.get(whole)
        if not isinstance(parent, ast.Attribute):
            return self._kind(whole)
        if parent.attr in _LABELS:
            return ""
        return "scan" if parent.attr in _ALL_MEMBERS else "attribute"

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

    def _named(self, node: ast.Constant, name: str, kind: str, said: frozenset[str]) -> Reference:
        """A text. ``getattr(x, "name")`` is ``x.name``, whatever is done with it."""
        call = self.tree.parents.get(node)
        if kind != "string" or not isinstance(call, ast.Call) or call.args[1:2] != [node]:
            return self._reference(node, name, kind, said)
        holder = self.values.of(call.args[0])
        if not self.values.of(call.func) & _GETTING:
            return self._reference(node, name, kind, said, of=holder)
        values = frozenset(f"{value}.{name}" for value in holder)
        return self._reference(call, name, self._kind(call), values, whole=call)

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
            elif is_test(self.values.path) and _OF_A_DOUBLE.fullmatch(parent.attr):
                yield from self._references(node, name, "value")
            elif parent.attr not in _LABELS:
                yield from self._references(node, name, "attribute")
        else:
            yield from self._references(node, name, self._kind(whole), whole)

    def _whole(self, node: ast.expr) -> ast.expr:
        """``type(name)`` and ``name.__class__`` show the same methods as ``name``.

        ``partial(name, x)`` is called as ``name`` is, wherever it goes.
        """
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Attribute(attr="__class__"):
                return self._whole(parent)
            case ast.Call(func=ast.Name(id="type"), args=[only]) if only is node:
                return self._whole(parent)
            case ast.Call(args=[first, *_]) if first is node and self._is_partial(parent):
                return self._whole(parent)
            case _:
                return node

    def _is_partial(self, call: ast.Call) -> bool:
        return bool(self.values.of(call.func) & PARTIALS)

    def _made(self, call: ast.Call, name: str) -> Iterator[Reference]:
        """``register(Server())`` hands an instance over."""
        if self._leaves(call):
            yield self._reference(call, name, self._kind(call), self.values.of(call), made=True)

    def _leaves(self, node: ast.expr) -> bool:
        """Report whether more than a variable of the code around gets the value of a call."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.IfExp() | ast.BoolOp() | ast.NamedExpr() | ast.Await() | ast.Starred():
                return self._leaves(parent)
            case ast.Assign(targets=targets):
                return not all(map(is_variable, targets))
            case ast.AnnAssign(target=target):
                return not is_variable(target)
            case ast.Expr() | ast.Attribute() | ast.withitem() | ast.Compare() | ast.If():
                return False
            case _:
                return True

    def _references(
        self, node: ast.expr, name: str, kind: str, whole: ast.expr | None = None
    ) -> Iterator[Reference]:
        """A mention of the name as it is spelled, or of what stands for it."""
        values = self.values.of(node)
        # An instance that is handed over whole is a mention of its class.
        every = {spelled(node), *(last_name(value) for value in values)}
        if kind == "store":
            every = {spelled(node)}  # a name that is bound to it is not the name of it
        elif kind == "attribute":
            every = {n for n in every if f"{n}()" not in "|".join(values)} or {spelled(node)}
        if name in every:
            yield self._reference(node, name, kind, values, whole=whole)

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
            if isinstance(ancestor, ast.Subscript) and child is ancestor.slice:
                return "annotation"  # of a type; or the key of what is asked for
            if isinstance(ancestor, ast.Compare):
                return "annotation"
            if isinstance(ancestor, ast.BinOp) and child is node:
                return "annotation"  # no function has operators; of classes they make a type
            if child is node and self._is_kept(ancestor, node):
                return "kept"
            child = ancestor
        return "value"

    def _is_kept(self, parent: ast.AST, node: ast.expr) -> bool:
        match parent:
            case ast.Return() | ast.Yield():
                return self._stays(parent)
            case ast.Assign(value=value, targets=targets):
                return value is node and all(map(is_variable, targets))
            case ast.AnnAssign(value=value, target=target):
                return value is node and is_variable(target)
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
            # A name that is there in part is a mention of its own.
            if isinstance(call.args[1], ast.Constant) or self.members.is_asked_for(call.args[1]):
                return "annotation"
            if callees & _ASKING:
                return "annotation"
            return self.members.kind(call) if callees & _GETTING else "scan"
        if callees & SCANNING and argument is call.args[0]:
            return "scan"
        looked_at = argument is node or (names & _TESTING and isinstance(argument, ast.Tuple))
        makes_class = callees & CLASS_MAKERS and len(call.args) > 1
        looked_at = looked_at and not makes_class
        return "annotation" if callees & LOOKING and looked_at else None

    def _reference(
        self,
        node: ast.expr,
        name: str,
        kind: str,
        values: frozenset[str],
        *,
        made: bool = False,
        whole: ast.expr | None = None,
        of: frozenset[str] = frozenset(),
        is_end: bool = False,
    ) -> Reference:
        function = self.tree.function_of(node)
        given, to, slot = receiver_of(whole or node, self.tree, self.values)
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
            made=made,
            given=given,
            to=to,
            slot=slot,
            of=of,
            ends=None if is_end else self._ends(whole or node, name),
        )

    def _ends(self, node: ast.expr, name: str) -> tuple[Reference, ...] | None:
        ends = self.tables.ends(node)
        return None if ends is None else tuple(self._end(*end, name) for end in ends)

    def _end(self, node: ast.expr, is_container: bool, name: str) -> Reference:
        if not is_container:
            return self._reference(node, name, self._kind(node), frozenset(), is_end=True)
        given, slot = self.values.of(node), IN_VARIABLE
        around = self.tree.scope_of(node).node
        if isinstance(node, ast.Attribute):
            given, slot = self.values.of(node.value), IN_ATTRIBUTE
        elif isinstance(around, ast.ClassDef):
            given, slot = frozenset({self.values.definition(around)}), IN_ATTRIBUTE
        return Reference(
            name=name,
            values=frozenset(),
            kind="value",
            line=node.lineno,
            text=self._text(node),
            given=given,
            to=spelled(node),
            slot=slot,
        )

    def _text(self, node: ast.expr) -> str:
        return ast.unparse(self.tree.statement_of(node)).splitlines()[0][:100]

    # -- names that are put together or read at run time ---------------------------------------

    def _dynamic(self, name: str) -> Iterator[Reference]:
        for node, said, values in self._loaded:
            if said == name:
                mention = self._reference(node, name, "value", values)
                if name != SOMETHING:
                    mention = replace(mention, ends=self._uses_of_module(node, name))
                yield mention
        for node, pattern, receivers in self._patterns:
            assert isinstance(node, ast.Call)
            asks = self.values.of(node.func) & _ASKING
            if not asks and pattern.fullmatch(name):
                values = frozenset(f"{receiver}.{name}" for receiver in receivers)
                mention = self._reference(node, name, "value", values, whole=node)
                if self.members.is_kept(node):
                    mention = replace(mention, slot=COMPUTED)
                elif mention.slot == BOUND and self.members.kind(node) == "scan":
                    mention = replace(mention, slot="")
                elif mention.slot == BOUND and self.members.is_called(node):
                    mention = replace(mention, slot=CALLED)
                yield mention
        if name in _MEMBERS:
            for call in self.members.of_something(_MEMBERS[name], self.values):
                yield self._reference(call, name, _MEMBERS[name], frozenset())
        for node in standing_in(self.tree, name) if is_test(self.values.path) else ():
            yield self._reference(node, name, "string", frozenset())

    def _uses_of_module(self, node: ast.expr, name: str) -> tuple[Reference, ...] | None:
        """What uses a module that is loaded at a node, as far as its function tells."""
        uses = self.objects.uses_of_module(node)
        if uses is None:
            return None
        found = []
        for use in uses:
            whole = self._whole(use)
            kind = self._read(whole)
            end = self._reference(use, name, kind, frozenset(), whole=whole, is_end=True)
            kept = self.members.is_of_kept(use)
            found += [replace(end, slot=COMPUTED) if kept else end] if kind else []
        return tuple(found)

    @cached_property
    def _loaded(self) -> list[Loaded]:
        return list(loaded(self.tree, self.values))

    @cached_property
    def _patterns(self) -> list[tuple[ast.expr, re.Pattern[str], frozenset[str]]]:
        return list(patterns(self.tree, self.values))
