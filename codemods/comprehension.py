"""A comprehension that is used as a statement becomes the loops that it stands for."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from codemods.expressions import standing_alone, unwrapped
from codemods.statements import Statements, parse_statements, walk


def as_loops(clause: cst.CompFor, body: Statements) -> Statements:
    """``for x in xs if c`` around a body."""
    inner = as_loops(clause.inner_for_in, body) if clause.inner_for_in else body
    for condition in reversed(clause.ifs):
        inner = [_if(condition.test, inner)]
    loop = parse_statements("for target in iterable:\n    body\n")[0]
    return [
        loop.with_changes(
            target=clause.target,
            iter=standing_alone(unwrapped(clause.iter)),
            body=cst.IndentedBlock(inner),
            asynchronous=clause.asynchronous,
        )
    ]


def _if(test: cst.BaseExpression, body: Statements) -> cst.BaseCompoundStatement:
    block = parse_statements("if test:\n    body\n")[0]
    assert isinstance(block, cst.If)
    return block.with_changes(test=standing_alone(unwrapped(test)), body=cst.IndentedBlock(body))


def loop_names(statements: Iterable[cst.CSTNode]) -> set[str]:
    """The names that loops bind, and that a comprehension kept to itself."""
    return {
        name.value
        for statement in statements
        for node in walk(statement)
        if isinstance(node, cst.For)
        for name in walk(node.target)
        if isinstance(name, cst.Name)
    }


def names_outside(scope: cst.CSTNode, statement: cst.CSTNode) -> set[str]:
    """The names in a scope, those of one statement left out."""
    inside = {id(node) for node in walk(statement)}
    return {node.value for node in _variables(scope) if id(node) not in inside}


def _variables(scope: cst.CSTNode) -> Iterable[cst.Name]:
    # The ``x`` of ``a.x`` and of ``f(x=1)`` is no variable.
    others: set[int] = set()
    for node in walk(scope):
        match node:
            case cst.Attribute(attr=name) | cst.Arg(keyword=cst.Name() as name):
                others.add(id(name))
            case cst.Name() if id(node) not in others:
                yield node
