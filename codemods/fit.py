"""New statements get the indentation of their surroundings, and lines that are short enough."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from codemods.expressions import code_of
from codemods.indentation import deeper
from codemods.pass_argument import arguments, with_arguments
from codemods.separated import Separated, all_on_the_line, on_one_line, one_per_line, own_line
from codemods.statements import Statement, Statements, only_statement
from codemods.style import Style

_WITH_VALUE = (cst.Assign, cst.AnnAssign, cst.Return, cst.Expr)


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


def rejoined(
    statement: Statement, original: cst.CSTNode, indentation: str, style: Style
) -> Statement:
    """The statement on one line, if it has only become short enough for that by the change."""
    now, before = _joined(statement), _joined(original)
    if now is None or before is None or style.fits(indentation + _line(before)):
        return statement
    return now if style.fits(indentation + _line(now)) else statement


def _joined(statement: cst.CSTNode) -> cst.SimpleStatementLine | None:
    match statement:
        # outer(
        #     inner
        # )
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(args=[*_, last]) as call)]):
            items = arguments(call)
            inside = own_line(items)
            # A last comma asks formatters to keep the lines apart.
            kept = isinstance(last.comma, cst.Comma) or inside is None
            if kept or "\n" in (inside or "") or "#" in code_of(call):
                return None
            whole = with_arguments(call, all_on_the_line(items))
            return statement.with_changes(body=[statement.body[0].with_changes(value=whole)])
    return None


def _line(statement: cst.SimpleStatementLine) -> str:
    return code_of(statement.with_changes(leading_lines=())).rstrip("\n")


def _fitting(
    line: cst.SimpleStatementLine, indentation: str, indent: str | None, style: Style
) -> cst.SimpleStatementLine:
    """The line with the arguments of its call on lines of their own if it is too long."""
    unit = indent or style.unit
    small = line.body[0]
    if len(line.body) > 1 or not isinstance(small, _WITH_VALUE):
        return line
    match small.value:
        # name = call()   return call()   call()
        case cst.Call(args=[_, *_]) as call:
            new: cst.BaseExpression = _call(line, call, indentation, unit, style)
        # name = await call()   return await call()   await call()
        case cst.Await(expression=cst.Call(args=[_, *_]) as call) as wait:
            call = _call(line, call, indentation, unit, style)
            new = wait.with_changes(expression=call)
        case _:
            return line
    return line.with_changes(body=[small.with_changes(value=new)])


def _call(
    line: cst.SimpleStatementLine, call: cst.Call, indentation: str, unit: str, style: Style
) -> cst.Call:
    items = arguments(call)
    inner = own_line(items)
    if inner is not None and "\n" not in inner and not style.fits(indentation + inner):
        return _exploded(call, items, indentation, unit, style)
    code = code_of(line.with_changes(leading_lines=())).rstrip("\n")
    if "\n" in code or style.fits(indentation + code):
        return call
    return _broken(call, indentation, unit, style)


def on_its_line(
    call: cst.Call,
    before: cst.BaseExpression,
    indentation: str,
    start: str,
    head: str,
    style: Style,
) -> cst.Call:
    """A call that has a line to itself, broken if only the change has made it too long.

    ``start`` is how much deeper it stands than its statement, ``head`` the ``lambda:`` before it.
    """
    line, code = indentation + start, code_of(call)
    was = style.fits(line + head + code_of(before))
    if "\n" in code or style.fits(f"{line}{head}{code},") or not was:
        return call
    return deeper(_broken(call, line, style.unit, style), start)


def _broken(call: cst.Call, indentation: str, unit: str, style: Style) -> cst.Call:
    """The call with its arguments together on the next line, or each on its own line."""
    items = arguments(call)
    together = "".join(code_of(item) for item in items.items)
    if style.fits(indentation + unit + together):
        return with_arguments(call, on_one_line(items, unit))
    match call.args:
        # outer(inner(a, b))
        case [cst.Arg(value=cst.Call(args=[_, *_]) as inner, keyword=None, star="")]:
            inner = deeper(_broken(inner, indentation + unit, unit, style), unit)
            lone = call.with_changes(args=[call.args[0].with_changes(value=inner)])
            return with_arguments(lone, on_one_line(arguments(lone), unit))
    return _exploded(call, items, indentation, unit, style)


def _exploded(
    call: cst.Call, items: Separated, indentation: str, unit: str, style: Style
) -> cst.Call:
    """The call with each argument on its own line, and calls in them broken that are too long."""
    short = tuple(_short(item, indentation + unit, unit, style) for item in items.items)
    return with_arguments(call, one_per_line(replace(items, items=short), unit))


def _short(item: cst.Arg, indentation: str, unit: str, style: Style) -> cst.Arg:
    bare = item.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    code = code_of(bare)
    if "\n" in code or style.fits(f"{indentation}{code},"):
        return item
    match item.value:
        case cst.Call(args=[_, *_]) as call:
            value: cst.BaseExpression = _broken(call, indentation, unit, style)
        # lambda: call()
        case cst.Lambda(body=cst.Call(args=[_, *_]) as call) as function:
            value = function.with_changes(body=_broken(call, indentation, unit, style))
        case _:
            return item
    return item.with_changes(value=deeper(value, unit))
