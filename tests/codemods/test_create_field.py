"""The body of a class gets one more field."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.apply import apply_edits
from codemods.edits import CreateField, EditError, FunctionKey
from tests.codemods.marks import expect

PLACES = {
    "below the fields": (
        """
        class A:
            x: int
            y: int = 1

            def f(self): ...

            z: int = 2
        """,
        """
        class A:
            x: int
            y: int = 1
            tasks: T = field()

            def f(self): ...

            z: int = 2
        """,
    ),
    "below the docstring where there is no field": (
        '''
        class A:
            """Keeps."""

            def f(self): ...
        ''',
        '''
        class A:
            """Keeps."""

            tasks: T = field()

            def f(self): ...
        ''',
    ),
    "above what is no field": (
        """
        class A:
            x = attrib()
            __hash__ = None
            def f(self): ...
        """,
        """
        class A:
            x = attrib()
            tasks: T = field()
            __hash__ = None
            def f(self): ...
        """,
    ),
    "apart from a method that would be next to it": (
        '''
        class A:
            """Keeps."""
            def f(self): ...
        ''',
        '''
        class A:
            """Keeps."""

            tasks: T = field()

            def f(self): ...
        ''',
    ),
    "below fields that share a line": (
        """
        class A:
            x: int; y: int = 1  # both
            def f(self): ...
        """,
        """
        class A:
            x: int; y: int = 1  # both
            tasks: T = field()
            def f(self): ...
        """,
    ),
    "above the first method": (
        """
        class A:
            def f(self): ...
        """,
        """
        class A:
            tasks: T = field()

            def f(self): ...
        """,
    ),
    "in a decorated class inside of another one": (
        """
        class Outer:
          @dataclass(
              frozen=True,
          )
          class A:
            x: int  # the first
        """,
        """
        class Outer:
          @dataclass(
              frozen=True,
          )
          class A:
            x: int  # the first
            tasks: T = field()
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_field_stands(before: str, after: str) -> None:
    lines = dedent(before).splitlines()
    line = next(n for n, text in enumerate(lines, 1) if text.strip() == "class A:")
    expect(before, [CreateField(FunctionKey(line, "A"), "tasks: T = field()\n")], after)


def test_a_long_field_is_broken() -> None:
    edit = CreateField(FunctionKey(1, "A"), "tasks: T = field(default_factory=set, init=False)\n")
    broken = "    tasks: T = field(\n        default_factory=set, init=False\n    )\n"
    expect("class A:\n    x: int\n", [edit], f"class A:\n    x: int\n{broken}", width=40)


def test_a_class_on_one_line_is_left_alone() -> None:
    with pytest.raises(EditError, match="no lines of its own"):
        apply_edits("class A: x: int\n", [CreateField(FunctionKey(1, "A"), "tasks: T\n")])
