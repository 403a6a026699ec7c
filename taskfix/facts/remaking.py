"""Where an object that is there may get all new attributes: ``self.__init__()`` and the like."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import MEMBERS_OF, SET_EMPTIERS, SET_GROWERS, SETTING_MEMBERS
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values
from taskfix.model import Remaking

# In these the object is new.
_MAKERS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})
_CHANGING = SET_EMPTIERS | SET_GROWERS


class Remakings:
    """Finds these places in one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values

    def collect(self) -> Iterator[Remaking]:
        """Every such place, but for those in an ``__init__``, where the object is new."""
        for node in self.tree.nodes(ast.Call, ast.Attribute):
            for given in self._remade(node):
                function = self.tree.function_of(node)
                if getattr(function, "name", "") not in _MAKERS:
                    yield Remaking(self.values.of(given), node.lineno)

    def _remade(self, node: ast.expr) -> Iterator[ast.expr]:
        """The object that a node gives new attributes."""
        match node:
            # self.__init__(), Server.__init__(self)
            case ast.Call(func=ast.Attribute(value=value, attr="__init__"), args=args):
                yield from (value, *args[:1])
            # setattr(self, name, value)
            case ast.Call(func=function, args=[given, name, *_]):
                if (
                    not isinstance(name, ast.Constant)
                    and self.values.of(function) & SETTING_MEMBERS
                ):
                    yield given
            # vars(self).update(other)
            case ast.Call(func=function, args=[given]):
                if self.values.of(function) & MEMBERS_OF and self._is_changed(node):
                    yield given
            # self.__dict__.update(other)
            case ast.Attribute(value=value, attr="__dict__"):
                if not isinstance(node.ctx, ast.Load) or self._is_changed(node):
                    yield value

    def _is_changed(self, attributes: ast.expr) -> bool:
        method = self.tree.parents.get(attributes)
        return isinstance(method, ast.Attribute) and spelled(method) in _CHANGING
