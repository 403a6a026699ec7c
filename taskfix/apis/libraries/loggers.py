"""Loggers: what is taken for one, and the methods that write a text and keep nothing."""

from __future__ import annotations

from taskfix.apis.row import rows

_SOURCE = "https://docs.python.org/3/library/logging.html"

APIS = (
    *rows(
        "{logger}.",
        "debug info warning warn error exception critical log trace success",
        {"*": "drops"},
        reason="writes a text",
        source=f"{_SOURCE}#logging.Logger.debug",
    ),
    *rows(
        *("*.", "log logger logging loguru"),
        {},
        "logger",
        reason="loggers are called so, wherever they are from",
        source=_SOURCE,
        is_attribute=True,
    ),
    *rows(
        *("logging.", "**"),
        {"*": "drops"},
        "logger",
        reason="what the package offers writes a text, or gives what does",
        source=_SOURCE,
    ),
)
