"""The open tree of one file, and those that ask it: lives only while facts are collected."""

from __future__ import annotations

import ast
from functools import cached_property

from taskfix.facts.calls import Calls
from taskfix.facts.definitions import Definitions
from taskfix.facts.parsing import Parsed
from taskfix.facts.positions import Positions
from taskfix.facts.references import References
from taskfix.facts.remaking import Remakings
from taskfix.facts.removable import removable
from taskfix.facts.scopes import Tree
from taskfix.facts.sets import Sets
from taskfix.facts.uses import Uses
from taskfix.facts.values import Values
from taskfix.model import Imports


class Analysis:
    """One file with its tree, scopes and values. Everything in it is made when it is needed."""

    def __init__(self, parsed: Parsed) -> None:
        self.path = parsed.path
        self.text = parsed.text.text
        self.size = len(self.text)
        self.module = parsed.tree
        self.tree = Tree(parsed.tree)
        self.values = Values(self.tree, parsed.path)

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.text)

    @cached_property
    def uses(self) -> Uses:
        return Uses(self.tree, self.values, self.positions)

    @cached_property
    def definitions(self) -> Definitions:
        return Definitions(self.tree, self.values, self.uses, self.positions)

    @cached_property
    def calls(self) -> Calls:
        return Calls(self.tree, self.values, self.uses, self.positions)

    @cached_property
    def references(self) -> References:
        return References(self.tree, self.values)

    @cached_property
    def sets(self) -> Sets:
        return Sets(self.tree, self.values, self.positions)

    @cached_property
    def remakings(self) -> Remakings:
        return Remakings(self.tree, self.values)

    def close(self) -> None:
        """Let go of the tree, and let all go of it that are in a circle with it."""
        parts = [part for part in vars(self).values() if hasattr(part, "__dict__")]
        for part in (self, *parts):
            if not isinstance(part, ast.AST):
                vars(part).clear()

    def imports(self) -> Imports:
        """How the module spells what it imports at run time."""
        names = []
        for name, bindings in sorted(self.tree.root.bindings.items()):
            for binding in bindings:
                # `global x` and `import x`
                local = self.tree.function_of(binding.node) is not None
                if binding.kind != "import" or local:
                    continue
                if not _is_conditional(binding.node, self.tree):
                    names.append((binding.path, name))
        future = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in self.module.body
        )
        stars = tuple(self.tree.root.star_imports)
        return Imports(tuple(names), future, stars, removable(self.tree, self.positions))


def _is_conditional(node: ast.AST, tree: Tree) -> bool:
    """Whether a statement may be left out: for the type checker only, or in a script only."""
    return any(isinstance(ancestor, ast.If) for ancestor in tree.ancestors(node))
