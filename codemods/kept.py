"""The calls of a statement whose results must get an owner, known by identity."""

from __future__ import annotations

import libcst as cst

from codemods.edits import KeepTask, LambdaToFunction
from codemods.statements import Statements, line_of, parse_statements, walk


class Kept:
    """The calls that a statement still has to keep, and the lines that already do.

    A transformer gives every node that it has left a new identity, which it then has for as long as
    the nodes around it are left. So a call that was just left can be recognised wherever it went.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[cst.BaseExpression, KeepTask | LambdaToFunction]] = {}
        self.lines: list[cst.SimpleStatementLine] = []

    def expect(self, call: cst.BaseExpression, edit: KeepTask | LambdaToFunction) -> None:
        """Remember a call that the transformer has just left."""
        self._waiting[id(call)] = (call, edit)

    def has(self, node: cst.CSTNode) -> bool:
        """Whether the node itself is such a call."""
        return id(node) in self._waiting

    def inside(self, node: cst.CSTNode) -> list[KeepTask | LambdaToFunction]:
        """The edits of the calls inside a node."""
        if not self._waiting:
            return []
        return [self._waiting[id(inner)][1] for inner in walk(node) if self.has(inner)]

    def take(self, node: cst.CSTNode) -> KeepTask | LambdaToFunction:
        """The edit of a call, which is then taken care of."""
        return self._waiting.pop(id(node))[1]

    def waiting(self) -> list[KeepTask | LambdaToFunction]:
        """The edits of the calls that no statement has taken care of."""
        return [edit for _, edit in self._waiting.values()]

    def mark(self, line: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        """The line holds a kept call, so that the statement's comment belongs to it."""
        self.lines.append(line)
        return line


def bound(call: cst.BaseExpression, edit: KeepTask | LambdaToFunction, kept: Kept) -> Statements:
    """The lines that bind the result of a call to a name and keep it."""
    # variable = call
    assignment = cst.Assign([cst.AssignTarget(cst.Name(edit.variable))], call)
    return [kept.mark(line_of(assignment)), *held(edit.variable, edit)]


def held(name: str, edit: KeepTask | LambdaToFunction) -> Statements:
    """The lines that keep the task of that name in the holder until it is done."""
    if isinstance(edit, KeepTask) and edit.keeper is not None:
        return parse_statements(f"{edit.keeper}({name})\n")
    if edit.guard:
        return parse_statements(
            f"if {edit.holder} is not None:\n"
            f"    {edit.holder}.add({name})\n"
            f"    {name}.add_done_callback({edit.holder}.discard)\n"
        )
    return parse_statements(
        f"{edit.holder}.add({name})\n{name}.add_done_callback({edit.holder}.discard)\n"
    )
