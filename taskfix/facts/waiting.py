"""Whether all that is in a local set is done or cancelled when its function ends, however it ends.

No ``return``, exception or ``yield`` may pass by: all of them between the statement that makes the
set and the one that sees to its tasks are inside of a ``try`` whose ``finally`` does.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from taskfix.apis.callables import (
    AWAITING,
    CANCELLING_METHODS,
    CONTAINER_PASSING,
    GATHERING,
    LOGGING_METHODS,
    MAPPING,
    NOT_KEEPING,
    NOT_KEEPING_METHODS,
    PASSING_THROUGH,
    SET_ADDERS,
    SET_REMOVERS,
    TOLERANCES,
    WAITING,
)
from taskfix.apis.spawners import SPAWNER_NAMES
from taskfix.facts.endings import Endings
from taskfix.facts.scopes import FUNCTIONS, FunctionNode, Tree
from taskfix.facts.syntax import spelled, stops_early
from taskfix.facts.values import Values

_LEAVING = (ast.Await, ast.Yield, ast.YieldFrom, ast.Return, ast.Raise, ast.Assert)
_HARMLESS = SPAWNER_NAMES | SET_ADDERS | SET_REMOVERS | NOT_KEEPING_METHODS | LOGGING_METHODS
_LOOKING = NOT_KEEPING | PASSING_THROUGH
_ASYNC = (ast.AsyncFor, ast.AsyncWith)
Mentions = Collection[ast.AST]


class Waiting:
    """Judges the ends of the functions of one module."""

    def __init__(self, tree: Tree, values: Values, endings: Endings) -> None:
        self.tree = tree
        self.values = values
        self.endings = endings

    def is_at_end(self, function: FunctionNode, made: ast.stmt, set_: Mentions) -> bool:
        """Report whether a function sees to all that is in a set before it ends.

        ``made`` is the statement of its body that makes the set, ``set_`` are the mentions of it.
        """
        body = function.body
        if made not in body:
            return False
        rest = body[body.index(made) + 1 :]
        # What comes after the last that fills it has nothing to do with the tasks.
        for index, statement in enumerate(rest):
            if self._sees_to_all(statement, set_):
                return not self._is_filled(rest[index + 1 :], set_)
            if isinstance(statement, ast.Try) and self._at_last(statement.finalbody, set_):
                return not self._is_filled(rest[index + 1 :], set_)
            if self._may_leave(statement):
                return False
        return False

    def _at_last(self, block: list[ast.stmt], set_: Mentions) -> bool:
        """Report whether a block sees to all before anything else may go wrong in it."""
        for statement in block:
            if self._sees_to_all(statement, set_):
                return True
            if self._may_leave(statement):
                return False
        return False

    def _is_filled(self, block: list[ast.stmt], set_: Mentions) -> bool:
        """Report whether a task is started, or the set is filled, below."""
        for statement in block:
            for part in self.tree.order.inside(statement):
                if isinstance(part, ast.Call) and spelled(part.func) in SPAWNER_NAMES | SET_ADDERS:
                    return True
        return False

    def _may_leave(self, statement: ast.stmt) -> bool:
        """Report whether a statement may end the function, or wait for something meanwhile."""
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            return False
        for part in self.tree.order.own([statement], *FUNCTIONS, ast.Lambda, ast.ClassDef):
            if isinstance(part, (*_LEAVING, *_ASYNC)):
                return True
            if isinstance(part, ast.Call) and not self._is_harmless(part):
                return True
        return False

    def _is_harmless(self, call: ast.Call) -> bool:
        """To call a coroutine function runs nothing of it yet."""
        around = self.tree.parents.get(call)
        if isinstance(around, ast.Call) and call in around.args and _starts(around):
            return True  # a coroutine that becomes a task
        if spelled(call.func) in _HARMLESS or self.values.of(call.func) & _LOOKING:
            return True
        functions = [*self.endings.functions(call.func)]
        return bool(functions) and all(isinstance(f, ast.AsyncFunctionDef) for f in functions)

    # -- is it for all of them? --------------------------------------------------------------

    def _sees_to_all(self, statement: ast.stmt, set_: Mentions) -> bool:
        match statement:
            case ast.If(test=test, body=body, orelse=[]):
                return self._is_plain(test, set_) and self._at_last(body, set_)
            # for task in tasks: task.cancel()
            case ast.For(target=ast.Name(id=name), iter=source, body=body):
                return self._is_all(source, set_) and any(_ends(one, name) for one in body)
            # while tasks: await asyncio.wait(tasks)
            case ast.While(test=test, body=body):
                return self._is_plain(test, set_) and not any(
                    isinstance(part, (ast.Break, ast.Return)) for part in ast.walk(statement)
                )
            # [task.cancel() for task in tasks]
            case ast.Expr(
                value=ast.ListComp(
                    elt=elt,
                    generators=[ast.comprehension(target=ast.Name(id=name), ifs=[]) as only],
                )
            ):
                return self._is_all(only.iter, set_) and _is_end(elt, name)
            # list(map(asyncio.Task.cancel, tasks))
            case ast.Expr(value=ast.Call(args=[ast.Call() as mapped])):
                return self._is_mapped(mapped, set_)
            # end_all(tasks)
            case ast.Expr(value=ast.Call(args=[given]) as call) if self._is_all(given, set_):
                return self._is_ended_by(call)
            case (
                ast.Expr(value=ast.Await(value=ast.Call() as call))
                | ast.Assign(value=ast.Await(value=ast.Call() as call))
                | ast.AnnAssign(value=ast.Await(value=ast.Call() as call))
                | ast.Return(value=ast.Await(value=ast.Call() as call))
            ):
                return self._is_for_all(call, set_)
            case _:
                return False

    def _is_plain(self, test: ast.expr, set_: Mentions) -> bool:
        """``tasks``, ``len(tasks)``, ``len(tasks) > 0``"""
        match test:
            case ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant(value=0)]):
                return isinstance(left, ast.Call) and self._is_plain(left, set_)
            case ast.Call(func=function, args=[only]):
                return only in set_ and bool(self.values.of(function) & NOT_KEEPING)
            case _:
                return test in set_

    def _is_for_all(self, call: ast.Call, set_: Mentions) -> bool:
        """``await gather(*tasks, return_exceptions=True)``: without, the first error ends it."""
        callees = self.values.of(call.func)
        if len(call.args) == 1 and self._is_all(call.args[0], set_) and self._is_ended_by(call):
            return True
        if callees & GATHERING:
            starred = [a.value for a in call.args if isinstance(a, ast.Starred)]
            tolerant = any(keyword.arg in TOLERANCES for keyword in call.keywords)
            return tolerant and any(self._is_all(argument, set_) for argument in starred)
        if callees & WAITING:
            return bool(call.args) and self._is_all(call.args[0], set_) and not stops_early(call)
        # What is not done in time is cancelled.
        inner = call.args[0] if callees & AWAITING & PASSING_THROUGH and call.args else None
        return isinstance(inner, ast.Call) and self._is_for_all(inner, set_)

    def _is_mapped(self, call: ast.Call, set_: Mentions) -> bool:
        """``map(asyncio.Task.cancel, tasks)``"""
        match call.args:
            case [ast.Attribute(attr=method), given] if method in CANCELLING_METHODS:
                return bool(self.values.of(call.func) & MAPPING) and self._is_all(given, set_)
            case _:
                return False

    def _is_ended_by(self, call: ast.Call) -> bool:
        """Report whether a function of this module sees to all that it is given."""
        functions = [*self.endings.functions(call.func)]
        return bool(functions) and all(
            isinstance(function, FUNCTIONS)
            and len(function.args.args) == 1
            and self._at_last(function.body, [*self._reads(function.args.args[0].arg, function)])
            for function in functions
        )

    def _reads(self, name: str, function: FunctionNode) -> Iterator[ast.AST]:
        return self.tree.loads(name, self.tree.scopes[function])

    def _is_copy(self, name: ast.Name, set_: Mentions) -> bool:
        """``pending = list(tasks)``, ``pending = [t for t in tasks if not t.done()]``"""
        owner = self.tree.lookup(name.id, self.tree.scope_of(name))
        bindings = owner.bindings.get(name.id, ()) if owner is not None else ()
        return len(bindings) == 1 and self._is_all(bindings[0].value, set_)

    def _is_all(self, node: ast.expr | None, set_: Mentions) -> bool:
        """``tasks``, ``list(tasks)``, ``tasks.copy()``"""
        if isinstance(node, ast.Name) and node not in set_:
            return self._is_copy(node, set_)
        match node:
            case ast.ListComp(
                elt=ast.Name(id=name),
                generators=[ast.comprehension(target=ast.Name(id=target), ifs=tests) as only],
            ) if name == target:
                asked = {ast.unparse(test) for test in tests}
                return asked <= {f"not {name}.done()"} and self._is_all(only.iter, set_)
            case ast.Call(func=ast.Attribute(value=value, attr=method), args=[]):
                return value in set_ and method in CONTAINER_PASSING
            case ast.Call(func=function, args=[only]):
                return only in set_ and bool(self.values.of(function) & PASSING_THROUGH)
            case _:
                return node in set_


def _starts(call: ast.Call) -> bool:
    return spelled(call.func) in SPAWNER_NAMES


def _ends(statement: ast.stmt, name: str) -> bool:
    """``task.cancel()``, also ``if not task.done(): task.cancel()``"""
    match statement:
        case ast.Expr(value=value):
            return _is_end(value, name)
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), body=body, orelse=[]):
            asked = ast.unparse(test) in {f"{name}.done()", f"{name}.cancelled()"}
            return asked and any(_ends(one, name) for one in body)
        case _:
            return False


def _is_end(value: ast.expr, name: str) -> bool:
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr=method)):
            return other == name and method in CANCELLING_METHODS
        case _:
            return False
