"""RemoveImport: a name that nothing reads any more is no longer imported."""

from __future__ import annotations

import libcst as cst

from codemods.edits import EditError, RemoveImport
from codemods.statements import (
    Statement,
    blank_lines,
    leading_lines,
    only_statement,
    with_leading_lines,
)


def without_import(module: cst.Module, edit: RemoveImport) -> cst.Module:
    """The module without the import of the name, and without its line if that is all it had."""
    for index, statement in enumerate(module.body):
        match statement:
            # import a   from a import b
            case cst.SimpleStatementLine(
                body=[cst.Import(names=[*names]) | cst.ImportFrom(names=[*names]) as small]
            ) if any(_bound(alias) == edit.name for alias in names):
                left = [alias for alias in names if _bound(alias) != edit.name]
                if not left:
                    return _without_line(module, index)
                line = statement.with_changes(body=[small.with_changes(names=_closed(left, names))])
                return module.with_changes(body=_replaced(module, index, [line]))
    raise EditError(edit, f"no plain line at the top of the module imports {edit.name}")


def _bound(alias: cst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def _closed(left: list[cst.ImportAlias], before: list[cst.ImportAlias]) -> list[cst.ImportAlias]:
    """The names with the last one ended as the last one was before."""
    return [*left[:-1], left[-1].with_changes(comma=before[-1].comma)]


def _without_line(module: cst.Module, index: int) -> cst.Module:
    line = only_statement(module.body[index])
    if index + 1 == len(module.body):
        return module.with_changes(body=_replaced(module, index, []))
    following = only_statement(module.body[index + 1])
    # Of two neighbours in one section the second becomes the first; a section that ends leaves
    # the blank lines of the next.
    if not blank_lines(leading_lines(following)):
        following = with_leading_lines(following, [*leading_lines(line), *leading_lines(following)])
    body = _replaced(module, index, [])
    return module.with_changes(body=[*body[:index], following, *body[index + 1 :]])


def _replaced(module: cst.Module, index: int, new: list[Statement]) -> list[Statement]:
    body = [only_statement(statement) for statement in module.body]
    return [*body[:index], *new, *body[index + 1 :]]
