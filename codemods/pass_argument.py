"""PassArgument and WrapCall: a call gets one more keyword argument, or becomes an argument."""

from __future__ import annotations

import libcst as cst

from codemods.edits import PassArgument, WrapCall
from codemods.expressions import code_of, in_parentheses
from codemods.indentation import deeper
from codemods.separated import Separated, inserted, on_one_line


def with_argument(call: cst.Call, edit: PassArgument) -> cst.Call:
    """``call(..., parameter=value)``."""
    # f(parameter=value)
    template = cst.parse_expression(f"f({edit.parameter}={edit.value})")
    assert isinstance(template, cst.Call)
    items = arguments(call)
    double_star = (i for i, arg in enumerate(call.args) if arg.star == "**")
    index = next(double_star, len(call.args))
    return with_arguments(call, inserted(items, template.args[0], index))


def wrapped(call: cst.Call | cst.Await, edit: WrapCall, unit: str, start: str | None) -> cst.Call:
    """``function(call)``; a call over several lines gets lines of its own.

    ``unit`` is one step of indentation, ``start`` how much deeper than its statement the call
    starts a line, None where something stands before it.
    """
    function = cst.parse_expression(edit.function)
    bare: cst.BaseExpression = call.with_changes(lpar=(), rpar=())
    inner = cst.Arg(bare)
    outer = cst.Call(function, [inner], lpar=call.lpar, rpar=call.rpar)
    if start is None or "\n" not in code_of(bare):
        return outer
    # function(
    #     call(
    #         ...
    #     )
    # )
    lone = outer.with_changes(args=[inner.with_changes(value=deeper(bare, unit))])
    return with_arguments(lone, on_one_line(arguments(lone), unit, start))


def arguments(call: cst.Call) -> Separated:
    """The arguments of a call as a list."""
    if not call.args:
        return Separated((), call.whitespace_before_args, cst.SimpleWhitespace(""))
    *others, last = call.args
    closing = last.whitespace_after_arg
    if len(call.args) == 1 and isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        last = last.with_changes(value=in_parentheses(last.value))
    last = last.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    return Separated((*others, last), call.whitespace_before_args, closing)


def with_arguments(call: cst.Call, items: Separated) -> cst.Call:
    """The call with other arguments."""
    *others, last = items.items
    last = last.with_changes(whitespace_after_arg=items.closing)
    return call.with_changes(whitespace_before_args=items.opening, args=[*others, last])
