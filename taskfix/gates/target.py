"""Whether a result is code for the oldest Python of the project, as far as the original was."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator

Version = tuple[int, int]

# The oldest grammar that ast still tells apart.
_OLDEST = (3, 7)
_GENERIC_SINCE_39 = frozenset({"set", "list", "dict", "tuple", "frozenset", "type"})


def not_for_target(before: str, after: str, version: Version) -> str | None:
    """Why the result does not compile, or would not run, on a version; None where it would."""
    if _compiles(before) and (problem := _problem(after)):
        return problem
    grammar = max(version, _OLDEST)
    tree = _parsed(before, grammar)
    if tree is None:
        return None  # the file is newer than its project says, or than this interpreter
    result = _parsed(after, grammar)
    if result is None:
        return f"it is no syntax of Python {_name(version)}"
    new = Counter(_annotations(result)) - Counter(_annotations(tree))
    wrong = next((text for text in new if _is_too_new(text, version)), None)
    return f"the annotation {wrong} fails on Python {_name(version)}" if wrong else None


def _problem(text: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<result>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return f"it does not compile: {error}"
    return None


def _compiles(text: str) -> bool:
    return _problem(text) is None


def _parsed(text: str, version: Version) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, feature_version=version)
        except (SyntaxError, ValueError):
            return None


def _annotations(tree: ast.Module) -> Iterator[str]:
    """The annotations that are evaluated when the module runs."""
    if any(_is_lazy(statement) for statement in tree.body):
        return
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, local = stack.pop()
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            if isinstance(node, ast.arg) or not local:
                yield ast.unparse(node.annotation)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.returns is not None:
                yield ast.unparse(node.returns)
            stack.append((node.args, local))
            stack += [(child, True) for child in node.body]
        else:
            inside = local and not isinstance(node, ast.ClassDef)
            stack += [(child, inside) for child in ast.iter_child_nodes(node)]


def _is_lazy(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module="__future__", names=names):
            return any(alias.name == "annotations" for alias in names)
    return False


def _is_too_new(annotation: str, version: Version) -> bool:
    for node in ast.walk(ast.parse(annotation, mode="eval")):
        match node:
            # set | None
            case ast.BinOp(op=ast.BitOr()) if version < (3, 10):
                return True
            # set[...]
            case ast.Subscript(value=ast.Name(id=name)) if version < (3, 9):
                if name in _GENERIC_SINCE_39:
                    return True
            # asyncio.Task[...]
            case ast.Subscript(value=ast.Attribute(attr="Task" | "Future")) if version < (3, 9):
                return True
    return False


def _name(version: Version) -> str:
    return ".".join(map(str, version))
