"""The header of a module: what stands before its own code, and how things are inserted there."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from codemods.statements import (
    Statement,
    Statements,
    defines,
    is_docstring,
    leading_lines,
    only_statement,
    walk,
    with_blank_lines,
    with_leading_lines,
)


def header_end(body: Sequence[cst.CSTNode]) -> int:
    """The index after the last import that stands before every function and class.

    Whatever else stands between the imports belongs to the header; nothing of the module can run
    before its first function is defined.
    """
    end = first_import(body)
    for index, statement in enumerate(body):
        if _has_own_code(statement):
            break
        if is_import(statement):
            end = index + 1
    return end


def code_start(body: Sequence[cst.CSTNode]) -> int:
    """The index where the module's own code starts: below its imports and its constants.

    That is above all that is defined, and above ``if __name__ == "__main__"``.
    """
    index = header_end(body)
    while index < len(body) and not _starts_code(body[index]):
        index += 1
    return index


def _starts_code(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine():
            return False
        case cst.If(test=cst.Comparison(left=cst.Name(value="__name__"))):
            return True
        case cst.If() | cst.Try() | cst.With() | cst.For():
            return any(isinstance(n, (cst.FunctionDef, cst.ClassDef)) for n in walk(statement))
    return True


def first_import(body: Sequence[cst.CSTNode]) -> int:
    """The index after the docstring and the ``__future__`` imports."""
    index = 1 if body and is_docstring(body[0]) else 0
    while index < len(body) and is_future(body[index]):
        index += 1
    return index


def is_future(statement: cst.CSTNode) -> bool:
    """Whether the statement is ``from __future__ import ...``."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name(value="__future__"))]):
            return True
    return False


def is_import(statement: cst.CSTNode) -> bool:
    """Whether the statement is an import, or a ``try`` or ``if`` that imports."""
    match statement:
        case cst.SimpleStatementLine(body=smalls):
            return any(isinstance(small, (cst.Import, cst.ImportFrom)) for small in smalls)
        case cst.If() | cst.Try() | cst.Else() | cst.ExceptHandler() | cst.With():
            return any(is_import(inner) for inner in statement.body.body)
    return False


def _has_own_code(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine():
            return False
        case cst.If() | cst.Try() | cst.With():
            return not is_import(statement)
    return True


def insert_code(module: cst.Module, index: int, new: Statements, gap: int = 2) -> cst.Module:
    """The module with statements at an index of its body, spaced as formatters do.

    ``gap`` is how many blank lines stand around a function or class.
    """
    body = [only_statement(statement) for statement in module.body]
    new = list(new)
    if index == 0:
        return _insert_first(module, body, new, gap)
    new[0] = with_blank_lines(new[0], _blank(gap, new[0], body[index - 1]))
    if index == len(body):
        return module.with_changes(body=[*body, *new])
    body[index] = with_blank_lines(body[index], _blank(gap, new[-1], body[index]))
    return module.with_changes(body=[*body[:index], *new, *body[index:]])


def _insert_first(module: cst.Module, body: Statements, new: Statements, gap: int) -> cst.Module:
    """Comments right above the first statement stay with it, the others are the file's."""
    header = list(module.header)
    blanks = [index for index, line in enumerate(header) if line.comment is None]
    attached = header[blanks[-1] + 1 :] if blanks else []
    own, blank = header[: len(header) - len(attached)], list[cst.EmptyLine]()
    while own and own[-1].comment is None:
        blank.insert(0, own.pop())
    # Below the file's comments plain blank lines are made anew; all others stay where they are.
    if not own or any(line.whitespace.value for line in blank):
        new[0] = with_leading_lines(new[0], [*blank, *leading_lines(new[0])])
    if own:
        new[0] = with_blank_lines(new[0], _blank(gap, new[0]))
    if body:
        first = with_leading_lines(body[0], [*attached, *leading_lines(body[0])])
        body = [with_blank_lines(first, _blank(gap, new[-1], first)), *body[1:]]
    newline = module.has_trailing_newline or not body
    return module.with_changes(header=own, body=[*new, *body], has_trailing_newline=newline)


def _blank(gap: int, *neighbours: Statement) -> int:
    """How many blank lines stand between statements of a module."""
    return gap if any(defines(neighbour) for neighbour in neighbours) else 1


def insert_line(
    module: cst.Module, index: int, line: cst.SimpleStatementLine, *, above: bool
) -> cst.Module:
    """The module with an import line right beside its neighbour, ``above`` or below that one."""
    body = [only_statement(statement) for statement in module.body]
    new: Statement = line
    if above and index < len(body):
        lines = leading_lines(body[index])
        # A comment directly above the neighbour is about the neighbour.
        moved = next((i + 1 for i in range(len(lines) - 1, -1, -1) if not lines[i].comment), 0)
        new = with_leading_lines(new, lines[:moved])
        body[index] = with_leading_lines(body[index], lines[moved:])
    return module.with_changes(body=[*body[:index], new, *body[index:]])


def line_indices(body: Sequence[cst.CSTNode], first: int, end: int) -> list[int]:
    """The statements from ``first`` to ``end`` that are a single plain import each."""
    return [index for index in range(first, end) if _is_plain(body[index])]


def _is_plain(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
            return True
    return False
