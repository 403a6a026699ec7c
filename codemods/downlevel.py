"""Rewrites newer syntax so that an older ``ast.parse`` reads the source, with nothing moved."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator

from codemods.downlevel_scan import rewritten
from codemods.splice import split_lines


def downlevel(text: str) -> str:
    """A text of the same length that the running interpreter parses, for analysis only.

    Every line and column, in characters, is that of the same thing in ``text``; byte columns have
    to be read with the lines of the result. Calls and names stay what they are, but type
    parameters are gone, template strings are f-strings, and an f-string that cannot be written in
    the old syntax is a tuple of its expressions. What no Python reads comes back as it is.
    """
    return next((older for older in older_texts(text) if _is_python(older)), text)


def older_texts(text: str) -> Iterator[str]:
    """What may be such a text. The first that parses is the one; it gets slower with each.

    The text has been refused by the running interpreter.
    """
    quick = _by_lines(rewritten, text)
    if quick is not None and quick != text:
        yield quick
    # Not imported where it is not needed, for LibCST takes long to load.
    from codemods.downlevel_cst import rewritten as thoroughly

    thorough = _by_lines(thoroughly, text)
    if thorough is not None and thorough not in (quick, text):
        yield thorough


def _by_lines(rewrite: Callable[[str], str | None], text: str) -> str | None:
    """What becomes of a text whose lines end with LF, for a text whose lines end as they like."""
    if "\r" not in text:
        return rewrite(text)
    lines = split_lines(text)
    new = rewrite("\n".join(line.text for line in lines))
    if new is None:
        return None
    pairs = zip(new.split("\n"), lines, strict=True)
    return "".join(text + line.newline for text, line in pairs)


def _is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the author's business
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
