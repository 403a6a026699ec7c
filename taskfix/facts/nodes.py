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
    """The nodes of a module in an order in which all that is inside a node follows it.

    What is in a function is put in order when somebody asks for something in it, since few
    functions of a module are asked about.
    """

    def __init__(self, module: ast.Module, parents: dict[ast.AST, ast.AST]) -> None:
        self._module = module
        self._parents = parents
        self._parts: dict[ast.AST, _Part] = {}
        self._words: dict[ast.AST, frozenset[str]] = {}

    def inside(self, node: ast.AST) -> list[ast.AST]:
        """The node and all that is inside of it."""
        if isinstance(node, (ast.Module, ast.ClassDef)):
            return _walk(node)
        part = self._part(node)
        return part.nodes[part.start[node] : part.end[node]]

    def contains(self, node: ast.AST, other: ast.AST) -> bool:
        """Report whether ``other`` is the node itself or inside of it."""
        part = self._part(node)
        return other in part.start and part.start[node] <= part.start[other] < part.end[node]

    def own(self, body: list[ast.stmt], *barriers: type[ast.AST]) -> Iterator[ast.AST]:
        """What is inside of statements, but for the inside of the barriers."""
        for statement in body:
            part = self._part(statement)
            index, end = part.start[statement], part.end[statement]
            while index < end:
                node = part.nodes[index]
                yield node
                index = part.end[node] if isinstance(node, barriers) else index + 1

    def identifiers(self, node: ast.AST) -> frozenset[str]:
        """Every identifier that is bound or read in a node, nested scopes included."""
        part = self._part(node)
        first = bisect_left(part.named, part.start[node])
        last = bisect_left(part.named, part.end[node])
        return frozenset(part.names[first:last])

    def words(self, node: ast.AST) -> frozenset[str]:
        """Every name and attribute that is spelled in a node, nested scopes included."""
        if node not in self._words:
            parts = self.inside(node)
            attributes = {part.attr for part in parts if isinstance(part, ast.Attribute)}
            self._words[node] = self.identifiers(node) | attributes
        return self._words[node]

    def _part(self, node: ast.AST) -> _Part:
        """The outermost function that a node is in, or else the statement of the module."""
        function, top = None, node
        around: ast.AST | None = node
        while around is not None and around is not self._module:
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                function = around
            top, around = around, self._parents.get(around)
        root = function or top
        if root not in self._parts:
            self._parts[root] = _Part(root)
        return self._parts[root]


def _walk(root: ast.AST) -> list[ast.AST]:
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(children(node))
    return found


class _Part:
    """The nodes of a function or of a statement in that order, with where each starts and ends."""

    def __init__(self, root: ast.AST) -> None:
        self.nodes: list[ast.AST] = []
        self.start: dict[ast.AST, int] = {}
        self.end: dict[ast.AST, int] = {}
        self.named: list[int] = []
        self.names: list[str] = []
        # A node comes once more, without its children, when all of them have come.
        stack: list[tuple[ast.AST, bool]] = [(root, False)]
        while stack:
            node, over = stack.pop()
            if over:
                self.end[node] = len(self.nodes)
                continue
            self.start[node] = len(self.nodes)
            if node.__class__ in _NAMING:
                for name in _identifiers(node):
                    self.named.append(len(self.nodes))
                    self.names.append(name)
            self.nodes.append(node)
            if node.__class__ in _LEAVES:
                self.end[node] = len(self.nodes)
                continue
            stack.append((node, True))
            stack.extend([(child, False) for child in children(node)])


# These have no children that mean something.
_LEAVES = {ast.Name, ast.Constant, ast.alias, ast.Global, ast.Nonlocal, ast.Pass}
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
