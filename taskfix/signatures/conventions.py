"""Names that frameworks give a meaning: whoever has such a name is called by it."""

from __future__ import annotations

import re
import sys

from taskfix.model import Function

_CONVENTION = re.compile(
    r"^_?(?:on|watch|handle|do|action|exposed|visit|depart|test|pytest|setup|set_up|teardown|"
    r"tear_down|cog|async_setup|async_teardown|async_unload|async_remove|async_migrate|"
    r"before|after|validate|compute|pre|post|task|cmd|command|rpc|hook|plugin)_\w+$"
    r"|^(?:test|setup|teardown|main|app|application|handle|handler|\w+_handler|dispatch|"
    r"\w+_callback|\w+_hook|callback|hook|plugin|asgi|wsgi|execute|invoke|"
    r"run_command|configure|includeme|register|unregister|upgrade|downgrade|setUp\w*|tearDown\w*|"
    r"asyncSetUp|asyncTearDown|on[A-Z]\w*|visit[A-Z]\w*|(?:create|make|get|build)_app(?:lication)?|"
    r"init_app|load_tests|define_env|from_crawler|start_requests|when_ready|"
    r"worker_(?:int|abort|exit)|child_exit|nworkers_changed|"
    r"(?:un)?load_ipython_extension|makeService|run_migrations_\w+)$"
    r"|^_\w+_(?:changed|fired|default)$"
)
_HTTP_VERBS = frozenset("get post put patch delete head options trace connect websocket".split())
_FRAMEWORK_METHODS = frozenset(
    [
        *("compose", "render", "mount", "run", "start", "dispatch", "forward", "process"),
        *("data_received", "connection_made", "connection_lost", "eof_received"),
        *("datagram_received", "error_received", "perform", "emit", "consume", "ready"),
    ]
)
# Of a function that nobody calls these are as telling.
_HOOK = re.compile(
    r"^_?(?:async|event|api|op|receive|render|unload|extension|signal|slot|cb|page|view|route|"
    r"endpoint|listener|consumer|job|step|flow|tool|prompt|resource|fixture|cron|periodic)_\w+$"
    r"|^(?:\w+_(?:view|endpoint|route|page|listener|consumer|command|cmd|job|task|tool|step|flow|"
    r"resource|slot|cb|middleware|event|signal|startup|shutdown|lifespan)|"
    r"startup|shutdown|lifespan|init|initialize|finalize|start|stop|run|load|unload|activate|"
    r"deactivate|enable|disable|predict|entry_?point|index|home|root|login|logout|webhook|"
    r"middleware|listener|consumer|job|task|worker|process|command|cmd|subscribe|close|open|exit)$"
)
_HANDED = re.compile(
    r"^_?(?:request|req|response|ctx|context|interaction|inter|update|websocket|ws|scope|environ|"
    r"hass|bot|app|application|message|msg|callback_query|command|cmd|self|sender|signal|argv)$"
)
_LOADED = re.compile(
    r"(?:^|/)(?:conftest|noxfile|dodo|fabfile|locustfile|gunicorn\w*(?:[._]conf\w*)?|hubconf|"
    r"sitecustomize|usercustomize|setup|config_flow)\.py$"
    r"|(?:^|/)(?:migrations|alembic|versions|custom_components|templatetags|management/commands)/"
)
_HOOK_FILES = re.compile(
    r"(?:^|/)(?:conf|config|tasks|manage|[aw]sgi|hooks?|plugins?|__main__|env|settings|apps|admin|"
    r"signals|receivers|urls|views?|handlers?|middlewares?|celery\w*|routes?|routers?|commands?|"
    r"endpoints?|cogs?|listeners?|consumers?|callbacks?|events?|jobs?|tools?|flows?|steps?)\.py$"
    r"|(?:^|/)(?:cogs|commands|plugins|extensions|hooks|addons|modules|dags|endpoints|handlers|"
    r"pages|views|routes|routers|routing|api|jobs|tasks|bots?|scripts|examples?|docs|samples|demos?"
    r"|tools|flows|steps|features|notebooks)/"
)


def is_convention(function: Function) -> bool:
    """Report whether a framework may call a function by its name."""
    if _CONVENTION.match(function.name):
        return True
    return function.class_ is not None and function.name in _HTTP_VERBS | _FRAMEWORK_METHODS


def is_loaded(path: str) -> bool:
    """Report whether a tool loads a file of this name and calls what it finds there."""
    return _LOADED.search(path) is not None


def looks_like_hook(function: Function) -> str | None:
    """What tells that somebody out of sight calls a function, though nobody in sight does."""
    path = function.id.partition("::")[0]
    if _HOOK.match(function.name):
        return "by its name"
    if _HOOK_FILES.search(path):
        return "by the name of its file"
    first = next((p for p in function.parameters if p.kind == "positional"), None)
    if first is None:
        return None
    if _HANDED.match(first.name):
        return f"by its first parameter, {first.name}"
    if any(_is_foreign(value) for value in first.values):
        return f"by its first parameter, {first.name}: {first.annotation}"
    return None


def _is_foreign(value: str) -> bool:
    """Report whether a value is of a package that is neither the project's nor Python's."""
    package = value.partition(".")[0]
    known = package in sys.stdlib_module_names or package in {"builtins", "literal"}
    return "::" not in value and "." in value and not known and not value.startswith(".")
