"""PassArgument and WrapCall: a call gets one more keyword argument, or becomes an argument."""

from __future__ import annotations

import libcst as cst

from codemods.edits import PassArgument, WrapCall
from codemods.expressions import code_of, in_parentheses
from codemods.indentation import deeper
from codemods.separated import Separated, inserted


def with_argument(call: cst.Call, edit: PassArgument) -> cst.Call:
    """``call(..., parameter=value)``."""
    # f(parameter=value)
    template = cst.parse_expression(f"f({edit.parameter}={edit.value})")
    assert isinstance(template, cst.Call)
    items = arguments(call)
    double_star = (i for i, arg in enumerate(call.args) if arg.star == "**")
    index = next(double_star, len(call.args))
    return with_arguments(call, inserted(items, template.args[0], index))


def wrapped(call: cst.Call | cst.Await, edit: WrapCall, unit: str | None) -> cst.Call:
    """``function(call)``; a call over several lines gets lines of its own.

    ``unit`` is one step of indentation where the call starts its statement's value, else None.
    """
    function = cst.parse_expression(edit.function)
    bare: cst.BaseExpression = call.with_changes(lpar=(), rpar=())
    inner = cst.Arg(bare)
    outer = cst.Call(function, [inner], lpar=call.lpar, rpar=call.rpar)
    if unit is None or "\n" not in code_of(bare):
        return outer
    # function(
    #     call(
    #         ...
    #     )
    # )
    return outer.with_changes(
        whitespace_before_args=_line_break(unit),
        args=[inner.with_changes(value=deeper(bare, unit), whitespace_after_arg=_line_break(""))],
    )


def _line_break(indentation: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(),
        indent=True,
        last_line=cst.SimpleWhitespace(indentation),
    )


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
