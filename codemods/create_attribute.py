"""CreateAttribute: ``__init__`` creates one more attribute."""

from __future__ import annotations

import libcst as cst

from codemods.edits import CreateAttribute, EditError
from codemods.expressions import code_of
from codemods.statements import (
    Statement,
    as_block,
    is_docstring,
    only_statement,
    parse_statements,
    walk,
)


def with_attribute(init: cst.FunctionDef, edit: CreateAttribute) -> cst.FunctionDef:
    """The ``__init__`` with ``self.attribute: annotation = value`` where it is early enough."""
    positional = [*init.params.posonly_params, *init.params.params]
    if not positional:
        raise EditError(edit, "the function has no self")
    self = positional[0].name.value
    block = as_block(init.body)
    body = [only_statement(statement) for statement in block.body]
    place = _place(body, self)
    if place > _first_use(body, self, edit.attribute):
        raise EditError(edit, "the attribute is used before the instance is set up")
    annotation = f": {edit.annotation}" if edit.annotation else ""
    new = parse_statements(f"{self}.{edit.attribute}{annotation} = {edit.value}\n")
    return init.with_changes(body=block.with_changes(body=[*body[:place], *new, *body[place:]]))


def _place(body: list[Statement], self: str) -> int:
    """After ``super().__init__()`` and the run of plain assignments to ``self``."""
    supers = [index for index, statement in enumerate(body) if _is_super_init(statement)]
    docstring = 1 if body and is_docstring(body[0]) else 0
    place = supers[-1] + 1 if supers else docstring
    for index in range(place, len(body)):
        if not _is_inert(body[index], self):
            break
        if _assigns_to(body[index], self):
            place = index + 1
    return place


def _is_super_init(statement: Statement) -> bool:
    match statement:
        # super().__init__()   Base.__init__(self)
        case cst.SimpleStatementLine(
            body=[cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value="__init__"))))]
        ):
            return True
    return False


def _assigns_to(statement: Statement, self: str) -> bool:
    """Whether the statement is ``self.x = v`` or ``self.x: T = v``."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target)
            ]
        ):
            return code_of(target).startswith(f"{self}.") and isinstance(target, cst.Attribute)
    return False


def _is_inert(statement: Statement, self: str) -> bool:
    """Whether the statement cannot start or register anything, as far as one can see.

    What is called here and now may; but a call that is given neither the instance nor anything of
    it, and whose result is assigned, is what attributes are made of: ``self.lock = Lock()``.
    """
    if isinstance(statement, cst.If):
        return not any(isinstance(node, (cst.Call, cst.Await)) for node in walk(statement))
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(
        isinstance(small, (cst.Assign, cst.AnnAssign, cst.Pass, cst.Assert))
        and not _gives_away(small, self)
        for small in statement.body
    )


def _gives_away(small: cst.BaseSmallStatement, self: str) -> bool:
    calls = [node for node in walk(small) if isinstance(node, (cst.Call, cst.Await))]
    return any(
        isinstance(node, (cst.Name, cst.Lambda)) and getattr(node, "value", self) == self
        for call in calls
        for node in walk(call)
    )


def _first_use(body: list[Statement], self: str, attribute: str) -> int:
    for index, statement in enumerate(body):
        for node in walk(statement):
            match node:
                case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)):
                    if (owner, name) == (self, attribute):
                        return index
    return len(body)
