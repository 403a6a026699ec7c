"""Comments that silence findings, matched as comment tokens and never inside strings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from taskfix.model import Suppression

_NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\b", re.I)
_RUFF = re.compile(r"#\s*ruff:\s*(?:ignore|noqa)\[(?P<codes>[^\]]+)\]")
_TASKFIX = re.compile(r"#\s*taskfix:\s*ignore(?:\[(?P<codes>[^\]]+)\])?")
_FILE = re.compile(r"#\s*(?:ruff|flake8):\s*noqa(?::\s*(?P<codes>[A-Z]+[0-9]+.*))?$", re.I)
_BLOCK = re.compile(r"#\s*ruff:\s*(?P<which>disable|enable)\[(?P<codes>[^\]]+)\]")
# A file without any of these has no comment for us; most noqas are for other rules.
_WORDS = re.compile(r"#.*?noqa\b(?!\s*:)|#\s*taskfix:|RUF006|ASYNC300|asyncio-dangling-task", re.I)
# The codes of other linters for the same finding.
OURS = frozenset({"RUF006", "ASYNC300", "asyncio-dangling-task"})


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    text: str
    alone: bool  # nothing else is on its line


@dataclass(frozen=True, slots=True)
class _Extent:
    """The lines of a simple statement, or of the head of a compound one."""

    first: int
    last: int
    code_last: int  # without the comments between a head and its body


def collect(text: str, module: ast.Module) -> tuple[Suppression, ...]:
    """Every suppressing comment, with the lines that it covers."""
    if not _WORDS.search(text):
        return ()
    extents = sorted(_extents(module), key=lambda extent: (extent.first, extent.last))
    comments = list(_comments(text))
    end = len(text.splitlines())
    found = [*_of_files(comments, end), *_of_blocks(comments, end)]
    for comment in comments:
        for kind, codes in _parse(comment):
            covered = _covered(comment, kind, extents)
            if covered is not None:
                found.append(Suppression(comment.line, kind, codes, *covered))  # type: ignore[arg-type]
    return tuple(found)


def _comments(text: str) -> Iterator[_Comment]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                yield _Comment(line, token.string, not token.line[:column].strip())
    except (tokenize.TokenError, SyntaxError):
        return


def _parse(comment: _Comment) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, pattern in (("noqa", _NOQA), ("ruff", _RUFF), ("taskfix", _TASKFIX)):
        match = pattern.search(comment.text)
        if match is None:
            continue
        codes = _codes(match["codes"])
        if kind == "taskfix" or not codes or OURS & set(codes):
            yield kind, codes


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(re.split(r"[,\s]+", text.strip())) if text else ()


# Comments for a file or a block also silence what is none of ours, so they stay after a fix: the
# facts give them no codes.


def _of_files(comments: list[_Comment], end: int) -> Iterator[Suppression]:
    """``# ruff: noqa`` and ``# flake8: noqa: ASYNC300``, on a line of their own."""
    for comment in comments:
        match = _FILE.match(comment.text) if comment.alone else None
        if match is not None and (not match["codes"] or OURS & set(_codes(match["codes"]))):
            yield Suppression(comment.line, "noqa", (), 1, end)


def _of_blocks(comments: list[_Comment], end: int) -> Iterator[Suppression]:
    """From ``# ruff: disable[RUF006]`` to ``# ruff: enable[RUF006]``."""
    opened: int | None = None
    for comment in comments:
        match = _BLOCK.match(comment.text) if comment.alone else None
        if match is None or not OURS & set(_codes(match["codes"])):
            continue
        if match["which"] == "disable":
            opened = comment.line if opened is None else opened
        elif opened is not None:
            yield Suppression(opened, "ruff", (), opened, comment.line)
            opened = None
    if opened is not None:
        yield Suppression(opened, "ruff", (), opened, end)


# -- which lines a comment covers ----------------------------------------------------------------


def _extents(module: ast.Module) -> Iterator[_Extent]:
    for node in ast.walk(module):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = code_last = node.end_lineno or node.lineno
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                last = max(node.lineno, body[0].lineno - 1)
                code_last = max((*_head_lines(node), node.lineno))
            yield _Extent(node.lineno, last, code_last)


def _head_lines(node: ast.stmt) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.expr, ast.arguments, ast.withitem, ast.keyword)):
            for part in ast.walk(child):
                if isinstance(part, (ast.expr, ast.arg)):
                    yield part.end_lineno or part.lineno


def _covered(comment: _Comment, kind: str, extents: list[_Extent]) -> tuple[int, int] | None:
    """The lines of the statement that a comment stands in, or of the one that it stands above."""
    line = comment.line
    inside = [e for e in extents if e.first <= line <= (e.code_last if comment.alone else e.last)]
    if inside:
        innermost = min(inside, key=lambda extent: extent.last - extent.first)
        return innermost.first, innermost.last
    if kind == "noqa":
        return None  # linters read it for its own line only
    following = next((extent for extent in extents if extent.first > line), None)
    return (following.first, following.last) if following else None
