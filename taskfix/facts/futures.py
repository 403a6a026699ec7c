"""Whether a call that wraps awaitables starts a task itself, or is given what runs already."""

from __future__ import annotations

import ast

from taskfix.apis.callables import (
    CALLING_METHODS,
    FUTURE_MAKERS,
    FUTURE_NAMES,
    ITERATING,
    ONE_ADDERS,
    TAKING_NEXT,
    TASK_GIVERS,
)
from taskfix.apis.spawners import (
    ADOPTING_NAMES,
    SPAWNER_NAMES,
    STARTS_HERE_NAMES,
    WRAPPING_NAMES,
    spawner_names,
)
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import leaves_early, spelled

_OWN = tuple(f".{name}()" for name in sorted(STARTS_HERE_NAMES | FUTURE_MAKERS))


def starts_nothing(node: ast.Call, tree: Tree) -> bool:
    """``ensure_future(self.closed)`` and ``gather(*tasks)`` are given what runs already."""
    name = spelled(node.func)
    if name in ADOPTING_NAMES:
        return bool(node.args) and _runs_already(node.args[0], tree)
    if name in WRAPPING_NAMES:
        return not any(_starts(argument, tree) for argument in node.args)
    return False


def is_view(node: ast.Call) -> bool:
    """``shield(self.closed)``: another future for what an object keeps anyway."""
    if spelled(node.func) not in ADOPTING_NAMES | WRAPPING_NAMES or not node.args:
        return False
    given = (a.value if isinstance(a, ast.Starred) else a for a in node.args)
    return all(isinstance(argument, ast.Attribute) for argument in given)


def _runs_already(node: ast.expr, tree: Tree) -> bool:
    """``self.closed``, or a name for what is a future or a task by the way it was made."""
    match node:
        case ast.Attribute():
            return True
        # context.run(loop.create_task, work())
        case ast.Call(func=ast.Attribute(attr=method), args=[ast.Attribute() as handed, *_]) if (
            method in CALLING_METHODS
        ):
            return spelled(handed) in STARTS_HERE_NAMES
        case ast.Call(func=func):
            return spelled(func) in spawner_names() or _makes_future(func)
        case ast.Name(id=name):
            owner = tree.lookup(name, tree.scope_of(node))
            bindings = owner.bindings.get(name, []) if owner is not None else []
            made = [binding.value for binding in bindings]
            calls = [value for value in made if isinstance(value, ast.Call)]
            return (
                bool(calls)
                and len(calls) == len(made)
                and all(_runs_already(call, tree) for call in calls)
            )
        case _:
            return False


def _makes_future(function: ast.expr) -> bool:
    """``loop.create_future()``, ``asyncio.Future()``, ``loop.run_in_executor(...)``."""
    return FUTURE_NAMES.fullmatch(spelled(function).lower()) is not None


def _starts(node: ast.expr, tree: Tree) -> bool:
    """Report whether an argument of ``gather`` or ``shield`` starts a task, there or by itself."""
    match node:
        case ast.Starred(value=value):
            return _starts(value, tree)
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.SetComp(elt=elt):
            return _starts(elt, tree)
        case ast.Call(func=func) if spelled(func) in STARTS_HERE_NAMES:
            return True
        case ast.Call(func=func) if spelled(func) in WRAPPING_NAMES:
            return not starts_nothing(node, tree)
        case _:
            return _may_be_coroutine(node, tree)


def _may_be_coroutine(node: ast.expr, tree: Tree) -> bool:
    """Report whether an argument is a call, or a collection of calls, that is no spawner's."""
    match node:
        case ast.Starred(value=value):
            return _may_be_coroutine(value, tree)
        case ast.Call(func=func):
            known = spelled(func) in SPAWNER_NAMES | TASK_GIVERS
            return not known and not _makes_future(func)
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return any(_may_be_coroutine(element, tree) for element in elts)
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.SetComp(elt=elt):
            return _may_be_coroutine(elt, tree)
        case ast.Name(id=name):
            owner = tree.lookup(name, tree.scope_of(node))
            bindings = owner.bindings.get(name, []) if owner is not None else []
            return any(
                binding.value is not None
                and not isinstance(binding.value, ast.Name)
                and _may_be_coroutine(binding.value, tree)
                for binding in bindings
            ) or _is_filled_with_calls(node, tree)
        case _:
            return False


def _is_filled_with_calls(name: ast.Name, tree: Tree) -> bool:
    """``tasks.append(work())``: coroutines that are collected first."""
    owner = tree.lookup(name.id, tree.scope_of(name))
    for load in tree.loads(name.id, owner) if owner is not None else ():
        attribute = tree.parents.get(load)
        call = tree.parents.get(attribute) if attribute is not None else None
        match call:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Call() as made]) if (
                method in ONE_ADDERS
            ):
                return call.func is attribute and _may_be_coroutine(made, tree)
    return False


def is_own_future(value: str) -> bool:
    """Report whether a value is a task or future that whoever makes it has for himself."""
    return value.endswith(_OWN)


def is_abandoned(node: ast.Call, tree: Tree) -> bool:
    """``for f in as_completed([work(1), work(2)]): break`` drops tasks that it made itself."""
    made = node.args[0] if node.args else None
    if not isinstance(made, (ast.List, ast.Set, ast.Tuple)) or not is_left_early(node, tree):
        return False
    return any(isinstance(e, ast.Call) and spelled(e.func) not in SPAWNER_NAMES for e in made.elts)


def is_left_early(node: ast.expr, tree: Tree) -> bool:
    """Report whether not all of an iterator is taken: ``next(...)``, or a loop with ``break``."""
    parent = tree.parents.get(node)
    match parent:
        case ast.For(iter=source) | ast.AsyncFor(iter=source):
            return source is node and leaves_early(parent)
        case ast.Call(func=ast.Name(id=name)) if name in TAKING_NEXT:
            return node in parent.args
        case ast.Call(func=ast.Name(id=name)) if name in ITERATING:
            return node in parent.args and is_left_early(parent, tree)
        case _:
            return False
