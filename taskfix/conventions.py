"""Names that frameworks give a meaning: whoever has such a name is called by it."""

from __future__ import annotations

import re

from taskfix.model import Function

_CONVENTION = re.compile(
    r"^_?(?:on|watch|handle|do|action|exposed|visit|depart|test|pytest|setup|set_up|teardown|"
    r"tear_down|cog|async_setup|async_teardown|async_unload|async_remove|async_migrate|async_get|"
    r"before|after|validate|compute|pre|post|task|cmd|command|callback|hook|rpc|api|event|op|"
    r"receive|process|parse|resolve|render|unload|plugin|extension|signal|slot|cb|enter|exit)_\w+$"
    r"|^(?:test|setup|teardown|main|app|application|handle|handler|\w+_handler|dispatch|"
    r"\w+_callback|\w+_hook|\w+_slot|"
    r"run_command|configure|includeme|register|unregister|upgrade|downgrade|setUp\w*|tearDown\w*|"
    r"asyncSetUp|asyncTearDown|on[A-Z]\w*|visit[A-Z]\w*|"
    r"(?:create|make|get|build)_(?:app|application|asgi|wsgi|server)|asgi|wsgi|"
    r"init_app|initialize|finalize|load_tests|define_env|from_crawler|start_requests|"
    r"when_ready|worker_int|worker_abort|worker_exit|child_exit|nworkers_changed|ssl_context|"
    r"load_ipython_extension|unload_ipython_extension|makeService|plugin|activate|deactivate|"
    r"subscribe|callback|execute|invoke|predict|entry_?point|run_migrations_\w+)$"
    r"|^_\w+_(?:changed|fired|default)$"
)
_HTTP_VERBS = frozenset("get post put patch delete head options trace connect websocket".split())
_FRAMEWORK_METHODS = frozenset(
    [
        *("compose", "render", "mount", "run", "start", "dispatch", "forward", "process"),
        *("perform", "prepare", "open", "close", "data_received", "connection_made"),
        *("connection_lost", "eof_received", "datagram_received", "error_received"),
        *("emit", "notify", "update", "call", "ready", "emerge", "consume"),
    ]
)


def is_convention(function: Function) -> bool:
    """Report whether a framework may call a function by its name."""
    if _CONVENTION.match(function.name):
        return True
    return function.class_ is not None and function.name in _HTTP_VERBS | _FRAMEWORK_METHODS
