"""Newer syntax is rewritten for older interpreters without moving anything."""

from __future__ import annotations

import ast
import sys

import pytest

from codemods.downlevel import downlevel

# Before exception groups their handlers are read as plain ones.
STAR = "*" if sys.version_info >= (3, 11) else " "

CASES = {
    "exceptions without parentheses": (
        "try:\n    f()\nexcept A, B.c , D:\n    pass\n",
        "try:\n    f()\nexcept A| B.c | D:\n    pass\n",
        (3, 14),
    ),
    "exception groups without parentheses": (
        "try:\n    f()\nexcept* A, B:\n    pass\n",
        f"try:\n    f()\nexcept{STAR} A| B:\n    pass\n",
        (3, 14),
    ),
    "a template string": ('x = t"a {b}" + rT"c"\n', 'x = f"a {b}" + rF"c"\n', (3, 14)),
    "type parameters": (
        "def f[T: (int, str) = int](a: T): ...\nclass A[*T]: ...\n",
        "def f                     (a: T): ...\nclass A    : ...\n",
        (3, 13),
    ),
    "type parameters on several lines": (
        "def f[\n    T,  # Note.\n](a): ...\n",
        "def f\\\n              \\\n (a): ...\n",
        (3, 13),
    ),
    "a type alias": ("type  X[T] = list[T]\n", "type__X    = list[T]\n", (3, 13)),
    "the same quotes": ("x = f'{a['b']}'\n", "x = f'{a[\"b\"]}'\n", (3, 12)),
    "the same quotes twice": (
        'x = f"{f"{a["b"]!r:>{w}} c"}"\n',
        "x = +( f\"{a['b']!r:>{w}} c\",)\n",
        (3, 12),
    ),
    "a format with an expression of its own": (
        'x = f"{"\\n":>{w}!r}"\n',
        'x = +( "\\n"  ,w   ,)\n',
        (3, 12),
    ),
    "a backslash": ('x = f"a {"\\n".join(b)} c"\n', 'x = +(   "\\n".join(b),  )\n', (3, 12)),
    "lines and a comment": (
        'x = rf"{\n    a  # Note.\n} b" "c"\n',
        "x = ++( \n    a  # Note.\n,  )    \n",
        (3, 12),
    ),
    "a text that is old enough": ("x = f'{a}'  # é\n", "x = f'{a}'  # é\n", (3, 10)),
    "Windows newlines": (
        "try: f()\r\nexcept A, B: pass\r\n",
        "try: f()\r\nexcept A| B: pass\r\n",
        (3, 14),
    ),
}


@pytest.mark.parametrize(("before", "after", "since"), CASES.values(), ids=CASES)
def test_reads(before: str, after: str, since: tuple[int, int]) -> None:
    result = downlevel(before)
    assert len(result) == len(before)
    ast.parse(result)
    if sys.version_info < since:
        assert result == after


def test_positions_are_kept() -> None:
    before = 'try:\n    x = f"{d["a"]}"; g(f"{h("b")}")\nexcept A, B:\n    i()\n'
    tree = ast.parse(downlevel(before))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {before.split("\n")[call.lineno - 1][call.col_offset] for call in calls}
    assert {"g", "i"} <= found


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the old f-strings have no own positions")
def test_positions_inside_f_strings_are_kept() -> None:
    before = 'try:\n    g(f"{h("b")}")\nexcept A, B:\n    pass\n'
    tree = ast.parse(downlevel(before))
    assert {call.col_offset for call in ast.walk(tree) if isinstance(call, ast.Call)} == {4, 9}


def test_a_text_that_no_python_reads_comes_back() -> None:
    assert downlevel("def f(:\n") == "def f(:\n"
