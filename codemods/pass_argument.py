"""PassArgument and WrapCall: a call gets one more keyword argument, or becomes an argument."""

from __future__ import annotations

import libcst as cst

from codemods.edits import PassArgument, WrapCall
from codemods.expressions import code_of, in_parentheses
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


def wrapped(call: cst.Call, edit: WrapCall, unit: str | None) -> cst.Call:
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
    deeper = bare.visit(_Deeper(unit))
    assert isinstance(deeper, cst.BaseExpression)
    return outer.with_changes(
        whitespace_before_args=_line_break(unit),
        args=[inner.with_changes(value=deeper, whitespace_after_arg=_line_break(""))],
    )


class _Deeper(cst.CSTTransformer):
    """Indents the lines inside of brackets by one more step."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def leave_ParenthesizedWhitespace(  # noqa: N802 - LibCST names it after the node
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        empty = [
            line.with_changes(whitespace=self._moved(line.whitespace)) if line.comment else line
            for line in updated_node.empty_lines
        ]
        return updated_node.with_changes(
            empty_lines=empty, last_line=self._moved(updated_node.last_line)
        )

    def _moved(self, whitespace: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
        return whitespace.with_changes(value=self._unit + whitespace.value)


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
