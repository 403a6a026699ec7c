"""Expressions that move to another place: their parentheses, and their negation."""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

from codemods.edits import ReplaceExpression
from codemods.statements import comments

Node = TypeVar("Node", bound=cst.BaseExpression)

# What binds more loosely than ``not`` does.
_LOOSE = (cst.BooleanOperation, cst.IfExp, cst.Lambda, cst.NamedExpr)


def code_of(node: cst.CSTNode) -> str:
    """The node as it is written."""
    return cst.Module([]).code_for_node(node)


def unwrapped(expression: Node) -> Node:
    """The expression without the parentheses around it, where it needs none of them."""
    bare = expression.with_changes(lpar=(), rpar=())
    if not expression.lpar or comments(expression.children) != comments(bare.children):
        return expression
    return expression if "\n" in code_of(bare) else bare


def standing_alone(expression: cst.BaseExpression) -> cst.BaseExpression:
    """The expression, in parentheses if it goes over several lines that nothing holds together."""
    if expression.lpar or "\n" not in code_of(expression):
        return expression
    try:
        cst.parse_expression(code_of(expression))
    except cst.ParserSyntaxError:
        return in_parentheses(expression)
    return expression


def replaced(expression: cst.BaseExpression, edit: ReplaceExpression) -> cst.BaseExpression:
    """The code of the edit, in the parentheses of the expression it replaces."""
    new = cst.parse_expression(edit.code)
    # The extent of these two includes their innermost parentheses.
    if isinstance(expression, (cst.Tuple, cst.GeneratorExp)):
        expression = expression.with_changes(lpar=expression.lpar[:-1], rpar=expression.rpar[1:])
    return new.with_changes(lpar=[*expression.lpar, *new.lpar], rpar=[*new.rpar, *expression.rpar])


def in_parentheses(expression: cst.BaseExpression) -> cst.BaseExpression:
    """``(expression)``."""
    wrapped = expression.with_changes(
        lpar=[cst.LeftParen(), *expression.lpar], rpar=[*expression.rpar, cst.RightParen()]
    )
    assert isinstance(wrapped, cst.BaseExpression)
    return wrapped


def negated(expression: cst.BaseExpression) -> cst.BaseExpression:
    """``not expression``, as one would write it."""
    match expression:
        # not x
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return unwrapped(inner)
        # x is y   x in y
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.In())]):
            return _negated_comparison(expression)
    operand = unwrapped(expression)
    if isinstance(operand, _LOOSE) and not operand.lpar:
        operand = in_parentheses(operand)
    return cst.UnaryOperation(cst.Not(), operand)


def _negated_comparison(comparison: cst.Comparison) -> cst.Comparison:
    target = comparison.comparisons[0]
    operator = cst.IsNot() if isinstance(target.operator, cst.Is) else cst.NotIn()
    opposite = comparison.with_changes(comparisons=[target.with_changes(operator=operator)])
    return unwrapped(opposite)
