"""An ``__init__`` creates one more attribute."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.apply import apply_edits
from codemods.edits import CreateAttribute, EditError, FunctionKey
from tests.codemods.marks import expect

PLACES = {
    "at the end of the plain assignments": (
        """
        class A:
            def __init__(self, x):
                self.x = x
                self.lock = asyncio.Lock()
                self.y: int = 1
                self.start()
                self.z = 1
        """,
        """
        class A:
            def __init__(self, x):
                self.x = x
                self.lock = asyncio.Lock()
                self.y: int = 1
                self._tasks: set[T] = set()
                self.start()
                self.z = 1
        """,
    ),
    "after the base class is set up": (
        '''
        class A(B):
            def __init__(self):
                """Do it."""
                x = 1
                super().__init__(x)

                # Why.
                self.start()
        ''',
        '''
        class A(B):
            def __init__(self):
                """Do it."""
                x = 1
                super().__init__(x)
                self._tasks: set[T] = set()

                # Why.
                self.start()
        ''',
    ),
    "before the instance is given away": (
        """
        class A:
            def __init__(self, bus):
                self.bus = bus
                self.sub = bus.subscribe(self.on_event)
                self.x = 1
        """,
        """
        class A:
            def __init__(self, bus):
                self.bus = bus
                self._tasks: set[T] = set()
                self.sub = bus.subscribe(self.on_event)
                self.x = 1
        """,
    ),
    "past what only prepares": (
        """
        class A:
            def __init__(this, x=None):
                if x is None:
                    x = 1
                this.x = x
                run(this)
        """,
        """
        class A:
            def __init__(this, x=None):
                if x is None:
                    x = 1
                this.x = x
                this._tasks: set[T] = set()
                run(this)
        """,
    ),
    "in an empty body": (
        """
        class A:
            def __init__(self): pass
        """,
        """
        class A:
            def __init__(self):
                self._tasks: set[T] = set()
                pass
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_attribute_is_created(before: str, after: str) -> None:
    expect(before, [CreateAttribute(FunctionKey(3, "__init__"), "_tasks", "set[T]")], after)


SLOTS = {
    "a tuple": ('("y", "x")', '("y", "x", "_tasks")'),
    "a sorted tuple": ('("_a", "x")', '("_a", "_tasks", "x")'),
    "a tuple without parentheses": ('"y", "x"', '"y", "x", "_tasks"'),
    "a tuple of one": ("('x',)", "('x', '_tasks')"),
    "a name": ('"x"', '("x", "_tasks")'),
    "a list": ("['x']", "['x', '_tasks']"),
    "nothing": ("()", '("_tasks",)'),
    "one name on each line": (
        '(\n        "y",\n        "x",  # Why.\n    )',
        '(\n        "y",\n        "x",  # Why.\n        "_tasks",\n    )',
    ),
}


@pytest.mark.parametrize(("before", "after"), SLOTS.values(), ids=SLOTS)
def test_slot_is_added_to(before: str, after: str) -> None:
    source = "class A:\n    __slots__ = {}\n\n    def __init__(self):\n        {}\n"
    line = 4 + before.count("\n")
    edit = CreateAttribute(FunctionKey(line, "__init__"), "_tasks", "set[T]", slot=True)
    expect(
        source.format(before, "self.x = 1"),
        [edit],
        source.format(after, "self.x = 1\n        self._tasks: set[T] = set()"),
    )


REFUSED = {
    "an attribute that is used before the base class is set up": """\
        class A(B):
            def __init__(self):
                self._tasks.add(1)
                super().__init__()
        """,
    "a function without self": """\
        class A:
            def __init__(*args): pass
        """,
}


@pytest.mark.parametrize("before", REFUSED.values(), ids=REFUSED)
def test_is_refused(before: str) -> None:
    with pytest.raises(EditError):
        apply_edits(
            dedent(before), [CreateAttribute(FunctionKey(2, "__init__"), "_tasks", "set[T]")]
        )


def test_slots_that_are_computed_are_refused() -> None:
    source = "class A:\n    __slots__ = names()\n    def __init__(self): pass\n"
    edit = CreateAttribute(FunctionKey(3, "__init__"), "_tasks", "set[T]", slot=True)
    with pytest.raises(EditError):
        apply_edits(source, [edit])
