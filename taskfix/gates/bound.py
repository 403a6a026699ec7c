"""Whether every name that a function bound and read is still bound there after the fix."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)


def unbound(before: ast.Module, after: ast.Module) -> str | None:
    """Which name is read and no longer bound where it was, in words; None where there is none."""
    old, new = _scopes(before), _scopes(after)
    for qualname, scopes in old.items():
        for one, other in zip(scopes, new.get(qualname, ()), strict=False):
            bound, _ = _names(one)
            still, read = _names(other)
            lost = sorted((bound & read) - still)
            if lost:
                return f"{lost[0]} is read in {qualname or 'the module'} and no longer bound there"
    return None


def _scopes(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """The module and its functions by their qualified names, in the order of the text."""
    found: dict[str, list[ast.AST]] = defaultdict(list)
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, qualname = stack.pop()
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            qualname = f"{qualname}.{node.name}".lstrip(".")
        if isinstance(node, (*_FUNCTIONS, ast.Module)):
            found[qualname].append(node)
        stack += [(child, qualname) for child in reversed([*ast.iter_child_nodes(node)])]
    return found


def _names(scope: ast.AST) -> tuple[set[str], set[str]]:
    """The names that a scope binds, and those that are read or deleted in it or below."""
    bound: set[str] = set()
    read: set[str] = set()
    for node, own in _inside(scope):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                bound |= {name} if own else set()
            case ast.Name(id=name):
                read.add(name)
            case ast.arg(arg=name):
                bound |= {name} if own else set()
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound |= {name} if own else set()
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                bound |= {name} if own else set()
            case ast.alias(name=name, asname=other):
                bound |= {other or name.partition(".")[0]} if own else set()
    return bound, read


def _inside(scope: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes of a scope, each with whether it is its own or of a scope in it."""
    stack = [(child, True) for child in ast.iter_child_nodes(scope)]
    while stack:
        node, own = stack.pop()
        yield node, own
        inner = own and not isinstance(node, _SCOPES)
        stack += [(child, inner) for child in ast.iter_child_nodes(node)]
