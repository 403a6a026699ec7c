"""Annotate: an assignment of one name or attribute gets an annotation, or another one."""

from __future__ import annotations

import libcst as cst

from codemods.edits import Annotate, EditError


def annotated(assignment: cst.Assign, edit: Annotate) -> cst.AnnAssign:
    """``x = v`` becomes ``x: A = v``."""
    if len(assignment.targets) != 1:
        raise EditError(edit, "an assignment to several targets cannot be annotated")
    target = assignment.targets[0]
    if target.target.lpar:
        raise EditError(edit, "the target is in parentheses")
    return cst.AnnAssign(
        target=target.target,
        annotation=_annotation(edit),
        value=assignment.value,
        equal=cst.AssignEqual(
            whitespace_before=target.whitespace_before_equal,
            whitespace_after=target.whitespace_after_equal,
        ),
        semicolon=assignment.semicolon,
    )


def reannotated(assignment: cst.AnnAssign, edit: Annotate) -> cst.AnnAssign:
    """``x: A = v`` becomes ``x: B = v``."""
    annotation = assignment.annotation.with_changes(annotation=_annotation(edit).annotation)
    return assignment.with_changes(annotation=annotation)


def _annotation(edit: Annotate) -> cst.Annotation:
    return cst.Annotation(cst.parse_expression(edit.annotation))
