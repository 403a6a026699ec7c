"""Statements at module level, after the imports and constants."""

from __future__ import annotations

import pytest

from codemods.edits import AddImport, AddModuleCode
from tests.codemods.marks import expect

CODE = "# Keeps the tasks.\n_tasks: set[T] = set()\n"

PLACES = {
    "an empty file": ("", CODE),
    "imports and then a function": (
        "import a\n\n\ndef f(): ...\n",
        f"import a\n\n{CODE}\n\ndef f(): ...\n",
    ),
    "imports and then constants": (
        "import a\n\nlogger = a.b()\n",
        f"import a\n\nlogger = a.b()\n\n{CODE}",
    ),
    "constants that a condition or a loop makes": (
        "import a\n\nif a.b:\n    x = 1\nelse:\n    x = 2\nfor y in x:\n    a.c(y)\n\n\n"
        "def f(): ...\n",
        "import a\n\nif a.b:\n    x = 1\nelse:\n    x = 2\nfor y in x:\n    a.c(y)\n\n"
        f"{CODE}\n\ndef f(): ...\n",
    ),
    "functions that a condition makes": (
        "import a\n\nif a.b:\n\n    def f(): ...\n",
        f"import a\n\n{CODE}\nif a.b:\n\n    def f(): ...\n",
    ),
    "a program": (
        'import a\n\nx = 1\n\nif __name__ == "__main__":\n    a.b(x)\n',
        f'import a\n\nx = 1\n\n{CODE}\nif __name__ == "__main__":\n    a.b(x)\n',
    ),
    "constants, then a section that starts with a comment": (
        "import a\n\nx = 1\n\n# -- f --\n\n\ndef f(): ...\n",
        f"import a\n\nx = 1\n\n{CODE}\n\n# -- f --\n\n\ndef f(): ...\n",
    ),
    "imports and nothing more": ("import a\n", f"import a\n\n{CODE}"),
    "imports and a last comment": ("import a\n# End.\n", f"import a\n\n{CODE}# End.\n"),
    "a statement right below the imports": (
        "import a\nx = 1\n",
        f"import a\nx = 1\n\n{CODE}",
    ),
    "a comment about the next function": (
        "import a\n\n\n# About f.\n@b\ndef f(): ...\n",
        f"import a\n\n{CODE}\n\n# About f.\n@b\ndef f(): ...\n",
    ),
    "constants between imports": (
        "import a\n\nx = 1\nimport b\n\ny = 2\n",
        f"import a\n\nx = 1\nimport b\n\ny = 2\n\n{CODE}",
    ),
    "imports in a try and for type checkers": (
        "try:\n    import a\nexcept ImportError:\n    a = None\n\nif T:\n    import b\n\nx = 1\n",
        "try:\n    import a\nexcept ImportError:\n    a = None\n\nif T:\n    import b\n\n"
        f"x = 1\n\n{CODE}",
    ),
    "an import below a function": (
        "import a\n\n\ndef f(): ...\n\n\nimport b\n",
        f"import a\n\n{CODE}\n\ndef f(): ...\n\n\nimport b\n",
    ),
    "no imports": (
        "# Licence.\n\n\n# About f.\ndef f(): ...\n",
        f"# Licence.\n\n{CODE}\n\n# About f.\ndef f(): ...\n",
    ),
    "a docstring and a future import": (
        '"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n',
        f'"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n\n{CODE}',
    ),
    "a docstring alone": ('"""Doc."""\n', f'"""Doc."""\n\n{CODE}'),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_code_goes_below(before: str, after: str) -> None:
    expect(before, [AddModuleCode(CODE)], after)


def test_code_stays_above_what_needs_it() -> None:
    expect(
        "import a\n\na.b()\nimport c\n",
        [AddModuleCode(CODE, before_line=3)],
        f"import a\n\n{CODE}\na.b()\nimport c\n",
    )


def test_code_stays_above_a_decorated_function_that_needs_it() -> None:
    expect(
        "@a(\n    b\n)\ndef f(): ...\n",
        [AddModuleCode(CODE, before_line=2)],
        f"{CODE}\n\n@a(\n    b\n)\ndef f(): ...\n",
    )


def test_a_function_gets_two_blank_lines_around_it() -> None:
    code = "def _track(task):\n    return task\n"
    expect("import a\nx = 1\n", [AddModuleCode(code)], f"import a\nx = 1\n\n\n{code}")


def test_several_pieces_stand_in_their_listed_order() -> None:
    expect(
        "f()\n",
        [
            AddModuleCode("b = 1\n", before_line=1),
            AddImport("asyncio"),
            AddModuleCode("a = 1\n", before_line=1),
        ],
        "import asyncio\n\nb = 1\na = 1\n\nf()\n",
    )
