"""Facts about the sets of a module: where each is created, what is added, who reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import (
    FACTORIES,
    FACTORY_KEYWORDS,
    FIELDS,
    LIST,
    SET,
    SET_ADDERS,
    SET_REMOVERS,
    WEAK_SETS,
)
from taskfix.facts.elements import elements
from taskfix.facts.growing import Growing
from taskfix.facts.handling import Handlings
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import FUNCTIONS, Tree, is_steady
from taskfix.facts.values import Values
from taskfix.facts.waiting import Waiting
from taskfix.model import Dealing, Growth, SetFact

_KINDS = {
    **dict.fromkeys((f"{SET}()", "literal.set"), "set"),
    **dict.fromkeys((f"{LIST}()", "literal.list"), "list"),
    **dict.fromkeys(WEAK_SETS, "weak"),
}
# What a holder's bookkeeping does with its set; anything else reads it.
_BOOKKEEPING = SET_ADDERS | SET_REMOVERS


class Sets:
    """Describes the sets of one module."""

    def __init__(self, tree: Tree, values: Values, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.positions = positions
        self._mentions = self._mentions_by_name()
        self._names: dict[str, dict[ast.AST, list[ast.expr]]] = {}
        self._attributes: dict[str, list[ast.expr]] = {}
        self.growing = Growing(tree, values, positions)
        self.handlings = Handlings(tree, values)
        self.waiting = Waiting(tree, values, self.handlings.endings)

    def collect(self) -> Iterator[SetFact]:
        for node in self.tree.nodes(ast.Assign):
            if len(node.targets) == 1:
                yield from self._fact(node, node.targets[0], node.value, None)
        for annotated in self.tree.nodes(ast.AnnAssign):
            if annotated.value is not None:
                yield from self._fact(
                    annotated, annotated.target, annotated.value, annotated.annotation
                )

    def _fact(
        self, node: ast.stmt, target: ast.expr, value: ast.expr, annotation: ast.expr | None
    ) -> Iterator[SetFact]:
        kind, spelled = self._kind(value), ast.unparse(target)
        place = self._place(node, target)
        if kind is None and self._is_field(value) and place is not None and place[1] == "class":
            # The class's `__init__`, which is made for it, gives every instance a set.
            kind, spelled = "set", f"self.{spelled}"
            place = f"{place[2]}().{ast.unparse(target)}", "instance", place[2]
        if kind is None or place is None:
            return
        id_, scope, owner = place
        growths = self._growths(node, spelled, scope)
        if kind == "list" and not growths:
            return
        annotation = annotation or self._declared(node, target)
        loads = [
            occurrence
            for occurrence in self._occurrences(node, spelled)
            if isinstance(getattr(occurrence, "ctx", None), ast.Load)
        ]
        yield SetFact(
            id=id_,
            name=spelled,
            scope=scope,  # type: ignore[arg-type]
            owner=owner,
            line=node.lineno,
            target=self.positions.span(target),
            kind=kind,
            annotation=ast.unparse(annotation) if annotation is not None else None,
            elements=elements(annotation, self.values),
            added=frozenset[str]().union(
                *map(self.handlings.added, self._occurrences(node, spelled))
            ),
            rebound=self._rebound(node, spelled) or self._is_shadowed(node, scope, spelled),
            readers=tuple(sorted(self._readers(node, spelled))),
            created=self.positions.span(node),
            grows=growths,
            top_level=self._is_in_straight_line(node),
            dealings=tuple(sorted(map(self._dealing, loads), key=lambda dealing: dealing.line)),
            awaited_at_end=self._is_awaited_at_end(node, loads),
            root=self._root(node, spelled) if scope == "attribute" else None,  # type: ignore[arg-type]
            yielded=self._yielded(node, spelled) if scope == "local" else None,
            of=self._of(node, spelled) if scope == "attribute" else frozenset(),
        )

    def _dealing(self, load: ast.expr) -> Dealing:
        function = self.tree.function_of(load)
        while isinstance(function, ast.Lambda):
            function = self.tree.function_of(function)
        return Dealing(
            what=self.handlings.of(load),
            function=self.values.definition(function) if function is not None else None,
            line=load.lineno,
            handed=self.handlings.handed(load),
        )

    def _is_awaited_at_end(self, node: ast.stmt, loads: list[ast.expr]) -> bool:
        function = self.tree.function_of(node)
        return isinstance(function, FUNCTIONS) and self.waiting.is_at_end(function, node, loads)

    def _is_in_straight_line(self, node: ast.stmt) -> bool:
        function = self.tree.function_of(node)
        if not isinstance(self.tree.parents[node], (*FUNCTIONS, ast.Module, ast.ClassDef)):
            return False
        return not isinstance(function, FUNCTIONS) or not any(
            isinstance(part, ast.Return) and part.lineno < node.lineno
            for part in self.tree.order.own(function.body, *FUNCTIONS, ast.Lambda, ast.ClassDef)
        )

    def _kind(self, value: ast.expr) -> str | None:
        if isinstance(value, (ast.Set, ast.ListComp)) or getattr(value, "elts", None):
            return None  # not empty: what it holds is not ours to say
        kinds = {_KINDS.get(v) for v in self.values.of(value)}
        return kinds.pop() if len(kinds) == 1 else None

    def _is_field(self, value: ast.expr) -> bool:
        """Report whether ``value`` is ``field(default_factory=set)`` or the like."""
        made = self.values.of(value)
        if not isinstance(value, ast.Call) or not made & (FIELDS | FACTORIES):
            return False
        if made & FACTORIES:
            return any(self.values.of(argument) == {SET} for argument in value.args)
        return any(
            keyword.arg in FACTORY_KEYWORDS
            and self.values.of(keyword.value) == {SET}
            or keyword.arg == "default"
            and self._is_field(keyword.value)
            for keyword in value.keywords
        )

    def _place(self, node: ast.stmt, target: ast.expr) -> tuple[str, str, str | None] | None:
        path = self.values.path
        function = self.tree.function_of(node)
        match target:
            case ast.Name(id=name):
                scope = self.tree.scope_of(node)
                if name in scope.globals:
                    return None
                if scope.node is self.tree.module:
                    return f"{path}::{name}", "module", None
                owner = self.values.definition(scope.node)
                if isinstance(scope.node, ast.ClassDef):
                    return f"{owner}.{name}", "class", owner
                return f"{owner}@{name}", "local", owner
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                class_ = self._class_around(function)
                if class_ is None:
                    return None
                return f"{class_}().{name}", "instance", class_
            case ast.Attribute() if not isinstance(function, ast.Lambda):
                spelled = ast.unparse(target)
                name = spelled.partition(".")[0]
                if not spelled.replace(".", "").isidentifier() or name in {"self", "cls"}:
                    return None
                made_in = self.values.definition(function) if function is not None else None
                return f"{made_in or f'{path}::'}@{spelled}", "attribute", made_in
            case _:
                return None

    def _of(self, node: ast.stmt, spelled: str) -> frozenset[str]:
        return self.values.of_name(spelled.partition(".")[0], self.tree.scope_of(node))

    def _root(self, node: ast.stmt, spelled: str) -> str | None:
        """Where the name that an attribute belongs to is bound, if that is once."""
        name, scope = spelled.partition(".")[0], self.tree.scope_of(node)
        owner = self.tree.lookup(name, scope)
        if owner is None or not is_steady(name, owner, self.tree):
            return None
        if owner is self.tree.root:
            return "module"
        return "local" if owner is scope else None

    def _class_around(self, function: ast.AST | None) -> str | None:
        parent = self.tree.parents.get(function) if function is not None else None
        return self.values.definition(parent) if isinstance(parent, ast.ClassDef) else None

    def _declared(self, node: ast.stmt, target: ast.expr) -> ast.expr | None:
        """The annotation that a class body gives to an attribute that __init__ assigns."""
        if not isinstance(target, ast.Attribute):
            return None
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                for part in ancestor.body:
                    match part:
                        case ast.AnnAssign(target=ast.Name(id=name)) if name == target.attr:
                            return part.annotation
                return None
        return None

    # -- who uses it ---------------------------------------------------------------------

    def _mentions_by_name(self) -> dict[str, list[ast.expr]]:
        """Names and attributes by their last identifier."""
        found: dict[str, list[ast.expr]] = {}
        for name in self.tree.nodes(ast.Name):
            found.setdefault(name.id, []).append(name)
        for attribute in self.tree.nodes(ast.Attribute):
            found.setdefault(attribute.attr, []).append(attribute)
        return found

    def _occurrences(self, created: ast.stmt, spelled: str) -> Iterator[ast.expr]:
        """The other places that spell the same name, in the part of the module that sees it."""
        for node in self._same(created, spelled):
            if self.tree.statement_of(node) is not created:
                yield node

    def _same(self, created: ast.stmt, spelled: str) -> list[ast.expr]:
        holder = self.tree.scope_of(created).node
        if "." not in spelled:
            if spelled not in self._names:
                self._names[spelled] = self._by_owner(spelled)
            return self._names[spelled].get(holder, [])
        if spelled not in self._attributes:
            mentions = self._mentions.get(spelled.rpartition(".")[2], ())
            self._attributes[spelled] = [n for n in mentions if ast.unparse(n) == spelled]
        if not spelled.startswith("self."):
            # Another function may mean the same object by this name.
            return self._attributes[spelled]
        classes = (a for a in self.tree.ancestors(created) if isinstance(a, ast.ClassDef))
        around = next(classes, holder)
        return [n for n in self._attributes[spelled] if around in self.tree.ancestors(n)]

    def _by_owner(self, name: str) -> dict[ast.AST, list[ast.expr]]:
        """The places that say a name, by the part of the module that owns what they mean."""
        found: dict[ast.AST, list[ast.expr]] = {}
        for node in self._mentions.get(name, ()):
            owner = self.tree.lookup(name, self.tree.scope_of(node))
            if isinstance(node, ast.Name) and owner is not None:
                found.setdefault(owner.node, []).append(node)
        return found

    def _growths(self, created: ast.stmt, spelled: str, scope: str) -> tuple[Growth, ...]:
        if scope not in {"class", "instance"}:
            # Most lists are given to somebody soon, so that few of their places are looked at.
            return self.growing.of(self._occurrences(created, spelled))
        mentions = self._mentions.get(spelled.rpartition(".")[2], ())
        return self.growing.of(
            node
            for node in mentions
            if isinstance(node, ast.Attribute) and self.tree.statement_of(node) is not created
        )

    def _rebound(self, created: ast.stmt, spelled: str) -> bool:
        owner = self.tree.lookup(spelled, self.tree.scope_of(created))
        bound = owner.bindings[spelled] if owner is not None else []
        # An annotation alone binds nothing.
        if sum(b.value is not None or not isinstance(b.node, ast.AnnAssign) for b in bound) > 1:
            return True
        return any(
            isinstance(node.ctx, (ast.Store, ast.Del))
            for node in self._occurrences(created, spelled)
            if isinstance(node, (ast.Name, ast.Attribute))
        )

    def _is_shadowed(self, created: ast.stmt, scope: str, name: str) -> bool:
        """Report whether instances of the class give themselves something else by that name."""
        class_ = self.tree.parents[created]
        return scope == "class" and any(
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, (ast.Store, ast.Del))
            and class_ in self.tree.ancestors(node)
            for node in self._mentions.get(name, ())
        )

    def _yielded(self, created: ast.stmt, spelled: str) -> str | None:
        """The key of the set in the one dict that a generator yields."""
        for node in self._occurrences(created, spelled):
            mapping = self.tree.parents.get(node)
            if not isinstance(mapping, ast.Dict) or node not in mapping.values:
                continue
            if isinstance(self.tree.parents.get(mapping), ast.Yield):
                match mapping.keys[mapping.values.index(node)]:
                    case ast.Constant(value=str(key)) if key.isidentifier():
                        return key
        return None

    def _readers(self, created: ast.stmt, spelled: str) -> Iterator[tuple[int, str]]:
        for node in self._occurrences(created, spelled):
            parent = self.tree.parents.get(node)
            if isinstance(parent, ast.Attribute) and parent.attr in _BOOKKEEPING:
                continue
            if isinstance(getattr(node, "ctx", None), ast.Load):
                statement = self.tree.statement_of(node)
                if isinstance(statement, (ast.For, ast.AsyncFor)):
                    yield statement.lineno, f"iterates it: for ... in {ast.unparse(statement.iter)}"
                else:
                    first = ast.unparse(statement).splitlines()[0]
                    yield statement.lineno, first[:80]
