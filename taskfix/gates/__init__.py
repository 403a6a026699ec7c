"""Judges the new text of one file before anything is written: a gate that fails is our bug.

What only the whole project can show, that the fixed sites and no others are gone, is judged by
``planning.verified``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from codemods.edits import Edit
from taskfix.facts.parsing import parse
from taskfix.gates.asked import asked_for
from taskfix.gates.bound import unbound
from taskfix.gates.imports import missing_imports, take_out_names
from taskfix.gates.kept import UnknownShapeError
from taskfix.gates.lossless import lost_outside
from taskfix.gates.target import Version, not_for_target
from taskfix.gates.trees import difference
from taskfix.model import Problem, Source

Gate = Literal["compiles", "only what was asked for", "lossless", "names"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a result is not good enough to be written."""

    gate: Gate
    message: str


def judge_file(
    before: Source, after: bytes, edits: Sequence[Edit], version: Version
) -> Failure | None:
    """The first gate that the new bytes of a file do not pass, None where they pass all."""
    old, new = parse(before), parse(Source(before.path, after))
    assert not isinstance(old, Problem)
    if isinstance(new, Problem):
        return Failure("compiles", f"line {new.line} {new.message}")
    if problem := not_for_target(old.text.text, new.text.text, version):
        return Failure("compiles", problem)
    if problem := unbound(old.tree, new.tree):
        return Failure("names", problem)
    # The tree of the original is taken apart by what comes last.
    if problem := lost_outside(old.text.text, new.text.text, old.tree, edits):
        return Failure("lossless", problem)
    take_out_names(new.tree, missing_imports(old.tree, edits))
    try:
        problem = difference(asked_for(old.tree, old.text.text, edits), new.tree)
    except UnknownShapeError as error:
        problem = f"no fix is known for this shape of {error}"
    return Failure("only what was asked for", problem) if problem else None
