"""Overwrites newer syntax that is found by LibCST: slow, but it knows Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from codemods.canvas import Canvas
from codemods.deep import run_deep
from codemods.formatted import Field, Group, String, mend
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


def rewritten(source: str) -> str | None:
    """The source with its newer syntax overwritten. Newlines are LF.

    A text that LibCST cannot parse, or that is too deep for any Python, gives None.
    """
    if _deepest(source) > _MOST_BRACKETS:
        return None
    try:
        return run_deep(lambda: _rewritten(source))
    except (cst.ParserSyntaxError, RecursionError):
        return None


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


def _rewritten(source: str) -> str:
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    places = _Places(source, wrapper.resolve(PositionProvider))
    canvas = Canvas(source)
    for node in walk(wrapper.module):
        _rewrite(node, places, canvas)
    if sys.version_info < (3, 12):
        for group in _groups(wrapper.module, places):
            mend(group, canvas)
    return canvas.text()


class _Places:
    """Where the nodes of a source are, as offsets."""

    def __init__(self, source: str, positions: Mapping[cst.CSTNode, CodeRange]) -> None:
        self.source = source
        self._positions = positions
        self._starts = [0]
        for line in source.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where the node starts and ends, without the parentheses around it."""
        place = self._positions[node]
        start = self._starts[place.start.line - 1] + place.start.column
        return start, self._starts[place.end.line - 1] + place.end.column


def _rewrite(node: cst.CSTNode, places: _Places, canvas: Canvas) -> None:
    match node:
        # except A, B:
        case cst.ExceptHandler(type=cst.Tuple(lpar=[], elements=elements)):
            _join_alternatives(elements, places, canvas)
        case cst.ExceptStarHandler(type=cst.Tuple(lpar=[], elements=elements)):
            _join_alternatives(elements, places, canvas)
        # type X[T] = ...
        case cst.TypeAlias() if sys.version_info < (3, 13):
            start, _ = places.extent(node)
            end, _ = places.extent(node.name)
            canvas.write(start, "type" + "_" * (end - start - 4))
        # def f[T](): ...   class A[T]: ...
        case cst.TypeParameters() if sys.version_info < (3, 13):
            canvas.blank_with_continuations(*places.extent(node))
        # t"..."
        case cst.TemplatedString():
            start, _ = places.extent(node)
            canvas.write(start, node.start.replace("t", "f").replace("T", "F"))
    if isinstance(node, cst.ExceptStarHandler) and sys.version_info < (3, 11):
        # except* A:
        start, _ = places.extent(node)
        canvas.write(places.source.index("*", start), " ")


def _join_alternatives(
    elements: Sequence[cst.BaseElement], places: _Places, canvas: Canvas
) -> None:
    for element in elements:
        if isinstance(element.comma, cst.Comma):
            start, _ = places.extent(element.comma)
            canvas.write(start, "|")


# -- f-strings -------------------------------------------------------------------------------

_SPACE = r"(?:\s|#[^\n]*)*"
_Formatted = (cst.FormattedString, cst.TemplatedString)
_Expression = (cst.FormattedStringExpression, cst.TemplatedStringExpression)


def _groups(node: cst.CSTNode, places: _Places) -> Iterator[Group]:
    """The strings in a node that are in no other string, those together that are one."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (cst.BaseString, cst.ConcatenatedString)):
            yield tuple(_string(part, places) for part in _parts(current))
        else:
            stack.extend(current.children)


def _parts(node: cst.CSTNode) -> Iterator[cst.BaseString]:
    if isinstance(node, cst.ConcatenatedString):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, cst.BaseString):
        yield node


def _string(node: cst.BaseString, places: _Places) -> String:
    start, end = places.extent(node)
    if isinstance(node, cst.SimpleString):
        return String(start, end, node.prefix, node.quote)
    assert isinstance(node, _Formatted)
    prefix = node.start[: -len(node.end)]
    return String(start, end, prefix, node.end, tuple(_fields(node.parts, places)))


def _fields(pieces: Sequence[cst.CSTNode], places: _Places) -> Iterator[Field]:
    for piece in pieces:
        if isinstance(piece, _Expression):
            start, end = places.extent(piece)
            _, rest = places.extent(piece.expression)
            gap = re.compile(rf"(?:{_SPACE}\)){{{len(piece.expression.rpar)}}}{_SPACE}")
            rest += len(match[0]) if (match := gap.match(places.source[rest:end])) else 0
            groups = tuple(_groups(piece.expression, places))
            specs = tuple(_fields(piece.format_spec or (), places))
            yield Field(start, rest, end, groups, specs)
