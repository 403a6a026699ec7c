"""Bases that read nothing of what the methods of a subclass take.

They may call these, with what they always passed, and an optional parameter more is nothing to
them. A row for a framework was checked in its source.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from taskfix.apis.callables import PLAIN_BASES as WITHOUT_ATTRIBUTES

# What inherits from them says what others have, and these need not inherit from it.
PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
# They call no method of a subclass that they do not define: a class or a protocol without code.
SILENT_BASES = WITHOUT_ATTRIBUTES | PROTOCOLS


@dataclass(frozen=True, slots=True)
class PlainBase:
    """Classes by their dotted names; one that ends in a dot stands for all that begin so."""

    names: tuple[str, ...]
    why: str
    source: str


def _row(names: str, why: str, source: str) -> PlainBase:
    return PlainBase(tuple(names.split()), why, source)


BASES = (
    _row(
        "pydantic.BaseModel pydantic.main.BaseModel pydantic_settings.BaseSettings",
        "only fields, and methods with a decorator of it, become a schema",
        "pydantic/_internal/_model_construction.py, inspect_namespace()",
    ),
    _row(
        "aiohttp.web.View aiohttp.abc.AbstractView",
        "the method of a request is called without arguments",
        "aiohttp/web_urldispatcher.py, View._iter()",
    ),
    _row(
        "starlette.endpoints. starlette.middleware.base.BaseHTTPMiddleware"
        " fastapi.middleware. starlette.applications.Starlette fastapi.FastAPI",
        "a method is called with what belongs to the request",
        "starlette/endpoints.py; starlette/middleware/base.py",
    ),
    _row(
        "tornado.web.RequestHandler tornado.websocket.WebSocketHandler",
        "a method is called with the groups of the path; only the argument of a decorated one, "
        "and of an initializer, is looked up by its name",
        "tornado/web.py, RequestHandler._execute()",
    ),
    _row(
        "discord.Client discord.AutoShardedClient discord.ext.commands.Bot"
        " discord.ext.commands.AutoShardedBot discord.ext.commands.Cog discord.ui."
        " discord.Bot discord.AutoShardedBot",
        "an event calls a method by its name; what has a decorator is a command",
        "discord/client.py, dispatch(); discord/ext/commands/cog.py, CogMeta",
    ),
    _row(
        "socketio.AsyncNamespace socketio.AsyncClientNamespace",
        "an event calls the method by its name with its arguments",
        "socketio/async_namespace.py, trigger_event()",
    ),
    _row(
        "channels.generic. channels.consumer.",
        "a message calls a method by its type with the message",
        "channels/consumer.py, AsyncConsumer.dispatch()",
    ),
    _row(
        "django.views. django.db.models.Model django.core.management.base.BaseCommand",
        "the method of a request, or handle(), is called with what belongs to it",
        "django/views/generic/base.py, View.dispatch(); django/core/management/base.py",
    ),
    _row(
        "slixmpp.ClientXMPP slixmpp.ComponentXMPP slixmpp.plugins.BasePlugin",
        "a handler is called with the stanza",
        "slixmpp/xmlstream/xmlstream.py, XMLStream.event()",
    ),
    _row(
        "homeassistant.helpers.entity. homeassistant.helpers.update_coordinator."
        " homeassistant.components. homeassistant.config_entries.",
        "a method of an entity, coordinator or flow is called by its name",
        "homeassistant/helpers/entity.py; homeassistant/data_entry_flow.py",
    ),
)
_EXACT = SILENT_BASES | {name for row in BASES for name in row.names}
_STARTS = tuple(name for row in BASES for name in row.names if name.endswith("."))


def is_plain(base: str) -> bool:
    """Report whether a base from outside of the project reads nothing of a method.

    No class of the standard library does: those that read signatures, in ``dataclasses``,
    ``functools``, ``unittest.mock`` and ``pydoc``, are not there to be inherited from.
    """
    return (
        base in _EXACT
        or base.startswith(_STARTS)
        or (base.partition(".")[0] in sys.stdlib_module_names and "::" not in base)
        or base.startswith("builtins.")
    )
