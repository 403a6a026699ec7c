"""Questions about statements and calls that their syntax alone answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import BOUNDS, CHOICES, EVERYTHING, LIMITS
from taskfix.facts.scopes import FUNCTIONS, Tree

_EVERYTHING = frozenset({"Exception", "BaseException"})
_CANCELLATION = frozenset({"CancelledError"})
# Who calls many methods in a row: to spell out each of them would take the square of their number.
_LONG_CHAIN = 40


def next_statement(tree: Tree, statement: ast.stmt) -> ast.stmt | None:
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(tree.parents.get(statement), block, None)
        if isinstance(statements, list) and statement in statements:
            index = statements.index(statement) + 1
            return statements[index] if index < len(statements) else None
    return None


def tests_before(node: ast.AST, tree: Tree) -> Iterator[ast.expr]:
    """The conditions that held when the statement of ``node`` was reached: `if x:`, `assert x`."""
    child: ast.AST = tree.statement_of(node)
    while not isinstance(child, ast.Module):
        parent = tree.parents[child]
        body = getattr(parent, "body", None)
        if isinstance(body, list) and child in body:
            for sibling in body[: body.index(child)]:
                if isinstance(sibling, ast.Assert):
                    yield sibling.test
            if isinstance(parent, ast.If):
                yield parent.test
        if isinstance(parent, (*FUNCTIONS, ast.ClassDef)):
            return
        child = parent


def loop_around(tree: Tree, statement: ast.stmt) -> ast.For | ast.AsyncFor | ast.While | None:
    for ancestor in tree.ancestors(statement):
        if isinstance(ancestor, (ast.For, ast.AsyncFor, ast.While)):
            return ancestor
        if isinstance(ancestor, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            return None
    return None


def is_caught(node: ast.AST, tree: Tree) -> bool:
    """Report whether a ``try`` around it catches some of what it raises, and goes on."""
    child = node
    for ancestor in tree.ancestors(node):
        if isinstance(ancestor, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            return False
        if isinstance(ancestor, ast.Try) and child in ancestor.body:
            if any(not isinstance(handler.body[-1], ast.Raise) for handler in ancestor.handlers):
                return True
        child = ancestor
    return False


def catches(node: ast.AST, tree: Tree, *, cancellations: bool) -> bool:
    """Report whether all exceptions of ``node`` are caught around it, or all cancellations."""
    wanted = _EVERYTHING | (_CANCELLATION if cancellations else frozenset())
    child = node
    for ancestor in tree.ancestors(node):
        match ancestor:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                return False
            case ast.Try(body=body, handlers=handlers) if child in body:
                for handler in handlers:
                    names = _names(handler.type) if handler.type is not None else wanted
                    if names & wanted and not isinstance(handler.body[-1], ast.Raise):
                        return True
            case ast.With(items=items) | ast.AsyncWith(items=items) if child in ancestor.body:
                for item in items:
                    call = item.context_expr
                    if isinstance(call, ast.Call) and spelled(call.func) == "suppress":
                        if any(_names(argument) & wanted for argument in call.args):
                            return True
        child = ancestor
    return False


def _names(node: ast.expr) -> frozenset[str]:
    return frozenset(
        spelled(part) for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute))
    )


def leaves_early(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """Report whether a loop's body has a ``break`` of this loop, or a ``return``."""
    stack: list[tuple[ast.AST, bool]] = [(child, True) for child in loop.body]
    while stack:
        node, own = stack.pop()
        if isinstance(node, ast.Return) or (own and isinstance(node, ast.Break)):
            return True
        if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            continue
        nested = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        stack.extend((child, own and not nested) for child in ast.iter_child_nodes(node))
    return False


def called_statement(node: ast.stmt) -> ast.Call | None:
    value = node.value if isinstance(node, (ast.Expr, ast.Return)) else None
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def is_assertion(node: ast.stmt, name: str) -> bool:
    """Report whether a statement asserts something of ``name``, other than that it is a task."""
    if isinstance(node, ast.Assert):
        return not _asserts_its_type(node.test, name)
    call = called_statement(node)
    if call is None or "assert" not in ast.unparse(call.func).lower():
        return False
    return spelled(call.func) not in {"assertIsInstance", "assertIsNotNone", "assertTrue"} or not (
        isinstance(call.args[0] if call.args else None, ast.Name)
    )


def _asserts_its_type(test: ast.expr, name: str) -> bool:
    match test:
        case ast.Name(id=spelled_name):
            return spelled_name == name
        case ast.Compare(left=ast.Name(id=left), ops=[ast.IsNot()]):
            return left == name
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=first), *_]):
            return first == name
        case _:
            return False


def stops_early(call: ast.Call) -> bool:
    """Report whether what waits may go on while something is pending."""
    return any(limits(keyword) or chooses(keyword) for keyword in call.keywords)


def limits(keyword: ast.keyword) -> bool:
    """``timeout=5``"""
    never = isinstance(keyword.value, ast.Constant) and keyword.value.value is None
    return keyword.arg in LIMITS and not never


def chooses(keyword: ast.keyword) -> bool:
    """``return_when=asyncio.FIRST_COMPLETED``"""
    if keyword.arg not in CHOICES:
        return False
    return not any(word in ast.unparse(keyword.value) for word in EVERYTHING)


def is_bounded(call: ast.Call) -> bool:
    for keyword in call.keywords:
        if keyword.arg in BOUNDS:
            return not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
    return len(call.args) > 1


def chain_text(node: ast.expr) -> str:
    """What is called as it is spelled, blanks removed; of a very long chain only its last name."""
    inner = node
    for _ in range(_LONG_CHAIN):
        match inner:
            case ast.Attribute(value=value) | ast.Call(func=value) | ast.Subscript(value=value):
                inner = value
            case _:
                return "".join(ast.unparse(node).split())
    return f"….{spelled(node)}"


def spelled(node: ast.expr) -> str:
    """The last name of a name or attribute, "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def is_variable(target: ast.expr) -> bool:
    """Report whether a target is a name, or an attribute of the instance or class around."""
    match target:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Tuple(elts=elements):
            return all(map(is_variable, elements))
        case _:
            return False
