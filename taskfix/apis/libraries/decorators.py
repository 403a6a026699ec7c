"""Decorators and bases that leave a function or class what it is, and those that make managers."""

from __future__ import annotations

from taskfix.apis.row import rows

_LIBRARY = "https://docs.python.org/3/library"

APIS = (
    *rows(
        *("contextlib.", "contextmanager asynccontextmanager"),
        {"0": "decorates"},
        "manager",
        reason="the frame of the generator waits at its yield while the block runs",
        source=f"{_LIBRARY}/contextlib.html#contextlib.asynccontextmanager",
    ),
    *rows(
        *("builtins.", "staticmethod classmethod"),
        {"0": "decorates"},
        "method-wrapper",
        reason="calls the function with what it is given",
        source=f"{_LIBRARY}/functions.html#staticmethod",
    ),
    *rows(
        *("", "typing.override typing_extensions.override"),
        {"0": "decorates"},
        reason="gives the function back as it is",
        source=f"{_LIBRARY}/typing.html#typing.override",
    ),
    *rows(
        *("", "typing.final typing_extensions.final"),
        {"0": "decorates"},
        "final-class",
        reason="gives the function or class back as it is",
        source=f"{_LIBRARY}/typing.html#typing.final",
    ),
    *rows(
        *("functools.", "wraps wraps()"),
        {"0": "decorates"},
        reason="copies the names and the text of a function",
        source=f"{_LIBRARY}/functools.html#functools.wraps",
    ),
    *rows(
        *("", "builtins.object abc.ABC typing.Generic typing.Generic[]"),
        {},
        "plain-base",
        reason="brings no attributes of its own",
        source=f"{_LIBRARY}/abc.html#abc.ABC",
    ),
)
