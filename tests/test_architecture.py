"""Checks what is absent: the imports, the side effects and the sizes that the design rules out."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from taskfix.apis.table import table
from taskfix.model import Call, Class, Edit, Function, Judged, Reference, Report, SetFact, Source
from taskfix.planning.plan import Plan

ROOT = Path(__file__).parent.parent
LONGEST = 400
FILES = sorted(path for top in ("taskfix", "codemods") for path in (ROOT / top).rglob("*.py"))

# The floors of taskfix/ from the ground up: a folder, or a module beside the folders, imports from
# its own floor and from those that stand before it. codemods/ is below them all.
FLOORS = (
    *("kept_sets", "model", "paths", "apis", "disk", "facts", "config", "index", "lifetime"),
    *(
        "signatures",
        "gates",
        "strategies",
        "planning",
        "verifying",
        "reports",
        "formats",
        "cli",
        "__main__",
    ),
)
# What goes upwards today: the importer and the floor, each with the reason.
UPWARDS = (
    # The names that a configuration may list are those of the files of the strategies.
    ("taskfix/config/settings.py", "strategies"),
    # It takes the World, of which it needs the project, the holders and the configuration.
    ("taskfix/lifetime/leaks.py", "planning"),
    # What strategies are given and what they share stands beside the plan that tries them.
    ("taskfix/strategies/", "planning"),
    # The flow ends with findings, which are made of plans but lie with the reports.
    ("taskfix/planning/pipeline.py", "reports"),
    # It shows one finding with the words and the excerpt of a format.
    ("taskfix/reports/explain.py", "formats"),
)

# Names whose call, or method whose call, reads, writes, prints or ends the process.
IO_CALLS = {"open", "print", "input", "exit", "quit"}
IO_METHODS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "open", "iterdir", "glob", "rglob"),
    *("exists", "is_file", "is_dir", "stat", "unlink", "mkdir", "rename", "touch"),
}
IO_MODULES = {"subprocess", "shutil", "tempfile", "socket", "urllib", "glob"}


# The table itself, and what speaks to people or of files.
SILENT = ("apis", "cli", "config", "disk", "reports")
FULL_NAMES = {row.name for row in table() if row.is_plain and "." in row.name}
WORDS = {row.word for row in table() if "/library/asyncio" in row.source and "*" not in row.word}
# These are words of any code as well.
WORDS -= {"run", "result", "exception", "wait", "sleep", "done", "cancel", "cancelled"}
WORDS -= {"Task", "Future", "Loop"}
# Where a name may stand all the same, and why.
NAMED_ELSEWHERE = {
    # What is written into the user's code, or said of it.
    "taskfix/planning/spelling.py": {"add_done_callback"},
    "taskfix/gates/kept.py": {"add_done_callback"},
    "taskfix/lifetime/leaks.py": {"add_done_callback"},
    # Whether a path leaves something shielded behind: the flow knows names, and resolves none.
    "taskfix/facts/flow.py": {"shield"},
    # To be moved: which functions look a member up by its name; ...
    "taskfix/facts/references.py": {"builtins.getattr", "builtins.hasattr"},
    # ... what a script may call without a look at the names of its module, and what
    # another package offers under the name that asyncio gives it.
    "taskfix/facts/loading.py": {"get_event_loop", "new_event_loop"},
    "taskfix/index/resolution.py": {
        *("create_task", "ensure_future", "gather", "shield", "wait_for"),
        *("get_event_loop", "get_running_loop", "new_event_loop", "run_coroutine_threadsafe"),
    },
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of ours: its path below the root, with forward slashes, and its text."""

    path: str
    text: str

    @property
    def package(self) -> str:
        return PurePosixPath(self.path).parts[0]

    @property
    def is_strategy(self) -> bool:
        return self.path.startswith("taskfix/strategies/")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


# -- the rules: each yields what is wrong with a file --------------------------------------------


def codemods_know_nothing_of_taskfix(file: File) -> Iterator[str]:
    if file.package == "codemods" and file.path != "codemods/track_background_tasks.py":
        yield from (f"imports {name}" for name in imports(file) if under(name, "taskfix"))


