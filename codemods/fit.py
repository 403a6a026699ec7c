"""New statements get the indentation of their surroundings, and lines that are short enough."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from codemods.expressions import code_of
from codemods.pass_argument import arguments, with_arguments
from codemods.separated import on_one_line, one_per_line
from codemods.statements import Statements, only_statement
from codemods.style import Style


def settled(
    statements: Statements, indentation: str, indent: str | None, style: Style
) -> Statements:
    """The statements as they fit into a block.

    ``indentation`` is what stands before each of its lines, ``indent`` the unit of the blocks
    around, None where it is the file's usual one.
    """
    return [
        only_statement(_settled(statement, indentation, indent, style)) for statement in statements
    ]


def _settled(
    statement: cst.CSTNode, indentation: str, indent: str | None, style: Style
) -> cst.CSTNode:
    if isinstance(statement, cst.SimpleStatementLine):
        return _fitting(statement, indentation, indent, style)
    deeper = indentation + (indent or style.unit)
    body = getattr(statement, "body", None)
    if isinstance(body, cst.IndentedBlock):
        lines = [_settled(line, deeper, indent, style) for line in body.body]
        statement = statement.with_changes(body=body.with_changes(body=lines, indent=indent))
    orelse = getattr(statement, "orelse", None)
    if isinstance(orelse, cst.CSTNode):
        statement = statement.with_changes(orelse=_settled(orelse, indentation, indent, style))
    return statement


def _fitting(
    line: cst.SimpleStatementLine, indentation: str, indent: str | None, style: Style
) -> cst.SimpleStatementLine:
    """``name = call(...)`` with the arguments on lines of their own where the line is too long."""
    match line.body:
        case [cst.Assign(value=cst.Call() as call) | cst.AnnAssign(value=cst.Call() as call)]:
            if call.args and not _fits(line, indentation, style):
                small = line.body[0].with_changes(
                    value=_broken(call, indentation, indent or style.unit, style)
                )
                return line.with_changes(body=[small])
    return line


def _fits(line: cst.SimpleStatementLine, indentation: str, style: Style) -> bool:
    code = code_of(line.with_changes(leading_lines=())).rstrip("\n")
    return "\n" in code or style.fits(indentation + code)


def _broken(call: cst.Call, indentation: str, unit: str, style: Style, outer: str = "") -> cst.Call:
    """The call with its arguments together on the next line, or each on its own line.

    ``outer`` is how much deeper than its statement the line is that the call starts on.
    """
    items = arguments(call)
    inner = indentation + outer + unit
    if style.fits(inner + "".join(code_of(item) for item in items.items)):
        return with_arguments(call, on_one_line(items, unit, outer))
    broken = [
        item
        if style.fits(inner + code_of(item))
        else _broken_argument(item, indentation, unit, style, outer + unit)
        for item in items.items
    ]
    items = replace(items, items=tuple(broken))
    layout = one_per_line if len(broken) > 1 else on_one_line
    return with_arguments(call, layout(items, unit, outer))


def _broken_argument(
    argument: cst.Arg, indentation: str, unit: str, style: Style, outer: str
) -> cst.Arg:
    if not isinstance(argument.value, cst.Call) or not argument.value.args:
        return argument
    return argument.with_changes(value=_broken(argument.value, indentation, unit, style, outer))
