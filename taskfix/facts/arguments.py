"""What a call does with a value that it is given: keeps it, passes it through or drops it."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from taskfix.apis.callables import (
    ADDERS,
    BOUNDED,
    COMPLETING,
    DROPPING_CALLEES,
    DROPPING_METHODS,
    KEYED_ADDERS,
    LOGGERS,
    LOGGING_METHODS,
    LOGGING_PACKAGES,
    LOOKING_UP,
    MAPPING,
    NOT_KEEPING,
    PASSING_THROUGH,
    REMOVERS,
    STORING_IN_FIRST,
    WAITING,
    WATCHING_METHODS,
    WEAK,
    WRAPPING,
)
from taskfix.facts.endings import Endings
from taskfix.facts.fates import WAITED, Token, held, lost
from taskfix.facts.futures import is_left_early, is_own_future
from taskfix.facts.parameters import Parameters
from taskfix.facts.syntax import chooses, is_bounded, loop_around, spelled, stops_early
from taskfix.model import Use

if TYPE_CHECKING:
    from taskfix.facts.uses import Uses


class Arguments:
    """Judges the arguments of calls, for the Uses of one module."""

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.tree = uses.tree
        self.values = uses.values
        self.parameters = Parameters(uses)
        self.endings = Endings(uses.tree, uses.values)

    def given(self, node: ast.AST, call: ast.AST, token: Token | None) -> Use:
        if not isinstance(call, ast.Call):
            return held("a keyword of a class definition")
        if node is call.func:
            return held("called")
        callees = self.values.of(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        first = next(iter(call.args), None)
        if callees & NOT_KEEPING:
            name = sorted(callees & NOT_KEEPING)[0].rpartition(".")[2]
            return lost(f"{name}() does not keep it")
        if callees & STORING_IN_FIRST and first is not None and node is not first:
            return self.uses.stores.into(first, self.tree.statement_of(call), token)
        if callees & WEAK:
            return lost("a weak reference does not keep it", "TF002")
        if callees & WAITING:
            return self._waited(call, token)
        if callees & COMPLETING:
            return self._as_completed(call)
        if callees & WRAPPING:
            if token is None:
                return held(f"{spelled(call.func)}() is judged itself")
            return self.uses.fate(call, token)
        if callees & MAPPING and isinstance(node, ast.expr) and self.endings.is_cancelled(node):
            return held("each is cancelled")
        if callees & PASSING_THROUGH:
            if callees & BOUNDED and is_bounded(call):
                return lost("a bounded deque drops what does not fit", "TF002")
            return self.uses.fate(call, token)
        if method in LOGGING_METHODS and self._is_logger(call.func, callees):
            return lost("a logger does not keep it")
        ignored = self.parameters.given(node, call, token)
        if ignored is not None:
            return ignored
        return self._method_argument(node, call, method, token)

    def _method_argument(
        self, node: ast.AST, call: ast.Call, method: str, token: Token | None
    ) -> Use:
        if not isinstance(call.func, ast.Attribute):
            return held(f"passed to {ast.unparse(call.func)}()")
        receiver, first = call.func.value, next(iter(call.args), None)
        if isinstance(receiver, ast.JoinedStr) or (
            isinstance(receiver, ast.Constant) and isinstance(receiver.value, str)
        ):
            return lost("formatting keeps only its text")
        if method in WATCHING_METHODS and self._same(receiver, token):
            return lost("its own callback does not keep it", "TF002")
        if method in WATCHING_METHODS:
            return self._of_callback(call, receiver)
        if method in REMOVERS:
            return lost(f"{method}() does not keep it")
        if method in LOOKING_UP and node is first and self.uses.is_container(receiver):
            return lost(f"{method}() only looks for it")
        if method in KEYED_ADDERS and isinstance(first, ast.Constant):
            if loop_around(self.tree, self.tree.statement_of(call)) is not None:
                return lost("setdefault() drops it from the second turn of the loop on", "TF002")
        if method in ADDERS:
            return self.uses.stores.into(receiver, self.tree.statement_of(call), token)
        return held(f"passed to {ast.unparse(call.func)}()")

    def _of_callback(self, call: ast.Call, receiver: ast.expr) -> Use:
        """A callback lives as long as its future, which may itself be a local that is dropped."""
        name = ast.unparse(call.func)
        made = self.values.of(receiver)
        if not isinstance(receiver, ast.Name) or not made or not all(map(is_own_future, made)):
            return held(f"passed to {name}()")
        owner = self.tree.lookup(receiver.id, self.tree.scope_of(receiver))
        here = self.tree.function_of(call)
        if owner is None or here is None or owner.node is not here:
            return held(f"passed to {name}()")
        use = self.uses.variables.use(receiver.id, owner, self.tree.statement_of(call))
        return replace(use, variable=None) if use.fate == "lost" else held(f"passed to {name}()")

    def _same(self, receiver: ast.expr, token: Token | None) -> bool:
        if token is None:
            return False
        if token.container:
            return True
        return isinstance(receiver, ast.Name) and receiver.id == token.name

    def _is_logger(self, func: ast.expr, callees: frozenset[str]) -> bool:
        if any(callee.partition(".")[0] in LOGGING_PACKAGES for callee in callees):
            return True
        receiver = func.value if isinstance(func, ast.Attribute) else func
        return spelled(receiver).strip("_").lower() in LOGGERS

    def _waited(self, call: ast.Call, token: Token | None) -> Use:
        """``asyncio.wait`` lets go of what is pending when it stops early."""
        awaited = self.tree.parents.get(call)
        if not isinstance(awaited, ast.Await):
            return self.uses.fate(call, token)
        if not stops_early(call):
            return held("awaited")
        raced = any(chooses(keyword) for keyword in call.keywords)
        around = self.tree.parents.get(awaited)
        if isinstance(around, ast.Assign) and len(around.targets) == 1:
            target = around.targets[0]
            if not isinstance(target, (ast.Tuple, ast.List)) or len(target.elts) != 2:
                return held("what is pending is kept")
            if self.uses.stores.stored(target.elts[1], around).fate != "lost":
                return held("what is pending is kept")
            return lost(WAITED, "TF002", raced=raced)
        if isinstance(around, ast.Expr) or _takes_first(around):
            return lost(WAITED, "TF002", raced=raced)
        return held("what is pending may be kept")

    def _as_completed(self, call: ast.Call) -> Use:
        if is_left_early(call, self.tree):
            return lost(f"{spelled(call.func)}() is left early and lets go of the others", "TF002")
        return held("each is awaited")


def _takes_first(node: ast.AST | None) -> bool:
    """``(await wait(...))[0]``: only what is done."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=0)):
            return True
        case _:
            return False


def dropping_callee(call: ast.Call, callees: frozenset[str]) -> str:
    """The name of a callee that ignores what the callback it is given returns, or ""."""
    named = callees & DROPPING_CALLEES
    if named:
        return sorted(named)[0]
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return method if method in DROPPING_METHODS else ""
