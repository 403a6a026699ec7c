"""A lambda becomes a nested function just above its statement."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.apply import apply_edits
from codemods.edits import Edit, EditError, LambdaToFunction
from tests.codemods.marks import expect, marked

CASES = {
    "in the middle of a function": (
        """
        def f():
            x = 1
            # Why.
            loop.call_soon(«lambda: «create_task(b())»»)  # Note.
            g()
        """,
        """
        def f():
            x = 1

            def start():
                task = create_task(b())
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            # Why.
            loop.call_soon(start)  # Note.
            g()
        """,
    ),
    "at the start of a block": (
        """
        def f():
            if c:
                loop.call_soon(«lambda: «create_task(b())»»)
        """,
        """
        def f():
            if c:
                def start():
                    task = create_task(b())
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

                loop.call_soon(start)
        """,
    ),
    "with parameters": (
        """
        def f():
            for s in signals:
                on(s, «lambda e, *a, s=s: «create_task(b(s, e))»»)
        """,
        """
        def f():
            for s in signals:
                def start(e, *a, s=s):
                    task = create_task(b(s, e))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

                on(s, start)
        """,
    ),
    "with a chained callback": (
        """
        def f():
            x = 1

            loop.call_soon((«lambda: «create_task(b())».add_done_callback(log)»))
        """,
        """
        def f():
            x = 1

            def start():
                task = create_task(b())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                task.add_done_callback(log)

            loop.call_soon(start)
        """,
    ),
    "in a suite on one line": (
        """
        def f():
            if c: loop.call_soon(«lambda: «create_task(b())»»)
        """,
        """
        def f():
            if c:
                def start():
                    task = create_task(b())
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

                loop.call_soon(start)
        """,
    ),
    "in the head of a compound statement": (
        """
        def f():
            g()
            with on(«lambda: «create_task(b())»»):
                pass
        """,
        """
        def f():
            g()

            def start():
                task = create_task(b())
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            with on(start):
                pass
        """,
    ),
    "at module level": (
        """
        import a
        on(«lambda: «create_task(b())»»)
        """,
        """
        import a


        def start():
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)


        on(start)
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_is_hoisted(before: str, after: str) -> None:
    source, edits = hoisted(before)
    expect(source, edits, after)


REFUSED = {
    "an elif": "if a:\n    pass\nelif on(«lambda: «create_task(b())»»):\n    pass",
    "a while": "while on(«lambda: «create_task(b())»»):\n    pass",
    "a decorator": "@on(«lambda: «create_task(b())»»)\ndef f(): pass",
    "a default": "def f(a=«lambda: «create_task(b())»»): pass",
    "the base of a class": "class A(on(«lambda: «create_task(b())»»)): pass",
    "the body of a class": "class A:\n    x = «lambda: «create_task(b())»»",
    "a comprehension": "[«lambda: «create_task(b(x))»» for x in y]",
    "another lambda": "on(lambda: «lambda: «create_task(b())»»)",
    "a lambda that does more": "on(«lambda: (a(), «create_task(b())»)»)",
    "a lambda with a condition": "on(«lambda x: x and «create_task(b())»»)",
    "a lambda with a computed default": "on(«lambda x=g(): «create_task(b())»»)",
}


@pytest.mark.parametrize("before", REFUSED.values(), ids=REFUSED)
def test_is_refused(before: str) -> None:
    source, edits = hoisted(before + "\n")
    with pytest.raises(EditError):
        apply_edits(source, edits)


def hoisted(before: str) -> tuple[str, list[Edit]]:
    source, (lambda_, call) = marked(dedent(before))
    return source, [LambdaToFunction(lambda_, call, "start", "task", "tasks")]
