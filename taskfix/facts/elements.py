"""What the annotation of a set says of its elements."""

from __future__ import annotations

import ast

from taskfix.apis.callables import OPTIONAL_TYPES, SET_TYPES, WRAPPER_TYPES
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values

# Stands for elements, or a container, of which nothing is known.
UNKNOWN = frozenset({"?"})


def elements(node: ast.expr | None, values: Values) -> frozenset[str] | None:
    """The classes of the elements; None where nothing is said of them: no annotation, ``set``.

    Of anything that is not plainly a set, ``dict[str, set[Task]]``, they are unknown.
    """
    match node:
        case ast.Constant(value=str()):
            inner = values.unquoted(node)
            return UNKNOWN if inner is None else elements(inner, values)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            parts = [part for part in (left, right) if not _is_none(part)]
            return elements(parts[0], values) if len(parts) == 1 else UNKNOWN
        case ast.Subscript(value=value, slice=inner):
            names = {name.rpartition(".")[2] for name in values.of(value)} or {spelled(value)}
            if names <= WRAPPER_TYPES:
                first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
                return elements(first, values)
            return _classes(inner, values) if names <= SET_TYPES else UNKNOWN
        case _:
            return None


def is_optional(node: ast.expr | None, values: Values) -> bool:
    """Report whether an annotation allows None beside the set."""
    match node:
        case ast.Constant(value=str()):
            return is_optional(values.unquoted(node), values)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_none(left) or _is_none(right)
        case ast.Subscript(value=value):
            return spelled(value) in OPTIONAL_TYPES
        case _:
            return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _classes(node: ast.expr, values: Values) -> frozenset[str]:
    match node:
        case ast.Constant(value=str()):
            inner = values.unquoted(node)
            return UNKNOWN if inner is None else _classes(inner, values)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _classes(left, values) | _classes(right, values)
        case ast.Subscript(value=value):
            return values.of(value) or UNKNOWN
        case _:
            return values.of(node) or UNKNOWN
