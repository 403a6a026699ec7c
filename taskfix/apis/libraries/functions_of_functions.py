"""Functions of the standard library that give a value back, or call a function."""

from __future__ import annotations

from taskfix.apis.row import rows

_LIBRARY = "https://docs.python.org/3/library"

APIS = (
    *rows(
        *("itertools.", "chain chain.from_iterable"),
        {"*": "passes"},
        reason="an iterator over the elements of its arguments",
        source=f"{_LIBRARY}/itertools.html#itertools.chain",
    ),
    *rows(
        *("functools.", "partial"),
        {"0": "calls-later", "*": "passes"},
        reason="has the function and its arguments",
        source=f"{_LIBRARY}/functools.html#functools.partial",
    ),
    *rows(
        *("typing.", "cast"),
        {"1": "passes"},
        reason="gives its second argument back",
        source=f"{_LIBRARY}/typing.html#typing.cast",
    ),
    *rows(
        *("copy.", "copy"),
        {"0": ("passes", "copies")},
        reason="another object with the same attributes",
        source=f"{_LIBRARY}/copy.html",
    ),
    *rows(
        *("contextvars.", "copy_context().run Context().run"),
        {"0": "calls"},
        reason="calls a function in the context and gives what it returns",
        source=f"{_LIBRARY}/contextvars.html#contextvars.Context.run",
    ),
)
