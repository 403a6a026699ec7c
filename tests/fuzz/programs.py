"""Random projects of a few modules that start tasks, and print what they do when they are run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from taskfix.config import Config
from tests.fuzz.layout import Block, Layout, Line, Node
from tests.fuzz.statements import NAMES, Scope, Target

APIS = "create_task, ensure_future, gather, shield, sleep, get_running_loop, timeout, run"
_FUNCTIONS = ("start", "spawn", "notify", "_boot", "refresh", "on_event", "kick_off", "démarrer")
_METHODS = ("begin", "poll", "_go", "handle", "update")
_DOCSTRINGS = (
    '"""Start it."""',
    "'''Start it.\n\n{i}Args:\n{i}    x: A number.\n{i}    task (int): Another.\n{i}'''",
    '"""Start it.\n\n{i}:param x: a number\n{i}:param value: another\n{i}"""',
    '"""Start it.\n\n{i}Parameters\n{i}----------\n{i}x : int\n{i}    A number.\n{i}"""',
    'r"""Start \\it."""',
)
_DONE = Block("def done(_t)", [Line("print('done')")])
_KEEP = Block("def keep(_t)", [Line("_kept.append(_t)")])


@dataclass(frozen=True, slots=True)
class Program:
    """The files of a project, of which ``main`` is run."""

    files: dict[str, bytes]
    main: str
    comments: dict[str, tuple[str, ...]]  # a word of each comment of each file
    config: Config
    read_only: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Module:
    """One module while it is written."""

    random: Random
    name: str
    marks: list[int]
    prefix: str
    body: list[Node] = field(default_factory=list)
    own: list[Target] = field(default_factory=list)
    reachable: list[Target] = field(default_factory=list)


def program(random: Random) -> Program:
    """A project as it comes. Functions only call what was defined before, so that all ends."""
    count = random.choice([1, 1, 2, 2, 3])
    names = [*random.sample(["jobs", "core", "api", "café"], count - 1), "main"]
    marks = [0]
    modules: list[_Module] = []
    for name in names:
        modules.append(_module(random, name, marks, modules))
    files, comments = {}, {}
    for module in modules:
        data, layout = _encoded(random, module.body)
        files[f"{module.name}.py"] = data
        comments[f"{module.name}.py"] = tuple(layout.comments)
    read_only = [path for path in files if random.random() < 0.1]
    return Program(files, "main.py", comments, _config(random), frozenset(read_only))


def _config(random: Random) -> Config:
    """A configuration as it comes; most projects have none."""
    if random.random() < 0.5:
        return Config()
    return Config(
        strategy=random.choice(["auto", "auto", "auto", "thread", "module", "instance"]),
        max_depth=random.choice([0, 1, 2, 3]),
        min_python=random.choice([(3, 8), (3, 9), (3, 10), (3, 12)]),
        strict=random.random() < 0.3,
        set_name=random.choice(["background_tasks", "background_tasks", "tasks"]),
    )


def _encoded(random: Random, body: Sequence[Node]) -> tuple[bytes, Layout]:
    """The module, oddly formatted if that is still Python."""
    for _ in range(5):
        layout = Layout.drawn(random)
        data = layout.encoded(body)
        try:
            compile(data, "<module>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        return data, layout
    layout = Layout(random, odd=False)
    return layout.encoded(body), layout


def _module(random: Random, name: str, marks: list[int], others: Sequence[_Module]) -> _Module:
    style = random.choice(["import asyncio"] * 4 + ["import asyncio as aio", "from", "star"])
    prefix = {"import asyncio": "asyncio.", "import asyncio as aio": "aio."}.get(style, "")
    module = _Module(random, name, marks, prefix)
    if random.random() < 0.3:
        module.body.append(Line('"""A module."""', alone=True))
    if random.random() < 0.15:
        module.body.append(Line("from __future__ import annotations", alone=True))
    imports = [
        Line(style if prefix else f"from asyncio import {'*' if style == 'star' else APIS}"),
        Line("from contextlib import asynccontextmanager, nullcontext, suppress"),
        Line("from typing import TYPE_CHECKING"),
    ]
    random.shuffle(imports)
    module.body += imports
    if random.random() < 0.15:
        module.body.append(Block("if TYPE_CHECKING", [Line("import collections.abc as _abc")]))
    for other in others:
        module.body.append(_import_of(other, module))
    _globals(module)
    _worker(module)
    for _ in range(random.randint(1, 3)):
        random.choice([_function, _function, _function, _wrapper, _class, _lifespan])(module)
    if name == "main":
        _main(module)
    return module


def _import_of(other: _Module, module: _Module) -> Node:
    names = sorted({target.call.partition("(")[0].partition(".")[0] for target in other.own})
    kind = module.random.choice(["from", "from", "module", "star", "renamed"])
    if kind == "module":
        module.reachable += [replace(t, call=f"{other.name}.{t.call}") for t in other.own]
        return Line(f"import {other.name}")
    if kind == "renamed":
        module.reachable += [replace(t, call=f"{other.name}_{t.call}") for t in other.own]
        aliases = ", ".join(f"{name} as {other.name}_{name}" for name in names)
        return Line(f"from {other.name} import {aliases}")
    module.reachable += other.own
    star = kind == "star" and not any(name.startswith("_") for name in names)
    return Line(f"from {other.name} import {'*' if star else ', '.join(names)}")


def _globals(module: _Module) -> None:
    module.body += [Line("_kept = []"), Line("_held = set()"), _DONE, _KEEP]
    stream = [Block("for _n in range(2)", [Line("yield _n")])]
    module.body.append(Block("async def stream()", stream))
    choice = module.random.random()
    if choice < 0.1:
        name = module.random.choice(["_background_tasks", "background_tasks", "TASKS"])
        hint = module.random.choice(["", f": set[{module.prefix}Task]" if module.prefix else ""])
        module.body.append(Line(f"{name}{hint} = set()"))
    elif choice < 0.2:
        module.body.append(Line(f"{module.random.choice(NAMES)} = 'taken'"))
    if module.random.random() < 0.1:
        definition = Block("def maybe()", [Line("return 1")])
        other = Block("def maybe()", [Line("return 2")])
        module.body += [Block("if _kept", [definition]), Block("else", [other])]


def _worker(module: _Module) -> None:
    name = f"work_{module.name}" if module.random.random() < 0.7 else f"Work{module.name}"
    body = [
        Line(f"await {module.prefix}sleep(0)"),
        Line(f"print('w{module.name}', x, value)"),
        Line("return x"),
    ]
    module.body.append(Block(f"async def {name}(x=0, value=1)", body))
    module.own.append(Target(f"{name}({{}})", is_async=True))


def _scope(module: _Module, *, is_async: bool, ints: Sequence[str], method: bool = False) -> Scope:
    return Scope(
        module.random,
        module.prefix,
        [*module.reachable, *module.own],
        is_async,
        module.marks,
        list(ints),
        in_method=method,
    )


@dataclass(frozen=True, slots=True)
class _Signature:
    """Parameters of a function, what of them can be read as a number, and a way to call it."""

    code: str
    ints: tuple[str, ...]
    arguments: str


def _signature(random: Random, *, method: str = "") -> _Signature:
    first, second = random.sample(NAMES, 2)
    kinds = [
        ("", (), ""),
        (f"{first}", (first,), "{}"),
        (f"{first}=1", (first,), "{}"),
        (f"{first}: int = 1, *, {second}=2", (first, second), f"{{}}, {second}=1"),
        (f"{first}, *{second}", (first,), "{}"),
        (f"{first}, /, {second}=0", (first, second), "{}"),
        (f"{first}=0, **{second}", (first,), "{}"),
        (f"{first}, {second}=lambda: 1,", (first,), f"{{}}, {second}=None"),
        (f"*, {first}: 'int' = 3", (first,), f"{first}={{}}"),
    ]
    code, ints, arguments = random.choice(kinds)
    return _Signature(", ".join(filter(None, [method, code])), ints, arguments)


def _name(module: _Module, names: Sequence[str]) -> str:
    module.marks[0] += 1
    return f"{module.random.choice(names)}_{module.marks[0]}"


def _function(module: _Module) -> None:
    random = module.random
    is_async = random.random() < 0.6
    signature = _signature(random)
    name = _name(module, _FUNCTIONS)
    scope = _scope(module, is_async=is_async, ints=signature.ints)
    body = _body(scope)
    decorators = (random.choice(["@(lambda f: f)", "@keep_it"]),) if random.random() < 0.05 else ()
    if "@keep_it" in decorators:
        module.body.append(Block("def keep_it(_f)", [Line("return _f")]))
    returns = random.choice(["", "", " -> None", " -> 'object'"])
    kind = "async def" if is_async else "def"
    header = f"{kind} {name}({signature.code}){returns}"
    module.body.append(Block(header, body, decorators))
    module.own.append(Target(f"{name}({signature.arguments})", is_async))


def _body(scope: Scope) -> list[Node]:
    body: list[Node] = []
    if scope.chance(0.25):
        body.append(Line(scope.pick(_DOCSTRINGS), alone=True))
    if scope.chance(0.08):
        body.append(Line("global counter, _other"))
        body.append(Line("counter = 1"))
        scope.ints.append("counter")
    if scope.chance(0.05):
        body.append(Line(f"print({scope.mark()}, sorted(locals()))"))
    body += scope.body(4)
    if scope.chance(0.1):
        body.append(Line(f"return {scope.spawn()}"))
    return body


def _wrapper(module: _Module) -> None:
    """A function that gives a new task to its caller, or keeps it."""
    random = module.random
    name = _name(module, ("_spawn", "run_soon", "launch"))
    scope = _scope(module, is_async=False, ints=["x"])
    spawned = scope.spawn()
    if random.random() < 0.5:
        module.body.append(Block(f"def {name}(x=0)", [Line(f"return {spawned}")]))
        module.own.append(Target(f"{name}({{}})", is_async=False, gives_task=True))
        return
    kept = [
        Line(f"task = {module.prefix}create_task({scope.coroutine()})"),
        Line("_held.add(task)"),
        Line("task.add_done_callback(_held.discard)"),
    ]
    if random.random() < 0.5:
        kept.append(Line("return task"))
    module.body.append(Block(f"def {name}(x=0)", kept))
    module.own.append(Target(f"{name}({{}})", is_async=False))


def _class(module: _Module) -> None:
    random = module.random
    name = _name(module, ("Server", "Client"))
    body: list[Node] = []
    if random.random() < 0.2:
        body.append(Line('"""Serves."""', alone=True))
    fields = ["self.port = 80", "self.name = 'n'"]
    has_init = random.random() < 0.7
    if has_init:
        init = [Line(field) for field in random.sample(fields, random.randint(1, 2))]
        body.append(Block("def __init__(self)", init))
    methods: list[Target] = []
    for method in random.sample(_METHODS, random.randint(1, 3)):
        is_async = random.random() < 0.6
        decorator = random.choice(["", "", "", "", "@staticmethod", "@classmethod"])
        first = {"": "self", "@classmethod": "cls"}.get(decorator, "")
        signature = _signature(random, method=first)
        scope = _scope(module, is_async=is_async, ints=signature.ints, method=first == "self")
        scope.callables += [
            replace(one, call=one.call.replace("OWNER", first))
            for one in methods
            if first == "self"
        ]
        kind = "async def" if is_async else "def"
        header = f"{kind} {method}({signature.code})"
        body.append(Block(header, _body(scope), (decorator,) if decorator else ()))
        methods.append(Target(f"OWNER.{method}({signature.arguments})", is_async))
    header = f"class {name}" + random.choice(["", "", "(object)"])
    module.body.append(Block(header, body))
    owner = f"{name}()"
    if random.random() < 0.5:
        owner = f"{name.lower()}"
        module.body.append(Line(f"{owner} = {name}()"))
    module.own += [replace(one, call=one.call.replace("OWNER", owner)) for one in methods]


def _lifespan(module: _Module) -> None:
    """A context manager that may own a set."""
    random = module.random
    name = _name(module, ("lifespan", "running"))
    scope = _scope(module, is_async=True, ints=["x"])
    body: list[Node] = []
    if random.random() < 0.5:
        body.append(Line(f"{random.choice(['background_tasks', 'tasks'])} = set()"))
    body += [*scope.body(3), Line("yield 1"), Line(f"print({scope.mark()}, 'over')")]
    decorated = Block(f"async def {name}(x=0)", body, ("@asynccontextmanager",))
    use = _name(module, ("serve", "use"))
    inner = Block(f"async with {name}(x)", [Line(f"print({scope.mark()}, 'up')")])
    module.body += [decorated, Block(f"async def {use}(x=0)", [inner])]
    module.own.append(Target(f"{use}({{}})", is_async=True))


def _main(module: _Module) -> None:
    random = module.random
    scope = _scope(module, is_async=True, ints=[])
    body: list[Node] = []
    if random.random() < 0.3:
        body.append(Line(f"{random.choice(['background_tasks', 'tasks'])} = set()"))
    for target in scope.callables:
        call = target.call.format(random.choice("012"))
        body.append(Line(f"await {call}" if target.is_async else call))
    if random.random() < 0.5:
        body += scope.body(2)
    drain = Block("for _k in range(40)", [Line(f"await {module.prefix}sleep(0)")])
    module.body.append(Block("async def main()", [*body, drain]))
    start = [Line(f"{module.prefix}run(main())")]
    module.body.append(Block("if __name__ == '__main__'", start))
