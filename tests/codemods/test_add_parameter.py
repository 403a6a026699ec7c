"""A function gets one more parameter, in the layout of its own parameters."""

from __future__ import annotations

import pytest

from codemods.edits import AddParameter, FunctionKey
from tests.codemods.marks import expect

SIGNATURES = {
    "no parameters": ("def f(): ...", "def f(p: set[T] | None = None): ..."),
    "positional ones": ("def f(a, b=1): ...", "def f(a, b=1, p: set[T] | None = None): ..."),
    "a result and a comment": (
        "async def f(a) -> None:  # Note.\n    pass",
        "async def f(a, p: set[T] | None = None) -> None:  # Note.\n    pass",
    ),
    "any number of positional ones": (
        "def f(*args): ...",
        "def f(*args, p: set[T] | None = None): ...",
    ),
    "keyword-only ones": (
        "def f(a, *, b): ...",
        "def f(a, *, b, p: set[T] | None = None): ...",
    ),
    "any keywords": (
        "def f(a, **kwargs): ...",
        "def f(a, p: set[T] | None = None, **kwargs): ...",
    ),
    "nothing but keywords": (
        "def f(**kwargs): ...",
        "def f(p: set[T] | None = None, **kwargs): ...",
    ),
    "all kinds": (
        "def f(a, /, b, *c, d, **e): ...",
        "def f(a, /, b, *c, d, p: set[T] | None = None, **e): ...",
    ),
    "positional-only ones": (
        "def f(a, /): ...",
        "def f(a, /, p: set[T] | None = None): ...",
    ),
    "a trailing comma on one line": (
        "def f(a, b,): ...",
        "def f(a, b, p: set[T] | None = None,): ...",
    ),
    "one parameter on each line": (
        "def f(\n    a: int,  # Why.\n    b: str,  # What.\n) -> None:\n    pass",
        "def f(\n    a: int,  # Why.\n    b: str,  # What.\n    p: set[T] | None = None,\n)"
        " -> None:\n    pass",
    ),
    "one parameter on each line without a last comma": (
        "def f(\n    a: int,\n    b: str  # What.\n):\n    pass",
        "def f(\n    a: int,\n    b: str,  # What.\n    p: set[T] | None = None\n):\n    pass",
    ),
    "one parameter on each line and any keywords": (
        "def f(\n    a: int,  # Why.\n    **b: str,\n):\n    pass",
        "def f(\n    a: int,  # Why.\n    p: set[T] | None = None,\n    **b: str,\n):\n    pass",
    ),
    "only one parameter on its line": (
        "def f(\n    a: int,\n):\n    pass",
        "def f(\n    a: int,\n    p: set[T] | None = None,\n):\n    pass",
    ),
    "all parameters on a line of their own": (
        "def f(\n    a, b\n):\n    pass",
        "def f(\n    a, b, p: set[T] | None = None\n):\n    pass",
    ),
    "parameters that are aligned": (
        "def f(a,\n      b):\n    pass",
        "def f(a,\n      b,\n      p: set[T] | None = None):\n    pass",
    ),
    "a line that becomes too long": (
        "async def f(self, a_long_name: int, another_long_name: str = 'default') -> None: ...",
        "async def f(\n    self,\n    a_long_name: int,\n    another_long_name: str = 'default',\n"
        "    p: set[T] | None = None,\n) -> None: ...",
    ),
    "a line of its own that becomes too long": (
        "async def f(\n    self, a_long_name: int, another_long_name: str = 'default', b=1\n): ...",
        "async def f(\n    self,\n    a_long_name: int,\n    another_long_name: str = 'default',\n"
        "    b=1,\n    p: set[T] | None = None,\n): ...",
    ),
    "a stub that becomes too long": (
        "def f(self, a_long_name: int, another_long: str = ..., b: int = ...) -> int: ...",
        "def f(\n    self,\n    a_long_name: int,\n    another_long: str = ...,\n"
        "    b: int = ...,\n    p: set[T] | None = None,\n) -> int: ...",
    ),
    "a decorator": (
        "@a\n@b(1)\ndef f(x): ...",
        "@a\n@b(1)\ndef f(x, p: set[T] | None = None): ...",
    ),
}


