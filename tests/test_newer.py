"""Files whose syntax is newer than the running interpreter are read like others."""

from __future__ import annotations

import ast

import pytest

from taskfix.facts.parsing import Parsed, parse
from taskfix.facts.positions import Positions
from taskfix.model import Problem, Source


@pytest.mark.parametrize(
    "text",
    [
        "def f[Éclair](): spawn()\n",
        "class É[\n    Éé, Éclair](spawn(),): ...\n",
        'x = f"é {"é\\n"!r:é>{é}} é", spawn()\n',
        "try: f()\nexcept É, Éclair: é, spawn()\n",
        "type Éclair = 'é'; spawn()\r\n",
    ],
)
def test_columns_are_those_of_the_text(text: str) -> None:
    parsed = parse(Source("a.py", text.encode()))
    assert isinstance(parsed, Parsed)
    spans = [
        Positions(parsed.text.text).span(node)
        for node in ast.walk(parsed.tree)
        if isinstance(node, ast.Call) and ast.unparse(node) == "spawn()"
    ]
    lines = text.splitlines()
    assert [lines[s.line - 1][s.column : s.end_column] for s in spans] == ["spawn()"]


def test_newer_syntax_that_is_too_deep_is_a_problem_of_the_file() -> None:
    text = f"def f[T]():\n    return {'-' * 100_000}1\n"
    problem = parse(Source("a.py", text.encode()))
    assert isinstance(problem, Problem)
    assert problem.code in ("TF903", "TF905")
