"""KeepTask: a statement that drops the result of a call binds it and keeps it in a holder."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from codemods.comprehension import as_loops
from codemods.edits import Edit, EditError
from codemods.expressions import negated, standing_alone, unwrapped
from codemods.indentation import moved_right, shallower
from codemods.kept import Kept, bound, held
from codemods.statements import Statements, line_of, parse_statements


def kept_statements(small: cst.BaseSmallStatement, kept: Kept) -> Statements:
    """The statements that do what one small statement does, and keep its tasks."""
    match small:
        # call()
        case cst.Expr(value=value):
            return evaluated(value, kept)
        # x = call()
        case cst.Assign(value=value) if kept.has(value):
            return _assigned(small, kept)
        # a, b = call(), call()
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Tuple())], value=cst.Tuple()):
            return _unpacked(small, kept)
        # x: T = call()
        case cst.AnnAssign(target=cst.Name(), value=cst.CSTNode() as value) if kept.has(value):
            return _annotated(small, kept)
        # return call()
        case cst.Return(value=cst.BaseExpression() as value) if kept.has(value):
            edit = kept.take(value)
            lines = bound(unwrapped(value), edit, kept)
            return [*lines, line_of(small.with_changes(value=cst.Name(edit.variable)))]
        # return call().method()   x = call().method()   x: T = call().method()
        case cst.Return(value=value) | cst.Assign(value=value) | cst.AnnAssign(value=value):
            lines, rest = _chained(value, kept)
            if lines:
                return [*lines, line_of(small.with_changes(value=rest))]
    raise unhandled(small, kept)


def evaluated(expression: cst.BaseExpression, kept: Kept) -> Statements:
    """The statements that evaluate an expression for its effects, and keep its tasks."""
    if not kept.inside(expression):
        pure = isinstance(expression, (cst.Name, cst.BaseNumber, cst.SimpleString, cst.Ellipsis))
        return [] if pure else [line_of(cst.Expr(expression))]
    match expression:
        # call()
        case _ if kept.has(expression):
            edit = kept.take(expression)
            call = moved_right(unwrapped(expression), len(f"{edit.variable} = "))
            return bound(call, edit, kept)
        # (x := call())
        case cst.NamedExpr(target=cst.Name() as target, value=value) if kept.has(value):
            return _assigned(cst.Assign([cst.AssignTarget(target)], value), kept)
        # c and call()   c or call()
        case cst.BooleanOperation() if not kept.inside(expression.left):
            return _short_circuit(expression, kept)
        # call() if c else None
        case cst.IfExp() if not kept.inside(expression.test):
            return _conditional(expression, kept)
        # [call(), call()]   call(), call()
        case cst.List() | cst.Tuple() | cst.Set():
            return _elements(expression, kept)
        # [call() for x in xs]
        case cst.ListComp() | cst.SetComp() if not kept.inside(expression.for_in):
            return as_loops(expression.for_in, evaluated(expression.elt, kept))
        # xs.append(call())
        case cst.Call(args=[cst.Arg(value=value, keyword=None, star="")]) if kept.has(value):
            edit = kept.take(value)
            call = cst.Call(expression.func, [cst.Arg(cst.Name(edit.variable))])
            lines = bound(_leftwards(value, expression), edit, kept)
            return [*lines, line_of(cst.Expr(call))]
    lines, rest = _chained(expression, kept)
    if not lines:
        raise unhandled(expression, kept)
    return [*lines, line_of(cst.Expr(rest))]


def _leftwards(argument: cst.BaseExpression, call: cst.Call) -> cst.BaseExpression:
    """The argument as it is indented where it is no argument any more."""
    start = call.whitespace_before_args
    if isinstance(start, cst.ParenthesizedWhitespace):
        argument = shallower(argument, start.last_line.value)
    return unwrapped(argument)


def unhandled(node: cst.CSTNode, kept: Kept) -> EditError:
    """The error that says that no shape fits."""
    edit: Edit = kept.inside(node)[0]
    return EditError(edit, f"the call is part of a {type(node).__name__} that is not handled")


def _assigned(small: cst.Assign, kept: Kept) -> Statements:
    edit = kept.take(small.value)
    names = [
        target.target.value
        for target in small.targets
        if isinstance(target.target, cst.Name) and target.target.value != "_"
    ]
    if names:
        return [kept.mark(line_of(_plain_value(small))), *held(names[0], edit)]
    targets, renamed = _without_underscore(small.targets, edit.variable)
    if not renamed:
        raise EditError(edit, "the call is assigned to no name")
    line = line_of(_plain_value(small).with_changes(targets=targets))
    return [kept.mark(line), *held(edit.variable, edit)]


def _plain_value(small: cst.Assign) -> cst.Assign:
    return small.with_changes(value=unwrapped(small.value))


def _without_underscore(
    targets: Sequence[cst.AssignTarget], variable: str
) -> tuple[list[cst.AssignTarget], bool]:
    renamed = [
        target.with_changes(target=cst.Name(variable))
        if isinstance(target.target, cst.Name)
        else target
        for target in targets
    ]
    return renamed, any(isinstance(target.target, cst.Name) for target in targets)


def _annotated(small: cst.AnnAssign, kept: Kept) -> Statements:
    assert isinstance(small.target, cst.Name)
    assert small.value is not None
    edit = kept.take(small.value)
    name = edit.variable if small.target.value == "_" else small.target.value
    line = line_of(small.with_changes(target=small.target.with_changes(value=name)))
    return [kept.mark(line), *held(name, edit)]


def _unpacked(small: cst.Assign, kept: Kept) -> Statements:
    targets, values = small.targets[0].target, small.value
    assert isinstance(targets, cst.Tuple)
    assert isinstance(values, cst.Tuple)
    elements = list(targets.elements)
    lines: Statements = []
    for index, (target, value) in enumerate(zip(targets.elements, values.elements, strict=False)):
        if not kept.has(value.value):
            continue
        if not isinstance(target.value, cst.Name) or len(elements) != len(values.elements):
            raise unhandled(value.value, kept)
        edit = kept.take(value.value)
        name = edit.variable if target.value.value == "_" else target.value.value
        elements[index] = target.with_changes(value=target.value.with_changes(value=name))
        lines += held(name, edit)
    if not lines or kept.inside(small):
        raise unhandled(small, kept)
    renamed = small.targets[0].with_changes(target=targets.with_changes(elements=elements))
    return [kept.mark(line_of(small.with_changes(targets=[renamed]))), *lines]


def _chained(
    expression: cst.BaseExpression | None, kept: Kept
) -> tuple[Statements, cst.BaseExpression]:
    """The lines for ``call`` in ``call.method(...)``, and the same method of its variable."""
    match expression:
        # call().method(...)
        case cst.Call(func=cst.Attribute(value=cst.BaseExpression() as call) as method) if kept.has(
            call
        ):
            edit = kept.take(call)
            method = method.with_changes(value=cst.Name(edit.variable), dot=cst.Dot())
            rest = unwrapped(expression.with_changes(func=method))
            return bound(unwrapped(call), edit, kept), rest
    return [], expression or cst.Name("None")


def _short_circuit(operation: cst.BooleanOperation, kept: Kept) -> Statements:
    conjunction = isinstance(operation.operator, cst.And)
    test = unwrapped(operation.left) if conjunction else negated(operation.left)
    return _if(test, evaluated(operation.right, kept), [])


def _conditional(expression: cst.IfExp, kept: Kept) -> Statements:
    body = evaluated(expression.body, kept)
    orelse = evaluated(expression.orelse, kept)
    if body:
        return _if(unwrapped(expression.test), body, orelse)
    return _if(negated(expression.test), orelse, [])


def _if(test: cst.BaseExpression, body: Statements, orelse: Statements) -> Statements:
    block = parse_statements("if test:\n    body\nelse:\n    orelse\n")[0]
    assert isinstance(block, cst.If)
    assert isinstance(block.orelse, cst.Else)
    otherwise = block.orelse.with_changes(body=cst.IndentedBlock(orelse)) if orelse else None
    return [
        block.with_changes(
            test=standing_alone(test), body=cst.IndentedBlock(body), orelse=otherwise
        )
    ]


def _elements(display: cst.List | cst.Tuple | cst.Set, kept: Kept) -> Statements:
    lines: Statements = []
    for element in display.elements:
        if not isinstance(element, cst.Element):
            raise unhandled(display, kept)
        lines += evaluated(element.value, kept)
    return lines
