# ruff: noqa: N802 - LibCST names these methods after the nodes.
"""The same fix as an ordinary LibCST codemod: what a project would write for itself.

It sees one file at a time, goes by how a call is spelled and always makes a set of the module. It
asks for no metadata, which would make it several times slower: taskfix is compared with the fastest
codemod, not with the most careful one.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.helpers import parse_template_module, parse_template_statement

_CALL = m.Call(func=m.Attribute(value=m.Name("asyncio"), attr=m.Name("create_task")))
_DISCARDED = m.SimpleStatementLine(body=[m.Expr(_CALL)])
_IMPORT = m.SimpleStatementLine(body=[m.Import() | m.ImportFrom()])
_KEPT = """\
task = {call}
_background_tasks.add(task)
task.add_done_callback(_background_tasks.discard)
"""
_SET = "_background_tasks: set[asyncio.Task] = set()\n"


class KeepTasksCommand(VisitorBasedCodemodCommand):
    """Puts each discarded ``asyncio.create_task(...)`` into a set of the module."""

    DESCRIPTION = "Keep discarded tasks in a set of the module."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        self.found = False

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        # asyncio.create_task(...)
        if not m.matches(updated_node, _DISCARDED):
            return updated_node
        self.found = True
        call = cst.ensure_type(updated_node.body[0], cst.Expr).value
        first, *others = parse_template_module(_KEPT, call=call).body
        first = cst.ensure_type(first, cst.SimpleStatementLine)
        first = first.with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel(
            [first, *(cst.ensure_type(other, cst.SimpleStatementLine) for other in others)]
        )

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        if not self.found:
            return updated_node
        body = list(updated_node.body)
        imports = [at for at, line in enumerate(body) if m.matches(line, _IMPORT)]
        after = max(imports, default=-1) + 1
        return updated_node.with_changes(
            body=[*body[:after], parse_template_statement(_SET), *body[after:]]
        )
