"""What the code does with a set of tasks at one mention of it, as far as one more task matters.

============  ====================================================================
``keeps``     one task is added or discarded
``guards``    nothing else than what is done with it there depends on it
``logs``      its size is told to a logger only
``counts``    its size is told, or it is shown
``reads``     something else is done with its members, or with what has them
``passes``    it is given to others that are known
``ends``      its tasks are cancelled, or awaited for some time only
``awaits``    its tasks are awaited
``raises``    the same, and what goes wrong in one of them is raised there
``collects``  what its tasks give is used, or which of them is done first
``grows``     other things are added
``drops``     tasks are taken out that may be pending
``steers``    its size or content decides what the program does
============  ====================================================================
"""

from __future__ import annotations

import ast

from taskfix.apis.callables import (
    CANCELLING_METHODS,
    CONTAINER_TAKING,
    IDLE_NAMES,
    JUDGING,
    MEASURING,
    RESULT_NAMES,
    SET_ADDERS,
    SET_EMPTIERS,
    SET_GROWERS,
    SET_REMOVERS,
    SIZES,
    TOLERANCES,
    TOLERANT,
)
from taskfix.facts.elements import UNKNOWN
from taskfix.facts.endings import Endings
from taskfix.facts.idle import implies_idle
from taskfix.facts.logged import is_logged, is_only_logged
from taskfix.facts.passing import Passing
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import catches, chooses, limits, spelled
from taskfix.facts.values import Values
from taskfix.model import Handling

