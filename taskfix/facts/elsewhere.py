"""Which functions a module runs in another thread, or in the event loop of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taskfix.apis.callables import RUNNING_ELSEWHERE, RUNNING_ELSEWHERE_METHODS
from taskfix.facts.scopes import Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values


def run_elsewhere(tree: Tree, values: Values) -> Iterator[str]:
    """``Thread(target=self.run)``, ``run_coroutine_threadsafe(self.drain(), loop)``"""
    for call in tree.nodes(ast.Call):
        named = spelled(call.func) in RUNNING_ELSEWHERE_METHODS
        if not named and not values.of(call.func) & RUNNING_ELSEWHERE:
            continue
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            function = argument.func if isinstance(argument, ast.Call) else argument
            if isinstance(function, (ast.Name, ast.Attribute)):
                yield from values.of(function)
