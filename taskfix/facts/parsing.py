"""Bytes -> text -> syntax tree, or a problem that names why not."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from codemods.downlevel import downlevel
from taskfix.facts.encoding import EncodingFailure, Text, decode
from taskfix.model import Problem, Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source with its text and tree. ``shown`` is the text that the tree was parsed from."""

    path: str
    text: Text
    tree: ast.Module


def parse(source: Source) -> Parsed | Problem:
    """Parse a source, also where its syntax is newer than the running interpreter."""
    text = decode(source.data)
    if isinstance(text, EncodingFailure):
        return Problem(source.path, text.line, "TF902", text.message)
    try:
        return Parsed(source.path, text, _tree(text.text))
    except (SyntaxError, ValueError) as error:
        older = downlevel(text.text)
        if older is not None:
            try:
                return Parsed(source.path, text, _tree(older))
            except (SyntaxError, ValueError):
                pass
        return _syntax_problem(source.path, error)
    except (RecursionError, MemoryError):
        return Problem(source.path, None, "TF905", "is nested too deeply to be parsed")


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the author's business
        return ast.parse(text)


def _syntax_problem(path: str, error: SyntaxError | ValueError) -> Problem:
    line = error.lineno if isinstance(error, SyntaxError) else None
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return Problem(path, line, "TF903", f"cannot be parsed: {message}")
