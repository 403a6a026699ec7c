"""Which stores are undone at once: by the next turn of their loop, or by the next statement."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import leaves_early, loop_around


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
    block = _block_of(statement, tree)
    for index in range(
        block.places.get(statement, len(block.statements)) + 1, len(block.statements)
    ):
        following = block.statements[index]
        yield following
        parts = [part.id for part in ast.walk(following) if isinstance(part, ast.Name)]
        if _may_wait(following) or not names.isdisjoint(parts):
            return


def emptied(container: ast.expr, element: str, statement: ast.stmt, tree: Tree) -> str | None:
    """How the next statement takes ``element`` out of ``container`` again; None if it does not."""
    text = ast.unparse(container)
    for following in _block_of(statement, tree).emptying(text, statement):
        by = _empties(following, text, element)
        if by is not None:
            return by
    return None


class _Block:
    """The statements of one block. What may empty a container is looked for once for all."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.statements = statements
        self.places = {statement: place for place, statement in enumerate(statements)}
        self._waits: list[int] | None = None
        self._emptying: dict[str, list[int]] = {}

    def emptying(self, text: str, statement: ast.stmt) -> Iterator[ast.stmt]:
        """What may empty ``text`` below a statement, as far as one can see all that happens."""
        own = self.places.get(statement)
        waits = self._look()
        if own is None:
            return
        wait = bisect_right(waits, own)
        end = waits[wait] if wait < len(waits) else len(self.statements)
        places = self._emptying.get(text, [])
        for index in range(bisect_right(places, own), len(places)):
            if places[index] >= end:
                return
            yield self.statements[places[index]]

    def _look(self) -> list[int]:
        if self._waits is None:
            self._waits = []
            for place, statement in enumerate(self.statements):
                if _may_wait(statement):
                    self._waits.append(place)
                for text in set(_emptied_by(statement)):
                    self._emptying.setdefault(text, []).append(place)
        return self._waits


def _emptied_by(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            yield from _spellings(targets)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method))):
            if method in _EMPTYING:
                yield ast.unparse(owner)


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_EMPTYING = {"clear", "discard", "remove"}
_NOWHERE = _Block([])
# By the tree, for as long as there is one: the same block is asked about for each statement in it.
_blocks: WeakKeyDictionary[Tree, dict[tuple[ast.AST, str], _Block]] = WeakKeyDictionary()


def _block_of(statement: ast.stmt, tree: Tree) -> _Block:
    blocks = _blocks.setdefault(tree, {})
    parent = tree.parents[statement]
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(parent, name, None)
        if not isinstance(statements, list):
            continue
        block = blocks.get((parent, name))
        if block is None:
            block = blocks[parent, name] = _Block(statements)
        if statement in block.places:
            return block
    return _NOWHERE


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
    block = _block_of(statement, tree)
    if not _turns_again(block.statements[block.places[statement] + 1 :]):
        return False
    names = [n for n in ast.walk(loop) if isinstance(n, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    parts = [n for n in ast.walk(target) if isinstance(n, ast.Name)]
    return not bound & {n.id for n in parts if isinstance(n.ctx, ast.Load)}


def _turns_again(rest: list[ast.stmt]) -> bool:
    """Report whether some path through the rest of a loop's body leads to its next turn."""
    for statement in rest:
        match statement:
            case ast.Return() | ast.Raise() | ast.Break():
                return False
            case ast.Continue():
                return True
            case ast.If(body=body, orelse=orelse):
                if _falls(body) is False and _falls(orelse) is False:
                    return _continues(body) or _continues(orelse)
                if _continues(body) or _continues(orelse):
                    return True
            case ast.With(body=body) | ast.AsyncWith(body=body):
                if _continues(body):
                    return True
                if not _falls(body):
                    return False
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                ways = [[*body, *orelse], *(handler.body for handler in handlers)]
                if any(map(_continues, [*ways, finalbody])):
                    return True
                if not any(map(_falls, ways)) or not _falls(finalbody):
                    return False
            case ast.Match(cases=cases):
                ways = [case.body for case in cases]
                if any(map(_continues, ways)):
                    return True
                if _is_total(cases) and not any(map(_falls, ways)):
                    return False
            case ast.While(test=ast.Constant(value=True)) if not leaves_early(statement):
                return False
            case _:
                if _continues([statement]):
                    return True
    return True


def _is_total(cases: list[ast.match_case]) -> bool:
    """Report whether the last case takes what no other does: ``case _:``."""
    last = cases[-1]
    return last.guard is None and isinstance(last.pattern, ast.MatchAs) and not last.pattern.pattern


def _falls(block: list[ast.stmt]) -> bool:
    """Report whether some path through a block comes to its end."""
    return _turns_again(block) if not _continues(block) else _turns_again(_without_turns(block))


def _without_turns(block: list[ast.stmt]) -> list[ast.stmt]:
    return [ast.Break() if isinstance(one, ast.Continue) else one for one in block]


def _continues(block: list[ast.stmt]) -> bool:
    """Report whether there is a ``continue`` of the loop around in a block."""
    return any(_has_continue(statement) for statement in block)


def _has_continue(node: ast.AST) -> bool:
    if isinstance(node, ast.Continue):
        return True
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, *_SCOPES)):
        return False
    return any(map(_has_continue, ast.iter_child_nodes(node)))


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
