"""What annotations are made of, as far as they say that something is a set, or may be None."""

from __future__ import annotations

from taskfix.apis.row import rows

_SOURCE = "https://docs.python.org/3/library/typing.html"

APIS = (
    *rows(
        *("typing.", "Optional"),
        {},
        *("wrapper-type", "optional-type"),
        reason="what is in the brackets, or None",
        source=f"{_SOURCE}#typing.Optional",
    ),
    *rows(
        *("typing.", "Annotated Final ClassVar"),
        {},
        "wrapper-type",
        reason="what is in the brackets, with a remark",
        source=f"{_SOURCE}#typing.Annotated",
    ),
    *rows(
        *("", "builtins.set typing.Set typing.MutableSet collections.abc.MutableSet"),
        {},
        "set-type",
        reason="a set that can be changed",
        source=f"{_SOURCE}#typing.Set",
    ),
)
