"""AddParameter: a function gets one more parameter, optional and last."""

from __future__ import annotations

from typing import Any

import libcst as cst

from codemods.docstrings import documented
from codemods.edits import AddParameter
from codemods.expressions import code_of
from codemods.separated import Separated, inserted, one_per_line, own_line
from codemods.style import Style


def with_parameter(
    function: cst.FunctionDef, edit: AddParameter, style: Style, indentation: str
) -> cst.FunctionDef:
    """The function with the parameter, and with an entry for it in its docstring."""
    names = [param.name.value for param in _params(function.params)]
    fitted = _fits(function, style, indentation)
    function = _with_items(function, _items_with(function, edit))
    if fitted and not _fits(function, style, indentation):
        function = _with_items(function, one_per_line(_items(function), style.unit))
    return documented(function, names, edit, style)


def _new_param(edit: AddParameter) -> cst.Param:
    # def f(parameter: annotation = default)
    annotation = f": {edit.annotation} = " if edit.annotation else "="
    function = cst.parse_statement(f"def f({edit.parameter}{annotation}{edit.default}): ...")
    assert isinstance(function, cst.FunctionDef)
    return function.params.params[0]


def _items_with(function: cst.FunctionDef, edit: AddParameter) -> Separated:
    items = _items(function)
    last = len(items.items) - (function.params.star_kwarg is not None)
    # A bare star stands where keyword-only parameters begin, or ``*args`` does.
    starred = isinstance(function.params.star_arg, (cst.Param, cst.ParamStar))
    if edit.by_keyword and not starred:
        items = inserted(items, cst.ParamStar(), last)
        last += 1
    return inserted(items, _new_param(edit), last)


def _items(function: cst.FunctionDef) -> Separated:
    params = function.params
    nodes: list[Any] = [*params.posonly_params]
    if isinstance(params.posonly_ind, cst.ParamSlash):
        nodes.append(params.posonly_ind)
    nodes += params.params
    if isinstance(params.star_arg, (cst.Param, cst.ParamStar)):
        nodes.append(params.star_arg)
    nodes += params.kwonly_params
    if params.star_kwarg is not None:
        nodes.append(params.star_kwarg)
    opening = function.whitespace_before_params
    if not nodes:
        return Separated((), opening, cst.SimpleWhitespace(""))
    # The space before the bracket belongs to the last parameter.
    closing = _closing(nodes[-1])
    nodes[-1] = _with_closing(nodes[-1], cst.SimpleWhitespace(""))
    return Separated(tuple(nodes), opening, closing)


def _closing(node: cst.CSTNode) -> cst.BaseParenthesizableWhitespace:
    if isinstance(node, cst.Param):
        return node.whitespace_after_param
    return node.whitespace_after if isinstance(node, cst.ParamSlash) else cst.SimpleWhitespace("")


def _with_closing(node: cst.CSTNode, space: cst.BaseParenthesizableWhitespace) -> Any:
    if isinstance(node, cst.Param):
        return node.with_changes(whitespace_after_param=space)
    if isinstance(node, cst.ParamSlash):
        return node.with_changes(whitespace_after=space)
    return node


def _with_items(function: cst.FunctionDef, items: Separated) -> cst.FunctionDef:
    """The function with these parameters, sorted back into LibCST's kinds of them."""
    nodes = [*items.items[:-1], _with_closing(items.items[-1], items.closing)]
    slash = next((i for i, node in enumerate(nodes) if isinstance(node, cst.ParamSlash)), -1)
    after = nodes[slash + 1 :]
    kwarg = after.pop() if _star(after[-1:]) == "**" else None
    star = next((i for i, node in enumerate(after) if _star([node]) == "*"), len(after))
    return function.with_changes(
        whitespace_before_params=items.opening,
        params=cst.Parameters(
            posonly_params=nodes[: max(slash, 0)],
            posonly_ind=nodes[slash] if slash >= 0 else cst.MaybeSentinel.DEFAULT,
            params=after[:star],
            star_arg=after[star] if star < len(after) else cst.MaybeSentinel.DEFAULT,
            kwonly_params=after[star + 1 :],
            star_kwarg=kwarg,
        ),
    )


def _star(nodes: list[cst.CSTNode]) -> str:
    match nodes:
        case [cst.ParamStar()]:
            return "*"
        case [cst.Param(star=str() as star)]:
            return star
    return ""


def _params(params: cst.Parameters) -> list[cst.Param]:
    found = [*params.posonly_params, *params.params, *params.kwonly_params]
    stars = [params.star_arg, params.star_kwarg]
    return found + [param for param in stars if isinstance(param, cst.Param)]


def _fits(function: cst.FunctionDef, style: Style, indentation: str) -> bool:
    """Whether the parameters are on lines that are short enough."""
    inner = own_line(_items(function))
    return style.fits(indentation + (_signature(function) if inner is None else inner))


def _signature(function: cst.FunctionDef) -> str:
    """The line of the ``def``, as far as its body where that is a block; empty if it is broken."""
    body = function.body
    if isinstance(body, cst.IndentedBlock):
        body = cst.SimpleStatementSuite([cst.Pass()])
    bare = function.with_changes(decorators=(), leading_lines=(), body=body)
    code = code_of(bare).rstrip("\n")
    if isinstance(function.body, cst.IndentedBlock):
        code = code.removesuffix(" pass")
    return code if "\n" not in code else ""
