"""Frameworks that look for a function by its name or place, and read its parameters.

A row counts only where its framework is at work: the file has the name that it looks for, or the
module imports it. Hooks that a framework only calls need no row: one more optional parameter is
nothing to whoever passes what it always did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from taskfix.apis.callables import DECORATORS


@dataclass(frozen=True, slots=True)
class Convention:
    """``file`` and ``name`` are what the path and the function's name must match in whole.

    ``imports`` are packages of which the module must import one; none are needed where the file or
    the name is the framework's own.
    """

    framework: str
    file: re.Pattern[str]
    name: re.Pattern[str]
    reads: str
    source: str
    imports: frozenset[str] = frozenset()


def _row(
    framework: str, file: str, name: str, reads: str, source: str, imports: str = ""
) -> Convention:
    return Convention(
        framework,
        re.compile(rf"(?:.*/)?(?:{file})"),
        re.compile(name),
        reads,
        source,
        frozenset(imports.split()),
    )


CONVENTIONS = (
    _row(
        "pytest",
        r".*\.py",
        r"pytest_\w+",
        "a hook is given the arguments that its parameters name",
        "pluggy/_hooks.py, varnames()",
    ),
    _row(
        "pytest",
        r"(?:test_.*|.*_test|conftest)\.py",
        r"(?:setup|teardown)_(?:module|function|class|method)",
        "it is called with as many arguments as it takes",
        "_pytest/python.py, _call_with_optional_argument()",
    ),
    _row(
        "gunicorn",
        r"gunicorn(?:[._]conf\w*)?\.py|gunicorn_conf\w*\.py",
        r"(?:on_starting|on_reload|when_ready|pre_fork|post_fork|post_worker_init|worker_int|"
        r"worker_abort|pre_exec|pre_request|post_request|child_exit|worker_exit|nworkers_changed|"
        r"on_exit|ssl_context)",
        "a server hook must take so many arguments",
        "gunicorn/config.py, validate_callable()",
    ),
    _row(
        "doit",
        r"dodo\.py",
        r"task_\w+",
        "a task creator is given the arguments that its parameters name",
        "doit/loader.py, _generate_task_from_return()",
    ),
    _row(
        "fabric",
        r"fabfile\.py",
        r"\w+",
        "each function is a command, and each parameter an option",
        "fabric/main.py, parse_arguments()",
    ),
    _row(
        "Azure Functions",
        r".*\.py",
        r"\w+",
        "each parameter is a binding of function.json",
        "azure_functions_worker/functions.py, Registry.add_function()",
        "azure.functions",
    ),
    _row(
        "Robot Framework",
        r".*\.py",
        r"[^_]\w*",
        "each public function is a keyword, and each parameter an argument of it",
        "robot/running/librarykeyword.py",
        "robot",
    ),
)

# Their texts name methods that they call with as many arguments as these take: the modules that
# import one of these mean their methods by words.
READERS_OF_WORDS = frozenset(
    {"transitions", "statemachine", "PyQt5", "PyQt6", "PySide2", "PySide6"}
)

# Read what a function takes, or all that a class or object has; and the attributes that tell it.
READERS = frozenset(
    {
        *(
            "inspect.signature",
            "inspect.getfullargspec",
            "inspect.getargspec",
            "inspect.getcallargs",
        ),
        *("inspect.Signature.from_callable", "inspect.get_annotations", "inspect.getargvalues"),
        *("typing.get_type_hints", "typing_extensions.get_type_hints", "builtins.help"),
        *("annotationlib.get_annotations", "pydoc.render_doc", "pydoc.help", "pydoc.doc"),
        "unittest.mock.create_autospec",
    }
)
READING_ATTRIBUTES = frozenset(
    {"__code__", "__signature__", "__annotations__", "__defaults__", "__kwdefaults__"}
)
# Decorators that keep a function for events, and call it with what these bring.
CALLING_DECORATORS = frozenset(
    {
        # socketio/base_server.py, on(), event(): a handler is called with what the client sent
        *(
            f"socketio.{name}().{way}"
            for name in ("AsyncServer", "AsyncClient", "Server", "Client")
            for way in ("on()", "event", "event()")
        ),
        "atexit.register",
    }
)
# Decorators that neither read what a function takes nor call it in a way of their own.
PLAIN_DECORATORS = (
    DECORATORS
    | CALLING_DECORATORS
    | {
        *("abc.abstractmethod", "typing.no_type_check", "types.coroutine"),
        *("typing_extensions.deprecated()", "warnings.deprecated()"),
        # tornado/web.py, authenticated(): the wrapper passes everything on
        *("tornado.web.authenticated", "tornado.web.addslash", "tornado.web.removeslash"),
    }
)
# Decorators of a class that make fields of its annotations. Of its methods they only see those that
# have decorators of theirs, and dunders: pydantic/_internal/_dataclasses.py, complete_dataclass().
PLAIN_CLASS_DECORATORS = frozenset(
    {"pydantic.dataclasses.dataclass", "pydantic.dataclasses.dataclass()"}
)
# They leave a mark on a function, under a name that is there in the text, and read nothing of it.
MARKS = frozenset({"builtins.setattr"})
# They copy the name and the documentation of a function to the wrapper around it.
WRAPS = frozenset({"functools.wraps", "functools.update_wrapper"})
