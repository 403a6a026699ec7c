"""AddImport: a module or one of its names becomes importable, in the style of the module."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.edits import AddImport
from codemods.expressions import code_of
from codemods.header import first_import, header_end, insert_code, insert_line, line_indices
from codemods.separated import Separated, inserted, one_per_line
from codemods.statements import Statement, line_of, only_statement
from codemods.style import Style

Key: TypeAlias = tuple[int | str, ...]


def with_import(module: cst.Module, edit: AddImport, style: Style) -> cst.Module:
    """The module in which the import is there at run time."""
    if any(_provides(small, edit) for small in _runtime_imports(module.body)):
        return module
    if edit.name is not None:
        extended = _extended(module, edit, edit.name, style)
        if extended is not None:
            return extended
    return _with_line(module, edit, style)


def _runtime_imports(body: Sequence[cst.CSTNode]) -> Iterator[cst.Import | cst.ImportFrom]:
    """The imports of a module that are certain to run when it is imported."""
    for statement in body:
        match statement:
            case cst.SimpleStatementLine(body=smalls):
                yield from (s for s in smalls if isinstance(s, (cst.Import, cst.ImportFrom)))
            case cst.Try(body=cst.IndentedBlock(body=inner)):
                yield from _runtime_imports(inner)


def _provides(small: cst.Import | cst.ImportFrom, edit: AddImport) -> bool:
    if isinstance(small.names, cst.ImportStar):
        return False
    if isinstance(small, cst.Import):
        names = [_dotted(alias.name) for alias in small.names if alias.asname is None]
        prefix = edit.module + "."
        return edit.name is None and any(f"{name}.".startswith(prefix) for name in names)
    if _module_of(small) != edit.module:
        return False
    return any(alias.evaluated_name == edit.name for alias in small.names if alias.asname is None)


def _extended(module: cst.Module, edit: AddImport, name: str, style: Style) -> cst.Module | None:
    """``from module import a`` extended by a name, None where there is no such line."""
    for index in _plain_lines(module):
        statement = module.body[index]
        assert isinstance(statement, cst.SimpleStatementLine)
        small = statement.body[0]
        if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar):
            continue
        if _module_of(small) == edit.module:
            line = _fitting(statement, _with_name(small, name), style)
            body = [*module.body[:index], line, *module.body[index + 1 :]]
            return module.with_changes(body=body)
    return None


def _fitting(
    line: cst.SimpleStatementLine, small: cst.ImportFrom, style: Style
) -> cst.SimpleStatementLine:
    code = code_of(small)
    if "\n" not in code and not style.fits(code):
        small = _with_items(small, one_per_line(_items(small), style.unit))
    return line.with_changes(body=[small])


def _with_name(small: cst.ImportFrom, name: str) -> cst.ImportFrom:
    assert not isinstance(small.names, cst.ImportStar)
    names = [alias.evaluated_name for alias in small.names]
    index = _sorted_index(names, name)
    new = cst.ImportAlias(cst.Name(name))
    return _with_items(small, inserted(_items(small), new, index))


def _sorted_index(names: list[str], name: str) -> int:
    """The place of a name among sorted names, the end of unsorted ones."""
    orders: tuple[Callable[[str], Key], ...]
    orders = (_by_type, lambda text: (text.lower(),), lambda text: (text,))
    for order in orders:
        keys = [order(known) for known in names]
        if keys == sorted(keys):
            return sum(key < order(name) for key in keys)
    return len(names)


def _by_type(name: str) -> Key:
    # Constants, then classes, then the rest: isort's usual order.
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (kind, name.lower())


def _items(small: cst.ImportFrom) -> Separated:
    assert not isinstance(small.names, cst.ImportStar)
    opening = small.lpar.whitespace_after if small.lpar else cst.SimpleWhitespace("")
    closing = small.rpar.whitespace_before if small.rpar else cst.SimpleWhitespace("")
    return Separated(tuple(small.names), opening, closing)


def _with_items(small: cst.ImportFrom, items: Separated) -> cst.ImportFrom:
    changed = small.with_changes(names=items.items)
    if small.lpar is None and not isinstance(items.opening, cst.ParenthesizedWhitespace):
        return changed
    lpar = small.lpar or cst.LeftParen()
    rpar = small.rpar or cst.RightParen()
    return changed.with_changes(
        lpar=lpar.with_changes(whitespace_after=items.opening),
        rpar=rpar.with_changes(whitespace_before=items.closing),
    )


def _with_line(module: cst.Module, edit: AddImport, style: Style) -> cst.Module:
    """The module with the import on a line of its own, sorted in among its neighbours."""
    code = (
        f"import {edit.module}" if edit.name is None else f"from {edit.module} import {edit.name}"
    )
    small = only_statement(cst.parse_statement(code))
    assert isinstance(small, cst.SimpleStatementLine)
    line = line_of(small.body[0])
    neighbours = _neighbours(module, edit.module)
    if not neighbours:
        return _with_section(module, edit, line, style)
    keys = _keys(module, neighbours)
    new = _line_key(line, plain=keys.plain)
    place = next((i for i, key in zip(neighbours, keys.keys, strict=True) if key > new), None)
    if place is None:
        return insert_line(module, neighbours[-1] + 1, line, above=False)
    return insert_line(module, place, line, above=True)


class _Keys:
    """The sort keys of import lines, in the order that they are sorted in already."""

    def __init__(self, keys: list[Key], *, plain: bool) -> None:
        self.keys = keys
        self.plain = plain


def _keys(module: cst.Module, indices: Sequence[int]) -> _Keys:
    lines = [only_statement(module.body[index]) for index in indices]
    mixed = [_line_key(line, plain=False) for line in lines]
    kinds = {key[0] for key in (_line_key(line, plain=True) for line in lines)}
    if len(kinds) == 2 and mixed == sorted(mixed):
        return _Keys(mixed, plain=False)
    return _Keys([_line_key(line, plain=True) for line in lines], plain=True)


def _line_key(line: Statement, *, plain: bool) -> Key:
    """The order of an import; with ``plain``, ``import x`` lines go before ``from`` lines."""
    assert isinstance(line, cst.SimpleStatementLine)
    small = line.body[0]
    if isinstance(small, cst.ImportFrom):
        return (int(plain), _module_of(small).lower(), 1, "")
    assert isinstance(small, cst.Import)
    alias = small.names[0]
    return (0, _dotted(alias.name).lower(), 0, alias.evaluated_alias or "")


def _with_section(
    module: cst.Module, edit: AddImport, line: cst.SimpleStatementLine, style: Style
) -> cst.Module:
    """The line where no import of its kind is: the standard library first, others last."""
    lines = _plain_lines(module)
    if not lines:
        return insert_code(module, first_import(module.body), [line], style.gap)
    if not _is_standard(edit.module):
        return insert_line(module, lines[-1] + 1, line, above=False)
    first = lines[0]
    module = insert_line(module, first, line, above=True)
    body = list(module.body)
    following = only_statement(body[first + 1])
    body[first + 1] = following.with_changes(
        leading_lines=[cst.EmptyLine(indent=False), *getattr(following, "leading_lines", ())]
    )
    return module.with_changes(body=body)


def _neighbours(module: cst.Module, name: str) -> list[int]:
    """The import lines that one of ``name`` is sorted among: its section, or its package."""
    first = None if _is_standard(name) else name.split(".")[0]
    return [
        index for index in _plain_lines(module) if _is_near(_line_module(module.body[index]), first)
    ]


def _is_near(line: str, first: str | None) -> bool:
    return _is_standard(line) if first is None else line.split(".")[0] == first


def _plain_lines(module: cst.Module) -> list[int]:
    start = first_import(module.body)
    return line_indices(module.body, start, header_end(module.body))


def _line_module(statement: cst.CSTNode) -> str:
    assert isinstance(statement, cst.SimpleStatementLine)
    small = statement.body[0]
    if isinstance(small, cst.ImportFrom):
        return _module_of(small)
    assert isinstance(small, cst.Import)
    return _dotted(small.names[0].name)


def _is_standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names


def _module_of(small: cst.ImportFrom) -> str:
    return "." * len(small.relative) + (_dotted(small.module) if small.module else "")


def _dotted(node: cst.CSTNode) -> str:
    return get_full_name_for_node(node) or ""
