"""What the code does with a set of tasks at one mention of it, as far as one more task matters.

============  ====================================================================
``keeps``     one task is added or discarded
``counts``    its size is told, or nothing else than what follows depends on it
``passes``    it is given to others, or read in some other way
``ends``      its tasks are cancelled, or awaited for some time only
``awaits``    its tasks are awaited
``collects``  what its tasks give is used, or which of them is done first
``grows``     other things are added
``drops``     tasks are taken out that may be pending
``steers``    its size or content decides what the program does
============  ====================================================================
"""

from __future__ import annotations

import ast

from taskfix.apis.callables import LOGGING_METHODS
from taskfix.facts.elements import UNKNOWN
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values
from taskfix.model import Handling

_KEEPING = frozenset({"add", "discard", "remove"})
_DROPPING = frozenset(
    ["clear", "pop", "difference_update", "intersection_update", "symmetric_difference_update"]
)
_JUDGING = frozenset({"bool", "any", "all"})
_MEASURES = _JUDGING | {"len", "list", "set", "tuple", "sorted", "frozenset", "copy"}
_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def handling(node: ast.expr, tree: Tree) -> Handling:
    """What is done at a place that reads the set."""
    parent = tree.parents.get(node)
    method = parent.attr if isinstance(parent, ast.Attribute) else ""
    if method in _KEEPING:
        return "keeps"
    if method in _DROPPING:
        return _taken_out(node, tree)
    if method == "update":
        return "grows"
    if _decides(node, tree):
        return "steers"
    statement = tree.statement_of(node)
    if isinstance(statement, ast.While):
        return "awaits"  # it goes on until all are done
    if isinstance(parent, ast.Call) and spelled(parent.func) == "len":
        return "counts"
    return _read(statement, node, tree)


def added(node: ast.expr, tree: Tree, values: Values) -> frozenset[str]:
    """What is added to the set at one mention of it."""
    method = tree.parents.get(node)
    call = tree.parents.get(method) if method is not None else None
    if not isinstance(call, ast.Call) or call.func is not method:
        return frozenset()
    match call:
        case ast.Call(func=ast.Attribute(attr="add"), args=[element]):
            return values.of(element) or UNKNOWN
        case ast.Call(func=ast.Attribute(attr="update")):
            return UNKNOWN
        case _:
            return frozenset()


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
            case ast.Call(func=function) if spelled(function) not in _MEASURES:
                return False
            case ast.Call(func=function):
                judged = judged or spelled(function) in _JUDGING
            case ast.stmt():
                return judged
            case _:
                pass
        child = ancestor
    return False


def _only_looks_after(branch: ast.If | ast.While, node: ast.expr) -> bool:
    """``if tasks: await asyncio.wait(tasks)`` does nothing else than its body does."""
    name = ast.unparse(node)
    plain = ast.unparse(branch.test) in {name, f"len({name})", f"len({name}) > 0"}
    if not plain or branch.orelse or any(isinstance(p, _LEAVING) for p in ast.walk(branch)):
        return False
    return all(name in ast.unparse(part) or _is_idle(part) for part in branch.body)


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=function) | ast.Await(value=ast.Call(func=function))):
            return spelled(function) in LOGGING_METHODS | {"print", "sleep"}
        case _:
            return False


# -- is it waited for? -----------------------------------------------------------------------------


def _read(statement: ast.stmt, node: ast.expr, tree: Tree) -> Handling:
    if isinstance(statement, ast.If):
        return "counts"  # what is done in its body is a mention of its own
    parts = tree.order.inside(statement)
    awaits = [part for part in parts if isinstance(part, ast.Await)]
    calls = [part for part in parts if isinstance(part, ast.Call)]
    if _is_cancelled(statement, node, tree):
        return "ends"
    if any(_picks(call) for call in calls):
        return "collects"
    if not awaits and not isinstance(statement, ast.AsyncFor):
        return "awaits" if _is_copied_to_wait(statement, node, tree) else "passes"
    if any("timeout" in {keyword.arg for keyword in call.keywords} for call in calls):
        return "ends"
    dropped = all(isinstance(tree.parents[a], ast.Expr) or _is_no_result(a) for a in awaits)
    return "awaits" if dropped else "collects"


def _is_cancelled(statement: ast.stmt, node: ast.expr, tree: Tree) -> bool:
    """Report whether a statement cancels what is in the set, or copies it for what does."""
    around: ast.AST | None = statement
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        around = tree.function_of(node)
    return around is not None and _cancels(around, tree)


def _cancels(node: ast.AST, tree: Tree) -> bool:
    return any("cancel" in word for word in tree.order.words(node))


def _is_copied_to_wait(statement: ast.stmt, node: ast.expr, tree: Tree) -> bool:
    function = tree.function_of(node)
    if function is None or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    return not tree.order.words(function).isdisjoint({"gather", "wait"})


def _picks(call: ast.Call) -> bool:
    """What is done first, or what it gives, is looked at."""
    if spelled(call.func) in {"as_completed", "result"}:
        return True
    return any(
        keyword.arg == "return_when" and "ALL_COMPLETED" not in ast.unparse(keyword.value)
        for keyword in call.keywords
    )


def _is_no_result(awaited: ast.Await) -> bool:
    """Neither exceptions nor tasks that are done are results that somebody counts on."""
    match awaited.value:
        case ast.Call(func=function, keywords=keywords):
            tolerant = any(keyword.arg == "return_exceptions" for keyword in keywords)
            return tolerant or spelled(function) == "wait"
        case _:
            return False


def _taken_out(node: ast.expr, tree: Tree) -> Handling:
    """``tasks.clear()`` below what cancels or awaits the tasks, ``await tasks.pop()``, or else."""
    name, own, function = ast.unparse(node), tree.statement_of(node), tree.function_of(node)
    text = ast.unparse(own)
    if "cancel" in text or "await" in text:
        return "ends" if "cancel" in text else "awaits"
    parts = tree.order.inside(function or own)
    if not _cancels(function or own, tree) and not any(isinstance(p, ast.Await) for p in parts):
        return "drops"
    texts = [
        ast.unparse(part)
        for part in parts
        if isinstance(part, ast.stmt) and (part.end_lineno or part.lineno) < node.lineno
    ]
    ended = any(name in text and ("cancel" in text or "await" in text) for text in texts)
    return "counts" if ended else "drops"
