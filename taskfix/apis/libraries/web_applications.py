"""Applications that serve requests, and what leads from a request to its application."""

from __future__ import annotations

from taskfix.apis.row import rows

_REQUESTS = "https://www.starlette.io/requests/"

APIS = (
    *rows(
        *("", "fastapi.FastAPI fastapi.applications.FastAPI starlette.applications.Starlette"),
        {},
        "application",
        reason="there is one as long as the program serves, and it has a `state`",
        source="https://www.starlette.io/applications/",
    ),
    *rows(
        *("fastapi.", "Request WebSocket HTTPConnection"),
        {},
        "request",
        reason="its `app` is the application that serves it",
        source=_REQUESTS,
    ),
    *rows(
        *("fastapi.requests.", "Request WebSocket HTTPConnection"),
        {},
        "request",
        reason="the module that fastapi takes them from",
        source=_REQUESTS,
    ),
    *rows(
        *("starlette.requests.", "Request WebSocket HTTPConnection"),
        {},
        "request",
        reason="its `app` is the application that serves it",
        source=_REQUESTS,
    ),
    *rows(
        *("starlette.websockets.", "Request WebSocket HTTPConnection"),
        {},
        "request",
        reason="its `app` is the application that serves it",
        source="https://www.starlette.io/websockets/",
    ),
)
