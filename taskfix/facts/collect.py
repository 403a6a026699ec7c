"""Source text -> the facts of one module, through the standard library's ``ast``."""

from __future__ import annotations

import ast

from taskfix.facts.calls import Calls
from taskfix.facts.definitions import Definitions
from taskfix.facts.generated import is_generated
from taskfix.facts.positions import Positions
from taskfix.facts.references import References
from taskfix.facts.removable import removable
from taskfix.facts.scopes import Scope, Tree, is_steady
from taskfix.facts.sets import Sets
from taskfix.facts.suppressions import collect as collect_suppressions
from taskfix.facts.uses import Uses
from taskfix.facts.values import Values
from taskfix.model import Imports, Module


def collect(
    path: str, text: str, tree: ast.Module, names: frozenset[str], *, full: bool = True
) -> Module:
    """The facts of one file.

    ``names`` are those whose mentions are recorded; calls too are limited to them unless ``full``.
    """
    scopes = Tree(tree)
    values = Values(scopes, path)
    positions = Positions(text)
    uses = Uses(scopes, values, positions)
    definitions = Definitions(scopes, values, uses, positions)
    return Module(
        path=path,
        functions=tuple(definitions.functions()),
        classes=tuple(definitions.classes()),
        calls=tuple(Calls(scopes, values, uses, positions, names, full=full).collect()),
        references=tuple(References(scopes, values, names).collect()),
        sets=tuple(Sets(scopes, values, positions).collect()),
        exports=tuple(_exports(scopes, values)),
        suppressions=collect_suppressions(text, tree),
        imports=_imports(scopes, positions),
        names=scopes.order.identifiers(tree),
        steady=frozenset(
            name for name in scopes.root.bindings if is_steady(name, scopes.root, scopes)
        ),
        generated=is_generated(text, tree),
    )


def _exports(tree: Tree, values: Values) -> list[tuple[str, frozenset[str]]]:
    root = tree.root
    return [(name, values.of_name(name, root)) for name in sorted(root.bindings)]


def _imports(tree: Tree, positions: Positions) -> Imports:
    names = []
    for name, bindings in sorted(tree.root.bindings.items()):
        for binding in bindings:
            local = tree.function_of(binding.node) is not None  # `global x` and `import x`
            if binding.kind != "import" or local:
                continue
            if not _is_conditional(binding.node, tree):
                names.append((binding.path, name))
    future = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.module.body
    )
    stars = tuple(tree.root.star_imports)
    return Imports(tuple(names), future, stars, removable(tree, positions))


def _is_conditional(node: ast.AST, tree: Tree) -> bool:
    """Whether a statement may be left out: for the type checker only, or in a script only."""
    return any(isinstance(ancestor, ast.If) for ancestor in tree.ancestors(node))


__all__ = ["Scope", "collect"]
