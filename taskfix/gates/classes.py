"""What the edits ask of a class with ``__slots__``: one more name."""

from __future__ import annotations

import ast


def add_slot(class_: ast.ClassDef, name: str) -> None:
    """Give the class one more name in its ``__slots__``, in its place if they are sorted."""
    for statement in class_.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__slots__")], value=slots)
                | ast.AnnAssign(target=ast.Name(id="__slots__"), value=ast.expr() as slots)
            ):
                statement.value = _with_slot(slots, name)
                return


def _with_slot(slots: ast.expr, name: str) -> ast.expr:
    new = ast.Constant(name)
    if isinstance(slots, ast.Constant):
        return ast.Tuple([slots, new], ast.Load())
    if isinstance(slots, (ast.Tuple, ast.List, ast.Set)):
        names = [str(e.value) for e in slots.elts if isinstance(e, ast.Constant)]
        in_order = len(names) > 1 and names == sorted(names)
        slots.elts.insert(sum(n < name for n in names) if in_order else len(slots.elts), new)
    return slots
