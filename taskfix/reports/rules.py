"""The pages of the rules: what each finds, why that is bad, an example, how to silence it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One rule as ``taskfix explain`` prints it."""

    code: str
    name: str
    finds: str
    why: str
    before: str
    after: str
    silence: str = (
        "Put `# taskfix: ignore[{code}] reason` on a line of the statement. `# noqa: RUF006` and "
        "`# noqa: ASYNC300` are understood as well."
    )


_WEAK = (
    "The event loop keeps only weak references to tasks. A task that nothing else refers to can "
    "be garbage-collected while it runs: no traceback, the work is just not done."
)

_PAGES = (
    Page(
        "TF001",
        "task-discarded",
        "A call that starts a task, and whose result is dropped on the spot.",
        _WEAK,
        """\
async def notify(event):
    asyncio.create_task(send(event))
""",
        """\
_background_tasks: set[asyncio.Task] = set()

async def notify(event):
    task = asyncio.create_task(send(event))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
""",
    ),
    Page(
        "TF002",
        "task-held-too-briefly",
        "A task that is held only by something that dies before it: a local variable, or a "
        "container that only a local variable refers to.",
        f"{_WEAK} When the function returns, its locals are gone, and the task may still run.",
        """\
async def handle(request):
    tasks = set()
    task = asyncio.create_task(log(request))
    tasks.add(task)
    return Response()
""",
        """\
_background_tasks: set[asyncio.Task] = set()

async def handle(request):
    task = asyncio.create_task(log(request))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return Response()
""",
    ),
    Page(
        "TF003",
        "task-dropped-by-caller-of-callback",
        "A task that is started in a lambda or callback and returned to a caller, such as "
        "`loop.call_later` or `signal.signal`, that drops what its callback returns.",
        f"{_WEAK} To return a task to such a caller is to drop it.",
        """\
loop.call_later(5, lambda: asyncio.create_task(refresh()))
""",
        """\
def start_refresh():
    task = asyncio.create_task(refresh())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)

loop.call_later(5, start_refresh)
""",
    ),
    Page(
        "TF004",
        "task-from-function-discarded",
        "A call of a function of the project that returns a new task, and whose result is dropped.",
        f"{_WEAK} That the task was started one call further down changes nothing.",
        """\
def start(job):
    return asyncio.create_task(job.run())

async def schedule(job):
    start(job)
""",
        """\
async def schedule(job):
    task = start(job)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
""",
    ),
    Page(
        "TF005",
        "future-discarded",
        "A future that is not a task itself but stands for running ones, and that is dropped: the "
        "result of `asyncio.gather`, `shield`, `wait_for` or `run_coroutine_threadsafe`.",
        f"{_WEAK} The tasks that such a call starts are held by its future alone.",
        """\
async def refresh_all(feeds):
    asyncio.gather(*(feed.refresh() for feed in feeds))
""",
        """\
async def refresh_all(feeds):
    task = asyncio.gather(*(feed.refresh() for feed in feeds))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
""",
    ),
    Page(
        "TF006",
        "task-kept-for-ever",
        "A set or list that lives as long as the program, to which tasks are added again and "
        "again, and from which no code in sight ever takes one. No task is lost by that: it is a "
        "warning beside the findings, which changes no exit code, and taskfix does not mend it, "
        "for others may count on what is in the set.",
        "A task that is done stays in memory with its result, its exception and all that the "
        "traceback refers to. The program grows with each of them.",
        """\
_tasks = set()

async def handle(request):
    task = asyncio.create_task(log(request))
    _tasks.add(task)
""",
        """\
_tasks = set()

async def handle(request):
    task = asyncio.create_task(log(request))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
""",
        "Put `# taskfix: ignore[{code}] reason` on a line of the statement that adds the task.",
    ),
    Page(
        "TF100",
        "unused-suppression",
        "A `# taskfix: ignore` comment on a statement that has nothing to ignore.",
        "It would hide the next lost task that someone writes there.",
        """\
await asyncio.create_task(work())  # taskfix: ignore
""",
        """\
await asyncio.create_task(work())
""",
        "Remove the comment.",
    ),
)

RULES = {page.code: page for page in _PAGES}
