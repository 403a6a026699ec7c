"""A statement that drops a task binds it and keeps it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.apply import apply_edits
from codemods.edits import Edit, EditError, KeepTask
from tests.codemods.marks import expect, marked

CASES = {
    "a bare call is bound and kept": (
        """
        async def f():
            «create_task(b())»
        """,
        """
        async def f():
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        """,
    ),
    "what another call is given is kept before": (
        """
        async def f():
            xs.append(
                «create_task(
                    b(),  # What to run.
                )»
            )
            xs.append((«await create_task(b())»))  # Beside.
        """,
        """
        async def f():
            task = create_task(
                b(),  # What to run.
            )
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            xs.append(task)
            task_2 = await create_task(b())  # Beside.
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
            xs.append(task_2)
        """,
    ),
    "comments and blank lines stay where they were": (
        """
        async def f():
            # Above.

            «create_task(b())»  # Beside.

            # Below.
            g()
        """,
        """
        async def f():
            # Above.

            task = create_task(b())  # Beside.
            tasks.add(task)
            task.add_done_callback(tasks.discard)

            # Below.
            g()
        """,
    ),
    "a call over several lines keeps its lines": (
        """
        «create_task(
            b(),  # What to run.
            name="b",
        )»  # Beside.
        """,
        """
        task = create_task(
            b(),  # What to run.
            name="b",
        )  # Beside.
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        """,
    ),
    "parentheses that are not needed go": (
        """
        («create_task(b())»)
        (
            «create_task(b())»
        )
        """,
        """
        task = create_task(b())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task_2 = create_task(b())
        tasks.add(task_2)
        task_2.add_done_callback(tasks.discard)
        """,
    ),
    "parentheses that hold lines together stay": (
        """
        (
            # Why.
            «loop
            .create_task(b())»
        )
        """,
        """
        task = (
            # Why.
            loop
            .create_task(b())
        )
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        """,
    ),
    "an underscore is replaced by the variable": (
        """
        _ = «create_task(b())»
        _: Task = «create_task(b())»
        """,
        """
        task = create_task(b())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task_2: Task = create_task(b())
        tasks.add(task_2)
        task_2.add_done_callback(tasks.discard)
        """,
    ),
    "a name that is bound already is used": (
        """
        x = «create_task(b())»
        y: Task = «create_task(b())»
        (z := «create_task(b())»)
        self.a = w = «create_task(b())»
        """,
        """
        x = create_task(b())
        tasks.add(x)
        x.add_done_callback(tasks.discard)
        y: Task = create_task(b())
        tasks.add(y)
        y.add_done_callback(tasks.discard)
        z = create_task(b())
        tasks.add(z)
        z.add_done_callback(tasks.discard)
        self.a = w = create_task(b())
        tasks.add(w)
        w.add_done_callback(tasks.discard)
        """,
    ),
    "each name of an unpacked tuple is used": (
        """
        a, _ = «create_task(b())», «create_task(c())»
        """,
        """
        a, task_2 = create_task(b()), create_task(c())
        tasks.add(a)
        a.add_done_callback(tasks.discard)
        tasks.add(task_2)
        task_2.add_done_callback(tasks.discard)
        """,
    ),
    "a chained callback follows": (
        """
        «create_task(b())».add_done_callback(log)  # Beside.
        (
            «create_task(b())»
            .add_done_callback(log)
        )
        """,
        """
        task = create_task(b())  # Beside.
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(log)
        task_2 = create_task(b())
        tasks.add(task_2)
        task_2.add_done_callback(tasks.discard)
        task_2.add_done_callback(log)
        """,
    ),
    "what a chained call returns is still returned": (
        """
        def f():
            return «create_task(b())».add_done_callback(log)
        """,
        """
        def f():
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return task.add_done_callback(log)
        """,
    ),
    "a task that is returned is kept and returned": (
        """
        def f():
            return «create_task(b())»  # Beside.
        """,
        """
        def f():
            task = create_task(b())  # Beside.
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return task
        """,
    ),
    "what is evaluated on a condition becomes an if": (
        """
        a and «create_task(b())»  # Beside.
        a or «create_task(b())»
        a is None or «create_task(b())»
        (a or c) and «create_task(b())»
        a and c or «create_task(b())»
        a and (c or «create_task(b())»)
        """,
        """
        if a:
            task = create_task(b())  # Beside.
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if not a:
            task_2 = create_task(b())
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
        if a is not None:
            task_3 = create_task(b())
            tasks.add(task_3)
            task_3.add_done_callback(tasks.discard)
        if a or c:
            task_4 = create_task(b())
            tasks.add(task_4)
            task_4.add_done_callback(tasks.discard)
        if not (a and c):
            task_5 = create_task(b())
            tasks.add(task_5)
            task_5.add_done_callback(tasks.discard)
        if a:
            if not c:
                task_6 = create_task(b())
                tasks.add(task_6)
                task_6.add_done_callback(tasks.discard)
        """,
    ),
    "a condition over several lines stays one expression": (
        """
        (
            a
            or c
            or «create_task(b())»
        )
        """,
        """
        if not (a
            or c):
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        """,
    ),
    "a conditional expression becomes an if": (
        """
        «create_task(b())» if c else None
        None if c else «create_task(b())»
        g() if c else «create_task(b())»
        «create_task(b())» if c else «create_task(d())»
        """,
        """
        if c:
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if not c:
            task_2 = create_task(b())
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
        if c:
            g()
        else:
            task_3 = create_task(b())
            tasks.add(task_3)
            task_3.add_done_callback(tasks.discard)
        if c:
            task_4 = create_task(b())
            tasks.add(task_4)
            task_4.add_done_callback(tasks.discard)
        else:
            task_5 = create_task(d())
            tasks.add(task_5)
            task_5.add_done_callback(tasks.discard)
        """,
    ),
    "a comprehension becomes loops": (
        """
        async def f():
            [«create_task(b(x))» for x in xs]  # Beside.
            {«create_task(b(y, z))» async for y in ys if y for z in y.zs if z if not z.done}
            [«create_task(b(k, v))» for k, v in xs.items()]
        """,
        """
        async def f():
            for x in xs:
                task = create_task(b(x))  # Beside.
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            async for y in ys:
                if y:
                    for z in y.zs:
                        if z:
                            if not z.done:
                                task_2 = create_task(b(y, z))
                                tasks.add(task_2)
                                task_2.add_done_callback(tasks.discard)
            for k, v in xs.items():
                task_3 = create_task(b(k, v))
                tasks.add(task_3)
                task_3.add_done_callback(tasks.discard)
        """,
    ),
    "the elements of a display become statements": (
        """
        [«create_task(b())», g(), None, «create_task(c())»]  # Beside.
        «create_task(b())»,
        """,
        """
        task = create_task(b())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        g()
        task_2 = create_task(c())  # Beside.
        tasks.add(task_2)
        task_2.add_done_callback(tasks.discard)
        task_3 = create_task(b())
        tasks.add(task_3)
        task_3.add_done_callback(tasks.discard)
        """,
    ),
    "statements on one line get their own lines": (
        """
        async def f():
            a(); «create_task(b())»; c()  # Beside.
            «create_task(b())»; «create_task(c())»;
        """,
        """
        async def f():
            a()
            task = create_task(b())  # Beside.
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            c()
            task_2 = create_task(b())
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
            task_3 = create_task(c())
            tasks.add(task_3)
            task_3.add_done_callback(tasks.discard)
        """,
    ),
    "a suite on one line becomes a block": (
        """
        if c: «create_task(b())»
        else: a(); «create_task(b())»  # Beside.
        async def f(): log("a"); «create_task(b())»  # Note.
        match x:
            case 1: «create_task(b())»
            case _: pass
        """,
        """
        if c:
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        else:
            a()
            task_2 = create_task(b())  # Beside.
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
        async def f():
            log("a")
            task_3 = create_task(b())  # Note.
            tasks.add(task_3)
            task_3.add_done_callback(tasks.discard)
        match x:
            case 1:
                task_4 = create_task(b())
                tasks.add(task_4)
                task_4.add_done_callback(tasks.discard)
            case _: pass
        """,
    ),
    "tabs are used where tabs are used": (
        """
        if c:
        \tif d: «create_task(b())»
        \ta and «create_task(b())»
        """,
        """
        if c:
        \tif d:
        \t\ttask = create_task(b())
        \t\ttasks.add(task)
        \t\ttask.add_done_callback(tasks.discard)
        \tif a:
        \t\ttask_2 = create_task(b())
        \t\ttasks.add(task_2)
        \t\ttask_2.add_done_callback(tasks.discard)
        """,
    ),
    "a block keeps an indentation of its own": (
        """
        if c:
            pass
        if c:
          a and «create_task(b())»
        """,
        """
        if c:
            pass
        if c:
          if a:
            task = create_task(b())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        """,
    ),
    "characters of any width are counted as characters": (
        """
        é = "😀"; «create_task(b("é"))»
        """,
        """
        é = "😀"
        task = create_task(b("é"))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_is_kept(before: str, after: str) -> None:
    source, edits = kept(before)
    expect(source, edits, after)


