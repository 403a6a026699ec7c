"""What looks at an object, at one of its members or at all, or gets hold of it by a text."""

from __future__ import annotations

from taskfix.apis.row import rows

_FUNCTIONS = "https://docs.python.org/3/library/functions.html"
_LIBRARY = "https://docs.python.org/3/library"

APIS = (
    *rows(
        *("builtins.", "isinstance issubclass type id repr str len print super"),
        {"*": "looks-at"},
        reason="tells something of the object, and reads none of its members for others",
        source=_FUNCTIONS,
    ),
    *rows(
        *("", "weakref.ref weakref.proxy typing.cast importlib.reload"),
        {"*": "looks-at"},
        reason="gives the object back as it is",
        source=f"{_LIBRARY}/weakref.html",
    ),
    *rows(
        *("", "builtins.dir builtins.vars inspect.getmembers inspect.getmembers_static"),
        {"0": "scans"},
        reason="shows all members of the object",
        source=f"{_LIBRARY}/inspect.html#inspect.getmembers",
    ),
    *rows(
        *("operator.", "methodcaller attrgetter"),
        {},
        "member-getter",
        reason="a function that gets what has been named before from any object",
        source=f"{_LIBRARY}/operator.html#operator.attrgetter",
    ),
    *rows(
        *("builtins.", "getattr"),
        {"1": "names-member"},
        "member",
        reason="gives the member of that name",
        source=f"{_FUNCTIONS}#getattr",
    ),
    *rows(
        *("builtins.", "hasattr"),
        {"1": "names-member"},
        reason="tells whether there is a member of that name",
        source=f"{_FUNCTIONS}#hasattr",
    ),
    *rows(
        *("operator.", "methodcaller attrgetter"),
        {"0": "names-member"},
        reason="names the member that its result gets",
        source=f"{_LIBRARY}/operator.html#operator.attrgetter",
    ),
    *rows(
        *("builtins.", "eval exec"),
        {"0": "runs-text"},
        reason="runs its argument as code",
        source=f"{_FUNCTIONS}#eval",
    ),
    *rows(
        *("", "typing.cast typing_extensions.cast"),
        {"1": "stands-for"},
        reason="is its second argument, with the type of the first",
        source=f"{_LIBRARY}/typing.html#typing.cast",
    ),
    *rows(
        *("", "importlib.import_module builtins.__import__"),
        {},
        "module",
        reason="gives the module of that name",
        source=f"{_LIBRARY}/importlib.html#importlib.import_module",
    ),
    *rows(
        *("functools.", "partialmethod"),
        {"0": "calls-later"},
        reason="a method that calls the function",
        source=f"{_LIBRARY}/functools.html#functools.partialmethod",
    ),
    *rows(
        *("builtins.", "super"),
        {},
        "base-instance",
        reason="the instance, seen as one of its base",
        source=f"{_FUNCTIONS}#super",
    ),
    *rows(
        *("builtins.", "setattr"),
        {"0": "sets-member"},
        reason="gives the object another attribute",
        source="https://docs.python.org/3/library/functions.html#setattr",
    ),
    *rows(
        *("builtins.", "vars"),
        {"0": "shows-members"},
        reason="gives the attributes of the object themselves",
        source="https://docs.python.org/3/library/functions.html#vars",
    ),
)
