"""What becomes of a value that is stored: in a name, an attribute, an item or a container."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from taskfix.facts.apis import CONTAINERS, WEAK
from taskfix.facts.fates import Token, held, lost
from taskfix.facts.scopes import Scope, Tree
from taskfix.facts.syntax import is_bounded, loop_around, next_statement
from taskfix.model import Use

if TYPE_CHECKING:
    from taskfix.facts.uses import Uses

WEAK_INSTANCES = frozenset(f"{name}()" for name in WEAK)


class Stores:
    """Judges targets and containers, for the Uses of one module."""

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.tree = uses.tree
        self.values = uses.values
        self._attributes: dict[ast.ClassDef, dict[str, frozenset[str]]] = {}

    def stored(self, target: ast.expr, statement: ast.stmt) -> Use:
        match target:
            case ast.Name(id=name):
                return self.uses.variables.named(name, statement)
            case ast.Attribute(value=ast.Name(id=base)) if self._is_throwaway(target.value):
                scope = self.tree.scope_of(target)
                owner = self.tree.lookup(base, scope)
                assert owner is not None
                use = self.uses.variables.use(base, owner, statement, container=True)
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
            case _:
                return held("unpacked")

    def _is_throwaway(self, node: ast.expr) -> bool:
        return self.values.of(node) == {"types.SimpleNamespace()"}

    def _overwritten(self, target: ast.expr, statement: ast.stmt) -> Use | None:
        """An attribute or key that is bound anew at once, or in the next turn of a loop."""
        text = ast.unparse(target)
        loop = loop_around(self.tree, statement)
        if (
            loop is not None
            and not _mentions(loop, text, statement)
            and _unguarded(self.tree, statement, loop)
        ):
            bound = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and _is_stored(n)}
            if not bound & {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
                return lost(f"the next turn of the loop overwrites {text}", "TF002")
        following = next_statement(self.tree, statement)
        if not isinstance(following, ast.Assign) or text in ast.unparse(following.value):
            return None
        if text in map(ast.unparse, following.targets):
            return lost(f"the next statement overwrites {text}", "TF002")
        return None

    def into(self, container: ast.expr, statement: ast.stmt, token: Token | None) -> Use:
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
        following = next_statement(self.tree, statement)
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
        use = self.uses.variables.use(name.id, owner, statement, container=True)
        return replace(use, variable=None)

    def _is_bounded(self, name: str, owner: Scope) -> bool:
        for binding in owner.bindings.get(name, ()):
            value = binding.value
            if isinstance(value, ast.Call) and "collections.deque" in self.values.of(value.func):
                return is_bounded(value)
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


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _mentions(loop: ast.AST, text: str, statement: ast.stmt) -> bool:
    """Report whether a loop also reads ``text`` somewhere else than in ``statement``."""
    own = set(ast.walk(statement))
    for node in ast.walk(loop):
        if not isinstance(node, (ast.Attribute, ast.Subscript)) or node in own:
            continue
        if ast.unparse(node) == text:
            return True
    return False


def _unguarded(tree: Tree, statement: ast.stmt, loop: ast.AST) -> bool:
    return tree.parents.get(statement) is loop
