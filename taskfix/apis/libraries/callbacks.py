"""What is given a function to call it later, and ignores what that returns."""

from __future__ import annotations

from taskfix.apis.row import rows

_LOOP = "https://docs.python.org/3/library/asyncio-eventloop.html"
_LIBRARY = "https://docs.python.org/3/library"

APIS = (
    *rows(
        "*.",
        "call_soon call_later call_at call_soon_threadsafe add_signal_handler add_reader "
        "add_writer set_exception_handler",
        {"*": "calls-and-drops"},
        reason="the loop calls it, and has no use for a result",
        source=f"{_LOOP}#scheduling-callbacks",
    ),
    *rows(
        *("asyncio.", "start_server start_unix_server"),
        {"0": "calls-and-drops"},
        reason="a plain function is called for each connection; only a coroutine becomes a task",
        source=f"{_LIBRARY}/asyncio-stream.html#asyncio.start_server",
    ),
    *rows(
        *("signal.", "signal"),
        {"1": "calls-and-drops"},
        reason="the interpreter calls it when the signal comes",
        source=f"{_LIBRARY}/signal.html#signal.signal",
    ),
    *rows(
        *("", "weakref.finalize atexit.register"),
        {"*": "calls-and-drops"},
        reason="it is called when the object or the program ends",
        source=f"{_LIBRARY}/atexit.html#atexit.register",
    ),
    *rows(
        *("threading.", "Timer Thread"),
        {"*": "calls-and-drops"},
        reason="a thread calls it, and ends with it",
        source=f"{_LIBRARY}/threading.html#thread-objects",
    ),
    *rows(
        "contextlib.",
        "ExitStack().callback ExitStack().push AsyncExitStack().callback AsyncExitStack().push",
        {"0": "calls-and-drops"},
        reason="it is called when the stack is left; only push_async_callback awaits",
        source=f"{_LIBRARY}/contextlib.html#contextlib.ExitStack.callback",
    ),
    *rows(
        *("weakref.", "ref proxy"),
        {"0": "weak", "1": "calls-and-drops"},
        reason="the callback is called when the object is gone",
        source=f"{_LIBRARY}/weakref.html#weakref.ref",
    ),
    *rows(
        *("threading.", "Thread"),
        {"target": "runs-elsewhere"},
        reason="calls it in a thread of its own",
        source="https://docs.python.org/3/library/threading.html#threading.Thread",
    ),
    *rows(
        *("asyncio.", "run_coroutine_threadsafe"),
        {"0": "runs-elsewhere"},
        reason="runs it in the loop of another thread",
        source="https://docs.python.org/3/library/asyncio-task.html#asyncio.run_coroutine_threadsafe",
    ),
    *rows(
        *("*.", "call_soon_threadsafe"),
        {"0": "runs-elsewhere"},
        reason="calls it in the thread of the loop, from another one",
        source="https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.call_soon_threadsafe",
    ),
)
