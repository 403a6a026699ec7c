"""CreateField: the body of a class gets one more field, below those that it has."""

from __future__ import annotations

import libcst as cst

from codemods.edits import CreateField, EditError
from codemods.fit import settled
from codemods.statements import (
    Statement,
    defines,
    is_docstring,
    only_statement,
    parse_statements,
    with_blank_lines,
)
from codemods.style import Style


def with_field(
    class_: cst.ClassDef, edit: CreateField, indentation: str, style: Style
) -> cst.ClassDef:
    """The class with the field, in the place where its author would look for it."""
    block = class_.body
    if not isinstance(block, cst.IndentedBlock):
        raise EditError(edit, "the class has no lines of its own")
    body = [only_statement(statement) for statement in block.body]
    deeper = indentation + (block.indent or style.unit)
    new = settled(parse_statements(edit.code), deeper, block.indent, style)
    place = _place(body)
    above, below = body[:place], body[place:]
    if len(above) == 1 and is_docstring(above[0]):
        new[0] = with_blank_lines(new[0], 1)
    # How close a method stands to fields is the author's choice, where there are any.
    if below and defines(below[0]) and not any(map(_is_field, above)):
        below[0] = with_blank_lines(below[0], 1)
    return class_.with_changes(body=block.with_changes(body=[*above, *new, *below]))


def _place(body: list[Statement]) -> int:
    """Below the last field that stands before every method; else below the docstring."""
    place = 1 if body and is_docstring(body[0]) else 0
    for index, statement in enumerate(body):
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            break
        if _is_field(statement):
            place = index + 1
    return place


def _is_field(statement: Statement) -> bool:
    match statement:
        # x: T   x: T = v   x = field()   x: T; y: T
        case cst.SimpleStatementLine(body=[cst.AnnAssign() | cst.Assign(value=cst.Call()), *_]):
            return True
    return False
