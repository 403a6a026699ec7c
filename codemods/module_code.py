"""AddModuleCode: statements at module level, after the constants and before what needs them."""

from __future__ import annotations

import libcst as cst

from codemods.edits import AddModuleCode
from codemods.header import code_start, insert_code
from codemods.statements import leading_lines, only_statement, with_leading_lines


def with_code(module: cst.Module, edits: list[tuple[AddModuleCode, int]]) -> cst.Module:
    """The module with the code of each edit, which may stand at its latest index or before."""
    end = code_start(module.body)
    grouped: dict[int, list[str]] = {}
    for edit, latest in edits:
        codes = grouped.setdefault(min(end, latest), [])
        codes.append(_without_comment(edit.code.strip("\n"), codes))
    for index in sorted(grouped, reverse=True):
        module = _with_text(module, index, _spaced(grouped[index]) + "\n")
    return module


def _spaced(codes: list[str]) -> str:
    """The codes below each other, with two blank lines after a function."""
    text, *others = codes
    for above, code in zip(codes, others, strict=False):
        text += ("\n\n\n" if "\n\n" in above else "\n") + code
    return text


def _without_comment(code: str, above: list[str]) -> str:
    """The code without the comment that stands above it already."""
    first, _, rest = code.partition("\n")
    said = first.startswith("#") and any(known.startswith(f"{first}\n") for known in above)
    return rest if said and "\n\n" not in above[-1] else code


def _with_text(module: cst.Module, index: int, code: str) -> cst.Module:
    parsed = cst.parse_module(code)
    statements = [only_statement(statement) for statement in parsed.body]
    # LibCST keeps the comments above the first statement in the module.
    lines = [*parsed.header, *leading_lines(statements[0])]
    statements[0] = with_leading_lines(statements[0], lines)
    return insert_code(module, index, statements)
