"""Comments that silence findings, matched as comment tokens and never inside strings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from taskfix.model import Suppression

_NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\b", re.I)
_RUFF = re.compile(r"#\s*ruff:\s*(?:ignore|noqa)\[(?P<codes>[^\]]+)\]")
_TASKFIX = re.compile(r"#\s*taskfix:\s*ignore(?:\[(?P<codes>[^\]]+)\])?")
# A file without any of these has no comment for us; most noqas are for other rules.
_WORDS = re.compile(r"#\s*(?:noqa\b(?!\s*:)|taskfix:)|RUF006|ASYNC300|asyncio-dangling-task", re.I)
# The codes of other linters for the same finding.
OURS = frozenset({"RUF006", "ASYNC300", "asyncio-dangling-task"})


def collect(text: str, module: ast.Module) -> tuple[Suppression, ...]:
    """Every suppressing comment, with the lines of the statement that it stands in."""
    if not _WORDS.search(text):
        return ()
    extents = sorted(_extents(module))
    found = []
    for line, comment in _comments(text):
        for suppression in _parse(line, comment):
            first, last = _covered(line, extents)
            found.append(
                Suppression(line, suppression[0], suppression[1], first, last)  # type: ignore[arg-type]
            )
    return tuple(found)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _parse(line: int, comment: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, pattern in (("noqa", _NOQA), ("ruff", _RUFF), ("taskfix", _TASKFIX)):
        match = pattern.search(comment)
        if match is None:
            continue
        codes = tuple(re.split(r"[,\s]+", match["codes"].strip())) if match["codes"] else ()
        if kind == "taskfix" or not codes or OURS & set(codes):
            yield kind, codes


def _extents(module: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of every simple statement, and of the heads of compound ones."""
    for node in ast.walk(module):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                last = max(node.lineno, body[0].lineno - 1)
            yield node.lineno, last


def _covered(line: int, extents: list[tuple[int, int]]) -> tuple[int, int]:
    inside = [extent for extent in extents if extent[0] <= line <= extent[1]]
    if inside:
        return min(inside, key=lambda extent: extent[1] - extent[0])
    # A comment on its own line stands above the statement that it is for.
    following = next((extent for extent in extents if extent[0] > line), None)
    return following or (line, line)