def codemods_know_nothing_of_asyncio(file: File) -> Iterator[str]:
    if file.package == "codemods" and file.path != "codemods/track_background_tasks.py":
        tree = file.tree
        explained = set(docstrings(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node not in explained:
                if "asyncio" in str(node.value):
                    yield f"line {node.lineno} names asyncio"


def only_the_table_names_apis(file: File) -> Iterator[str]:
    # Each full name, and each word that asyncio's own documentation gives a function or method.
    if file.package != "taskfix" or PurePosixPath(file.path).parts[1] in SILENT:
        return
    tree = file.tree
    explained = set(docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            named = names_in(text) - NAMED_ELSEWHERE.get(file.path, set())
            if node not in explained and named:
                yield f"line {node.lineno} names {', '.join(sorted(named))}"


def only_codemods_import_libcst(file: File) -> Iterator[str]:
    if file.package != "codemods":
        yield from (f"imports {name}" for name in imports(file) if under(name, "libcst"))


def only_the_command_line_imports_click(file: File) -> Iterator[str]:
    if not file.path.startswith("taskfix/cli/"):
        yield from (f"imports {name}" for name in imports(file) if under(name, "click"))


def only_the_edges_do_io(file: File) -> Iterator[str]:
    if not file.path.startswith(("taskfix/cli/", "taskfix/disk/")):
        yield from (f"imports {name}" for name in imports(file) if under(name, *IO_MODULES))
        yield from (f"line {node.lineno} calls {name}" for node, name in io_calls(file))


def only_the_edges_use_the_disk(file: File) -> Iterator[str]:
    # The configuration reads the project's own metadata, through the functions of disk/.
    if not file.path.startswith(("taskfix/cli/", "taskfix/disk/", "taskfix/config/")):
        yield from (f"imports {name}" for name in imports(file) if under(name, "taskfix.disk"))


def floors_are_imported_downwards(file: File) -> Iterator[str]:
    own = _floor(file)
    if own is not None and own not in FLOORS:
        yield f"is on no floor: {own} has no place in the order"
    elif own is not None:
        for name, floor in _floors_above(file, own):
            if not any(file.path.startswith(at) and floor == to for at, to in UPWARDS):
                yield f"imports {name}, which is above it"


def strategies_do_not_know_each_other(file: File) -> Iterator[str]:
    # The package itself lists them, and what they share stands in a file with an underscore.
    own = PurePosixPath(file.path).stem
    if file.is_strategy and own != "__init__":
        for name in imports(file):
            last = name.removeprefix("taskfix.strategies.").split(".")[0]
            if under(name, "taskfix.strategies") and not last.startswith("_"):
                yield f"imports {name}"


def the_vocabulary_depends_on_nothing(file: File) -> Iterator[str]:
    allowed: tuple[str, ...]
    allowed = ("__future__", "dataclasses", "typing", "collections", "enum", "codemods.edits")
    if file.path == "taskfix/model.py":
        allowed = (*allowed, "taskfix.kept_sets")  # a part of it
    if file.path in ("taskfix/model.py", "taskfix/kept_sets.py", "codemods/edits.py"):
        yield from (f"imports {name}" for name in imports(file) if not under(name, *allowed))


def no_file_is_long(file: File) -> Iterator[str]:
    length = len(file.text.splitlines())
    if length > LONGEST:
        yield f"has {length} lines"


def every_file_says_its_job(file: File) -> Iterator[str]:
    if not ast.get_docstring(file.tree):
        yield "has no docstring"


def no_exception_is_swallowed_unseen(file: File) -> Iterator[str]:
    # The program around the commands turns what is left into exit code 70, and run_deep() raises in
    # its caller what it has caught in its thread. Elsewhere such a handler may only clean up and
    # raise again.
    if file.path not in ("taskfix/cli/program.py", "codemods/deep.py"):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ExceptHandler) and _swallows_all(node):
                yield f"line {node.lineno} catches everything"


# -- the tests -----------------------------------------------------------------------------------

RULES: list[Callable[[File], Iterator[str]]] = [
    codemods_know_nothing_of_taskfix,
    codemods_know_nothing_of_asyncio,
    only_the_table_names_apis,
    only_codemods_import_libcst,
    only_the_command_line_imports_click,
    only_the_edges_do_io,
    only_the_edges_use_the_disk,
    floors_are_imported_downwards,
    strategies_do_not_know_each_other,
    the_vocabulary_depends_on_nothing,
    no_file_is_long,
    every_file_says_its_job,
    no_exception_is_swallowed_unseen,
]

VIOLATIONS = [
    (codemods_know_nothing_of_taskfix, File("codemods/a.py", "from taskfix.model import Source")),
    (
        codemods_know_nothing_of_taskfix,
        File("codemods/a.py", "import taskfix.model as model"),
    ),
    (codemods_know_nothing_of_asyncio, File("codemods/a.py", "x = 'asyncio.Task'")),
    (only_the_table_names_apis, File("taskfix/facts/a.py", "x == 'ensure_future'")),
    (only_the_table_names_apis, File("taskfix/facts/a.py", "x = {'functools.partial'}")),
    (only_the_table_names_apis, File("taskfix/facts/a.py", r"re.compile(r'\bcreate_task\b')")),
    (only_codemods_import_libcst, File("taskfix/plan.py", "import libcst as cst")),
    (
        only_codemods_import_libcst,
        File("taskfix/plan.py", "def f():\n    from libcst import Name"),
    ),
    (only_the_command_line_imports_click, File("taskfix/plan.py", "import click")),
    (only_the_edges_do_io, File("taskfix/plan.py", "open('a')")),
    (only_the_edges_do_io, File("taskfix/plan.py", "path.read_text()")),
    (only_the_edges_do_io, File("taskfix/plan.py", "sys.exit(1)")),
    (only_the_edges_do_io, File("codemods/a.py", "print('a')")),
    (only_the_edges_do_io, File("taskfix/plan.py", "import subprocess")),
    (only_the_edges_use_the_disk, File("taskfix/plan.py", "from taskfix.disk import git")),
    (
        floors_are_imported_downwards,
        File("taskfix/facts/calls.py", "from taskfix.index.project import Project"),
    ),
    (floors_are_imported_downwards, File("taskfix/model.py", "import taskfix.apis.spawners")),
    (floors_are_imported_downwards, File("taskfix/facts/a.py", "from taskfix import planning")),
    (floors_are_imported_downwards, File("taskfix/facts/a.py", "from ..lifetime import sites")),
    (
        floors_are_imported_downwards,
        File("taskfix/gates/trees.py", "def f():\n    from taskfix.planning.plan import Plan"),
    ),
    (floors_are_imported_downwards, File("taskfix/helpers/a.py", "x = 1")),
    (
        strategies_do_not_know_each_other,
        File("taskfix/strategies/thread.py", "from taskfix.strategies import module"),
    ),
    (
        strategies_do_not_know_each_other,
        File("taskfix/strategies/thread.py", "from . import module"),
    ),
    (the_vocabulary_depends_on_nothing, File("taskfix/model.py", "import taskfix.planning.plan")),
    (the_vocabulary_depends_on_nothing, File("codemods/edits.py", "import pathlib")),
    (no_file_is_long, File("taskfix/plan.py", "x = 1\n" * (LONGEST + 1))),
    (every_file_says_its_job, File("taskfix/plan.py", "x = 1")),
    (
        no_exception_is_swallowed_unseen,
        File("codemods/a.py", "try:\n    f()\nexcept Exception:\n    pass"),
    ),
    (no_exception_is_swallowed_unseen, File("codemods/a.py", "try:\n    f()\nexcept:\n    pass")),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule: Callable[[File], Iterator[str]]) -> None:
    files = [File(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in FILES]
    assert [f"{file.path}: {wrong}" for file in files for wrong in rule(file)] == []


@pytest.mark.parametrize(("rule", "file"), VIOLATIONS)
def test_the_rule_can_fail(rule: Callable[[File], Iterator[str]], file: File) -> None:
    assert list(rule(file))


def test_every_rule_has_a_violation() -> None:
    assert {rule for rule, _ in VIOLATIONS} == set(RULES)


@pytest.mark.parametrize(("importer", "above"), UPWARDS)
def test_an_exception_is_only_named_while_there_is_one(importer: str, above: str) -> None:
    files = [File(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in FILES]
    assert any(
        floor == above
        for file in files
        if file.path.startswith(importer)
        for _, floor in _floors_above(file, importer.split("/")[1])
    )


def test_files_are_not_imported_in_circles() -> None:
    files = {module_name(path): path for path in FILES}
    needed: dict[str, set[str]] = {}
    for name, path in files.items():
        file = File(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        found = {one if one in files else one.rpartition(".")[0] for one in run_time_imports(file)}
        needed[name] = found & files.keys()
    assert needed["taskfix.planning.pipeline"] > {"taskfix.planning.plan", "codemods.deep"}
    TopologicalSorter(needed).prepare()  # raises CycleError


# What is kept, compared, sent to other processes and shown: no node, open file or callable.
FACTS = (Function, Class, Call, Judged, Reference, SetFact)
VALUES = (Source, *FACTS, Plan, *get_args(Edit), Report)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_facts_plans_and_edits_are_values(kind: type) -> None:
    assert list(not_values(kind, set())) == []


def test_what_is_no_value_is_found() -> None:
    @dataclass
    class Loose:
        number: int

    found = set(not_values(tuple[ast.AST | Callable[[], int] | list[str] | Loose, ...], set()))
    assert len(found) == 4


# -- what a type may hold ------------------------------------------------------------------------


def not_values(kind: Any, seen: set[Any]) -> Iterator[str]:
    """The types inside of a type that are not frozen values of frozen values."""
    if kind in seen or kind in (str, bytes, int, bool, type(None), ...):
        return
    seen.add(kind)
    origin = get_origin(kind)
    if origin in (tuple, frozenset, Union, types.UnionType):
        for part in get_args(kind):
            yield from not_values(part, seen)
    elif is_dataclass(kind) and vars(kind)["__dataclass_params__"].frozen:
        for part in get_type_hints(kind).values():
            yield from not_values(part, seen)
    elif origin is not Literal:
        yield str(kind)


# -- floors --------------------------------------------------------------------------------------


def _floor(file: File) -> str | None:
    """The folder or module of taskfix/ that a file is in; None for its __init__ and codemods."""
    first, *rest = PurePosixPath(file.path).with_suffix("").parts
    return None if first != "taskfix" or rest == ["__init__"] else rest[0]


def _floors_above(file: File, own: str) -> Iterator[tuple[str, str]]:
    """What a file imports from above its own floor, and from which."""
    for name in imports(file):
        first, floor, *_ = *name.split("."), "", ""
        if first == "taskfix" and floor in FLOORS and FLOORS.index(floor) > FLOORS.index(own):
            yield name, floor


# -- what names an API ---------------------------------------------------------------------------


def names_in(text: str) -> set[str]:
    """The APIs that a text, a regular expression or a piece of code names."""
    plain = re.sub(r"\\[bwA]", " ", text)
    dotted = set(re.findall(r"[A-Za-z_]\w*(?:(?:\(\))?\.\w+)*", plain))
    lasts = {name.rpartition(".")[2] for name in dotted}
    return (dotted & FULL_NAMES) | (lasts & WORDS)


# -- how a file is read --------------------------------------------------------------------------


def under(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of the packages or inside of one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def imports(file: File) -> Iterator[str]:
    """The full dotted name of everything that is imported anywhere in the file."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(file, node)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _base(file: File, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    above = PurePosixPath(file.path).parts[: -node.level]
    return ".".join([*above, *([node.module] if node.module else [])])


def run_time_imports(file: File) -> Iterator[str]:
    """What the file imports but for its annotations."""
    tree = file.tree
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return imports(File(file.path, ast.unparse(tree)))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        for part in getattr(node, "body", ()) if not isinstance(node, ast.expr) else ():
            if isinstance(part, ast.Expr):
                yield part.value


def io_calls(file: File) -> Iterator[tuple[ast.Call, str]]:
    """The calls that read, write, print or end the process, by what they call."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            match node.func:
                # open(...), print(...)
                case ast.Name(id) if id in IO_CALLS:
                    yield node, id
                # path.read_text(...)
                case ast.Attribute(attr=attr) if attr in IO_METHODS:
                    yield node, attr
                # sys.exit(...), sys.stdout.write(...), os.remove(...)
                case ast.Attribute() as function if _starts_with_process(function):
                    yield node, ast.unparse(function)


def _starts_with_process(function: ast.Attribute) -> bool:
    text = ast.unparse(function)
    return text in ("sys.exit", "os._exit") or text.startswith(("sys.std", "os.", "sys.stderr"))


def _swallows_all(handler: ast.ExceptHandler) -> bool:
    if isinstance(handler.body[-1], ast.Raise):
        return False
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in ("Exception", "BaseException"))
        for name in names
    )