def test_a_guard_asks_for_the_holder() -> None:
    source, edits = kept("async def f():\n    «create_task(b())»\n", guard=True)
    expect(
        source,
        edits,
        """\
        async def f():
            task = create_task(b())
            if tasks is not None:
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        """,
    )


def test_a_line_that_becomes_too_long_is_broken_as_formatters_do() -> None:
    source, edits = kept(
        """
        async def f():
            «asyncio.create_task(self.watch(path, recursive=True))»
            «asyncio.create_task(self.watch(path), name="watch")»  # noqa: E1
            «asyncio.create_task(self.watch(path, recursive=True, and_too_long=True))»
        """
    )
    expect(
        source,
        edits,
        """
        async def f():
            task = asyncio.create_task(
                self.watch(path, recursive=True)
            )
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task_2 = asyncio.create_task(
                self.watch(path), name="watch"
            )  # noqa: E1
            tasks.add(task_2)
            task_2.add_done_callback(tasks.discard)
            task_3 = asyncio.create_task(self.watch(path, recursive=True, and_too_long=True))
            tasks.add(task_3)
            task_3.add_done_callback(tasks.discard)
        """,
        width=60,
    )


REFUSED = {
    "one of the arguments of another call": "print(1, «create_task(b())»)",
    "an argument of a call that is used": "x = f(«create_task(b())»)",
    "a condition": "if «create_task(b())»:\n    pass",
    "an attribute": "self.x = «create_task(b())»",
    "the left side of an and": "«create_task(b())» and x",
    "a comparison": "«create_task(b())» is None",
    "a comprehension whose variable is used elsewhere": "x = 1\n[«create_task(x)» for x in xs]",
    "a comment that would be lost": "[\n    «create_task(b())»,  # first\n]",
    "the iterable of a comprehension": "[x for x in «create_task(b())»]",
    "a lambda": "f(lambda: «create_task(b())»)",
    "an augmented assignment": "x += «create_task(b())»",
    "a starred element": "[*«create_task(b())»]",
    "a call that is not there": "«create_task»(b())",
}


@pytest.mark.parametrize("before", REFUSED.values(), ids=REFUSED)
def test_is_refused(before: str) -> None:
    source, edits = kept(before + "\n")
    with pytest.raises(EditError) as caught:
        apply_edits(source, edits)
    assert caught.value.edit == edits[0]


def kept(before: str, *, guard: bool = False) -> tuple[str, list[Edit]]:
    """The source, and an edit for each of its marks."""
    source, spans = marked(dedent(before))
    names = ["task", *(f"task_{number}" for number in range(2, len(spans) + 1))]
    return source, [
        KeepTask(span, name, "tasks", guard) for span, name in zip(spans, names, strict=True)
    ]
