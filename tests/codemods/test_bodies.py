"""Statements at the top of a function's body."""

from __future__ import annotations

import pytest

from codemods.apply import apply_edits
from codemods.edits import AddParameter, CreateLocal, DefaultParameter, EditError, FunctionKey
from tests.codemods.marks import expect

LOCALS = {
    "before everything else": (
        """
        def f():
            # Why.
            g()
        """,
        """
        def f():
            tasks: set[T] = set()

            # Why.
            g()
        """,
    ),
    "after the docstring": (
        '''
        def f():
            """Do it."""
            g()
        ''',
        '''
        def f():
            """Do it."""
            tasks: set[T] = set()
            g()
        ''',
    ),
    "after the docstring and its blank line": (
        '''
        def f():
            """Do it."""

            # Why.
            g()
        ''',
        '''
        def f():
            """Do it."""

            tasks: set[T] = set()

            # Why.
            g()
        ''',
    ),
    "after a docstring that is all": (
        '''
        def f():
            """Do it."""
            # Nothing more.
        ''',
        '''
        def f():
            """Do it."""
            tasks: set[T] = set()
            # Nothing more.
        ''',
    ),
    "before a nested function": (
        """
        def f():
            @a
            def g():
                pass
        """,
        """
        def f():
            tasks: set[T] = set()

            @a
            def g():
                pass
        """,
    ),
    "in a body on one line": (
        """
        def f(): g(); h()  # Note.
        """,
        """
        def f():
            tasks: set[T] = set()
            g()
            h()  # Note.
        """,
    ),
    "with tabs": (
        "\nif a:\n\tdef f():\n\t\tg()\n",
        "\nif a:\n\tdef f():\n\t\ttasks: set[T] = set()\n\t\tg()\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), LOCALS.values(), ids=LOCALS)
def test_local_is_created(before: str, after: str) -> None:
    line = 1 + before[: before.index("def f")].count("\n")
    expect(before, [CreateLocal(FunctionKey(line, "f"), "tasks", "set[T]")], after)


def test_a_default_stands_under_the_new_parameter() -> None:
    key = FunctionKey(1, "f")
    expect(
        '''\
        async def f(a):
            """Do it."""
            g()
        ''',
        [AddParameter(key, "p", "set[T] | None"), DefaultParameter(key, "p", "_tasks")],
        '''\
        async def f(a, p: set[T] | None = None):
            """Do it."""
            if p is None:
                p = _tasks
            g()
        ''',
    )


def test_a_default_is_indented_as_its_function_is() -> None:
    key = FunctionKey(3, "f")
    expect(
        "if a:\n    pass\ndef f(p):\n  g()\n",
        [DefaultParameter(key, "p", "_tasks")],
        "if a:\n    pass\ndef f(p):\n  if p is None:\n    p = _tasks\n  g()\n",
    )


def test_a_docstring_that_shares_its_line_is_refused() -> None:
    with pytest.raises(EditError):
        apply_edits('def f():\n    "a"; g()\n', [CreateLocal(FunctionKey(1, "f"), "x", "int")])
