"""Rewrites newer syntax so that an older ``ast.parse`` reads the source, with nothing moved."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from codemods.deep import run_deep
from codemods.splice import split_lines
from codemods.statements import walk

# No Python reads more. LibCST does, but each bracket takes it longer than the one before.
_MOST_BRACKETS = 200
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_BRACKETS = re.compile(
    r"""[()\[\]{}]|#[^\r\n]*|(?P<statement>^(?:async|class|def|from|import)\b)"""
    # Brackets in f-strings count.
    r"""|(?<![fFrRtT])(?:"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')""",
    re.M,
)


def downlevel(text: str) -> str:
    """A text of the same length that the running interpreter may parse, for analysis only.

    Every line and column, in characters, is that of the same thing in ``text``; byte columns have
    to be read with the lines of the result. Calls and names stay what they are, but type
    parameters are gone, template strings are f-strings, and an f-string that cannot be written in
    the old syntax is a tuple of its expressions. A text that LibCST cannot parse, or that is too
    deep for any Python, comes back as it is.
    """
    if _deepest(text) > _MOST_BRACKETS:
        return text
    try:
        return run_deep(lambda: _downlevelled(text))
    except (cst.ParserSyntaxError, RecursionError):
        return text


def _deepest(text: str) -> int:
    """How many brackets are open at most, near enough: strings that run on are not known."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in _CLOSING:
            depth = max(depth - 1, 0)
        elif match.lastgroup == "statement":
            depth = 0
    return deepest


def _downlevelled(text: str) -> str:
    lines = split_lines(text)
    source = "\n".join(line.text for line in lines)
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    canvas = _Canvas(source, wrapper.resolve(PositionProvider))
    for node in walk(wrapper.module):
        _rewrite(node, canvas)
    if sys.version_info < (3, 12):
        _rewrite_strings(wrapper.module, canvas)
    new = canvas.text().split("\n")
    return "".join(text + line.newline for text, line in zip(new, lines, strict=True))


class _Canvas:
    """The characters of a source, that can be overwritten but not moved."""

    def __init__(self, source: str, positions: Mapping[cst.CSTNode, CodeRange]) -> None:
        self._characters = list(source)
        self._positions = positions
        self._starts = [0]
        for line in source.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def text(self, start: int = 0, end: int | None = None) -> str:
        return "".join(self._characters[start:end])

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where the node starts and ends, without the parentheses around it."""
        place = self._positions[node]
        start = self._starts[place.start.line - 1] + place.start.column
        return start, self._starts[place.end.line - 1] + place.end.column

    def write(self, start: int, text: str) -> None:
        self._characters[start : start + len(text)] = text

    def blank(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self._characters[index] != "\n":
                self._characters[index] = " "


def _rewrite(node: cst.CSTNode, canvas: _Canvas) -> None:
    match node:
        # except A, B:
        case cst.ExceptHandler(type=cst.Tuple(lpar=[], elements=elements)):
            _join_alternatives(elements, canvas)
        case cst.ExceptStarHandler(type=cst.Tuple(lpar=[], elements=elements)):
            _join_alternatives(elements, canvas)
        # type X[T] = ...
        case cst.TypeAlias() if sys.version_info < (3, 13):
            start, _ = canvas.extent(node)
            end, _ = canvas.extent(node.name)
            canvas.write(start, "type" + "_" * (end - start - 4))
        # def f[T](): ...   class A[T]: ...
        case cst.TypeParameters() if sys.version_info < (3, 13):
            _blank_with_continuations(*canvas.extent(node), canvas)
        # t"..."
        case cst.TemplatedString():
            start, _ = canvas.extent(node)
            canvas.write(start, node.start.replace("t", "f").replace("T", "F"))
    if isinstance(node, cst.ExceptStarHandler) and sys.version_info < (3, 11):
        # except* A:
        start, _ = canvas.extent(node)
        canvas.write(canvas.text().index("*", start), " ")


def _join_alternatives(elements: Sequence[cst.BaseElement], canvas: _Canvas) -> None:
    for element in elements:
        if isinstance(element.comma, cst.Comma):
            start, _ = canvas.extent(element.comma)
            canvas.write(start, "|")


def _blank_with_continuations(start: int, end: int, canvas: _Canvas) -> None:
    # Without the brackets around it a line only goes on after a backslash.
    canvas.blank(start, end)
    for index, character in enumerate(canvas.text(start, end), start):
        if character == "\n":
            canvas.write(index - 1, "\\")


# -- f-strings -------------------------------------------------------------------------------

_SPACE = r"(?:\s|#[^\n]*)*"
_Formatted = (cst.FormattedString, cst.TemplatedString)


def _rewrite_strings(module: cst.Module, canvas: _Canvas) -> None:
    inside: set[int] = set()
    for node in walk(module):
        if not isinstance(node, (*_Formatted, cst.ConcatenatedString)) or id(node) in inside:
            continue
        parts = list(_parts(node))
        inside.update(id(inner) for inner in walk(node) if isinstance(inner, cst.BaseString))
        inside.difference_update(_rewrite_parts(parts, canvas))


def _rewrite_parts(parts: Sequence[cst.BaseString], canvas: _Canvas) -> set[int]:
    """Makes the parts of one string readable. What is left to look at is given back."""
    formatted = [part for part in parts if isinstance(part, _Formatted)]
    broken = [part for part in formatted if not _is_readable(part, canvas)]
    if all(_swap_quotes(part, canvas) for part in broken):
        return set()
    for part in parts:
        if isinstance(part, _Formatted):
            _unwrap(part, canvas)
        else:
            canvas.blank(*canvas.extent(part))
    inner = (walk(expression) for part in formatted for expression in part.parts)
    return {id(node) for nodes in inner for node in nodes if isinstance(node, cst.BaseString)}


def _parts(node: cst.CSTNode) -> Iterator[cst.BaseString]:
    if isinstance(node, cst.ConcatenatedString):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, cst.BaseString):
        yield node


