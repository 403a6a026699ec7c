"""The imports that a result must have more than the original: the same with or without LibCST."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.edits import AddImport, Edit, RemoveImport


def missing_imports(module: ast.Module, edits: Iterable[Edit]) -> list[ast.stmt]:
    """The import statements, one a name, that the edits ask for and the module has not."""
    wanted = [edit for edit in edits if isinstance(edit, AddImport)]
    present = list(_certain(module.body)) if wanted else []
    return [_statement(edit) for edit in wanted if not any(_has(s, edit) for s in present)]


def without_removed(module: ast.Module, edits: Iterable[Edit]) -> None:
    """Take out the names that plain imports at the top are asked to lose."""
    names = {edit.name for edit in edits if isinstance(edit, RemoveImport)}
    for statement in list(module.body) if names else []:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            left = [alias for alias in statement.names if _bound(alias) not in names]
            if not left:
                module.body.remove(statement)
            statement.names = left


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def take_out_names(module: ast.Module, lines: Iterable[ast.stmt]) -> None:
    """Write names that were added to an import with others as imports of their own."""
    for line in lines:
        if isinstance(line, ast.ImportFrom):
            _take_out(module.body, line)


def _take_out(block: list[ast.stmt], line: ast.ImportFrom) -> None:
    for index, statement in enumerate(block):
        if not isinstance(statement, ast.ImportFrom) or len(statement.names) == 1:
            continue
        if (statement.module, statement.level) != (line.module, line.level):
            continue
        names = [alias for alias in statement.names if ast.dump(alias) != ast.dump(line.names[0])]
        if len(names) == len(statement.names) - 1:
            statement.names = names
            block.insert(index + 1, line)
            return


def _certain(block: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that are certain to run with the module."""
    for statement in block:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement
        elif isinstance(statement, ast.Try):
            yield from _certain(statement.body)


def _has(statement: ast.Import | ast.ImportFrom, edit: AddImport) -> bool:
    names = {alias.name for alias in statement.names if alias.asname is None}
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        return module == edit.module and edit.name in names
    return edit.name is None and any(f"{n}.".startswith(f"{edit.module}.") for n in names)


def _statement(edit: AddImport) -> ast.stmt:
    name = edit.name
    code = f"import {edit.module}" if name is None else f"from {edit.module} import {name}"
    return ast.parse(code).body[0]
