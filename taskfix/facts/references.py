"""Facts about mentions of a name that are not calls: what may hand a function to others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from taskfix.facts.apis import LOGGERS, LOGGING_METHODS
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.values import Values
from taskfix.model import Reference

# The last name of "name", "pkg.mod.name", "pkg.mod:name" or "Class.name"
_LAST_NAME = re.compile(r"(?:^|[.:/])([A-Za-z_]\w*)(?:\(\))?$")


class References:
    """Finds every mention of ``names`` in one module."""

    def __init__(self, tree: Tree, values: Values, names: frozenset[str]) -> None:
        self.tree = tree
        self.values = values
        self.names = names

    def collect(self) -> Iterator[Reference]:
        if not self.names:
            return
        for node in self.tree.nodes(ast.Name, ast.Attribute, ast.Constant, ast.JoinedStr):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    if self._wanted(name, node):
                        yield from self._mention(node, name)
                case ast.Constant(value=str(text)):
                    yield from self._string(node, text)
                case ast.JoinedStr():
                    yield from self._joined(node)

    def _wanted(self, name: str, node: ast.expr) -> bool:
        if name in self.names:
            return True
        return any(last_name(v) in self.names for v in self.values.of(node))

    def _mention(self, node: ast.expr, name: str) -> Iterator[Reference]:
        parent = self.tree.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return
        context = getattr(node, "ctx", None)
        if not isinstance(context, ast.Load):
            if isinstance(node, ast.Attribute):
                yield self._reference(node, name, "store")
            return
        if isinstance(parent, ast.Attribute):
            return  # `name.attr` looks into it; the attribute is a mention of its own
        for value in sorted(self.values.of(node)):
            if value.endswith("()") and last_name(value) != name:
                # an instance is handed over whole: a mention of its class
                yield self._reference(node, last_name(value), "value")
        yield self._reference(node, name, self._kind(node))

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
            if isinstance(ancestor, ast.Call) and _is_type_test(ancestor):
                return "annotation"
            if isinstance(ancestor, ast.AnnAssign) and child is ancestor.annotation:
                return "annotation"
            child = ancestor
        return "value"

    def _reference(self, node: ast.expr, name: str, kind: str) -> Reference:
        function = self.tree.function_of(node)
        statement = self.tree.statement_of(node)
        return Reference(
            name=name,
            values=self.values.of(node),
            kind=kind,  # type: ignore[arg-type]
            line=node.lineno,
            text=ast.unparse(statement).splitlines()[0][:100],
            function=self.values.definition(function) if isinstance(function, FUNCTIONS) else None,
        )

    # -- strings -------------------------------------------------------------------------

    def _string(self, node: ast.Constant, text: str) -> Iterator[Reference]:
        match = _LAST_NAME.search(text)
        if match is None or match[1] not in self.names:
            return
        if self._is_harmless(node):
            return
        yield Reference(
            name=match[1],
            values=frozenset({text}),
            kind="string",
            line=node.lineno,
            text=ast.unparse(self._statement(node)).splitlines()[0][:100],
        )

    def _joined(self, node: ast.JoinedStr) -> Iterator[Reference]:
        """``getattr(x, f"{y}_name")``: the end of an f-string may be the end of a name."""
        last = node.values[-1] if node.values else None
        if not isinstance(last, ast.Constant) or not isinstance(last.value, str):
            return
        parent = self.tree.parents.get(node)
        if not (isinstance(parent, ast.Call) and "getattr" in ast.unparse(parent.func)):
            return
        for name in sorted(self.names):
            if name.endswith(last.value.rpartition(".")[2]):
                yield Reference(name, frozenset(), "string", node.lineno, ast.unparse(parent)[:100])

    def _statement(self, node: ast.expr) -> ast.AST:
        return self.tree.statement_of(node)

    def _is_harmless(self, node: ast.Constant) -> bool:
        """Report whether a string is only text: a docstring, a message, a key that is compared."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Expr() | ast.Compare() | ast.FormattedValue() | ast.JoinedStr():
                return True
            case ast.Subscript(value=value):
                return "globals" not in ast.unparse(value) and "__dict__" not in ast.unparse(value)
            case ast.Call(func=ast.Attribute(attr=method, value=receiver)):
                return (
                    method in LOGGING_METHODS and _names_logger(receiver)
                ) or method == "on_event"
            case ast.Call(func=ast.Name(id="print")):
                return True
            case ast.List() | ast.Tuple() | ast.Set():
                around = self.tree.parents.get(parent)
                return (
                    isinstance(around, (ast.Assign, ast.AugAssign))
                    and "__all__" in ast.unparse(around).partition("=")[0]
                )
            case _:
                return False


def _is_type_test(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in {"isinstance", "issubclass"}


def last_name(value: str) -> str:
    """``Server`` of ``app/a.py::Server()``."""
    match = _LAST_NAME.search(value)
    return match[1] if match else ""


def _names_logger(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2].strip("_").lower() in LOGGERS
