"""Bytes -> text -> syntax tree, or a problem that names why not."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from taskfix.facts.encoding import EncodingFailure, Text, decode
from taskfix.facts.positions import lines_of
from taskfix.model import Problem, Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source with its text and tree. The positions in the tree are those in the text."""

    path: str
    text: Text
    tree: ast.Module


def parse(source: Source) -> Parsed | Problem:
    """Parse a source, also where its syntax is newer than the running interpreter."""
    text = decode(source.data)
    if isinstance(text, EncodingFailure):
        return Problem(source.path, text.line, "TF902", text.message)
    try:
        try:
            return Parsed(source.path, text, _tree(text.text))
        except (SyntaxError, ValueError) as error:
            tree = _newer_tree(text.text)
            if tree is None:
                return _syntax_problem(source.path, error)
            return Parsed(source.path, text, tree)
    except (RecursionError, MemoryError):
        return Problem(source.path, None, "TF905", "is nested too deeply to be parsed")


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the author's business
        return ast.parse(text)


def _newer_tree(text: str) -> ast.Module | None:
    from codemods.downlevel import older_texts  # most files are not newer than this Python

    for older in older_texts(text):
        try:
            tree = _tree(older)
        except (SyntaxError, ValueError):
            continue
        _count_bytes_of(text, older, tree)
        return tree
    return None


def _count_bytes_of(text: str, older: str, tree: ast.Module) -> None:
    """Columns count bytes, and a blank has fewer than the letter that stood in its place."""
    if text.isascii():
        return
    before, after = lines_of(text), lines_of(older)
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.stmt, ast.arg, ast.keyword, ast.alias)):
            for which in ("", "end_"):
                line = getattr(node, f"{which}lineno") - 1
                if before[line] != after[line]:
                    column = getattr(node, f"{which}col_offset")
                    width = len(after[line].encode()[:column].decode())
                    setattr(node, f"{which}col_offset", len(before[line][:width].encode()))


def _syntax_problem(path: str, error: SyntaxError | ValueError) -> Problem:
    line = error.lineno if isinstance(error, SyntaxError) else None
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return Problem(path, line, "TF903", f"cannot be parsed: {message}")
