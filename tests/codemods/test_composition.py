"""All edits of a file refer to the same original, whatever is inside of what."""

from __future__ import annotations

from textwrap import dedent

from codemods.edits import (
    AddImport,
    AddModuleCode,
    AddParameter,
    Annotate,
    CreateLocal,
    DefaultParameter,
    Edit,
    FunctionKey,
    KeepTask,
    LambdaToFunction,
    PassArgument,
    RemoveSuppression,
    WrapCall,
)
from tests.codemods.marks import expect, marked


def test_a_chain_from_its_owner_to_the_function_that_spawns() -> None:
    source, (spawned, tasks, kept, passed) = marked(
        dedent(
            """\
            import os


            async def startup(event):
                if event:
                    «asyncio.create_task(watch())»  # noqa: RUF006


            async def lifespan(app):
                «tasks» = set()
                «asyncio.create_task(serve(«startup(app)»))»
                yield
            """
        )
    )
    startup = FunctionKey(4, "startup")
    expect(
        source,
        [
            AddImport("asyncio"),
            AddModuleCode("_tasks: set[T] = set()\n"),
            AddParameter(startup, "tasks", "set[T] | None"),
            DefaultParameter(startup, "tasks", "_tasks"),
            KeepTask(spawned, "task", "tasks"),
            RemoveSuppression(6, ("RUF006",)),
            Annotate(tasks, "set[T]"),
            KeepTask(kept, "task", "tasks"),
            PassArgument(passed, "tasks", "tasks"),
        ],
        """\
        import asyncio
        import os

        _tasks: set[T] = set()


        async def startup(event, tasks: set[T] | None = None):
            if tasks is None:
                tasks = _tasks
            if event:
                task = asyncio.create_task(watch())
                tasks.add(task)
                task.add_done_callback(tasks.discard)


        async def lifespan(app):
            tasks: set[T] = set()
            task = asyncio.create_task(serve(startup(app, tasks=tasks)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            yield
        """,
    )


def test_a_lambda_inside_the_argument_of_a_call_that_is_kept() -> None:
    source, (outer, lambda_, inner) = marked(
        "def f():\n    «create_task(b(«lambda x: «create_task(c(x))»»))»\n"
    )
    expect(
        source,
        [
            KeepTask(outer, "task", "tasks", guard=True),
            LambdaToFunction(lambda_, inner, "start", "task", "tasks"),
        ],
        """\
        def f():
            def start(x):
                task = create_task(c(x))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            task = create_task(b(start))
            if tasks is not None:
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        """,
    )


def test_a_call_that_is_kept_and_gets_an_argument() -> None:
    source, (call,) = marked("async def f(): log(); «spawn(x)»  # Note.\n")
    key = FunctionKey(1, "f")
    edits: list[Edit] = [
        KeepTask(call, "task", "tasks"),
        PassArgument(call, "name", '"x"'),
        AddParameter(key, "p", None),
        CreateLocal(key, "tasks", "set[T]"),
    ]
    after = """\
        async def f(p=None):
            tasks: set[T] = set()
            log()
            task = spawn(x, name="x")  # Note.
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        """
    expect(source, edits, after)
    expect(source, [edits[0], edits[3], edits[2], edits[1]], after)


def test_calls_beside_each_other_and_inside_each_other() -> None:
    source, (first, inner, second) = marked("«a(«b()»)»; «c()»\n")
    expect(
        source,
        [KeepTask(first, "task", "tasks"), WrapCall(inner, "_t"), KeepTask(second, "two", "tasks")],
        """\
        task = a(_t(b()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        two = c()
        tasks.add(two)
        two.add_done_callback(tasks.discard)
        """,
    )


def test_nested_functions_that_are_all_edited() -> None:
    source, (call,) = marked(
        dedent(
            """\
            class A:
                def f(self):
                    async def g():
                        «create_task(b())»
                    return g
            """
        )
    )
    expect(
        source,
        [
            CreateLocal(FunctionKey(2, "f"), "tasks", "set[T]"),
            AddParameter(FunctionKey(3, "g"), "p", None),
            KeepTask(call, "task", "tasks"),
        ],
        """\
        class A:
            def f(self):
                tasks: set[T] = set()

                async def g(p=None):
                    task = create_task(b())
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                return g
        """,
    )
