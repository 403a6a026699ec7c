"""Follows one pending value through the statements of its function: can it be left unheld?

The walk starts after the statement that binds the value and takes every ordinary path. A path ends
well at a node that keeps the value, and badly where the variable is bound anew or deleted while the
value is pending, or where the function ends. Paths that need an unexpected exception are not taken
(a handler for a timeout is expected, and one for what the function raises itself); a loop is
assumed to run at least once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from taskfix.facts.idle import implies_idle
from taskfix.facts.scopes import FUNCTIONS, Tree

# "fall", "break", "continue", "return", "rebound", "deleted", or "raise ValueError"
Outcomes: TypeAlias = frozenset[str]

_NONE: Outcomes = frozenset()
_FALL: Outcomes = frozenset({"fall"})
_REBOUND: Outcomes = frozenset({"rebound"})
ALL: Outcomes = frozenset({"fall", "break", "continue", "return", "rebound", "deleted"})
_IN_LOOP: Outcomes = frozenset({"fall", "break", "continue"})
_RAISE = "raise "
_SCOPES = (*FUNCTIONS, ast.ClassDef)
_WAITS = (ast.Await, ast.Yield, ast.YieldFrom)


# The nodes at which a value is held for good and those around them, with the names that are used.
Keeping: TypeAlias = dict[ast.AST, frozenset[str]]


def keeping(nodes: Iterable[ast.AST], tree: Tree) -> Keeping:
    """What a walk has to know of the nodes that hold a value. It serves for many walks."""
    kept: Keeping = {}
    for node in nodes:
        names = _names_in(tree.statement_of(node))
        for around in (node, *tree.ancestors(node)):
            before = kept.get(around)
            if before is None:
                kept[around] = names
            elif not names <= before:
                kept[around] = before | names
    return kept


class Flow:
    """One walk. ``keeping`` tells at which nodes the value is held for good."""

    def __init__(
        self,
        tree: Tree,
        site: ast.stmt,
        name: str,
        keeping: Keeping,
        endless: Callable[[ast.stmt], bool],
        *,
        container: bool,
    ) -> None:
        self.tree = tree
        self.site = site
        self.name = name
        self.container = container
        self.endless = endless
        self.keeping = keeping
        self.guards = dict(self._conditions(site))

    def run(self, body_owner: ast.AST) -> Outcomes:
        """How the pending value leaves the body of ``body_owner``, from the site on."""
        outcomes = self._after_head(self.site)
        child: ast.AST = self.site
        while child is not body_owner:
            parent = self.tree.parents[child]
            if isinstance(child, ast.stmt):
                block = _block_of(parent, child)
                if "fall" in outcomes and block is not None:
                    rest = self._block(block[block.index(child) + 1 :])
                    outcomes = (outcomes - {"fall"}) | rest
            outcomes = self._leave(parent, child, outcomes)
            child = parent
        return frozenset(outcome for outcome in outcomes if not outcome.startswith(_RAISE))

    def _after_head(self, site: ast.stmt) -> Outcomes:
        """``if tasks := [...]:`` binds in the head of a statement, whose body comes next."""
        match site:
            case ast.If(test=test, body=body, orelse=orelse):
                then = _NONE if implies_idle(test, self.name, when=True) else self._block(body)
                idle = implies_idle(test, self.name, when=False) or isinstance(test, ast.NamedExpr)
                return then if idle else then | self._block(orelse)
            case ast.With(body=body) | ast.AsyncWith(body=body):
                return self._block(body)
            case ast.While(body=body):
                return self._loop(site, self._block(body))
            case ast.Return():
                return frozenset({"return"})
            case _:
                return _FALL

    def _conditions(self, site: ast.stmt) -> Iterator[tuple[str, bool]]:
        """The tests that must have come out one way for the site to be reached."""
        child: ast.AST = site
        for ancestor in self.tree.ancestors(site):
            if isinstance(ancestor, ast.If):
                yield ast.unparse(ancestor.test), child in ancestor.body
            child = ancestor

    # -- leaving the statements around the site ------------------------------------------

    def _leave(self, parent: ast.AST, child: ast.AST, outcomes: Outcomes) -> Outcomes:
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.While)) and child in parent.body:
            return self._leave_loop(parent, outcomes)
        if isinstance(parent, (ast.Try, _TRY_STAR)):
            return self._leave_try(parent, child, outcomes)
        return outcomes

    def _leave_loop(self, loop: ast.For | ast.AsyncFor | ast.While, outcomes: Outcomes) -> Outcomes:
        left = outcomes - _IN_LOOP
        again: Outcomes = _NONE
        if outcomes & {"fall", "continue"}:
            head = loop.test if isinstance(loop, ast.While) else loop.iter
            if head in self.keeping and isinstance(loop, ast.While):
                return left | ({"fall"} if "break" in outcomes else _NONE)
            again = self._block(loop.body)
            left |= again - _IN_LOOP
        exits = not _is_forever(loop) and (outcomes | again) & {"fall", "continue"}
        if isinstance(loop, ast.While) and implies_idle(loop.test, self.name, when=False):
            exits = _NONE  # while tasks: ...
        if exits or "break" in outcomes | again:
            left |= _FALL
        return left

    def _leave_try(self, node: ast.Try, child: ast.AST, outcomes: Outcomes) -> Outcomes:
        if child in node.body:
            outcomes = self._caught(node, outcomes)
        if child in node.body and "fall" in outcomes:
            outcomes = (outcomes - {"fall"}) | self._block(node.orelse)
            outcomes |= self._timeout_handlers(node)
        if child in node.finalbody:
            return outcomes
        return self._through_finally(node, outcomes)

    def _through_finally(self, node: ast.Try, outcomes: Outcomes) -> Outcomes:
        if not node.finalbody or not outcomes:
            return outcomes
        final = self._block(node.finalbody)
        if "fall" in final:
            return (final - {"fall"}) | outcomes
        return final

    # -- statements after the site -------------------------------------------------------

    def _block(self, statements: list[ast.stmt]) -> Outcomes:
        left: Outcomes = _NONE
        for statement in statements:
            outcomes = self._statement(statement)
            left |= outcomes - {"fall"}
            if "fall" not in outcomes:
                return left
        return left | _FALL

    def _statement(self, node: ast.stmt) -> Outcomes:
        if self.endless(node) and not isinstance(node, ast.While):
            return _NONE
        if node is self.site and not self.container:
            return _REBOUND
        match node:
            case ast.If():
                return self._branches(node.test, node.body, node.orelse)
            case ast.While():
                return self._while(node)
            case ast.For() | ast.AsyncFor():
                return self._for(node)
            case ast.With() | ast.AsyncWith():
                if any(item in self.keeping for item in node.items):
                    return _NONE
                bound = [item.optional_vars for item in node.items if item.optional_vars]
                return _REBOUND if self._names_target(bound) else self._block(node.body)
            case ast.Match():
                return self._match(node)
            case _ if isinstance(node, (ast.Try, _TRY_STAR)):
                return self._try(node)
            case _ if isinstance(node, _SCOPES):
                if node in self.keeping and _keeps_at_once(node, self):
                    return _NONE
                return _REBOUND if getattr(node, "name", "") == self.name else _FALL
            case _:
                return self._simple(node)

    def _simple(self, node: ast.stmt) -> Outcomes:
        if node in self.keeping:
            return _NONE
        match node:
            case ast.Return():
                return frozenset({"return"})
            case ast.Break():
                return frozenset({"break"})
            case ast.Continue():
                return frozenset({"continue"})
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                return frozenset({f"{_RAISE}{name}"})
            case ast.Raise():
                return _NONE
            case ast.Delete(targets=targets) if self._names_target(targets):
                return frozenset({"deleted"})
            case ast.Assign(targets=targets) if self._names_target(targets):
                return _REBOUND
            case ast.AnnAssign(target=target, value=ast.expr()) if self._names_target([target]):
                return _REBOUND
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound = {alias.asname or alias.name.partition(".")[0] for alias in names}
                return _REBOUND if self.name in bound else _FALL
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="clear"))):
                return frozenset({"deleted"}) if self._names_target([owner]) else _FALL
            case _:
                return _FALL

    def _names_target(self, targets: list[ast.expr]) -> bool:
        for target in targets:
            if ast.unparse(target) == self.name:
                return True
            if isinstance(target, (ast.Tuple, ast.List)) and self._names_target(target.elts):
                return True
        return False

    def _branches(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> Outcomes:
        if test in self.keeping:
            return _NONE
        then, other = self._block(body), self._block(orelse)
        if not then and self._guards(test, body):
            return then
        if not other and self._guards(test, orelse):
            return other
        known = self.guards.get(ast.unparse(test)) if self.guards else None
        if known is not None:
            return then if known else other
        if implies_idle(test, self.name, when=True):
            then = _NONE
        if implies_idle(test, self.name, when=False):
            other = _NONE
        both = then | other
        if self.name in _names_in(test):
            # `if task is None: task = create_task(...)`: nothing pending is overwritten
            both -= {"rebound"}
        return both

    def _guards(self, test: ast.expr, branch: list[ast.stmt]) -> bool:
        """Report whether a test asks for the very things that its keeping branch uses."""
        if not any(statement in self.keeping for statement in branch):
            return False
        used: frozenset[str] = frozenset({self.name})
        for statement in branch:
            used |= self.keeping.get(statement, frozenset())
        return bool(used & _names_in(test))

    def _while(self, node: ast.While) -> Outcomes:
        if node.test in self.keeping or self.name in _names_in(node.test):
            return _NONE
        return self._loop(node, self._block(node.body))

    def _for(self, node: ast.For | ast.AsyncFor) -> Outcomes:
        if node.iter in self.keeping:
            return _NONE
        if self._names_target([node.target]):
            return _REBOUND
        return self._loop(node, self._block(node.body))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, inner: Outcomes) -> Outcomes:
        left = inner - _IN_LOOP
        if "break" in inner or (inner & {"fall", "continue"} and not _is_forever(node)):
            left |= _FALL
        return left

    def _match(self, node: ast.Match) -> Outcomes:
        if node.subject in self.keeping:
            return _NONE
        left: Outcomes = _FALL
        for case in node.cases:
            left |= self._block(case.body)
        return left

    def _try(self, node: ast.Try) -> Outcomes:
        outcomes = self._block(node.body)
        falls = "fall" in outcomes
        outcomes = self._caught(node, outcomes - {"fall"})
        if falls:
            outcomes |= self._block(node.orelse)
        outcomes |= self._timeout_handlers(node)
        return self._through_finally(node, outcomes)

    def _caught(self, node: ast.Try, outcomes: Outcomes) -> Outcomes:
        """What becomes of exceptions that the body raises itself: they go to their handlers."""
        left: Outcomes = _NONE
        for outcome in outcomes:
            raised = outcome.removeprefix(_RAISE) if outcome.startswith(_RAISE) else None
            handlers = node.handlers if raised is not None else []
            handler = next((h for h in handlers if _catches(h, str(raised))), None)
            if handler is None:
                left |= {outcome}
            else:
                left |= _REBOUND if handler.name == self.name else self._block(handler.body)
        return left

    def _timeout_handlers(self, node: ast.Try) -> Outcomes:
        if self._times_out_with_it(node.body):
            return _NONE
        left: Outcomes = _NONE
        for handler in node.handlers:
            if handler.type is not None and "Timeout" in ast.unparse(handler.type):
                left |= self._block(handler.body)
        return left

    def _times_out_with_it(self, body: list[ast.stmt]) -> bool:
        """Report whether what is waited for is the value itself: a timeout cancels it.

        Or it is in other hands before anything is waited for.
        """
        for statement in body:
            if any(isinstance(part, _WAITS) for part in ast.walk(statement)):
                return statement in self.keeping and not _is_shielded(statement)
            if statement in self.keeping:
                return True
        return False


def _catches(handler: ast.ExceptHandler, raised: str) -> bool:
    """Report whether a handler is for an exception, as far as the names tell."""
    if handler.type is None:
        return True
    return not _names_in(handler.type).isdisjoint({raised, "Exception", "BaseException"})


def _is_shielded(statement: ast.stmt) -> bool:
    names = (part for part in ast.walk(statement) if isinstance(part, (ast.Name, ast.Attribute)))
    return any("shield" in (n.id if isinstance(n, ast.Name) else n.attr) for n in names)


def _keeps_at_once(node: ast.stmt, flow: Flow) -> bool:
    """A decorated definition that closes over the value may be registered where it stands."""
    return node in flow.keeping and bool(getattr(node, "decorator_list", ()))


# `except*` is new in Python 3.11. Its node looks like that of `except`.
_TRY_STAR: type[ast.Try] = getattr(ast, "TryStar", ast.Try)


def _block_of(parent: ast.AST, child: ast.stmt) -> list[ast.stmt] | None:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and child in block:
            return block
    return None


def _is_forever(loop: ast.stmt) -> bool:
    return (
        isinstance(loop, ast.While)
        and isinstance(loop.test, ast.Constant)
        and bool(loop.test.value)
    )


def _names_in(node: ast.AST) -> frozenset[str]:
    return frozenset(child.id for child in ast.walk(node) if isinstance(child, ast.Name))