@pytest.mark.parametrize(("before", "after"), SIGNATURES.values(), ids=SIGNATURES)
def test_signature_with(before: str, after: str) -> None:
    line = next(i for i, text in enumerate(before.split("\n"), 1) if "def f" in text)
    expect(before + "\n", [added(line)], after + "\n")


def test_without_an_annotation() -> None:
    edit = AddParameter(FunctionKey(1, "f"), "p", None)
    expect("def f(a): ...\n", [edit], "def f(a, p=None): ...\n")


def test_a_nested_function_and_the_one_around_it() -> None:
    expect(
        """\
        def f(a):
            def f(b):
                pass
        """,
        [added(1), added(2)],
        """\
        def f(a, p: set[T] | None = None):
            def f(b, p: set[T] | None = None):
                pass
        """,
    )


DOCSTRINGS = {
    "Google": (
        '''
        def f(a, b):
            """Do it.

            Args:
                a: The first.
                b: The second,
                    which goes on.

            Returns:
                Nothing.
            """
        ''',
        '''
        def f(a, b, p: set[T] | None = None):
            """Do it.

            Args:
                a: The first.
                b: The second,
                    which goes on.
                p: Keeps them.

            Returns:
                Nothing.
            """
        ''',
    ),
    "Google with types": (
        '''
        def f(a, **b):
            """Do it.

            Args:
                a (int): The first.
                **b: The others.
            """
        ''',
        '''
        def f(a, p: set[T] | None = None, **b):
            """Do it.

            Args:
                a (int): The first.
                p (set[T] | None): Keeps them.
                **b: The others.
            """
        ''',
    ),
    "NumPy": (
        '''
        def f(a):
            """Do it.

            Parameters
            ----------
            a : int
                The first.

            Returns
            -------
            None
            """
        ''',
        '''
        def f(a, p: set[T] | None = None):
            """Do it.

            Parameters
            ----------
            a : int
                The first.
            p : set[T] | None
                Keeps them.

            Returns
            -------
            None
            """
        ''',
    ),
    "Sphinx": (
        '''
        def f(a, b):
            """Do it.

            :param a: The first.
            :param b: The second,
                which goes on.
            :returns: Nothing.
            """
        ''',
        '''
        def f(a, b, p: set[T] | None = None):
            """Do it.

            :param a: The first.
            :param b: The second,
                which goes on.
            :param p: Keeps them.
            :returns: Nothing.
            """
        ''',
    ),
    "Sphinx with types": (
        '''
        def f(a):
            """
            Do it.

            :param a: The first.
            :type a: int
            """
        ''',
        '''
        def f(a, p: set[T] | None = None):
            """
            Do it.

            :param a: The first.
            :type a: int
            :param p: Keeps them.
            :type p: set[T] | None
            """
        ''',
    ),
    "prose alone": (
        '''
        def f(a):
            """Do it with a: the first.

            Returns:
                a: nothing.
            """
        ''',
        '''
        def f(a, p: set[T] | None = None):
            """Do it with a: the first.

            Returns:
                a: nothing.
            """
        ''',
    ),
    "other parameters than the function has": (
        '''
        def f(a):
            """Do it.

            Args:
                x: Another.
            """
        ''',
        '''
        def f(a, p: set[T] | None = None):
            """Do it.

            Args:
                x: Another.
            """
        ''',
    ),
}


@pytest.mark.parametrize(("before", "after"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_docstring_of(before: str, after: str) -> None:
    expect(before, [added(2)], after)


def added(line: int) -> AddParameter:
    return AddParameter(FunctionKey(line, "f"), "p", "set[T] | None", "Keeps them.")
