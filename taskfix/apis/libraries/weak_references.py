"""What refers to an object without keeping it."""

from __future__ import annotations

from taskfix.apis.row import rows

_SOURCE = "https://docs.python.org/3/library/weakref.html"

APIS = (
    *rows(
        *("weakref.", "WeakSet"),
        {"*": "weak"},
        *("container", "weak-set"),
        reason="an element that nobody else keeps is gone",
        source=f"{_SOURCE}#weakref.WeakSet",
    ),
    *rows(
        *("weakref.", "WeakKeyDictionary WeakValueDictionary WeakMethod"),
        {"*": "weak"},
        reason="what nobody else keeps is gone",
        source=_SOURCE,
    ),
)
