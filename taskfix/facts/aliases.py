"""Other names that a module gives to what starts a task: ``spawn = asyncio.create_task``."""

from __future__ import annotations

import ast

from taskfix.apis.spawners import SPAWNER_NAMES
from taskfix.facts.scopes import FUNCTIONS, Tree


def aliases(tree: Tree) -> frozenset[str]:
    """The names and attributes that are assigned something that is spelled like a spawner."""
    found: set[str] = set()
    for name in tree.nodes(ast.Name):
        if name.id in SPAWNER_NAMES and isinstance(name.ctx, ast.Load):
            found.update(_bound(name, tree))
    for attribute in tree.nodes(ast.Attribute):
        if attribute.attr in SPAWNER_NAMES and isinstance(attribute.ctx, ast.Load):
            found.update(_bound(attribute, tree))
    return frozenset(found)


def _bound(node: ast.expr, tree: Tree) -> list[str]:
    parent = tree.parents[node]
    if isinstance(parent, ast.Call) and parent.func is node:
        # spawn = lambda coro: create_task(coro)
        if not isinstance(tree.parents[parent], ast.Lambda):
            return []
    match tree.statement_of(node):
        case ast.Return(value=value) if value is node:
            function = tree.function_of(node)
            return [function.name] if isinstance(function, FUNCTIONS) else []
        case ast.Assign(targets=targets):
            return [last for target in targets for last in _lasts(target)]
        case ast.AnnAssign(target=target, annotation=annotation) if parent is not annotation:
            return _lasts(target)
        case _:
            return []


def _lasts(target: ast.expr) -> list[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return [last for element in elts for last in _lasts(element)]
        case _:
            return []
