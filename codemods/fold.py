"""Folds away what no edit touches, so that LibCST reads only what it has to.

A function, a class or a deep statement becomes one of the same kind, on the same lines, that holds
nothing but its names. LibCST is slow, renders some code otherwise than it was written, and takes
minutes for a sum of some thousand terms: what is folded away cannot make any of these matter.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TypeAlias

from codemods.edits import Edit, FunctionKey, Span, UneditableError

# Other statements than functions and classes are folded from so many characters on, and inside of
# functions, where edits look at what stands around them, only from more or this depth on.
_LONG = 500
_VERY_LONG = 20_000
_DEEP = 100
# From here on LibCST takes seconds, and its time grows faster than the square of the depth.
_TOO_DEEP = 1_500

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
Run: TypeAlias = Sequence[ast.stmt]


def fold(source: str, edits: Sequence[Edit]) -> str:
    """The source, which has LF newlines, with what the edits do not touch folded away.

    No line moves. Raises ``UneditableError`` where what is left would still be too deep.
    """
    tree = _parsed(source)
    if tree is None:
        return source  # its syntax is newer than the running interpreter
    lines = source.split("\n")
    touched = sorted(set(_lines_of(edits)))
    for run in list(_untouched(tree.body, touched, lines)):
        first, last = _extent(run)
        lines[first - 1 : last] = _folded(run, lines[first - 1])
    folded = "\n".join(lines)
    rest = _parsed(folded)
    if rest is None:
        folded, rest = source, tree
    _expect_shallow(rest, lines)
    return folded


def _parsed(source: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the author's business
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError):
            return None
        except (RecursionError, MemoryError) as error:
            # How deep it may be depends on the version of Python. LibCST would do no better.
            raise UneditableError("it is nested too deeply", too_deep=True) from error


def _expect_shallow(tree: ast.Module, lines: Sequence[str]) -> None:
    for statement in tree.body:
        if _length(statement, lines) >= _TOO_DEEP and _depth(statement) > _TOO_DEEP:
            raise UneditableError("it is nested too deeply", statement.lineno, too_deep=True)


# -- what the edits touch ------------------------------------------------------------------------


def _lines_of(edits: Sequence[Edit]) -> Iterator[int]:
    for edit in edits:
        for field in fields(edit):
            match getattr(edit, field.name):
                case Span(line=first, end_line=last):
                    yield from range(first, last + 1)
                case FunctionKey(line=line):
                    yield line
                case int(line) if field.name in {"line", "before_line"}:
                    yield line


def _untouched(
    body: Sequence[ast.stmt], touched: Sequence[int], lines: Sequence[str], *, inner: bool = False
) -> Iterator[Run]:
    """What to fold, in its order. ``inner`` is what stands in a function."""
    run: list[ast.stmt] = []
    for index, statement in enumerate(body):
        is_touched = _is_touched([statement], touched)
        if isinstance(statement, _DEFINITIONS) and not is_touched:
            run.append(statement)
            continue
        yield from _parts(run, touched)
        run = []
        if is_touched:
            is_function = not isinstance(statement, ast.ClassDef)
            for block in _blocks(statement):
                yield from _untouched(block, touched, lines, inner=inner or is_function)
        elif _is_worth_it(statement, lines, inner) and _is_alone(index, body, lines):
            yield [statement]
    yield from _parts(run, touched)


def _parts(run: Run, touched: Sequence[int]) -> Iterator[Run]:
    """All between the first and the last definition of a run is folded into one."""
    # Those two stay what they are, for something may be inserted beside them.
    inner = run[1:-1]
    if inner and not _is_touched(inner, touched):
        yield from (run[:1], inner, run[-1:])
    else:
        yield from ([statement] for statement in run)


def _is_touched(run: Run, touched: Sequence[int]) -> bool:
    first, last = _extent(run)
    place = bisect_left(touched, first)
    return place < len(touched) and touched[place] <= last


def _blocks(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    yield getattr(statement, "body", [])
    for branch in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        yield branch.body
    yield getattr(statement, "orelse", [])
    yield getattr(statement, "finalbody", [])


def _extent(run: Run) -> tuple[int, int]:
    """The first and the last line of some statements, decorators included."""
    start, end = run[0], run[-1]
    decorators = start.decorator_list if isinstance(start, _DEFINITIONS) else []
    first = min([start.lineno, *(decorator.lineno for decorator in decorators)])
    return first, end.end_lineno or end.lineno


def _is_worth_it(statement: ast.stmt, lines: Sequence[str], inner: bool) -> bool:
    length = _length(statement, lines)
    if length < _LONG or any(isinstance(node, _IMPORTS) for node in ast.walk(statement)):
        return False
    if any(isinstance(n, ast.Name) and n.id == "__slots__" for n in ast.walk(statement)):
        return False  # an attribute may have to be added to it
    return not inner or length > _VERY_LONG or _depth(statement) > _DEEP


def _is_alone(index: int, body: Sequence[ast.stmt], lines: Sequence[str]) -> bool:
    """Whether nothing else stands on the lines of a statement, as it may with a simple one."""
    first, last = _extent([body[index]])
    above = index == 0 or (body[index - 1].end_lineno or 0) < first
    below = index + 1 == len(body) or _extent([body[index + 1]])[0] > last
    before = lines[first - 1].encode()[: body[index].col_offset]
    return above and below and not before.strip()


def _length(statement: ast.stmt, lines: Sequence[str]) -> int:
    first, last = _extent([statement])
    return sum(map(len, lines[first - 1 : last]))


def _depth(node: ast.AST) -> int:
    """How many levels of expressions there are below a node."""
    deepest = 0
    stack = [(node, 0)]
    while stack:
        current, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(n, level + isinstance(n, ast.expr)) for n in ast.iter_child_nodes(current)]
    return deepest


# -- what stands in their place ------------------------------------------------------------------


def _folded(run: Run, line: str) -> list[str]:
    """As many lines, of one statement that is like the first one and has the names of all.

    Each line has its number, so that no two are taken for each other.
    """
    first, last = _extent(run)
    indentation = line[: len(line) - len(line.lstrip(" \t\f"))]
    names = "".join(f"{name}, " for name in sorted(set().union(*map(_names, run))))
    folded = [f"line {number}" for number in range(first, last + 1)]
    folded[0] = f'{indentation}{_head(run[0])}({names}"""{folded[0]}'
    folded[-1] += '""")'
    return folded


def _head(statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return f"def {name}(): "
        case ast.ClassDef(name=name):
            return f"class {name}: "
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]):
            return f"{ast.unparse(target)} = "
    return "if 0: " if hasattr(statement, "body") or hasattr(statement, "cases") else ""


def _names(statement: ast.stmt) -> set[str]:
    """The variables of a statement: who looks for a free name must see them."""
    names: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                names.add(name)
            case ast.Global(names=listed) | ast.Nonlocal(names=listed):
                names.update(listed)
            case ast.alias(name=path, asname=other):
                names.add(other or path.partition(".")[0])
            case _:
                # def, class, except ... as, and the captures of a match
                names.add(getattr(node, "name", None) or getattr(node, "rest", None) or "")
    return {name for name in names if name.isidentifier()}
