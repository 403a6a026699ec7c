"""Applies edits to a source text: one pass over the original LibCST tree."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from codemods.deep import run_deep
from codemods.edits import Edit, EditError, UneditableError
from codemods.fold import fold
from codemods.resolve import targets
from codemods.rewriter import Rewriter
from codemods.splice import LossyRenderingError, splice
from codemods.style import style_of


def apply_edits(text: str, edits: Sequence[Edit], width: int | None = None) -> str:
    """The text with all edits made, and every other byte as it was.

    ``width`` is how long a line of the project may be; without it the file's lines tell. Raises
    ``EditError`` where an edit does not fit the source, ``UneditableError`` where no edit can.
    """
    unique = list(dict.fromkeys(edits))
    if not unique:
        return text
    try:
        return run_deep(lambda: _applied(text, unique, width))
    except cst.ParserSyntaxError as error:
        raise UneditableError(f"LibCST cannot parse it: {error.message}") from error
    except LossyRenderingError as error:
        raise UneditableError(str(error), error.line) from error
    except RecursionError as error:
        raise UneditableError("it is nested too deeply", too_deep=True) from error


def _applied(text: str, edits: Sequence[Edit], width: int | None) -> str:
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    folded = fold(source, edits)
    # A tree that was just parsed has no node twice, so that the wrapper need not copy it.
    wrapper = MetadataWrapper(cst.parse_module(folded), unsafe_skip_copy=True)
    module = wrapper.module
    found = targets(module, wrapper.resolve(PositionProvider), edits)
    rewriter = Rewriter(found, style_of(source, module.default_indent, width))
    result = module.visit(rewriter)
    for edit in [*rewriter.unfinished(), *(e for e in edits if e not in rewriter.applied)]:
        raise EditError(edit, "the edit has no effect where it is asked for")
    return splice(text, folded, module.code, result.code)
