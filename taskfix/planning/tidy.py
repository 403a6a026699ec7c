"""What the fixes of a file leave behind: an import that nothing reads any more goes with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from codemods.edits import Edit, RemoveImport, ReplaceExpression
from taskfix.index.project import Project
from taskfix.planning.plan import Plan


def tidied(plans: Sequence[Plan], project: Project) -> list[Plan]:
    """The plans, with the removal of an import where they take away all that reads it."""
    edits: dict[str, set[Edit]] = defaultdict(set)
    for plan in plans:
        for path, edit in plan.proposal.edits if plan.proposal else ():
            edits[path].add(edit)
    unread = {path: _unread(path, edits[path], project) for path in sorted(edits)}
    return [_with_removals(plan, unread) for plan in plans]


def _unread(path: str, edits: set[Edit], project: Project) -> tuple[RemoveImport, ...]:
    replaced = {
        (edit.span.line, edit.span.column) for edit in edits if isinstance(edit, ReplaceExpression)
    }
    return tuple(
        RemoveImport(name)
        for name, places in project.modules[path].imports.removable
        if places and replaced.issuperset(places) and not _mentions(name, edits)
    )


def _mentions(name: str, edits: set[Edit]) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(word.search(repr(edit)) for edit in edits)


def _with_removals(plan: Plan, unread: dict[str, tuple[RemoveImport, ...]]) -> Plan:
    if plan.proposal is None:
        return plan
    edits = list(plan.proposal.edits)
    for path in sorted({path for path, edit in edits if isinstance(edit, ReplaceExpression)}):
        edits += [(path, removal) for removal in unread[path]]
    return replace(plan, proposal=replace(plan.proposal, edits=tuple(edits)))
