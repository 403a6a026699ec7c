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
# Callees of which no more is known: what a variable has is from somewhere in the project.
VARIABLE = frozenset({"<variable>"})
METHOD_OF_VARIABLE = frozenset({"<variable>.method"})
# It is what a name that is put together gives, and only variables and callers get it.
COMPUTED = "computed"
# A caller gets it, or what the decorators that are `given` make of that.
RETURNED = "return"
# Before the slot of a lambda that gives it.
RESULT = "lambda: "
# It is put under a key of what is `given`; or it is what a subscript is of.
STORED = "[]="
SUBSCRIPTED = "[:]"


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
        case ast.Assign(value=value, targets=targets) if value is node:
            return _put_into(targets, tree, values)
        case ast.AnnAssign(value=value, target=target) if value is node:
            return _put_into([target], tree, values)
        case ast.keyword(arg=str(slot)):
            call = tree.parents.get(parent)
        case ast.Call(args=arguments) if node in arguments:
            before = arguments[: arguments.index(node)]
            starred = any(isinstance(argument, ast.Starred) for argument in before)
            call, slot = parent, "*" if starred else str(len(before))
        case ast.Lambda(body=body) if body is node:
            given, to, slot = receiver_of(parent, tree, values)
            return given, to, f"{RESULT}{slot}" if given or to else ""
        case ast.Return():
            function = tree.function_of(parent)
            decorators = getattr(function, "decorator_list", [])
            known = [values.of(decorator) for decorator in decorators]
            return frozenset().union(*known), "", RETURNED if all(known) else ""
        case ast.Compare():
            return IDENTITY, "", ""
        case ast.FormattedValue():
            return FORMAT, "", ""
        case ast.If(test=test) | ast.While(test=test) if test is node:
            return TRUTH, "", ""
        case ast.Call(func=function) if function is node:
            return frozenset(), "", CALLED
        case ast.Subscript(value=value) if value is node:
            return frozenset(), "", SUBSCRIPTED
        case ast.Starred(ctx=ast.Load()):
            around = tree.parents.get(parent)
            call, slot = (around, "*") if isinstance(around, ast.Call) else (None, "")
        case _:
            call, slot = None, ""
    if not isinstance(call, ast.Call):
        return frozenset(), "", ""
    return values.of(call.func) or _of_variable(call.func, tree), spelled(call.func), slot


def _put_into(
    targets: list[ast.expr], tree: Tree, values: Values
) -> tuple[frozenset[str], str, str]:
    """``session = self.sessions[key] = Session()``: names are mentions of their own."""
    places = [target for target in targets if not isinstance(target, ast.Name)]
    match places:
        case []:
            in_class = isinstance(tree.scope_of(targets[0]).node, ast.ClassDef)
            return frozenset(), spelled(targets[0]), "" if in_class else BOUND
        case [ast.Attribute(value=owner, attr=name)]:
            return values.of(owner) or _of_variable(owner, tree), name, KEPT
        case [ast.Subscript(value=owner)]:
            return values.of(owner) or _of_variable(owner, tree), "", STORED
        case _:
            return frozenset(), "", ""


def _of_variable(function: ast.expr, tree: Tree) -> frozenset[str]:
    """What says of an unknown callee that it is a variable of a function, or part of one."""
    root = function
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call, ast.Await)):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return frozenset()
    owner = tree.lookup(root.id, tree.scope_of(root))
    if owner is None or not owner.is_function:
        return frozenset()
    return METHOD_OF_VARIABLE if isinstance(function, ast.Attribute) else VARIABLE
