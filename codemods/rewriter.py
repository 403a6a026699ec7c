# ruff: noqa: N802 - LibCST names these methods after the nodes.
"""The one pass over a module: leaves each node, and asks the edits' files what becomes of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import libcst as cst

from codemods import annotate, function_body, pass_argument
from codemods.add_parameter import with_parameter
from codemods.create_attribute import with_attribute
from codemods.create_field import with_field
from codemods.edits import (
    AddImport,
    AddModuleCode,
    AddParameter,
    Annotate,
    CreateAttribute,
    CreateField,
    CreateLocal,
    DefaultParameter,
    Edit,
    EditError,
    KeepTask,
    LambdaToFunction,
    PassArgument,
    RemoveImport,
    RemoveSuppression,
    ReplaceExpression,
    WrapCall,
)
from codemods.expressions import code_of, replaced
from codemods.fit import on_its_line, rejoined, settled
from codemods.imports import with_import
from codemods.kept import Kept
from codemods.lambda_to_function import as_function, spaced, statement_of
from codemods.lines import split_lines
from codemods.module_code import with_code
from codemods.remove_import import without_import
from codemods.separated import line_start
from codemods.slots import with_slot
from codemods.statements import Statements, as_block, only_statement, with_leading_lines
from codemods.style import Style
from codemods.suppressions import without_codes

Wanted = TypeVar("Wanted", bound=Edit)
Leave = cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]


class Rewriter(cst.CSTTransformer):
    """Applies the edits that each original node is the target of."""

    def __init__(self, targets: Mapping[cst.CSTNode, Sequence[Edit]], style: Style) -> None:
        super().__init__()
        self.applied: set[Edit] = set()
        self._targets = targets
        self._style = style
        self._path: list[cst.CSTNode] = []
        self._kept = Kept()
        self._grown = False  # whether the statement at hand has a call with one more argument
        self._functions: dict[cst.CSTNode, list[cst.FunctionDef]] = {}
        self._left: dict[cst.CSTNode, cst.CSTNode] = {}

    # -- the walk ----------------------------------------------------------------------------

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._path.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> Leave:  # type: ignore[override]
        updated: cst.CSTNode = updated_node
        if original_node in self._targets and isinstance(updated, cst.BaseExpression):
            updated = self._expression(original_node, updated)
        left: Leave = super().on_leave(original_node, updated)
        if original_node in self._functions:
            left = self._below_functions(original_node, left)
        self._path.pop()
        if len(self._path) == 1:
            self._remember(original_node, left)
        return left

    def unfinished(self) -> list[Edit]:
        """The edits that found no place in the pass."""
        return [*self._kept.waiting()]

    def _wanted(self, node: cst.CSTNode, kind: type[Wanted]) -> list[Wanted]:
        found: list[Wanted] = [e for e in self._targets.get(node, ()) if isinstance(e, kind)]
        self.applied.update(found)
        return found

    def _remember(self, original: cst.CSTNode, left: Leave) -> None:
        """Where a module-level statement went, for what must stand above it."""
        if isinstance(left, cst.CSTNode):
            self._left[original] = left
        elif isinstance(left, cst.FlattenSentinel):
            self._left[original] = next(iter(left))

    # -- expressions -------------------------------------------------------------------------

    def _expression(self, original: cst.CSTNode, updated: cst.BaseExpression) -> cst.BaseExpression:
        for edit in self._wanted(original, ReplaceExpression):
            updated = replaced(updated, edit)
            self._grown = True
        if isinstance(updated, (cst.Call, cst.Await)):
            updated = self._call(original, updated)
        if isinstance(updated, cst.Lambda):
            updated = self._lambda(original, updated)
        return updated

    def _call(self, original: cst.CSTNode, call: cst.Call | cst.Await) -> cst.Call | cst.Await:
        for argument in self._wanted(original, PassArgument):
            assert isinstance(call, cst.Call)
            call = pass_argument.with_argument(call, argument)
            self._grown = True
        for wrap in self._wanted(original, WrapCall):
            call = self._wrapped(call, wrap)
            self._grown = True
        for keep in self._wanted(original, KeepTask):
            self._kept.expect(call, keep)
        for hoist in self._wanted(original, LambdaToFunction):
            self._kept.expect(call, hoist)
        return call

    def _wrapped(self, call: cst.Call | cst.Await, wrap: WrapCall) -> cst.Call:
        start = line_start(self._path)
        style = replace(self._style, unit=self._block_indent() or self._style.unit)
        new = pass_argument.wrapped(call, wrap, style.unit, start)
        if not start:
            return new  # it is fitted with its statement
        around = self._path[-2]
        head = code_of(around).removesuffix(code_of(call)) if isinstance(around, cst.Lambda) else ""
        return on_its_line(new, call, self._indentation(self._path), start, head, style)

    def _lambda(self, original: cst.CSTNode, lambda_: cst.Lambda) -> cst.BaseExpression:
        for edit in self._wanted(original, LambdaToFunction):
            statement = statement_of(self._path, edit)
            function = as_function(lambda_, edit, self._kept)
            self._functions.setdefault(statement, []).append(function)
            return cst.Name(edit.name)
        return lambda_

    # -- statements --------------------------------------------------------------------------

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        lines: Statements = [updated_node]
        if self._kept.inside(updated_node):
            lines = split_lines(updated_node, self._kept, self._scope(), original_node)
            lines[0] = with_leading_lines(lines[0], updated_node.leading_lines)
        elif not self._grown:
            return updated_node
        self._grown = False
        # Where lines are longer than that already, nobody wants to have them broken.
        code = code_of(original_node.with_changes(leading_lines=()))
        indentation = self._indentation(self._path)
        wide = any(not self._style.fits(indentation + line) for line in code.splitlines())
        return cst.FlattenSentinel(self._settled(lines, wide=wide))

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        functions = self._functions.pop(original_node, [])
        if self._kept.inside(updated_node):
            lines = split_lines(updated_node, self._kept, self._scope(), original_node)
        elif functions:
            lines = [only_statement(line) for line in as_block(updated_node).body]
        else:
            return updated_node
        if functions:
            lines = [*spaced(functions, lines[0], first=True, blank=1), *lines[1:]]
        return cst.IndentedBlock(self._settled(lines, deeper=True), indent=self._block_indent())

    def _below_functions(self, original: cst.CSTNode, left: Leave) -> Leave:
        functions = self._functions.pop(original)
        nodes = left if isinstance(left, cst.FlattenSentinel) else [left]
        first, *rest = [only_statement(node) for node in nodes if isinstance(node, cst.CSTNode)]
        container = self._path[-2]
        first = rejoined(first, original, self._indentation(self._path), self._style)
        is_first = getattr(container, "body", [])[0] is original
        blank = 2 if isinstance(container, cst.Module) else 1
        *above, first = spaced(functions, first, first=is_first, blank=blank)
        return cst.FlattenSentinel([*self._settled(above), first, *rest])

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.BaseSmallStatement:
        for target in original_node.targets:
            for edit in self._wanted(target.target, Annotate):
                return annotate.annotated(updated_node, edit)
        return updated_node

    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.BaseSmallStatement:
        for edit in self._wanted(original_node.target, Annotate):
            return annotate.reannotated(updated_node, edit)
        return updated_node

    # -- functions, classes, the module ------------------------------------------------------

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.BaseStatement:
        for parameter in self._wanted(original_node, AddParameter):
            updated_node = with_parameter(
                updated_node, parameter, self._style, self._indentation(self._path[:-1])
            )
        for attribute in self._wanted(original_node, CreateAttribute):
            updated_node = with_attribute(updated_node, attribute)
        return self._with_top(original_node, updated_node)

    def _with_top(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
        new: Statements = []
        edits: list[CreateLocal | DefaultParameter] = []
        for edit in self._targets.get(original, ()):
            if isinstance(edit, DefaultParameter):
                new += function_body.default_parameter(edit)
            elif isinstance(edit, CreateLocal):
                new += function_body.create_local(edit)
            else:
                continue
            edits.append(edit)
        if not edits:
            return updated
        self.applied.update(edits)
        indent = getattr(updated.body, "indent", None) or self._block_indent()
        return function_body.with_top(updated, settled(new, "", indent, self._style), edits[0])

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.BaseStatement:
        for statement in original_node.body.body:
            for edit in self._targets.get(statement, ()):
                if isinstance(edit, CreateAttribute) and edit.slot:
                    updated_node = with_slot(updated_node, edit)
        for field in self._wanted(original_node, CreateField):
            indentation = self._indentation(self._path)
            updated_node = with_field(updated_node, field, indentation, self._style)
        return updated_node

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        codes = [
            (edit, self._latest(original_node, updated_node, edit))
            for edit in self._wanted(original_node, AddModuleCode)
        ]
        if codes:
            updated_node = with_code(updated_node, codes)
        for gone in self._wanted(original_node, RemoveImport):
            updated_node = without_import(updated_node, gone)
        for edit in self._wanted(original_node, AddImport):
            updated_node = with_import(updated_node, edit, self._style)
        return updated_node

    def _latest(self, original: cst.Module, updated: cst.Module, edit: AddModuleCode) -> int:
        """The index that the code must not stand below."""
        for statement in original.body:
            if edit in self._targets.get(statement, ()):
                left = self._left[statement]
                return next(i for i, node in enumerate(updated.body) if node is left)
        return len(updated.body)

    # -- comments ----------------------------------------------------------------------------

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        comment = self._comment(original_node)
        if comment is original_node.comment:
            return updated_node
        if comment is None:
            return updated_node.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
        return updated_node.with_changes(comment=comment)

    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        comment = self._comment(original_node)
        if comment is original_node.comment:
            return updated_node
        return (
            cst.RemoveFromParent()
            if comment is None
            else updated_node.with_changes(comment=comment)
        )

    def _comment(self, line: cst.TrailingWhitespace | cst.EmptyLine) -> cst.Comment | None:
        comment = line.comment
        if line.comment is not None:
            for edit in self._wanted(line.comment, RemoveSuppression):
                if comment is None:
                    raise EditError(edit, "the comment is gone already")
                comment = without_codes(comment, edit)
        return comment

    # -- where the walk is -------------------------------------------------------------------

    def _scope(self) -> cst.CSTNode:
        scopes = (cst.FunctionDef, cst.ClassDef, cst.Module)
        return next(node for node in reversed(self._path) if isinstance(node, scopes))

    def _block_indent(self) -> str | None:
        """The indentation of the blocks around, None where it is the file's usual one."""
        blocks = [node for node in self._path if isinstance(node, cst.IndentedBlock)]
        return blocks[-1].indent if blocks else None

    def _indentation(self, path: Sequence[cst.CSTNode]) -> str:
        blocks = [node for node in path if isinstance(node, cst.IndentedBlock)]
        return "".join(block.indent or self._style.unit for block in blocks)

    def _settled(
        self, lines: Statements, *, deeper: bool = False, wide: bool = False
    ) -> Statements:
        indent = self._block_indent()
        indentation = self._indentation(self._path)
        if deeper:
            indentation += indent or self._style.unit
        style = replace(self._style, width=sys.maxsize) if wide else self._style
        return settled(lines, indentation, indent, style)
