"""What well-known functions do with a value that they are given: the tables of the analysis."""

from __future__ import annotations

# Keep nothing of their argument.
NOT_KEEPING = frozenset(
    f"builtins.{name}"
    for name in [
        "print",
        "len",
        "id",
        "type",
        "repr",
        "str",
        "ascii",
        "bool",
        "isinstance",
        "issubclass",
        "hash",
        "format",
        "callable",
        "any",
        "all",
        "hasattr",
        "int",
        "float",
    ]
)
# Give back their argument, a container of it or an iterator over it.
PASSING_THROUGH = frozenset(
    [
        *(
            f"builtins.{name}"
            for name in [
                "list",
                "tuple",
                "set",
                "frozenset",
                "sorted",
                "reversed",
                "iter",
                "enumerate",
                "zip",
                "dict",
                "map",
                "filter",
                "next",
            ]
        ),
        "collections.deque",
        "itertools.chain",
        "itertools.chain.from_iterable",
        "functools.partial",
        "types.SimpleNamespace",
        "typing.cast",
        "copy.copy",
        "asyncio.wait_for",
        "asyncio.ensure_future",
    ]
)
WEAK = frozenset(
    f"weakref.{name}"
    for name in [
        "ref",
        "proxy",
        "WeakSet",
        "WeakKeyDictionary",
        "WeakValueDictionary",
        "WeakMethod",
    ]
)
# Objects that a function makes for itself.
CONTAINERS = frozenset(
    [
        "literal.set",
        "literal.list",
        "literal.dict",
        "literal.tuple",
        "literal.NoneType",
        *(f"builtins.{name}()" for name in ["set", "list", "dict", "tuple", "frozenset"]),
        "collections.deque()",
        "collections.defaultdict()",
        "collections.OrderedDict()",
        "asyncio.Queue()",
        "asyncio.LifoQueue()",
        "asyncio.PriorityQueue()",
        "queue.Queue()",
        "types.SimpleNamespace()",
        "weakref.WeakSet()",
    ]
)
# Methods that put their argument into the receiver.
ADDERS = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "insert",
        "put",
        "put_nowait",
        "extend",
        "update",
        "setdefault",
        "push",
    ]
)
# Methods of a container that do not read its elements out.
CONTAINER_ASIDE = ADDERS | frozenset(
    [
        "discard",
        "remove",
        "qsize",
        "empty",
        "full",
        "count",
        "index",
        "sort",
        "reverse",
        "clear",
        "__len__",
        "__contains__",
    ]
)
# Methods of a container that look for their first argument.
LOOKING_UP = frozenset({"get", "index", "count", "__contains__"})
# Methods of a container that take an element out and give it back.
CONTAINER_TAKING = frozenset({"pop", "popleft", "popitem"})
# Methods of a container that give back all that it holds.
CONTAINER_PASSING = frozenset({"items", "values", "copy"})
# Call their first argument and give back what it returns.
CALLING = frozenset({"contextvars.copy_context().run", "contextvars.Context().run"})
# Methods of a task or future that do not hold it.
NOT_KEEPING_METHODS = frozenset(
    [
        "add_done_callback",
        "remove_done_callback",
        "set_name",
        "get_name",
        "get_coro",
        "get_stack",
        "print_stack",
        "done",
        "cancelled",
        "get_loop",
        "get_context",
    ]
)
# Methods after which nothing pending is left, or that block until it is done.
BLOCKING_METHODS = frozenset(
    ["cancel", "result", "exception", "__await__", "cancelling", "uncancel"]
)
LOGGING_METHODS = frozenset(
    [
        "debug",
        "info",
        "warning",
        "warn",
        "error",
        "exception",
        "critical",
        "log",
        "trace",
        "success",
    ]
)
LOGGERS = frozenset({"log", "logger", "logging", "loguru"})
# Callees that ignore what the callback they are given returns.
DROPPING_METHODS = frozenset(
    [
        "call_soon",
        "call_later",
        "call_at",
        "call_soon_threadsafe",
        "add_signal_handler",
        "add_reader",
        "add_writer",
        "add_done_callback",
        "set_exception_handler",
    ]
)
DROPPING_CALLEES = frozenset(
    {
        "signal.signal",
        "weakref.finalize",
        "atexit.register",
        "threading.Timer",
        "threading.Thread",
        "asyncio.start_server",
        "asyncio.start_unix_server",
        "contextlib.ExitStack().callback",
        "contextlib.ExitStack().push",
        "contextlib.AsyncExitStack().callback",
        "contextlib.AsyncExitStack().push",
        "weakref.ref",
        "weakref.proxy",
    }
)
# Awaited or called as a statement, these never complete.
FOREVER = frozenset(
    {
        "asyncio.Event().wait()",
        "asyncio.Future()",
        "asyncio.get_running_loop().create_future()",
        "asyncio.get_event_loop().create_future()",
        "signal.pause()",
    }
)
FOREVER_METHODS = frozenset({"run_forever", "serve_forever"})
