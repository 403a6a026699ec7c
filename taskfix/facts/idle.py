"""Which conditions tell that nothing is pending in a variable."""

from __future__ import annotations

import ast


def implies_idle(test: ast.expr, name: str, *, when: bool) -> bool:
    """Report whether nothing is pending in ``name`` where ``test`` comes out as ``when``."""
    match test:
        case ast.Name(id=spelled):
            return spelled == name and not when
        case ast.NamedExpr(target=target):
            return implies_idle(target, name, when=when)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return implies_idle(operand, name, when=not when)
        case ast.BoolOp(op=op, values=values):
            answers = [implies_idle(value, name, when=when) for value in values]
            return any(answers) if isinstance(op, ast.And) is when else all(answers)
        case ast.Compare(
            left=ast.Name(id=spelled), ops=[op], comparators=[ast.Constant(value=None)]
        ):
            return spelled == name and isinstance(op, ast.Is if when else ast.IsNot)
        # tasks == [], tasks != []
        case ast.Compare(
            left=ast.Name(id=spelled),
            ops=[ast.Eq() | ast.NotEq() as op],
            comparators=[ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[])],
        ):
            return spelled == name and isinstance(op, ast.Eq if when else ast.NotEq)
        case ast.Call(func=ast.Attribute(value=value, attr="done" | "cancelled")):
            bound = value.target if isinstance(value, ast.NamedExpr) else value
            return when and isinstance(bound, ast.Name) and bound.id == name
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=spelled)]):
            return spelled == name and not when
        # len(pending) != 0, len(pending) > 0
        case ast.Compare(left=ast.Call() as length, ops=[op], comparators=[ast.Constant(value=0)]):
            filled = isinstance(op, (ast.NotEq, ast.Gt))
            known = filled or isinstance(op, ast.Eq)
            return known and implies_idle(length, name, when=when is filled)
        case _:
            return False
