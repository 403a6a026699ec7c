"""What a statement whose tasks are kept has to become, in terms of ``ast``.

This says once more, for syntax trees alone and without the code that edits, what each shape of a
statement has to turn into. A result that both agree on is what was meant.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codemods.edits import KeepTask, LambdaToFunction

Keep = KeepTask | LambdaToFunction
Calls = Mapping[int, Keep]  # by the identity of the call


class UnknownShapeError(Exception):
    """A statement has a shape that no fix is known for."""


def kept(statement: ast.stmt, calls: Calls) -> list[ast.stmt]:
    """The statements that do what a simple statement does, and keep the tasks of the calls."""
    match statement:
        case ast.Expr(value=value):
            return evaluated(value, calls)
        case ast.Assign(value=value) if id(value) in calls:
            return _assigned(statement.targets, value, calls[id(value)])
        case ast.Assign(targets=[ast.Tuple() as targets], value=ast.Tuple() as values):
            return _unpacked(statement, targets, values, calls)
        case ast.AnnAssign(target=ast.Name() as target, value=value) if id(value) in calls:
            edit = calls[id(value)]
            target.id = edit.variable if target.id == "_" else target.id
            return [statement, *held(target.id, edit)]
        case ast.Return(value=ast.expr() as value) if id(value) in calls:
            edit = calls[id(value)]
            return [*_bound(value, edit), ast.Return(_read(edit.variable))]
        case ast.Return(value=value) | ast.Assign(value=value) | ast.AnnAssign(value=value):
            if value is not None and (lines := _chained(value, calls)):
                return [*lines, statement]
    raise UnknownShapeError(type(statement).__name__)


def evaluated(value: ast.expr, calls: Calls) -> list[ast.stmt]:
    """The statements that evaluate an expression for its effects, and keep its tasks."""
    if not any(id(node) in calls for node in ast.walk(value)):
        return [] if isinstance(value, (ast.Name, ast.Constant)) else [ast.Expr(value)]
    match value:
        case _ if id(value) in calls:
            return _bound(value, calls[id(value)])
        case ast.Call(args=[argument], keywords=[]) if id(argument) in calls:
            edit = calls[id(argument)]
            value.args = [_read(edit.variable)]
            return [*_bound(argument, edit), ast.Expr(value)]
        case ast.NamedExpr(target=target, value=call) if id(call) in calls:
            return _assigned([target], call, calls[id(call)])
        case ast.BoolOp(op=op, values=[*first, last]):
            test = first[0] if len(first) == 1 else ast.BoolOp(op, first)
            return [_if(test if isinstance(op, ast.And) else _negated(test), last, calls)]
        case ast.IfExp():
            body, orelse = evaluated(value.body, calls), evaluated(value.orelse, calls)
            if body:
                return [ast.If(value.test, body, orelse)]
            return [ast.If(_negated(value.test), orelse, [])]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [line for element in elements for line in evaluated(element, calls)]
        case ast.ListComp() | ast.SetComp():
            return _loops(value.generators, evaluated(value.elt, calls))
    lines = _chained(value, calls)
    if lines:
        return [*lines, ast.Expr(value)]
    raise UnknownShapeError(type(value).__name__)


def held(name: str, edit: Keep) -> list[ast.stmt]:
    """The statements that put a task into the holder until it is done."""
    if isinstance(edit, KeepTask) and edit.keeper is not None:
        return ast.parse(f"{edit.keeper}({name})").body
    lines = f"{edit.holder}.add({name})\n{name}.add_done_callback({edit.holder}.discard)"
    body = ast.parse(lines).body
    if not edit.guard:
        return body
    guard = ast.parse(f"if {edit.holder} is not None: pass").body[0]
    assert isinstance(guard, ast.If)
    return [ast.If(guard.test, body, [])]


def _bound(call: ast.expr, edit: Keep) -> list[ast.stmt]:
    return [ast.Assign([_written(edit.variable)], call), *held(edit.variable, edit)]


def _assigned(targets: list[ast.expr], call: ast.expr, edit: Keep) -> list[ast.stmt]:
    names = [target for target in targets if isinstance(target, ast.Name)]
    named = next((target.id for target in names if target.id != "_"), None)
    if named is None:
        for target in names:
            target.id = edit.variable
    return [ast.Assign(targets, call), *held(named or edit.variable, edit)]


def _unpacked(
    statement: ast.Assign, targets: ast.Tuple, values: ast.Tuple, calls: Calls
) -> list[ast.stmt]:
    lines: list[ast.stmt] = [statement]
    for target, value in zip(targets.elts, values.elts, strict=True):
        edit = calls.get(id(value))
        if edit is not None and isinstance(target, ast.Name):
            target.id = edit.variable if target.id == "_" else target.id
            lines += held(target.id, edit)
    return lines


def _chained(value: ast.expr, calls: Calls) -> list[ast.stmt]:
    """The statements for the call in ``call.method(...)``, which then is a method of its name."""
    match value:
        case ast.Call(func=ast.Attribute(value=call) as method) if id(call) in calls:
            edit = calls[id(call)]
            method.value = _read(edit.variable)
            return _bound(call, edit)
    return []


def _if(test: ast.expr, value: ast.expr, calls: Calls) -> ast.If:
    return ast.If(test, evaluated(value, calls), [])


def _negated(test: ast.expr) -> ast.expr:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(ops=[ast.Is()]):
            return ast.Compare(test.left, [ast.IsNot()], test.comparators)
        case ast.Compare(ops=[ast.In()]):
            return ast.Compare(test.left, [ast.NotIn()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _loops(generators: list[ast.comprehension], body: list[ast.stmt]) -> list[ast.stmt]:
    for clause in reversed(generators):
        for test in reversed(clause.ifs):
            body = [ast.If(test, body, [])]
        kind = ast.AsyncFor if clause.is_async else ast.For
        body = [kind(clause.target, clause.iter, body, [])]
    return body


def _written(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _read(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
