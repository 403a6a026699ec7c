"""Where a test says by a keyword or a key what stands in for something of a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.facts.scopes import Tree


def standing_in(tree: Tree, name: str) -> Iterator[ast.expr]:
    """``SimpleNamespace(name=fake)``, ``patch.multiple("app", **{"name": fake})``."""
    for keyword in tree.nodes(ast.keyword):
        if keyword.arg == name and not _is_data(keyword.value):
            yield keyword.value
    for table in tree.nodes(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == name and not _is_data(value):
                yield key


def _is_data(node: ast.expr) -> bool:
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.UnaryOp))
