"""The syntax around a call, as far as it decides how a holder can be written there."""

from __future__ import annotations

import ast
import re

from taskfix.facts.scopes import Tree
from taskfix.model import Shape


def shape_of(node: ast.expr, tree: Tree) -> Shape:
    """The syntax around a value, as far as it decides how a holder can be written there."""
    chained = _end_of_chain(node, tree)
    parent = tree.parents.get(chained)
    match parent:
        case ast.Expr():
            return "statement"
        case ast.Return():
            return "return" if chained is node else "statement"
        case ast.Assign() if chained is node and _binds_name(node, parent.targets):
            return "binding"
        case ast.AnnAssign(target=ast.Name()) if chained is node:
            return "binding" if _says_task(parent.annotation) else "expression"
        case ast.NamedExpr() if isinstance(tree.parents.get(parent), ast.Expr):
            return "binding"
        case ast.Lambda():
            return "lambda"
        case ast.Call(func=function, args=[argument], keywords=[]) if argument is node:
            alone = isinstance(tree.parents.get(parent), ast.Expr) and _is_dotted(function)
            return "argument" if alone else "expression"
        case _:
            return _wider_shape(chained, node, tree)


def _wider_shape(chained: ast.AST, node: ast.expr, tree: Tree) -> Shape:
    parent = tree.parents.get(chained)
    around = tree.parents.get(parent) if parent is not None else None
    match parent:
        case ast.BoolOp(values=values) if chained is node and values[-1] is node:
            return "branch" if isinstance(around, ast.Expr) else "expression"
        case ast.IfExp(test=test) if chained is node and test is not node:
            return "branch" if isinstance(around, ast.Expr) else "expression"
        case ast.ListComp() | ast.SetComp() if chained is node and isinstance(around, ast.Expr):
            return "loop"
        case ast.Tuple() | ast.List():
            if isinstance(around, ast.Expr):
                return "display"
            if isinstance(around, ast.Assign) and around.value is parent:
                index = parent.elts.index(node) if node in parent.elts else -1
                if index >= 0 and all(_name_at(t, index) for t in around.targets):
                    return "binding"
            return "expression"
        case _:
            return "expression"


def _end_of_chain(node: ast.AST, tree: Tree) -> ast.AST:
    """From ``call`` to ``call.add_done_callback(f)``, where that is what is written."""
    attribute = tree.parents.get(node)
    if isinstance(attribute, ast.Attribute) and attribute.value is node:
        call = tree.parents.get(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            return call
    return node


def _is_dotted(node: ast.expr) -> bool:
    """Report whether it makes no difference if ``a.b.c`` is looked up a little later."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _binds_name(node: ast.expr, targets: list[ast.expr]) -> bool:
    return any(isinstance(target, ast.Name) for target in targets)


def _says_task(annotation: ast.expr) -> bool:
    """Report whether what is declared as this may be added to a set of tasks."""
    return bool(re.search(r"\b(?:Task|Any)\b", ast.unparse(annotation)))


def _name_at(target: ast.expr, index: int) -> bool:
    """Report whether one part of a tuple is bound to a name, and to one that is not ``_, _``."""
    elts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    names = [element.id for element in elts if isinstance(element, ast.Name)]
    if index >= len(elts):
        return False
    element = elts[index]
    return isinstance(element, ast.Name) and names.count(element.id) == 1