def _is_readable(part: cst.BaseString, canvas: _Canvas) -> bool:
    try:
        ast.parse(f"({canvas.text(*canvas.extent(part))}\n)")
    except SyntaxError:
        return False
    return True


def _swap_quotes(part: cst.FormattedString | cst.TemplatedString, canvas: _Canvas) -> bool:
    """Gives the strings inside other quotes than the one around has, if that is all it takes."""
    start, end = canvas.extent(part)
    before = canvas.text(start, end)
    quote = part.end[0]
    other = '"' if quote == "'" else "'"
    for inner in (node for child in part.children for node in walk(child)):
        if isinstance(inner, (cst.SimpleString, *_Formatted)):
            inner_start, inner_end = canvas.extent(inner)
            code = canvas.text(inner_start, inner_end)
            if other not in code:
                canvas.write(inner_start, code.replace(quote, other))
    if _is_readable(part, canvas):
        return True
    canvas.write(start, before)
    return False


def _unwrap(part: cst.FormattedString | cst.TemplatedString, canvas: _Canvas) -> None:
    """``f"a {x!r} b"`` becomes ``+(   x  ,  )``."""
    start, end = canvas.extent(part)
    prefix = len(part.start) - len(part.end)
    canvas.write(start, "+" * prefix + "(" + " " * (len(part.end) - 1))
    canvas.write(end - len(part.end), ")" + " " * (len(part.end) - 1))
    for piece in part.parts:
        if isinstance(piece, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
            _unwrap_expression(piece, canvas, opening=" ", closing=",")
        else:
            canvas.blank(*canvas.extent(piece))


def _unwrap_expression(
    piece: cst.FormattedStringExpression | cst.TemplatedStringExpression,
    canvas: _Canvas,
    *,
    opening: str,
    closing: str,
) -> None:
    start, end = canvas.extent(piece)
    _, rest = canvas.extent(piece.expression)
    gap = re.compile(rf"(?:{_SPACE}\)){{{len(piece.expression.rpar)}}}{_SPACE}")
    rest += len(match[0]) if (match := gap.match(canvas.text(rest, end))) else 0
    inner = [
        spec
        for spec in piece.format_spec or ()
        if isinstance(spec, (cst.FormattedStringExpression, cst.TemplatedStringExpression))
    ]
    kept = [(canvas.extent(spec)[0], canvas.text(*canvas.extent(spec))) for spec in inner]
    canvas.write(start, opening)
    canvas.blank(rest, end)
    for place, code in kept:
        canvas.write(place, code)
    for spec in inner:
        _unwrap_expression(spec, canvas, opening=",", closing=" ")
    canvas.write(end - 1, closing)
