"""DefaultParameter and CreateLocal: statements at the top of a function's body."""

from __future__ import annotations

import libcst as cst

from codemods.edits import CreateLocal, DefaultParameter, EditError
from codemods.statements import (
    Statements,
    as_block,
    blank_lines,
    defines,
    is_docstring,
    leading_lines,
    only_statement,
    parse_statements,
    with_blank_lines,
    with_leading_lines,
)


def default_parameter(edit: DefaultParameter) -> Statements:
    """The parameter gets its value where the caller passed none."""
    return parse_statements(f"if {edit.parameter} is None:\n    {edit.parameter} = {edit.value}\n")


def create_local(edit: CreateLocal) -> Statements:
    """A new local variable."""
    return parse_statements(f"{edit.name}: {edit.annotation} = {edit.value}\n")


def with_top(
    function: cst.FunctionDef, new: Statements, edit: CreateLocal | DefaultParameter
) -> cst.FunctionDef:
    """The function with statements after its docstring and before everything else."""
    block = as_block(function.body)
    body = [only_statement(statement) for statement in block.body]
    start = 1 if body and is_docstring(body[0]) else 0
    if start and len(getattr(body[0], "body", ())) > 1:
        raise EditError(edit, "the docstring shares its line with other statements")
    top, rest = _spaced(new, body[start:], after_docstring=bool(start))
    block = block.with_changes(body=[*body[:start], *top, *rest])
    return function.with_changes(body=block)


def _spaced(
    new: Statements, rest: Statements, *, after_docstring: bool
) -> tuple[Statements, Statements]:
    """The blank lines below a docstring stay there; others are below what is new."""
    if not rest:
        return new, rest
    lines = leading_lines(rest[0])
    count = blank_lines(lines) if after_docstring else 0
    first = with_leading_lines(new[0], lines[:count])
    following = with_leading_lines(rest[0], lines[count:])
    # A comment there is about what it stood above, and a nested function has a line above it.
    if defines(following) or lines[count:]:
        following = with_blank_lines(following, 1)
    return [first, *new[1:]], [following, *rest[1:]]
