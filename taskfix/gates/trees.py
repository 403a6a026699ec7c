"""Compares the syntax tree of a result with the one that was asked for, place by place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Floating:
    """A new statement of a block whose place is the codemod's choice.

    ``above`` is a statement of the block that it must not stand below.
    """

    statement: ast.stmt
    above: ast.stmt | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A syntax tree that was asked for.

    ``floating`` are the statements to be found anywhere in a block, by the identity of the node
    that has the block as its body. ``documented`` are docstrings that may grow by lines about the
    named parameters, by the identity of their node.
    """

    tree: ast.Module
    floating: dict[int, list[Floating]] = field(default_factory=dict)
    documented: dict[int, list[str]] = field(default_factory=dict)


def difference(asked: Asked, found: ast.Module) -> str | None:
    """Where the trees differ first, in words; None where they are the same."""
    stack: list[tuple[ast.AST, ast.AST]] = [(asked.tree, found)]
    while stack:
        wanted, actual = stack.pop()
        if type(wanted) is not type(actual):
            name = type(wanted).__name__
            return f"a {type(actual).__name__} stands {_place(actual)} where a {name} should be"
        for name in wanted._fields:
            one, other = getattr(wanted, name, None), getattr(actual, name, None)
            if name == "body" and id(wanted) in asked.floating:
                other = _without_floating(one or [], other or [], asked.floating[id(wanted)])
                if isinstance(other, str):
                    return other
            if not _push(one, other, stack, asked.documented.get(id(wanted))):
                return f"the {name} of a {type(actual).__name__} {_place(actual)} is not the same"
    return None


def is_simple(statement: ast.stmt) -> bool:
    """Whether no statement is inside of it."""
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def _push(
    wanted: Any, actual: Any, stack: list[tuple[ast.AST, ast.AST]], grown: list[str] | None
) -> bool:
    """Compare one field, and leave the nodes in it for later."""
    if isinstance(wanted, list) and isinstance(actual, list):
        pairs = list(zip(wanted, actual, strict=False))
        inner = all(_push(one, other, stack, None) for one, other in pairs)
        return inner and len(wanted) == len(actual)
    if isinstance(wanted, ast.AST) and isinstance(actual, ast.AST):
        stack.append((wanted, actual))
        return True
    if grown and isinstance(wanted, str) and isinstance(actual, str):
        return _is_documented(wanted, actual, grown)
    # 1, 1.0 and True are equal, as are 0.0 and -0.0, but not the same code.
    return type(wanted) is type(actual) and repr(wanted) == repr(actual)


def _is_documented(before: str, after: str, parameters: list[str]) -> bool:
    """Whether a docstring has all of its lines, and else only some about the parameters."""
    rest = iter(after.split("\n"))
    if not all(any(line == other for other in rest) for line in before.split("\n")):
        return False
    return before == after or all(name in after for name in parameters)


def _without_floating(
    wanted: list[ast.stmt], actual: list[ast.stmt], floating: list[Floating]
) -> list[ast.stmt] | str:
    """The block without the statements that may stand anywhere in it, or what is wrong."""
    left, places = list(actual), []
    for one in floating:
        place = next((s for s in left if _is(s, one.statement)), None)
        if place is None:
            return f"the new statement {ast.unparse(one.statement)!r} is missing"
        left.remove(place)
        places.append((one, actual.index(place)))
    for one, index in places:
        below = left[wanted.index(one.above)] if one.above and len(left) == len(wanted) else None
        if below is not None and index > actual.index(below):
            return f"a new statement stands {_place(actual[index])}, below what needs it"
        late = _used(actual[index]) & (_imported(actual[index:]) - _imported(actual[:index]))
        if late:
            return f"{min(late)} is used {_place(actual[index])}, above its import"
    return left


def _is(one: ast.stmt, other: ast.stmt) -> bool:
    return type(one) is type(other) and ast.dump(one) == ast.dump(other)


def _used(statement: ast.stmt) -> set[str]:
    """The names that a statement needs at once: not those in the body of a function."""
    parts: list[ast.AST | None] = [statement]
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts = [statement.args, statement.returns]
    nodes = (node for part in parts if part is not None for node in ast.walk(part))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _imported(block: list[ast.stmt]) -> set[str]:
    """The names that imports of the block itself bind, also under an ``if`` or ``try``."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {
        (alias.asname or alias.name).partition(".")[0]
        for statement in block
        if not isinstance(statement, scopes)
        for node in ast.walk(statement)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


def _place(node: ast.AST) -> str:
    line = getattr(node, "lineno", None)
    return f"in line {line}" if line else "somewhere"
