"""Which stores are undone at once: by the next turn of their loop, or by the next statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import loop_around, next_statement


def overwritten(target: ast.expr, statement: ast.stmt, tree: Tree) -> str | None:
    """How what ``statement`` puts into ``target`` is lost at once, in words; None if it is not."""
    text = ast.unparse(target)
    if _next_turn_overwrites(target, text, statement, tree):
        return f"the next turn of the loop overwrites {text}"
    for following in _following(target, statement, tree):
        by = _undoes(following, target, text)
        if by is not None:
            return f"{by} {text}"
    return None


def _undoes(following: ast.stmt, target: ast.expr, text: str) -> str | None:
    match following:
        # self.t = None
        case ast.Assign(targets=targets, value=value) if text not in ast.unparse(value):
            if text in _spellings(targets):
                return "a statement below overwrites"
        # del self.t
        case ast.Delete(targets=targets) if text in _spellings(targets):
            return "a statement below deletes"
        # SLOT.pop("a")
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=container, attr="pop"), args=[key, *_])
        ) if isinstance(target, ast.Subscript):
            if text == f"{ast.unparse(container)}[{ast.unparse(key)}]":
                return "a statement below deletes"
    return None


def _following(target: ast.expr, statement: ast.stmt, tree: Tree) -> Iterator[ast.stmt]:
    """The next statement, and those after it as far as nothing has to do with the target."""
    names = {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    following = next_statement(tree, statement)
    while following is not None:
        yield following
        parts = [part.id for part in ast.walk(following) if isinstance(part, ast.Name)]
        if _may_wait(following) or not names.isdisjoint(parts):
            return
        following = next_statement(tree, following)


def emptied(container: ast.expr, element: str, statement: ast.stmt, tree: Tree) -> str | None:
    """How the next statement takes ``element`` out of ``container`` again; None if it does not."""
    text = ast.unparse(container)
    following = next_statement(tree, statement)
    while following is not None and not _may_wait(following):
        by = _empties(following, text, element)
        if by is not None:
            return by
        following = next_statement(tree, following)
    return None


def _empties(following: ast.stmt, text: str, element: str) -> str | None:
    match following:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            if text in _spellings(targets) and not _reads(following, text):
                return f"a statement below empties {text}"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method), args=args)):
            if ast.unparse(owner) != text:
                return None
            taken = [ast.unparse(argument) for argument in args] == [element]
            if method == "clear" or (method in {"discard", "remove"} and taken):
                return f"a statement below takes it out of {text}"
    return None


def _may_wait(statement: ast.stmt) -> bool:
    """Report whether more happens in a statement than one can see here."""
    if not isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Delete)):
        return True
    return any(isinstance(part, (ast.Await, ast.Yield)) for part in ast.walk(statement))


def _next_turn_overwrites(target: ast.expr, text: str, statement: ast.stmt, tree: Tree) -> bool:
    loop = loop_around(tree, statement)
    if loop is None or tree.parents.get(statement) is not loop or _mentions(loop, text, statement):
        return False
    names = [n for n in ast.walk(loop) if isinstance(n, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    parts = [n for n in ast.walk(target) if isinstance(n, ast.Name)]
    return not bound & {n.id for n in parts if isinstance(n.ctx, ast.Load)}


def _mentions(loop: ast.AST, text: str, statement: ast.stmt) -> bool:
    """Report whether a loop also reads ``text`` somewhere else than in ``statement``."""
    own = set(ast.walk(statement))
    for node in ast.walk(loop):
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or node in own:
            continue
        if ast.unparse(node) == text:
            return True
    return False


def _reads(statement: ast.stmt, text: str) -> bool:
    return isinstance(statement, ast.Assign) and text in ast.unparse(statement.value)


def _spellings(targets: list[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            yield from _spellings(target.elts)
        else:
            yield ast.unparse(target)
