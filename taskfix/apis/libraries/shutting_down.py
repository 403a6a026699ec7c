"""Functions that end what an object or a program does, and those that call them then."""

from __future__ import annotations

from taskfix.apis.row import rows

_MODEL = "https://docs.python.org/3/reference/datamodel.html#context-managers"
_CLOSING = "https://docs.python.org/3/library/contextlib.html#contextlib.closing"

APIS = (
    *rows(
        *("*.", "__enter__ __aenter__"),
        {},
        "entered",
        reason="gives what is entered, most often the object itself",
        source=_MODEL,
    ),
    *rows(
        *("*.", "__exit__ __aexit__ __del__"),
        {},
        "shutdown",
        reason="is called when its object is left",
        source=_MODEL,
    ),
    *rows(
        "*.",
        "close _close aclose _aclose async_close close_async close_all stop _stop astop async_stop "
        "stop_async stop_all shutdown shutdown_* *_shutdown shut_down terminate teardown "
        "tear_down cleanup _cleanup clean_up async_cleanup dispose exit destroy finalize "
        "unload cog_unload async_unload_entry async_will_remove_from_hass quit kill logout on_exit",
        {},
        "shutdown",
        reason="ends what its object does, by its name",
        source=_CLOSING,
    ),
    *rows(
        *("atexit.", "register"),
        {"0": "calls-at-end"},
        reason="calls it when the program ends",
        source="https://docs.python.org/3/library/atexit.html#atexit.register",
    ),
    *rows(
        *("*.", "on_shutdown on_cleanup addCleanup addAsyncCleanup enterAsyncContext"),
        {"0": "calls-at-end"},
        reason="calls it when the application or the test ends",
        source="https://docs.aiohttp.org/en/stable/web_advanced.html#graceful-shutdown",
    ),
    *rows(
        *("*.", "push_async_callback push_async_exit"),
        {"0": "calls-at-end"},
        reason="calls it when the stack is left",
        source="https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack",
    ),
)
