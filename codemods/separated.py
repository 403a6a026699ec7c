"""Adds an item to a comma-separated list of parameters, arguments or names, in its layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import libcst as cst

from codemods.expressions import code_of


@dataclass(frozen=True, slots=True)
class Separated:
    """The items of a list, each with its own comma, and the space inside of its brackets."""

    items: tuple[Any, ...]  # whatever has a comma
    opening: cst.BaseParenthesizableWhitespace
    closing: cst.BaseParenthesizableWhitespace  # after the last item where that has no comma


def inserted(items: Separated, new: cst.CSTNode, index: int) -> Separated:
    """The list with ``new`` at ``index``, laid out as its neighbours are."""
    if not items.items:
        return replace(items, items=(new,))
    if index == len(items.items):
        return _appended(items, new)
    before, after = items.items[:index], items.items[index:]
    comma = cst.Comma(whitespace_after=_without_comment(_separator(items, index)))
    return replace(items, items=(*before, new.with_changes(comma=comma), *after))


def _appended(items: Separated, new: cst.CSTNode) -> Separated:
    *others, last = items.items
    comma = _comma(last)
    # After a last comma the space may be that of the comma or that of the bracket.
    end = items.closing
    if comma and not comma.whitespace_after.empty:
        end = comma.whitespace_after
    separator = _joined(end, _separator(items, len(items.items)))
    end = _without_comment(end) if _is_broken(separator) else end
    first_comma = (comma or cst.Comma()).with_changes(whitespace_after=separator)
    new_comma = cst.Comma(whitespace_after=end) if comma else cst.MaybeSentinel.DEFAULT
    return Separated(
        items=(*others, last.with_changes(comma=first_comma), new.with_changes(comma=new_comma)),
        opening=items.opening,
        closing=cst.SimpleWhitespace("") if comma else end,
    )


def _separator(items: Separated, index: int) -> cst.BaseParenthesizableWhitespace:
    """The space that stands before the item at ``index``, or would stand there."""
    previous = items.items[index - 2] if index == len(items.items) else items.items[index - 1]
    comma = _comma(previous) if index and (index < len(items.items) or index > 1) else None
    if comma:
        return comma.whitespace_after
    if isinstance(items.opening, cst.ParenthesizedWhitespace):
        return items.opening
    return cst.SimpleWhitespace(" ")


def _comma(item: cst.CSTNode) -> cst.Comma | None:
    comma = getattr(item, "comma", None)
    return comma if isinstance(comma, cst.Comma) else None


def _is_broken(whitespace: cst.BaseParenthesizableWhitespace) -> bool:
    return isinstance(whitespace, cst.ParenthesizedWhitespace)


def _joined(
    end: cst.BaseParenthesizableWhitespace, separator: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The separator after what was the last item, whose comment stays beside it."""
    separator = _without_comment(separator)
    if not isinstance(separator, cst.ParenthesizedWhitespace):
        return separator
    if not isinstance(end, cst.ParenthesizedWhitespace):
        return separator
    return separator.with_changes(first_line=end.first_line, empty_lines=end.empty_lines)


def _without_comment(
    whitespace: cst.BaseParenthesizableWhitespace,
) -> cst.BaseParenthesizableWhitespace:
    if not isinstance(whitespace, cst.ParenthesizedWhitespace):
        return whitespace
    return whitespace.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=())


def own_line(items: Separated) -> str | None:
    """The line between the brackets that holds all items, None where they are laid out otherwise.

    It starts with how much deeper it is than the statement.
    """
    commas = [comma for item in items.items[:-1] if (comma := _comma(item))]
    if not isinstance(items.opening, cst.ParenthesizedWhitespace):
        return None
    if not items.opening.indent or any(_is_broken(comma.whitespace_after) for comma in commas):
        return None
    bare = [*items.items[:-1], items.items[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    return items.opening.last_line.value + "".join(code_of(item) for item in bare)


def one_per_line(items: Separated, unit: str) -> Separated:
    """The list with each item on its own line and a comma after the last one."""
    inner, end = _line_break(unit), _line_break("")
    *others, last = items.items
    return Separated(
        items=(
            *[item.with_changes(comma=cst.Comma(whitespace_after=inner)) for item in others],
            last.with_changes(comma=cst.Comma(whitespace_after=end)),
        ),
        opening=inner,
        closing=cst.SimpleWhitespace(""),
    )


def on_one_line(items: Separated, unit: str, start: str = "") -> Separated:
    """The list on a line of its own between its brackets, which are ``start`` deeper already."""
    return replace(items, opening=_line_break(start + unit), closing=_line_break(start))


def all_on_the_line(items: Separated) -> Separated:
    """The list on the line of its brackets."""
    return replace(items, opening=cst.SimpleWhitespace(""), closing=cst.SimpleWhitespace(""))


def _line_break(deeper: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(deeper))


def line_start(path: Sequence[cst.CSTNode]) -> str | None:
    """How much deeper than its statement the last expression of a path starts its line.

    None where something else stands before it on the line. The value of a statement counts as
    its start.
    """
    node, parent, container = path[-1], path[-2], path[-3]
    before: cst.BaseParenthesizableWhitespace
    match parent:
        case _ if getattr(node, "lpar", ()):
            before = node.lpar[-1].whitespace_after  # type: ignore[attr-defined]
        case cst.Expr() | cst.Return() | cst.Assign() | cst.AnnAssign():
            return ""
        case cst.ListComp(lbracket=bracket) if parent.elt is node:
            before = bracket.whitespace_after
        # lambda: expression
        case cst.Lambda() if len(path) > 3:
            return line_start(path[:-1])
        case cst.Element() | cst.Arg(keyword=None, star=""):
            found = _before(parent, container)
            if found is None:
                return None
            before = found
        case _:
            return None
    return before.last_line.value if isinstance(before, cst.ParenthesizedWhitespace) else None


def _before(item: cst.CSTNode, container: cst.CSTNode) -> cst.BaseParenthesizableWhitespace | None:
    """The space before an item of a list or call."""
    match container:
        case cst.List(elements=items, lbracket=bracket):
            opening = bracket.whitespace_after
        case cst.Call(args=items, whitespace_before_args=opening):
            pass
        case _:
            return None
    index = next(i for i, one in enumerate(items) if one is item)
    comma = _comma(items[index - 1]) if index else None
    return comma.whitespace_after if comma else opening
