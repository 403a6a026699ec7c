"""Walks syntax trees: the nodes that mean something, each visited once for the whole module."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator

# One object stands for every `load`, `+` or `not` of a program: these say nothing by themselves,
# and are half of all nodes.
_SHARED = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
# Fields that hold no node, by name: it saves looking into them.
_PLAIN = {
    *("ctx", "op", "ops", "id", "name", "asname", "attr", "arg", "level", "module", "names"),
    *("type_comment", "type_ignores", "kind", "simple", "is_async", "lineno", "rest", "conversion"),
}


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The direct child nodes, in the order of the source."""
    for field in fields(type(node)):
        value = getattr(node, field, None)
        if value.__class__ is list:
            for item in value:
                if isinstance(item, ast.AST):
                    yield item
        elif isinstance(value, ast.AST):
            yield value


def fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of nodes that may hold nodes which mean something."""
    known = _fields.get(kind)
    if known is None:
        known = _fields[kind] = _fields_with_nodes(kind)
    return known


_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields_with_nodes(kind: type[ast.AST]) -> tuple[str, ...]:
    if issubclass(kind, _SHARED):
        return ()
    plain = _PLAIN
    if issubclass(kind, (ast.Import, ast.ImportFrom)):
        plain = _PLAIN - {"names"}  # aliases; those of `global` are strings
    if kind.__name__ == "TypeAlias":
        plain = _PLAIN - {"name"}
    return tuple(field for field in kind._fields if field not in plain)


class Order:
    """The nodes of a module in an order in which all that is inside a node follows it."""

    def __init__(self, module: ast.Module, parents: dict[ast.AST, ast.AST]) -> None:
        self.nodes: list[ast.AST] = []
        self._start: dict[ast.AST, int] = {}
        self._end: dict[ast.AST, int] = {}
        self._named: list[int] = []
        self._names: list[str] = []
        self._words: dict[ast.AST, frozenset[str]] = {}
        stack: list[ast.AST] = [module]
        while stack:
            node = stack.pop()
            self._start[node] = len(self.nodes)
            self.nodes.append(node)
            if node.__class__ in _NAMING:
                for name in _identifiers(node):
                    self._named.append(len(self.nodes) - 1)
                    self._names.append(name)
            stack.extend(children(node))
        size = dict.fromkeys(self.nodes, 1)
        for node in reversed(self.nodes):
            self._end[node] = self._start[node] + size[node]
            parent = parents.get(node)
            if parent is not None:
                size[parent] += size[node]

    def inside(self, node: ast.AST) -> list[ast.AST]:
        """The node and all that is inside of it."""
        return self.nodes[self._start[node] : self._end[node]]

    def contains(self, node: ast.AST, other: ast.AST) -> bool:
        """Report whether ``other`` is the node itself or inside of it."""
        return self._start[node] <= self._start[other] < self._end[node]

    def own(self, body: list[ast.stmt], *barriers: type[ast.AST]) -> Iterator[ast.AST]:
        """What is inside of statements, but for the inside of the barriers."""
        for statement in body:
            index, end = self._start[statement], self._end[statement]
            while index < end:
                node = self.nodes[index]
                yield node
                index = self._end[node] if isinstance(node, barriers) else index + 1

    def identifiers(self, node: ast.AST) -> frozenset[str]:
        """Every identifier that is bound or read in a node, nested scopes included."""
        first = bisect_left(self._named, self._start[node])
        last = bisect_left(self._named, self._end[node])
        return frozenset(self._names[first:last])

    def words(self, node: ast.AST) -> frozenset[str]:
        """Every name and attribute that is spelled in a node, nested scopes included."""
        if node not in self._words:
            parts = self.inside(node)
            attributes = {part.attr for part in parts if isinstance(part, ast.Attribute)}
            self._words[node] = self.identifiers(node) | attributes
        return self._words[node]


_NAMING = {
    *(ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.alias),
    *(ast.Global, ast.Nonlocal, ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
}


def _identifiers(node: ast.AST) -> tuple[str, ...] | list[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return (name,)
        case ast.ClassDef(name=name):
            return (name,)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case ast.alias(name=name, asname=asname):
            return (asname or name.partition(".")[0],)
        case ast.ExceptHandler(name=str(name)):
            return (name,)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case _:
            return ()
