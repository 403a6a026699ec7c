"""What becomes of a value that is stored: in a name, an attribute, an item or a container."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from taskfix.apis.callables import BOUNDED, CONTAINERS, KEYED_ADDERS, NAMESPACES, WEAK_INSTANCES
from taskfix.facts.fates import Token, held, lost
from taskfix.facts.overwriting import emptied, overwritten
from taskfix.facts.scopes import Scope
from taskfix.facts.syntax import is_bounded
from taskfix.model import Use

if TYPE_CHECKING:
    from taskfix.facts.uses import Uses


class Stores:
    """Judges targets and containers, for the Uses of one module."""

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.tree = uses.tree
        self.values = uses.values
        self._attributes: dict[ast.ClassDef, dict[str, list[ast.expr]]] = {}

    def stored(self, target: ast.expr, statement: ast.stmt) -> Use:
        match target:
            case ast.Name():
                return self.uses.variables.named(target, statement)
            case ast.Attribute(value=ast.Name() as base) if self._is_throwaway(base):
                owner = self.tree.lookup(base.id, self.tree.scope_of(target))
                assert owner is not None
                use = self.uses.variables.use(base.id, owner, statement, container=True)
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
                return self.into(container, statement, None)
            case ast.Starred(value=inner):
                return self.stored(inner, statement)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return self._unpacked(elts, statement)
            case _:
                return held("unpacked")

    def _is_throwaway(self, node: ast.Name) -> bool:
        """An object that only gets attributes: what it has dies with it."""
        owner = self.tree.lookup(node.id, self.tree.scope_of(node))
        if owner is None or not owner.is_function:
            return False
        if any(binding.kind != "assign" for binding in owner.bindings.get(node.id, [])):
            return False
        made = self.values.of(node)
        return len(made) == 1 and made <= NAMESPACES | self._plain_instances

    @cached_property
    def _plain_instances(self) -> frozenset[str]:
        """Instances of classes that cannot hand themselves to anything while they are made."""
        return frozenset(
            f"{self.values.definition(node)}()"
            for node in self.tree.nodes(ast.ClassDef)
            if not node.bases
            and not node.keywords
            and not node.decorator_list
            and not any(getattr(part, "name", "") in {"__init__", "__new__"} for part in node.body)
        )

    def _overwritten(self, target: ast.expr, statement: ast.stmt) -> Use | None:
        by = overwritten(target, statement, self.tree)
        return lost(by, "TF002") if by else None

    def _unpacked(self, elts: list[ast.expr], statement: ast.stmt) -> Use:
        """``first, *rest = [create_task(x) for x in xs]``: no telling which part is which."""
        uses = [replace(self.stored(element, statement), variable=None) for element in elts]
        dropped = [use for use in uses if use.fate == "lost"]
        all_tasks = isinstance(getattr(statement, "value", None), (ast.ListComp, ast.List))
        if dropped and (all_tasks or len(dropped) == len(uses)):
            return dropped[0]
        return held("unpacked")

    def into(self, container: ast.expr, statement: ast.stmt, token: Token | None) -> Use:
        """The value is put into a container."""
        kinds = self.values.of(container)
        text = ast.unparse(container)
        if isinstance(container, ast.Attribute):
            # What the class around it assigns says more than that it is an attribute.
            kinds = self._attribute_values(container) or kinds
        if kinds and kinds <= WEAK_INSTANCES:
            return lost(f"{text} holds only weak references", "TF002")
        if isinstance(container, (ast.Name, ast.Attribute)) and token is None:
            by = emptied(container, "", statement, self.tree)
            if by is not None:
                return lost(by, "TF002")
            bounded = isinstance(container, ast.Attribute) and self._is_bounded_attribute(container)
            if bounded:
                return lost(f"{text} is bounded and drops its oldest", "TF002")
        container = _outermost(container)
        if isinstance(container, ast.Name):
            return self._into_name(container, statement, token)
        if isinstance(container, (ast.List, ast.Set, ast.Dict)):
            return lost("the container is dropped at once", "TF002")
        return held(f"kept in {text}")

    def _into_name(self, name: ast.Name, statement: ast.stmt, token: Token | None) -> Use:
        owner = self.tree.lookup(name.id, self.tree.scope_of(name))
        if owner is None or not owner.is_function:
            if owner is not None and self._is_bounded(name.id, owner):
                return lost(f"{name.id} is bounded and drops its oldest", "TF002")
            return held(f"kept in {name.id}")
        if not self._is_local_container(name.id, owner):
            return held(f"kept in {name.id}")
        if self.tree.function_of(name) is not owner.node:
            around = self.uses.variables.around(Token(owner, name.id, True), statement)
            return replace(around, variable=None) if around else held(f"kept in {name.id}")
        use = self.uses.variables.use(name.id, owner, statement, container=True)
        return replace(use, variable=None)

    def _is_bounded(self, name: str, owner: Scope) -> bool:
        for binding in owner.bindings.get(name, ()):
            value = binding.value
            if isinstance(value, ast.Call) and self.values.of(value.func) & BOUNDED:
                return is_bounded(value)
        return False

    def _is_local_container(self, name: str, owner: Scope) -> bool:
        bindings = owner.bindings.get(name, [])
        made = False
        for binding in bindings:
            if binding.kind in {"other", "del"}:
                continue
            if binding.kind == "parameter" and binding.node is _kwargs(owner.node):
                made = True  # a dict of its own for each call
                continue
            values = self.values.of(binding.value)
            if binding.kind != "assign" or not values or not values <= CONTAINERS:
                return False
            made = True
        return made

    def _attribute_values(self, node: ast.Attribute) -> frozenset[str]:
        """What ``self.x`` is assigned anywhere in the class around it."""
        return frozenset().union(*(self.values.of(value) for value in self._assigned(node)))

    def _is_bounded_attribute(self, node: ast.Attribute) -> bool:
        return any(
            isinstance(value, ast.Call)
            and self.values.of(value.func) & BOUNDED
            and is_bounded(value)
            for value in self._assigned(node)
        )

    def _assigned(self, node: ast.Attribute) -> list[ast.expr]:
        """The expressions that ``self.x`` is assigned anywhere in the class around it."""
        owner = next((a for a in self.tree.ancestors(node) if isinstance(a, ast.ClassDef)), None)
        if owner is None or not isinstance(node.value, ast.Name):
            return []
        if owner not in self._attributes:
            self._attributes[owner] = self._assigned_attributes(owner)
        return self._attributes[owner].get(node.attr, [])

    def _assigned_attributes(self, owner: ast.ClassDef) -> dict[str, list[ast.expr]]:
        found: dict[str, list[ast.expr]] = defaultdict(list)
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
                found[name].append(part.value)
        return found


def _kwargs(function: ast.AST) -> ast.arg | None:
    """``options`` of ``def f(**options)``"""
    arguments = getattr(function, "args", None)
    return arguments.kwarg if isinstance(arguments, ast.arguments) else None


def _outermost(container: ast.expr) -> ast.expr:
    """``by_key`` of ``by_key["a"]`` and ``by_key.setdefault("a", [])``."""
    while True:
        match container:
            case ast.Subscript(value=ast.Name() | ast.Subscript() as outer):
                container = outer
            case ast.Call(func=ast.Attribute(value=ast.Name() as outer, attr=method)) if (
                method in KEYED_ADDERS
            ):
                container = outer
            case _:
                return container
