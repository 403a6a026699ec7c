"""Imports that could go if nothing read them: plain lines of their own at the top of a module."""

from __future__ import annotations

import ast
import re

from taskfix.facts.positions import Positions
from taskfix.facts.scopes import Tree

Place = tuple[int, int]


def removable(tree: Tree, positions: Positions) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """The names of asyncio that a module imports, with the places that read each.

    A name that a string mentions may be read by way of that, and an import with a comment is kept
    for a reason.
    """
    found = []
    for name, bindings in sorted(tree.root.bindings.items()):
        if len(bindings) != 1 or not _is_asyncio(bindings[0].path):
            continue
        node = bindings[0].node
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or node not in tree.module.body:
            continue
        if not _is_commented(node, positions) and not _is_spelled(name, tree):
            loads = sorted(
                tree.loads(name, tree.root), key=lambda load: (load.lineno, load.col_offset)
            )
            found.append((name, tuple(_place(load, positions) for load in loads)))
    return tuple(found)


def _is_asyncio(path: str) -> bool:
    return path == "asyncio" or path.startswith("asyncio.")


def _place(node: ast.expr, positions: Positions) -> Place:
    span = positions.span(node)
    return span.line, span.column


def _is_commented(node: ast.stmt, positions: Positions) -> bool:
    lines = positions.lines[node.lineno - 1 : node.end_lineno]
    above = positions.lines[node.lineno - 2] if node.lineno > 1 else ""
    return any("#" in line or ";" in line for line in lines) or _is_comment(above)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") and not line.startswith("#!")


def _is_spelled(name: str, tree: Tree) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(
        isinstance(node.value, str)
        and word.search(node.value)
        and not isinstance(tree.parents[node], ast.Expr)
        for node in tree.nodes(ast.Constant)
    )
