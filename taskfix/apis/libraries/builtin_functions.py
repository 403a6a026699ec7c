"""Python's builtin functions and classes, and what they do with a value."""

from __future__ import annotations

from taskfix.apis.row import rows

_SOURCE = "https://docs.python.org/3/library/functions.html"

APIS = (
    *rows(
        "builtins.",
        "id type repr str ascii isinstance issubclass hash format callable hasattr int float",
        {"*": "drops"},
        reason="makes something else of its argument",
        source=_SOURCE,
    ),
    *rows(
        *("builtins.", "print"),
        {"*": "drops"},
        "output",
        reason="writes the text of its arguments",
        source=f"{_SOURCE}#print",
    ),
    *rows(
        *("builtins.", "len"),
        {"*": "drops"},
        "size",
        reason="tells a number",
        source=f"{_SOURCE}#len",
    ),
    *rows(
        *("builtins.", "bool any all"),
        {"*": "drops"},
        "truth",
        reason="tells whether something is true",
        source=f"{_SOURCE}#bool",
    ),
    *rows(
        *("builtins.", "list tuple set frozenset"),
        {"0": "passes"},
        *("container", "copy"),
        reason="a new container with the same elements",
        source=_SOURCE,
    ),
    *rows(
        *("builtins.", "sorted"),
        {"0": "passes"},
        "copy",
        reason="a new list with the same elements",
        source=f"{_SOURCE}#sorted",
    ),
    *rows(
        *("builtins.", "dict"),
        {"*": "passes"},
        "container",
        reason="a new mapping with the same values",
        source="https://docs.python.org/3/library/stdtypes.html#dict",
    ),
    *rows(
        *("builtins.", "reversed zip filter"),
        {"*": "passes"},
        reason="an iterator over its arguments, or some of it",
        source=_SOURCE,
    ),
    *rows(
        *("builtins.", "iter enumerate"),
        {"0": "passes"},
        "iterator",
        reason="an iterator over its argument",
        source=f"{_SOURCE}#iter",
    ),
    *rows(
        *("builtins.", "next"),
        {"0": ("passes", "takes-out")},
        reason="the next element of an iterator",
        source=f"{_SOURCE}#next",
    ),
    *rows(
        *("builtins.", "map"),
        {"0": ("calls", "passes"), "*": "passes"},
        reason="an iterator over what its first argument returns for each element",
        source=f"{_SOURCE}#map",
    ),
    *rows(
        *("builtins.", "locals vars eval exec globals"),
        {},
        "code",
        reason="reads all names of a frame, or code that nobody can see",
        source=f"{_SOURCE}#eval",
    ),
)
