"""Which statements never complete in an ordinary run, so that the frame around them stays."""

from __future__ import annotations

import ast

from taskfix.apis.callables import FOREVER, FOREVER_METHODS
from taskfix.facts.syntax import called_statement, leaves_early
from taskfix.facts.values import Values


def is_endless(node: ast.stmt, values: Values) -> bool:
    """Report whether a statement never completes in an ordinary run."""
    if isinstance(node, ast.While):
        forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return forever and not leaves_early(node)
    call = called_statement(node)
    if call is None:
        return False
    found = values.of(call)
    if found & FOREVER:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in FOREVER_METHODS


def may_be_told(node: ast.stmt) -> bool:
    """``await stop.wait()``: an event that has a name may be set, and then the frame goes on."""
    call = called_statement(node)
    match call.func if call is not None else None:
        case ast.Attribute(attr="wait", value=ast.Name() | ast.Attribute()):
            return True
        case _:
            return False