_KEEPING = SET_ADDERS | SET_REMOVERS
_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Handlings:
    """Judges the mentions of sets in one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values
        self.endings = Endings(tree, values)
        self.passing = Passing(tree, values, self.endings)

    def of(self, node: ast.expr) -> Handling:
        """What is done at a place that reads the set."""
        parent = self.tree.parents.get(node)
        method = parent.attr if isinstance(parent, ast.Attribute) else ""
        if method in _KEEPING:
            return "drops" if self._goes_over(node) else "keeps"
        if method in SET_EMPTIERS:
            return self._taken_out(node)
        if method in SET_GROWERS:
            return "grows"
        if _decides(node, self.tree):
            return "steers"
        statement = self.tree.statement_of(node)
        if isinstance(statement, ast.While):
            return "awaits"  # it goes on until all are done
        if isinstance(parent, ast.Call) and self.values.of(parent.func) & SIZES:
            return "logs" if is_logged(parent, self.tree) else "counts"
        return self._read(statement, node)

    def added(self, node: ast.expr) -> frozenset[str]:
        """What is added to the set at one mention of it."""
        method = self.tree.parents.get(node)
        call = self.tree.parents.get(method) if method is not None else None
        if not isinstance(call, ast.Call) or call.func is not method:
            return frozenset()
        match call:
            case ast.Call(func=ast.Attribute(attr=name), args=[element]) if name in SET_ADDERS:
                return self.values.of(element) or UNKNOWN
            case ast.Call(func=ast.Attribute(attr=name)) if name in SET_GROWERS:
                return UNKNOWN
            case _:
                return frozenset()

    def handed(self, node: ast.expr) -> frozenset[tuple[str, str]]:
        """What gets the set at a mention of it and is not of this module, as which argument.

        See ``SetFact.handed``.
        """
        if self.of(node) not in {"passes", "awaits", "raises"}:
            return frozenset()
        return frozenset(self.endings.handed(node))

    # -- is it waited for? ---------------------------------------------------------------

    def _read(self, statement: ast.stmt, node: ast.expr) -> Handling:
        if isinstance(statement, ast.If):
            return "guards"  # what is done in its body is a mention of its own
        if self.endings.is_cancelled(node):
            return "ends"
        parts = self.tree.order.inside(statement)
        calls = [part for part in parts if isinstance(part, ast.Call)]
        if any(_picks(call) for call in calls):
            return "collects"
        awaits = list(self.endings.awaits(node))
        if not awaits and not isinstance(statement, ast.AsyncFor):
            return self.passing.of(node)
        if any(limits(keyword) for call in calls for keyword in call.keywords):
            return "ends"
        dropped = all(
            isinstance(self.tree.parents[a], ast.Expr) or self._is_no_result(a) for a in awaits
        )
        if not dropped:
            return "collects"
        quiet = all(self._is_no_result(a) or self._is_caught(a, node) for a in awaits)
        return "awaits" if quiet else "raises"

    def _is_no_result(self, awaited: ast.Await) -> bool:
        """Neither exceptions nor tasks that are done are results that somebody counts on."""
        match awaited.value:
            case ast.Call(func=function, keywords=keywords):
                tolerant = any(keyword.arg in TOLERANCES for keyword in keywords)
                if tolerant and not self.endings.is_given_back(awaited):
                    return True
                return bool(self.values.of(function) & TOLERANT)
            case _:
                return False

    def _is_caught(self, awaited: ast.Await, node: ast.expr) -> bool:
        """Report whether nothing that a task raises gets any further than around where it is.

        Of tasks that are cancelled first that is the cancellation.
        """
        if spelled(getattr(awaited.value, "func", awaited.value)) in IDLE_NAMES:
            return True  # not the tasks are awaited
        name = ast.unparse(node)
        around = self.tree.function_of(node) or self.tree.module
        cancelled = any(
            self.endings.is_cancelled(part)
            for part in self.tree.order.inside(around)
            if isinstance(part, type(node)) and ast.unparse(part) == name
        )
        return catches(awaited, self.tree, cancellations=cancelled)

    def _taken_out(self, node: ast.expr) -> Handling:
        """``tasks.clear()`` below what ends the tasks, ``await tasks.pop()``, or else."""
        method = self.tree.parents[node]
        taken = self.tree.parents.get(method)
        assert isinstance(method, ast.Attribute)
        if isinstance(taken, ast.Call) and method.attr in CONTAINER_TAKING:
            if self.endings.is_cancelled(taken):
                return "ends"
            if self.endings.is_awaited(taken):
                awaits = self.endings.awaits(taken)
                quiet = all(self._is_no_result(a) or self._is_caught(a, node) for a in awaits)
                return "awaits" if quiet else "raises"
        own = self.tree.statement_of(node)
        parts = self.tree.order.inside(self.tree.function_of(node) or own)
        name = ast.unparse(node)
        earlier = (
            part
            for part in parts
            if isinstance(part, type(node)) and part.lineno < node.lineno
            if ast.unparse(part) == name
        )
        ended = any(self.endings.is_cancelled(e) or self.endings.is_awaited(e) for e in earlier)
        return "guards" if ended else "drops"

    def _goes_over(self, node: ast.expr) -> bool:
        """``for task in list(tasks): tasks.discard(task)``, other than where a task is done."""
        call = self.tree.parents.get(self.tree.parents[node])
        match call:
            case ast.Call(args=[ast.Name(id=name)]):
                pass
            case _:
                return False
        child: ast.AST = call
        for ancestor in self.tree.ancestors(call):
            match ancestor:
                case ast.If(test=test) if child in ancestor.body and implies_idle(
                    test, name, when=True
                ):
                    return False
                case ast.For(target=ast.Name(id=target), iter=source) if target == name:
                    own = any(ast.unparse(part) == ast.unparse(node) for part in ast.walk(source))
                    done = any(self._has_ended(part, name) for part in ast.walk(ancestor))
                    return own and not done
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    return False
            child = ancestor
        return False

    def _has_ended(self, part: ast.AST, name: str) -> bool:
        """``task.cancel()``, ``await task``"""
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr=method)):
                return other == name and method in CANCELLING_METHODS
            case ast.Await(value=ast.Name(id=other)):
                return other == name
            case _:
                return False


# -- is it decided by? -----------------------------------------------------------------------------


def _decides(node: ast.expr, tree: Tree) -> bool:
    """Report whether its size or content decides what the program does."""
    child: ast.AST = node
    judged = False  # it has become true or false
    for ancestor in tree.ancestors(node):
        match ancestor:
            case ast.If(test=test) if test is child:
                return not _only_looks_after(ancestor, node)
            case ast.While(test=test) if test is child:
                return not _only_looks_after(ancestor, node)
            case ast.Assert(test=test) | ast.IfExp(test=test) if test is child:
                return True
            case ast.comprehension(ifs=ifs) if child in ifs:
                return True
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                judged = True
            case ast.Call(func=function) if spelled(function) not in MEASURING:
                return False
            case ast.Call(func=function):
                judged = judged or spelled(function) in JUDGING
            case ast.stmt():
                return judged
            case _:
                pass
        child = ancestor
    return False


def _only_looks_after(branch: ast.If | ast.While, node: ast.expr) -> bool:
    """``if tasks: await asyncio.wait(tasks)`` does nothing else than its body does."""
    if isinstance(branch, ast.If) and is_only_logged(branch):
        return True
    name = ast.unparse(node)
    plain = ast.unparse(branch.test) in {name, f"len({name})", f"len({name}) > 0"}
    if not plain or branch.orelse or any(isinstance(p, _LEAVING) for p in ast.walk(branch)):
        return False
    own = [name in ast.unparse(part) for part in branch.body]
    if isinstance(branch, ast.If) and not any(own):
        return False
    return all(mine or _is_idle(part) for mine, part in zip(own, branch.body, strict=True))


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=function) | ast.Await(value=ast.Call(func=function))):
            return spelled(function) in IDLE_NAMES
        case _:
            return False


def _picks(call: ast.Call) -> bool:
    """What is done first, or what it gives, is looked at."""
    return spelled(call.func) in RESULT_NAMES or any(chooses(keyword) for keyword in call.keywords)
