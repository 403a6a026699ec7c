"""What no edit touches is folded away, and nothing that is touched moves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codemods.apply import apply_edits
from codemods.deep import run_deep
from codemods.edits import (
    AddImport,
    AddParameter,
    Edit,
    EditError,
    FunctionKey,
    KeepTask,
    UneditableError,
)
from codemods.fold import fold
from tests.codemods.marks import marked

OWN_FILES = sorted((Path(__file__).parents[2] / "codemods").glob("*.py"))
SUM = " + ".join(["a"] * 10_000)


def _reads(text: str) -> bool:
    try:
        run_deep(lambda: ast.parse(text))
    except (RecursionError, MemoryError):
        return False
    return True


READS_DEEP_CODE = _reads(SUM)  # Python 3.13.0 does not


def keep(text: str) -> tuple[str, list[Edit]]:
    source, spans = marked(text)
    return source, [KeepTask(span, "task", "tasks") for span in spans]


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.stem)
def test_every_function_that_is_touched_stays_where_it_is(path: Path) -> None:
    source = path.read_text("utf-8")
    for function in functions(source):
        folded = fold(source, [AddParameter(key(function), "tasks", None)])
        assert len(folded.split("\n")) == len(source.split("\n"))
        [same] = [one for one in functions(folded) if key(one) == key(function)]
        assert head(same) == head(function)


def functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]


def head(function: ast.FunctionDef) -> tuple[str, int | None, list[int]]:
    parameters = ast.dump(function.args, include_attributes=True)
    return parameters, function.end_lineno, [statement.lineno for statement in function.body]


def key(function: ast.FunctionDef) -> FunctionKey:
    return FunctionKey(function.lineno, function.name)


def test_functions_and_classes_that_are_not_touched_are_folded() -> None:
    source, edits = keep(
        "import a\n\n@a.b\ndef f(x):\n    return x\n\n\n"
        "class C:\n    def m(self):\n        y = 1\n\n    def n(self):\n        «g()»\n"
    )
    assert fold(source, edits) == (
        'import a\n\ndef f(): (a, f, x, """line 3\nline 4\nline 5""")\n\n\n'
        'class C:\n    def m(): (m, self, y, """line 9\nline 10""")\n\n'
        "    def n(self):\n        g()\n"
    )


def test_what_stands_between_many_functions_is_folded_with_them() -> None:
    functions = "".join(f"def f{n}(): pass\n# {n}\n" for n in range(5))
    assert fold(functions, [AddImport("asyncio")]) == (
        'def f0(): (f0, """line 1""")\n# 0\n'
        'def f1(): (f1, f2, f3, """line 3\nline 4\nline 5\nline 6\nline 7""")\n# 3\n'
        'def f4(): (f4, """line 9""")\n# 4\n'
    )


@pytest.mark.skipif(not READS_DEEP_CODE, reason="this Python does not read such deep code")
@pytest.mark.parametrize(
    "text",
    [
        f"x = {SUM}\n«g()»\n",
        f"def f():\n    x = (\n{SUM}\n    )\n    «g()»\n",
        f"if {SUM}:\n    pass\n«g()»\n",
        f"class C:\n    x = {SUM}\n\n    def f(self):\n        «g()»\n",
    ],
    ids=["beside the site", "in its function", "in a condition", "in its class"],
)
def test_a_deep_statement_does_not_matter_to_others(text: str) -> None:
    source, edits = keep(text)
    assert apply_edits(source, edits).count(SUM) == 1


@pytest.mark.parametrize(
    "text",
    [f"«g({SUM})»\n", f"x = {SUM}; «g()»\n", f"if a: x = {SUM}; «g()»\n"],
    ids=["an argument", "the same line", "the same block"],
)
def test_a_deep_statement_that_has_to_be_changed_is_told(text: str) -> None:
    source, edits = keep(text)
    with pytest.raises(UneditableError) as caught:
        apply_edits(source, edits)
    assert caught.value.too_deep
    assert caught.value.line == (1 if READS_DEEP_CODE else None)


def test_a_name_that_a_folded_function_uses_is_still_seen() -> None:
    source, edits = keep("def f():\n    return x\n\n\n[«g(x)» for x in y]\n")
    with pytest.raises(EditError, match="another use"):
        apply_edits(source, edits)


def test_what_cannot_be_rendered_does_not_matter_where_it_is_folded() -> None:
    odd = "def f():\n    try :\n        pass\n    except (A, B) :\n        pass\n\x0c\n"
    source, edits = keep(f"{odd}def g2():\n    «g()»\n{odd}")
    result = apply_edits(source, edits)
    assert result.startswith(odd)
    assert result.endswith(odd)
    assert "tasks.add(task)" in result
