"""What a value is given to: the argument of a call, an attribute, a variable, or a question."""

from __future__ import annotations

import ast

from taskfix.apis.plain_callers import FORMAT, IDENTITY, TRUTH
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values

# Slots of what is no argument: it is called at once, bound to a name that is followed, or put
# into an attribute of what is `given`.
CALLED = "()"
BOUND = "="
KEPT = ".="
# A container with it is an attribute of what is `given`, or the variable of a module that is given.
IN_ATTRIBUTE = ".[]"
IN_VARIABLE = "[]"


def receiver_of(node: ast.expr, tree: Tree, values: Values) -> tuple[frozenset[str], str, str]:
    """The call that something is a plain argument of: what it calls, its name, which one."""
    parent = tree.parents.get(node)
    match parent:
        case ast.IfExp(test=test) if test is node:
            return TRUTH, "", ""
        case ast.UnaryOp():
            return TRUTH, "", ""
        case ast.IfExp() | ast.BoolOp() | ast.NamedExpr():
            return receiver_of(parent, tree, values)
        case ast.keyword(arg=str(slot)):
            call = tree.parents.get(parent)
        case ast.Call(args=arguments) if node in arguments:
            before = arguments[: arguments.index(node)]
            starred = any(isinstance(argument, ast.Starred) for argument in before)
            call, slot = parent, "*" if starred else str(len(before))
        case ast.Compare():
            return IDENTITY, "", ""
        case ast.FormattedValue():
            return FORMAT, "", ""
        case ast.If(test=test) | ast.While(test=test) if test is node:
            return TRUTH, "", ""
        case ast.Call(func=function) if function is node:
            return frozenset(), "", CALLED
        case ast.Assign(value=value, targets=[ast.Name(id=name)]) if value is node:
            in_class = isinstance(tree.scope_of(parent).node, ast.ClassDef)
            return frozenset(), name, "" if in_class else BOUND
        case (
            ast.Assign(value=value, targets=[ast.Attribute(value=owner, attr=name)])
            | ast.AnnAssign(value=value, target=ast.Attribute(value=owner, attr=name))
        ) if value is node:
            return values.of(owner), name, KEPT
        case ast.AnnAssign(value=value, target=ast.Name(id=name)) if value is node:
            in_class = isinstance(tree.scope_of(parent).node, ast.ClassDef)
            return frozenset(), name, "" if in_class else BOUND
        case _:
            call, slot = None, ""
    if not isinstance(call, ast.Call):
        return frozenset(), "", ""
    return values.of(call.func), spelled(call.func), slot
