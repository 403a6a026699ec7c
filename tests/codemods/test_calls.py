"""A call gets one more argument, becomes an argument, or an expression is replaced."""

from __future__ import annotations

import pytest

from codemods.edits import PassArgument, ReplaceExpression, WrapCall
from tests.codemods.marks import expect, marked

ARGUMENTS = {
    "no arguments": ("«f()»", "f(p=v)"),
    "some arguments": ("await «f(a, b=1)»  # Note.", "await f(a, b=1, p=v)  # Note."),
    "any arguments": ("«f(*a, **k)»", "f(*a, p=v, **k)"),
    "nothing but any keywords": ("«f(**k)»", "f(p=v, **k)"),
    "a generator": ("«f(x for x in y)»", "f((x for x in y), p=v)"),
    "a generator in parentheses": ("«f((x for x in y))»", "f((x for x in y), p=v)"),
    "a trailing comma": ("«f(a,)»", "f(a, p=v,)"),
    "one argument on each line": (
        "«f(\n    a,  # Why.\n    b,  # What.\n)»",
        "f(\n    a,  # Why.\n    b,  # What.\n    p=v,\n)",
    ),
    "one argument on each line without a last comma": (
        "«f(\n    a,\n    b  # What.\n)»",
        "f(\n    a,\n    b,  # What.\n    p=v\n)",
    ),
    "all arguments on a line of their own": ("«f(\n    a, b\n)»", "f(\n    a, b, p=v\n)"),
    "one argument of several lines": ("«f(g(\n    a\n))»", "f(g(\n    a\n), p=v)"),
    "another such call inside": ("«f(«f(a)», b)»", "f(f(a, p=v), b, p=v)"),
}


@pytest.mark.parametrize(("before", "after"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_argument_passed_with(before: str, after: str) -> None:
    source, spans = marked(f"async def g():\n    {indented(before)}\n")
    after = f"async def g():\n    {indented(after)}\n"
    expect(source, [PassArgument(span, "p", "v") for span in spans], after)


LONG = {
    "on one line": ("x = await «f(abcd, efgh)»", "x = await f(\n    abcd, efgh, p=v\n)"),
    "on one line, too long for one more": (
        "«f(abcd_efgh, ijklmno)»",
        "f(\n    abcd_efgh,\n    ijklmno,\n    p=v,\n)",
    ),
    "on a line of their own": (
        "«f(\n    abcd_efgh, ijkl\n)»",
        "f(\n    abcd_efgh,\n    ijkl,\n    p=v,\n)",
    ),
}


@pytest.mark.parametrize(("before", "after"), LONG.values(), ids=LONG)
def test_arguments_get_too_long(before: str, after: str) -> None:
    source, (span,) = marked(f"async def g():\n    {indented(before)}\n")
    after = f"async def g():\n    {indented(after)}\n"
    expect(source, [PassArgument(span, "p", "v")], after, width=27)


WRAPPED = {
    "an argument": ("print(«f(a)»)", "print(_track(f(a)))"),
    "in an f-string": ('x = f"{«f(a)»!r}"', 'x = f"{_track(f(a))!r}"'),
    "in parentheses": ("x = («f(a)») is None", "x = (_track(f(a))) is None"),
    "a condition over lines": (
        "assert «f(\n    a\n)»",
        "assert _track(f(\n    a\n))",
    ),
}


@pytest.mark.parametrize(("before", "after"), WRAPPED.values(), ids=WRAPPED)
def test_call_is_wrapped_as(before: str, after: str) -> None:
    source, spans = marked(before + "\n")
    expect(source, [WrapCall(span, "_track") for span in spans], after + "\n")


def test_a_wrapped_call_that_gets_too_long_is_broken_at_each_level() -> None:
    source, (span,) = marked("def g():\n    «create(first(), second)»\n")
    after = (
        "def g():\n    _track(\n        create(\n            first(), second\n        )\n    )\n"
    )
    expect(source, [WrapCall(span, "_track")], after, width=30)


REPLACED = {
    "a name": ("call(«a», b)", "call(x.y, b)"),
    "an attribute": ("call(«a.b.c», b)", "call(x.y, b)"),
    "a call": ("call(«a.b(c)», b)", "call(x.y, b)"),
    "a generator with its parentheses": ("call(«(a for a in b)», c)", "call(x.y, c)"),
    "in parentheses": ("call((«a»), b)", "call((x.y), b)"),
}


@pytest.mark.parametrize(("before", "after"), REPLACED.values(), ids=REPLACED)
def test_expression_is_replaced(before: str, after: str) -> None:
    source, spans = marked(before + "\n")
    expect(source, [ReplaceExpression(span, "x.y") for span in spans], after + "\n")


def indented(code: str) -> str:
    return code.replace("\n", "\n    ")
