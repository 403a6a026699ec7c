"""Containers: what makes one, and what their methods do with it and with an element."""

from __future__ import annotations

from taskfix.apis.row import rows

_TYPES = "https://docs.python.org/3/library/stdtypes.html"
_SET = f"{_TYPES}#set-types-set-frozenset"
_LIST = f"{_TYPES}#mutable-sequence-types"
_QUEUE = "https://docs.python.org/3/library/asyncio-queue.html"

APIS = (
    *rows(
        *("collections.", "deque"),
        {"0": "passes", "maxlen": "limits"},
        *("container", "bounded"),
        reason="drops its oldest where it has a `maxlen`",
        source="https://docs.python.org/3/library/collections.html#collections.deque",
    ),
    *rows(
        *("collections.", "defaultdict OrderedDict"),
        {},
        "container",
        reason="a dict",
        source="https://docs.python.org/3/library/collections.html",
    ),
    *rows(
        *("", "asyncio.Queue asyncio.LifoQueue asyncio.PriorityQueue queue.Queue"),
        {},
        "container",
        reason="keeps what is put into it until it is taken out",
        source=_QUEUE,
    ),
    *rows(
        *("types.", "SimpleNamespace"),
        {"*": "passes"},
        *("container", "namespace"),
        reason="an object that has what it is given, and nothing else",
        source="https://docs.python.org/3/library/types.html#types.SimpleNamespace",
    ),
    # -- the set and the list, where they are known to be one
    *rows(
        *("builtins.set().", "add"),
        {"0": "stores", "self": "aside"},
        reason="puts one element into the set",
        source=_SET,
    ),
    *rows(
        *("builtins.set().", "discard remove"),
        {"0": "removes", "self": "aside"},
        reason="takes one element out that the caller has",
        source=_SET,
    ),
    *rows(
        *("builtins.set().", "update"),
        {"*": "stores-each", "self": "aside"},
        reason="puts many elements into the set",
        source=_SET,
    ),
    *rows(
        "builtins.set().",
        "clear pop difference_update intersection_update symmetric_difference_update",
        {"self": "empties"},
        reason="takes elements out that may be pending",
        source=_SET,
    ),
    *rows(
        *("builtins.list().", "append"),
        {"0": "stores", "self": "aside"},
        reason="puts one element into the list",
        source=_LIST,
    ),
    # -- methods of anything: most code does not say what its containers are
    *rows(
        *("*.", "add append appendleft put put_nowait push"),
        {"0": "stores", "self": "aside"},
        reason="puts its argument into a set, list, deque or queue",
        source=_SET,
    ),
    *rows(
        *("*.", "insert"),
        {"1": "stores", "self": "aside"},
        reason="puts its second argument into the list",
        source=_LIST,
    ),
    *rows(
        *("*.", "setdefault"),
        {"1": "stores", "self": "aside"},
        "elements",
        reason="puts its second argument into the dict, where the key is new",
        source=f"{_TYPES}#dict.setdefault",
    ),
    *rows(
        *("*.", "extend update"),
        {"*": "stores-each", "self": "aside"},
        reason="puts the elements of its arguments into the container",
        source=_LIST,
    ),
    *rows(
        *("*.", "discard remove"),
        {"0": "removes", "self": "aside"},
        reason="takes its argument out",
        source=_SET,
    ),
    *rows(
        *("*.", "qsize empty full sort reverse clear __len__"),
        {"self": "aside"},
        reason="tells the size or changes the order, or drops all",
        source=_LIST,
    ),
    *rows(
        *("*.", "count index __contains__"),
        {"0": "looks-up", "self": "aside"},
        reason="tells whether its argument is there, and where",
        source=f"{_TYPES}#common-sequence-operations",
    ),
    *rows(
        *("*.", "get"),
        {"0": "looks-up"},
        reason="gives what stands at its argument",
        source=f"{_TYPES}#dict.get",
    ),
    *rows(
        *("*.", "pop popleft popitem"),
        {"self": "takes-out"},
        reason="takes one element out and gives it back",
        source=f"{_TYPES}#dict.pop",
    ),
    *rows(
        *("*.", "items"),
        {"self": "passes"},
        reason="gives all that the dict has",
        source=f"{_TYPES}#dict.items",
    ),
    *rows(
        *("*.", "values"),
        {"self": "passes"},
        "tasks",
        reason="gives all that the dict has; in a `gather` that is what runs already",
        source=f"{_TYPES}#dict.values",
    ),
    *rows(
        *("*.", "copy"),
        {"self": "passes"},
        "copy",
        reason="a new container with the same elements",
        source=_LIST,
    ),
    *rows(
        *("heapq.", "heappush"),
        {"1": "stores-in-first"},
        reason="its first argument is the list",
        source="https://docs.python.org/3/library/heapq.html#heapq.heappush",
    ),
)
