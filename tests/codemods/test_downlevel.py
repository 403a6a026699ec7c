"""Newer syntax is rewritten for older interpreters without moving anything."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from codemods import downlevel_cst, downlevel_scan
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


@pytest.mark.parametrize(("before", "after", "since"), CASES.values(), ids=CASES)
def test_scanning_finds_what_parsing_finds(before: str, after: str, since: tuple[int, int]) -> None:
    source = before.replace("\r\n", "\n")
    assert downlevel_scan.rewritten(source) == downlevel_cst.rewritten(source)


# What looks newer where it stands in a string or comment, or is older than it looks.
OLD = {
    "in a string": 'x = """\nexcept A, B:\n    type X = 1\n""" + r"\\"def f[T](): ..."\n',
    "in an f-string": "x = f'''{a} def f[T]( {b['c']!r:>{c}} type X = 1 '''\n",
    "in a comment": "x = 1  # except A, B: it's t'{x}'\n# type X = def f[T]()\n",
    "behind an escaped quote": "x = 'it\\'s', '''it\\'''s except A, B:''', b'\\'', ''\n",
    "the old handlers": "try: f()\nexcept (A, B) as e: g(a, b)\nexcept f(A, B)[0, 1]: pass\n",
    "names": "type = object; type[0] = my_type = deft = {}; type if type else 0\n",
    "words before quotes": "x = 1 if'a'else't'; y = 'a'in't' or't'\n",
}


@pytest.mark.parametrize("text", OLD.values(), ids=OLD)
def test_scanning_leaves_what_is_old(text: str) -> None:
    assert downlevel_scan.rewritten(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    pass\nexcept A, B as e:\n    pass\n",
        "x = f(a, type y=1)\n",
        "x = 'a\n",
        "x = f'{a'\n",
        "def f[T\n",
    ],
)
def test_scanning_says_so_where_it_does_not_understand(text: str) -> None:
    assert downlevel_scan.rewritten(text) is None


NEW = "type A = int\ndef f[T](a: T): ...\ntry: f()\nexcept A, B: x = t'{a}' f'{'\\n'}'\n"


def test_a_text_that_scanning_understands_needs_no_library() -> None:
    code = (
        "import ast, sys; from codemods.downlevel import downlevel\n"
        f"ast.parse(downlevel({NEW!r})); assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
