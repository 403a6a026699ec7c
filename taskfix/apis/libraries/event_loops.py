"""Event loops: what gives one, and ``loop.create_task`` on a receiver that is known to be one."""

from __future__ import annotations

from taskfix.apis.row import rows

_LOOP = "https://docs.python.org/3/library/asyncio-eventloop.html"
_POLICY = "https://docs.python.org/3/library/asyncio-policy.html"
_UVLOOP = "https://uvloop.readthedocs.io/api/index.html"
_GETTERS = "get_event_loop get_running_loop new_event_loop _get_running_loop"

APIS = (
    *rows(
        *("{loop}.", "create_task"),
        {"0": "starts-otherwise"},
        "task",
        reason="schedules a coroutine on a loop that somebody has chosen",
        source=f"{_LOOP}#asyncio.loop.create_task",
    ),
    *rows(
        *("{loop}.", "run_coroutine_threadsafe"),
        {"0": "starts-otherwise"},
        "concurrent",
        reason="what some code calls on a loop instead of on asyncio",
        source=f"{_LOOP}#asyncio.loop.create_task",
    ),
    *rows(
        *("asyncio.", "get_event_loop get_running_loop _get_running_loop"),
        {},
        "loop",
        reason="the loop that runs, or the one of the thread",
        source=f"{_LOOP}#asyncio.get_running_loop",
    ),
    *rows(
        *("", "asyncio.new_event_loop uvloop.new_event_loop"),
        {},
        *("loop", "new-loop"),
        reason="a loop of one's own each time",
        source=f"{_LOOP}#asyncio.new_event_loop",
    ),
    *rows(
        *("asyncio.", "*EventLoop Loop"),
        {},
        "loop",
        reason="the classes of loops, and their base",
        source=f"{_LOOP}#event-loop-implementations",
    ),
    *rows(
        *("", "uvloop.Loop winloop.new_event_loop winloop.Loop"),
        {},
        "loop",
        reason="loops of other packages that are asyncio's in all but speed",
        source=_UVLOOP,
    ),
    *rows(
        *("asyncio.get_event_loop_policy().", _GETTERS),
        {},
        "loop",
        reason="what asyncio.get_event_loop() asks in turn",
        source=_POLICY,
    ),
    *rows(
        *("asyncio.*EventLoopPolicy().", _GETTERS),
        {},
        "loop",
        reason="what asyncio.get_event_loop() asks in turn",
        source=_POLICY,
    ),
    *rows(
        *("tornado.ioloop.IOLoop.", "current().asyncio_loop instance().asyncio_loop"),
        {},
        "loop",
        reason="tornado's loop is a cover of asyncio's",
        source="https://www.tornadoweb.org/en/stable/ioloop.html",
        is_attribute=True,
    ),
    *rows(
        "",
        "asyncio.**Task().get_loop asyncio.**Future().get_loop asyncio.**Runner().get_loop "
        "asyncio.**Server().get_loop typing.**Task().get_loop typing.**Future().get_loop "
        "typing.**Runner().get_loop typing.**Server().get_loop",
        {},
        "loop",
        reason="the loop that it is bound to",
        source="https://docs.python.org/3/library/asyncio-future.html#asyncio.Future.get_loop",
    ),
    *rows(
        *("*.", "get_event_loop get_running_loop"),
        {},
        "loop",
        reason="nothing else is called so, whoever offers it",
        source=f"{_LOOP}#asyncio.get_event_loop",
    ),
    *rows(
        *("*.", "run_until_complete"),
        {"0": "runs-again"},
        reason="blocks until its argument is done; the loop may be run again",
        source=f"{_LOOP}#asyncio.loop.run_until_complete",
    ),
    *rows(
        *("asyncio.Runner().", "run"),
        {"0": "runs-again"},
        reason="a runner runs one thing after the other",
        source="https://docs.python.org/3/library/asyncio-runner.html#asyncio.Runner.run",
    ),
    *rows(
        *("asyncio.", "Runner"),
        {},
        "new-loop",
        reason="has a loop of its own",
        source="https://docs.python.org/3/library/asyncio-runner.html#asyncio.Runner",
    ),
    *rows(
        *("*.", "shutdown_*"),
        {},
        "clean-up",
        reason="shutdown_asyncgens, shutdown_default_executor and what is like them",
        source=f"{_LOOP}#asyncio.loop.shutdown_asyncgens",
    ),
    *rows(
        *("*.", "run_forever"),
        {"self": "runs-again"},
        "never",
        reason="goes on until something stops it, at the end of the program",
        source=f"{_LOOP}#asyncio.loop.run_forever",
    ),
    *rows(
        *("*.", "serve_forever"),
        {},
        "never",
        reason="goes on until something closes the server",
        source=f"{_LOOP}#asyncio.Server.serve_forever",
    ),
    *rows(
        *("", "asyncio.run uvloop.run anyio.run"),
        {"0": "runs"},
        reason="makes a loop, runs the coroutine and closes the loop",
        source="https://docs.python.org/3/library/asyncio-runner.html#asyncio.run",
    ),
)
