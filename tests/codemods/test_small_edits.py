"""Annotations and suppression comments."""

from __future__ import annotations

import pytest

from codemods.apply import apply_edits
from codemods.edits import Annotate, EditError, RemoveSuppression
from tests.codemods.marks import expect, marked

ANNOTATED = {
    "a name": ("«x» = set()  # Note.", "x: set[T] = set()  # Note."),
    "an annotated name": ("«x»: set = set()", "x: set[T] = set()"),
    "an attribute": ("a(); «self.x» = set(); b()", "a(); self.x: set[T] = set(); b()"),
    "a name without a value": ("«x»: set", "x: set[T]"),
}


@pytest.mark.parametrize(("before", "after"), ANNOTATED.values(), ids=ANNOTATED)
def test_annotates(before: str, after: str) -> None:
    source, (span,) = marked(before + "\n")
    expect(source, [Annotate(span, "set[T]")], after + "\n")


@pytest.mark.parametrize("before", ["«x» = y = 1", "«x» += 1", "f(«x»)"])
def test_refuses_to_annotate(before: str) -> None:
    source, (span,) = marked(before + "\n")
    with pytest.raises(EditError):
        apply_edits(source, [Annotate(span, "set[T]")])


SUPPRESSED = {
    "the only code": ("f()  # noqa: RUF006", "f()"),
    "one of several codes": ("f()  # noqa: E501, RUF006", "f()  # noqa: E501"),
    "the first of several codes": ("f()  # noqa: RUF006,E501 F1", "f()  # noqa: E501 F1"),
    "several codes": ("f()  # noqa: RUF006, ASYNC300", "f()"),
    "a code after another comment": (
        "f()  # pragma: no cover  # noqa: RUF006",
        "f()  # pragma: no cover",
    ),
    "a code before another comment": ("f()  # noqa: RUF006  # Why.", "f()  # Why."),
    "a code with its reason": ("f()  # noqa: RUF006 - nobody waits", "f()  # nobody waits"),
    "a code of ruff's own comment": ("f()  # ruff: ignore[RUF006]", "f()"),
    "a name of ruff's own comment": (
        "f()  # ruff: ignore[asyncio-dangling-task, x]",
        "f()  # ruff: ignore[x]",
    ),
    "a code in lower case": ("f()  # NOQA:ruf006", "f()"),
    "a comment of its own line": ("# ruff: ignore[RUF006]\nf()", "f()"),
    "a comment inside of a call": ("f(  # noqa: RUF006\n    x\n)", "f(\n    x\n)"),
}


@pytest.mark.parametrize(("before", "after"), SUPPRESSED.values(), ids=SUPPRESSED)
def test_removes(before: str, after: str) -> None:
    codes = ("RUF006", "ASYNC300", "asyncio-dangling-task")
    expect(before + "\n", [RemoveSuppression(1, codes)], after + "\n")


@pytest.mark.parametrize("before", ["f()", "f()  # noqa", "f()  # noqa: E501", '"# noqa: RUF006"'])
def test_finds_nothing_to_remove(before: str) -> None:
    with pytest.raises(EditError):
        apply_edits(before + "\n", [RemoveSuppression(1, ("RUF006",))])
