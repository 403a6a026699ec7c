"""Who calls what it is given, or looks at it, without reading its parameters.

A function that only these get hold of may have one more parameter: they pass what they always did.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlainCaller:
    """Callables that call what stands in some of their arguments, and read nothing of it.

    ``names`` are dotted names, or ``.method`` of objects whose class the project does not define.
    ``slots`` are positions or keywords.
    """

    names: frozenset[str]
    slots: frozenset[str]
    why: str
    source: str


def _row(names: str, slots: str, why: str, source: str) -> PlainCaller:
    return PlainCaller(frozenset(names.split()), frozenset(slots.split()), why, source)


PLAIN_CALLERS = (
    _row(
        ".call_soon .call_soon_threadsafe",
        "0 callback",
        "asyncio.Handle runs callback(*args) and reads nothing of it",
        "Lib/asyncio/events.py, Handle._run",
    ),
    _row(
        ".call_later .call_at",
        "1 callback",
        "asyncio.TimerHandle is a Handle",
        "Lib/asyncio/events.py, Handle._run",
    ),
    _row(
        ".add_reader .add_writer .add_signal_handler",
        "1 callback",
        "the loop makes a Handle of it",
        "Lib/asyncio/selector_events.py, unix_events.py",
    ),
    _row(
        ".add_done_callback .remove_done_callback",
        "0 fn callback",
        "a future calls it with itself",
        "Lib/asyncio/futures.py, Lib/concurrent/futures/_base.py",
    ),
    _row(
        ".run_in_executor",
        "1 func",
        "an executor calls func(*args)",
        "Lib/asyncio/base_events.py, run_in_executor",
    ),
    _row(
        ".set_exception_handler",
        "0 handler",
        "the loop calls it with itself and a dict",
        "Lib/asyncio/base_events.py, call_exception_handler",
    ),
    _row(
        ".create_server .create_connection .create_unix_server .create_unix_connection"
        " .create_datagram_endpoint .connect_read_pipe .connect_write_pipe"
        " .subprocess_exec .subprocess_shell",
        "0 protocol_factory",
        "a transport calls the factory without arguments",
        "Lib/asyncio/base_events.py",
    ),
    _row(
        ".start_tls",
        "1 protocol",
        "the transport calls the methods of a protocol by their names",
        "Lib/asyncio/base_events.py, start_tls",
    ),
    _row(
        "asyncio.start_server asyncio.start_unix_server",
        "0 client_connected_cb",
        "a stream calls it with reader and writer",
        "Lib/asyncio/streams.py, StreamReaderProtocol.connection_made",
    ),
    _row(
        "asyncio.to_thread anyio.to_thread.run_sync",
        "0 func",
        "a thread calls func(*args)",
        "Lib/asyncio/threads.py; anyio/to_thread.py",
    ),
    _row(
        "anyio.create_task_group().start_soon anyio.from_thread.run anyio.from_thread.run_sync"
        " trio.open_nursery().start_soon anyio.run trio.run",
        "0 func async_fn",
        "a task is made of func(*args)",
        "anyio/_backends/_asyncio.py, TaskGroup._spawn",
    ),
    _row(
        "threading.Thread multiprocessing.Process",
        "target 1",
        "run() calls target(*args, **kwargs)",
        "Lib/threading.py, Thread.run",
    ),
    _row(
        "threading.Timer",
        "1 function",
        "run() calls function(*args, **kwargs)",
        "Lib/threading.py, Timer.run",
    ),
    _row(
        "concurrent.futures.ThreadPoolExecutor().submit concurrent.futures.ThreadPoolExecutor().map"
        " concurrent.futures.ProcessPoolExecutor().submit"
        " concurrent.futures.ProcessPoolExecutor().map"
        " concurrent.futures.thread.ThreadPoolExecutor().submit",
        "0 fn",
        "a worker calls fn(*args, **kwargs)",
        "Lib/concurrent/futures/thread.py, _WorkItem.run",
    ),
    _row(
        "signal.signal",
        "1 handler",
        "the interpreter calls it with the number and the frame",
        "Modules/signalmodule.c",
    ),
    _row(
        "atexit.register atexit.unregister weakref.finalize",
        "0 1 func",
        "it is called with the arguments that were registered",
        "Modules/atexitmodule.c; Lib/weakref.py, finalize.__call__",
    ),
    _row(
        "contextlib.ExitStack().callback contextlib.AsyncExitStack().callback"
        " contextlib.AsyncExitStack().push_async_callback",
        "0 callback",
        "it is called with the arguments that were registered",
        "Lib/contextlib.py, _BaseExitStack._create_cb_wrapper",
    ),
    _row(
        "contextvars.Context().run contextvars.copy_context().run",
        "0 callable",
        "run() calls it with its own arguments",
        "Python/context.c",
    ),
    _row(
        "builtins.map builtins.filter itertools.filterfalse itertools.takewhile"
        " itertools.dropwhile itertools.starmap functools.reduce",
        "0",
        "each item is its argument",
        "Python/bltinmodule.c; Modules/itertoolsmodule.c",
    ),
    _row(
        "builtins.sorted builtins.min builtins.max itertools.groupby builtins.list().sort"
        " literal.list.sort bisect.bisect bisect.insort heapq.nsmallest heapq.nlargest",
        "key",
        "each item is its argument",
        "Objects/listobject.c; Python/bltinmodule.c",
    ),
)
# Asked what something is, and not what it takes; or they show its name or its text.
LOOKERS = frozenset(
    [
        *(
            f"builtins.{name}"
            for name in (
                *("callable", "isinstance", "issubclass", "id", "repr", "str", "hash", "bool"),
                *("format", "print", "len", "super"),
            )
        ),
        *("operator.is_", "asyncio.iscoroutinefunction", "asyncio.iscoroutine"),
        *(
            f"inspect.{name}"
            for name in (
                *("iscoroutinefunction", "isasyncgenfunction", "isgeneratorfunction"),
                *("isfunction", "ismethod", "iscoroutine", "isawaitable", "isclass"),
            )
        ),
        *("weakref.ref", "weakref.proxy"),
        # Of the members of a module they read the documentation: Lib/doctest.py, DocTestFinder.
        *("doctest.DocTestSuite", "doctest.testmod"),
        *(
            f"{logger}.{level}"
            for logger in ("logging", "logging.getLogger()")
            for level in (*("debug", "info", "warning", "error", "critical", "exception", "log"),)
        ),
    ]
)
# The parts of the standard library that may read what the methods of any object take; and what
# gives its members, or calls a method of it.
_READERS_OF_OBJECTS = (
    *("inspect.", "unittest.", "pydoc.", "operator.", "functools.", "types."),
    *("xmlrpc.", "multiprocessing.managers."),  # what is registered may be called from outside
    *("builtins.help", "rlcompleter."),
    *("builtins.type", "abc.ABCMeta", "dataclasses.make_dataclass"),
)
# With more than one argument it makes a class, which may have other methods than its bases.
CLASS_MAKERS = frozenset({"builtins.type"})


def reads_objects(callee: str) -> bool:
    """Report whether a part of the standard library may read the methods of an object."""
    return callee.startswith(_READERS_OF_OBJECTS)


# Objects that only hold what is put into them, and the methods that do so.
CONTAINERS = (
    *("literal.list.", "literal.set.", "literal.dict."),
    *("builtins.list().", "builtins.set().", "builtins.dict()."),
    *("collections.deque().", "collections.defaultdict().", "collections.OrderedDict()."),
    *(f"typing.{name}()." for name in ("Dict", "List", "Set", "Deque", "DefaultDict")),
    *("weakref.WeakSet().", "weakref.WeakValueDictionary().", "weakref.WeakKeyDictionary()."),
)
ADDERS = frozenset("add append appendleft insert setdefault discard remove pop".split())
# Methods that no registry has.
APPENDERS = frozenset({"append", "appendleft"})
# Methods of these that only compare it with what is in them.
COMPARERS = frozenset("remove discard index count".split())
# What is put under a key or an attribute of these, they only give back.
KEEPERS = (
    *("contextvars.ContextVar().get()", "types.SimpleNamespace()", "threading.local()"),
    # aiohttp/web_app.py, Application.__setitem__; starlette/datastructures.py, State
    *("aiohttp.web.Application()", "aiohttp.web.Request()", "aiohttp.web_app.Application()"),
    *("fastapi.FastAPI().state", "starlette.applications.Starlette().state"),
    *("fastapi.Request().state", "starlette.requests.Request().state"),
)
# `table.get(key, default)` gives the default back: the method, and the argument.
DEFAULT = ("get", "1")
# Their attributes are what the command line says, and no objects of the project.
FOREIGN_OBJECTS = (
    "argparse.ArgumentParser().parse_args().",
    "argparse.ArgumentParser().parse_known_args().",
)
# What makes a stand-in of an object, by the library or by the method; and under these keywords.
DOUBLERS = frozenset(
    "unittest mock inspect mocker create_autospec Mock MagicMock AsyncMock NonCallableMock"
    " PropertyMock patch object spy stub signature seal".split()
)
DOUBLED = frozenset("spec spec_set autospec wraps".split())
# They make another container, or an iterator, of what is in the first one.
COPIERS = frozenset(
    f"builtins.{name}"
    for name in ("list", "tuple", "set", "frozenset", "reversed", "enumerate", "iter", "next")
)
# It makes pairs of a number and what is in the first one.
ENUMERATE = frozenset({"builtins.enumerate"})
# Under this keyword an application takes what runs around the serving of requests: the frame of
# the manager waits at its yield until the program ends. starlette/routing.py, Router.lifespan
LIFESPAN = "lifespan"
# It calls the first one with each entry of the second, and gives some of these.
FILTER = frozenset({"builtins.filter"})
# What the language itself asks: `if f`, `f is g`, `f"{f}"`.
TRUTH = frozenset({"builtins.bool"})
IDENTITY = frozenset({"operator.is_"})
FORMAT = frozenset({"builtins.format"})
