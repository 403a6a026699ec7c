"""What becomes of a set of tasks that is neither cancelled nor awaited where it is mentioned."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import (
    BLOCKING_METHODS,
    CONTAINER_PASSING,
    CONTAINER_TAKING,
    KNOWN,
    LOGGING_METHODS,
    NOT_KEEPING,
    NOT_KEEPING_METHODS,
    SET_ADDERS,
    SET_EMPTIERS,
    SET_GROWERS,
    SET_REMOVERS,
    SIZES,
)
from taskfix.facts.endings import Endings
from taskfix.facts.logged import is_logged
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values
from taskfix.model import Handling

# What every task and every set has.
_OF_SETS = SET_ADDERS | SET_REMOVERS | SET_GROWERS | CONTAINER_PASSING | CONTAINER_TAKING
_OF_TASKS = NOT_KEEPING_METHODS | BLOCKING_METHODS
# Tell only whether a task goes on, which one that does so changes nothing of.
_STATES = frozenset({"done", "cancelled"})
# The worst is told, where there are several.
_ORDER: tuple[Handling, ...] = ("drops", "reads", "counts", "passes")


class Passing:
    """Judges where the sets of one module go."""

    def __init__(self, tree: Tree, values: Values, endings: Endings) -> None:
        self.tree = tree
        self.values = values
        self.endings = endings

    def of(self, node: ast.expr) -> Handling:
        """The worst that is done with a set, wherever it goes from a mention of it."""
        found = {one for place in self.endings.places(node) for one in self._at(place)}
        return next((one for one in _ORDER if one in found), "passes")

    def _at(self, place: ast.AST) -> Iterator[Handling]:
        parent = self.tree.parents.get(place)
        match parent:
            case ast.Attribute(attr=name):
                yield from self._looked_up(name)
            case ast.For(iter=source) | ast.comprehension(iter=source) if source is place:
                if not self._only_asks(parent):
                    yield "reads"
            case ast.AsyncFor() | ast.FormattedValue():
                yield "reads"
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                yield "reads"
            case ast.Compare():
                yield "reads"
            case _:
                for call, _ in self.endings.given(place):
                    yield from self._given(call)

    def _looked_up(self, name: str) -> Iterator[Handling]:
        if name in SET_EMPTIERS:
            yield "drops"
        elif name not in _OF_SETS | _OF_TASKS:
            yield "reads"

    def _given(self, call: ast.Call) -> Iterator[Handling]:
        callees = self.values.of(call.func)
        if callees & SIZES and is_logged(call, self.tree):
            return
        if callees & SIZES or callees & NOT_KEEPING or spelled(call.func) in LOGGING_METHODS:
            yield "counts"
        elif callees & KNOWN or [*self.endings.functions(call.func)]:
            pass  # what is done there is looked at by itself
        elif not callees or any("#" in callee for callee in callees):
            yield "reads"  # whoever gets it is not known

    def _only_asks(self, loop: ast.AST) -> bool:
        """Report whether a loop over tasks looks only for those that are done."""
        target = getattr(loop, "target", None)
        if not isinstance(target, ast.Name):
            return False
        owner = self.tree.lookup(target.id, self.tree.scope_of(target))
        loads = self.tree.loads(target.id, owner) if owner is not None else ()
        return all(self._asks(load) for load in loads)

    def _asks(self, load: ast.Name) -> bool:
        match self.tree.parents.get(load):
            case ast.Attribute(attr=name):
                return name in _STATES
            case ast.Call(func=ast.Attribute(attr=method), args=[only]) if only is load:
                return method in SET_REMOVERS
            case _:
                return False
