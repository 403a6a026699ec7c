"""Functions and classes of the asyncio module that start a task, or wait for some."""

from __future__ import annotations

from taskfix.apis.row import rows

_TASKS = "https://docs.python.org/3/library/asyncio-task.html"
_FUTURES = "https://docs.python.org/3/library/asyncio-future.html"

APIS = (
    *rows(
        *("asyncio.", "create_task"),
        {"0": "starts"},
        "task",
        reason="wraps a coroutine into a task and schedules it on the running loop",
        source=f"{_TASKS}#asyncio.create_task",
    ),
    *rows(
        *("asyncio.", "ensure_future"),
        {"0": ("starts", "passes")},
        "task",
        reason="gives a future back as it is, and makes a task of anything else",
        source=f"{_FUTURES}#asyncio.ensure_future",
    ),
    *rows(
        *("asyncio.", "async_"),
        {"0": "starts-otherwise"},
        "task",
        reason="the old name of ensure_future, spelled so since `async` is a keyword",
        source="https://docs.python.org/3.6/library/asyncio-task.html#asyncio.async",
    ),
    *rows(
        *("asyncio.", "Task"),
        {"0": "starts-otherwise"},
        *("task", "instance"),
        reason="takes the loop, and may begin at once",
        source=f"{_TASKS}#task-object",
    ),
    *rows(
        *("asyncio.", "create_eager_task"),
        {"0": "starts-otherwise"},
        "task",
        reason="begins at once, unlike create_task",
        source=f"{_TASKS}#task-object",
    ),
    *rows(
        *("asyncio.", "gather"),
        {"*": ("starts-otherwise", "wraps", "awaits"), "return_exceptions": "tolerates"},
        "future",
        reason="makes tasks of the coroutines among its arguments, and one future of all",
        source=f"{_TASKS}#asyncio.gather",
    ),
    *rows(
        *("asyncio.", "shield"),
        {"0": ("starts-otherwise", "wraps")},
        "future",
        reason="makes a task of a coroutine; its documentation asks to keep a reference",
        source=f"{_TASKS}#asyncio.shield",
    ),
    *rows(
        *("asyncio.", "as_completed"),
        {"0": ("starts-otherwise", "awaits"), "timeout": "limits"},
        "future",
        "result",
        reason="makes tasks that it shows to nobody; who iterates sees what is done first",
        source=f"{_TASKS}#asyncio.as_completed",
    ),
    *rows(
        *("asyncio.", "run_coroutine_threadsafe"),
        {"0": "starts-otherwise"},
        "concurrent",
        reason="starts the task on the loop that it is given, seen from another thread",
        source=f"{_TASKS}#asyncio.run_coroutine_threadsafe",
    ),
    *rows(
        *("asyncio.", "wait"),
        {"0": ("awaits", "tolerates"), "timeout": "limits", "return_when": "chooses"},
        reason="gives the done and the pending, and cancels nothing when it stops early",
        source=f"{_TASKS}#asyncio.wait",
    ),
    *rows(
        *("asyncio.", "wait_for"),
        {"0": ("awaits", "passes"), "timeout": "limits"},
        reason="gives the result of what it waits for, and cancels it when the time is over",
        source=f"{_TASKS}#asyncio.wait_for",
    ),
    *rows(
        *("asyncio.", "ALL_COMPLETED"),
        {},
        "everything",
        reason="wait() goes on until all are done, as it does without",
        source=f"{_TASKS}#asyncio.wait",
        is_attribute=True,
    ),
    *rows(
        *("asyncio.", "sleep"),
        {},
        "pause",
        reason="does nothing for some time",
        source=f"{_TASKS}#asyncio.sleep",
    ),
    *rows(
        *("asyncio.", "all_tasks Task.all_tasks"),
        {},
        "tasks",
        reason="shows every task of the loop that is not done",
        source=f"{_TASKS}#asyncio.all_tasks",
    ),
)
