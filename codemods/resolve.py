"""Finds the node that each edit is about, by its position in the original source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange

from codemods.edits import (
    AddImport,
    AddModuleCode,
    AddParameter,
    Annotate,
    CreateAttribute,
    CreateField,
    CreateLocal,
    DefaultParameter,
    Edit,
    EditError,
    FunctionKey,
    KeepTask,
    LambdaToFunction,
    PassArgument,
    RemoveImport,
    RemoveSuppression,
    ReplaceExpression,
    Span,
    WrapCall,
)

Positions: TypeAlias = Mapping[cst.CSTNode, CodeRange]
Key: TypeAlias = tuple[str, Span | FunctionKey | int]


def targets(
    module: cst.Module, positions: Positions, edits: Sequence[Edit]
) -> dict[cst.CSTNode, list[Edit]]:
    """The edits of each node, in their listed order."""
    wanted = {key for edit in edits for key in _keys(edit)}
    nodes = _nodes(positions, wanted)
    found: dict[cst.CSTNode, list[Edit]] = {}
    for edit in edits:
        for key in _keys(edit):
            if key not in nodes:
                raise EditError(edit, f"there is no {key[0]} at {key[1]}")
            found.setdefault(nodes[key], []).append(edit)
        if isinstance(edit, AddImport | RemoveImport | AddModuleCode):
            found.setdefault(module, []).append(edit)
        if isinstance(edit, AddModuleCode) and edit.before_line is not None:
            below = _below(module, positions, edit.before_line)
            found.setdefault(below, []).append(edit)
    return found


def _keys(edit: Edit) -> list[Key]:
    match edit:
        case KeepTask(call=span) | WrapCall(call=span) | PassArgument(call=span):
            return [("Call", span)]
        case LambdaToFunction(lambda_=lambda_, call=span):
            return [("Lambda", lambda_), ("Call", span)]
        case ReplaceExpression(span=span) | Annotate(target=span):
            return [("expression", span)]
        case AddParameter(function=function) | DefaultParameter(function=function):
            return [("FunctionDef", function)]
        case CreateLocal(function=function) | CreateAttribute(init=function):
            return [("FunctionDef", function)]
        case CreateField(class_=class_):
            return [("ClassDef", class_)]
        case RemoveSuppression(line=line):
            return [("Comment", line)]
    return []


def _nodes(positions: Positions, wanted: set[Key]) -> dict[Key, cst.CSTNode]:
    nodes: dict[Key, cst.CSTNode] = {}
    for node, place in positions.items():
        for key in _keys_of(node, place):
            # An expression may hold another one of the same extent: the outer one is left last.
            if key in wanted:
                nodes[key] = node
    return nodes


def _keys_of(node: cst.CSTNode, place: CodeRange) -> Iterable[Key]:
    match node:
        case cst.BaseExpression():
            span = _span(place)
            yield ("expression", span)
            if isinstance(node, cst.Call | cst.Await):
                yield ("Call", span)
            if isinstance(node, cst.Lambda):
                yield ("Lambda", span)
            if isinstance(node, cst.GeneratorExp) and node.lpar:
                yield ("expression", _with_parentheses(span))
        case cst.FunctionDef() | cst.ClassDef():
            yield (type(node).__name__, FunctionKey(place.start.line, node.name.value))
        case cst.Comment():
            yield ("Comment", place.start.line)


def _span(place: CodeRange) -> Span:
    return Span(place.start.line, place.start.column, place.end.line, place.end.column)


def _with_parentheses(span: Span) -> Span:
    # The extent of a generator expression includes its parentheses, which LibCST leaves out.
    return Span(span.line, span.column - 1, span.end_line, span.end_column + 1)


def _below(module: cst.Module, positions: Positions, line: int) -> cst.CSTNode:
    """The module-level statement at a line, the module where there is none."""
    below = (node for node in module.body if positions[node].end.line >= line)
    return next(below, module)
