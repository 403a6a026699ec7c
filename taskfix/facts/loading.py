"""Facts about code that finds modules and names at run time: what it may come across."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from taskfix.apis.callables import IMPORTERS as GIVING_MODULES
from taskfix.apis.callables import NAMING_MEMBERS, RUNNING_TEXT, SCANNING
from taskfix.apis.signature_readers import READERS, READING_ATTRIBUTES
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.syntax import spelled
from taskfix.facts.values import Values

# Names of the references that stand for a whole module, or for modules by the start of their name.
THIS_MODULE = "<this module>"
SOME_MODULES = "<some modules>"
SOME_NAMES = "<some names of modules>"
ONE_MODULE = "<one module>"
# Stands for something unknown all of whose members are gone over: `for name in dir(plugin)`.
SOMETHING = "<something>"
# Stand for a member of something unknown, whatever it is called: `getattr(plugin, name)`. It is
# called, or handed on.
CALLED_MEMBER = "<called member>"
SOME_MEMBER = "<some member>"
# Stands for the parameters of something: `inspect.signature(handler)`, `handler.__code__`.
PARAMETERS = "<parameters>"
# Files that mention these may load modules or read all names of one.
TRIGGERS = frozenset(
    [
        *("import_module", "__import__", "load_module", "spec_from_file_location", "run_module"),
        *("iter_modules", "walk_packages", "find_modules", "run_path", "resolve_name"),
        *("import_string", "load_object", "autodiscover_tasks", "autodiscover_modules"),
        *("globals", "getmembers", "__dict__", "__path__", "scan", "wire", "eval", "exec"),
        *("f_globals", "__globals__"),
    ]
)
IMPORTERS = frozenset(
    ["import_module", "__import__", "run_module", "import_string", "load_object", "resolve_name"]
)
# Load a module of a file, and tell the names of modules without loading any.
_FILE_LOADERS = frozenset(["spec_from_file_location", "run_path"])
_WALKERS = frozenset(["iter_modules", "walk_packages", "find_modules"])
# Without one of these in its text a file loads no modules by names that are put together.
LOADERS = IMPORTERS | _FILE_LOADERS | _WALKERS | {"__path__", "exec"}
# The name of a Python file, or a pattern of such names that says more than that.
_FILE = re.compile(r"[\w./*?-]*\w[\w*?-]*\.py")
# Called under `if __name__ == "__main__"` without arguments, and known not to look at the caller.
_INNOCENT = re.compile(
    r"(?:^|\.)(?:install|apply|init|load_dotenv|setup|enable|freeze_support|basicConfig|"
    r"set_event_loop_policy|getLogger|parse_args|ArgumentParser|create_app|get_event_loop|"
    r"new_event_loop|[A-Z]\w*(?<!Fire))$"
)
# Without one of these in its text, or `__name__`, a file does not read all names of its module.
FRAME_NAMESPACES = frozenset({"f_globals", "__globals__"})
CURRENT_NAMESPACES = frozenset({"globals", "vars", "locals", "dir"})
RUNNING_WORDS = frozenset(name.rpartition(".")[2] for name in RUNNING_TEXT)
# In what is said of the names of modules: whatever stands between the start and the end.
ANY_NAME = "*"
_DUMPING = frozenset(
    {"dumps", "dump", "print", "str", "repr", "pformat", "pprint", "len", "dict", "exec"}
)
_HOLE = "\0"
_HERE = "\1"  # the module or package that the code is in

Loaded = tuple[ast.expr, str, frozenset[str]]


def loaded(tree: Tree, values: Values) -> Iterator[Loaded]:
    """(node, THIS_MODULE or SOMETHING, nothing) or (node, SOME_MODULES, starts of their names).

    With ``ONE_MODULE`` there is the name of a module, as it is spelled.
    """
    for call in tree.nodes(ast.Call):
        yield from _call(call, tree, values)
    for node in tree.nodes(ast.Subscript):
        match node:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"),
                slice=ast.Name(id="__name__"),
            ):
                yield node, THIS_MODULE, frozenset()
    for path in tree.nodes(ast.Attribute):
        if path.attr == "__dict__" and is_unknown(path.value, values):
            if not _is_of_object(path.value, values) and not _is_given_whole(path, tree):
                yield path, SOMETHING, frozenset()
        if path.attr in READING_ATTRIBUTES and isinstance(path.ctx, ast.Load):
            yield path, PARAMETERS, frozenset()
        if path.attr in FRAME_NAMESPACES and not _is_one_name(path, tree):
            yield path, THIS_MODULE, frozenset()
        if path.attr == "__path__" and isinstance(path.ctx, ast.Load) and _is_walked(path, tree):
            packages = frozenset(f"{value}." for value in values.of(path.value))
            yield path, SOME_NAMES, packages or frozenset({"."})
    for name in tree.nodes(ast.Name):
        if name.id == "__path__" and isinstance(name.ctx, ast.Load) and _is_walked(name, tree):
            yield name, SOME_NAMES, frozenset({"."})


def _call(call: ast.Call, tree: Tree, values: Values) -> Iterator[Loaded]:
    name = spelled(call.func)
    if name in IMPORTERS and call.args:
        if isinstance(call.args[0], ast.Name) and call.args[0].id == "__name__":
            yield call, THIS_MODULE, frozenset()
        elif isinstance(call.args[0], ast.Constant):
            if isinstance(call.args[0].value, str):
                yield call, ONE_MODULE, frozenset({call.args[0].value.replace(":", ".")})
        else:
            template = _template(call.args[0]).replace(f"{_HERE}.", ".").replace(":", ".")
            start, end = template.partition(_HOLE)[0], template.rpartition(_HOLE)[2]
            # `__import__` gives the package at the start, whatever the end is.
            bounded = name == "import_module" and start and _HOLE in template
            tail = f"{ANY_NAME}{end}" if bounded and _HERE not in end else ""
            yield call, SOME_MODULES, frozenset({f"{start}{tail}"})
    elif name in _WALKERS | _FILE_LOADERS and "__path__" not in ast.unparse(call):
        said = SOME_NAMES if name in _WALKERS else SOME_MODULES
        yield call, said, frozenset({"", *_files(tree)})
    elif name in CURRENT_NAMESPACES and not call.args:
        at_module_level = tree.scope_of(call) is tree.root
        if (name == "globals" or at_module_level) and not _is_one_name(call, tree):
            some = _some_names(call, tree)
            if some is None:
                yield call, THIS_MODULE, frozenset()
            for one in sorted(some or ()):
                yield call, one, frozenset({f"{values.path}::{one}"})
    elif values.of(call.func) & RUNNING_TEXT and call.args:
        if name == "exec" and not isinstance(call.args[0], ast.Constant):
            yield call, SOME_MODULES, frozenset(_files(tree))
        if len(call.args) == 1 and not isinstance(call.args[0], ast.Constant):
            yield call, THIS_MODULE, frozenset()
    elif values.of(call.func) & SCANNING and call.args and is_unknown(call.args[0], values):
        if name != "vars" or not _is_given_whole(call, tree):
            yield call, SOMETHING, frozenset()
    elif values.of(call.func) & READERS:
        yield call, PARAMETERS, frozenset()
    elif not call.args and _is_main(call, tree) and _is_foreign(call, values):
        yield call, THIS_MODULE, frozenset()


def is_unknown(node: ast.expr, values: Values) -> bool:
    """Report whether something may be a module that somebody loads, or has."""
    modules = {f"{name}()" for name in GIVING_MODULES}
    # `self.__class__` is the class around, or one that inherits from it.
    found = {value.removesuffix("().__class__") for value in values.of(node)}
    return not found or any(
        "#" in value or value in modules or "()" in value.removesuffix("()") for value in found
    )


def _is_of_object(node: ast.expr, values: Values) -> bool:
    """``self.state.__dict__``: an object in an attribute, which has its own data there."""
    found = values.of(node)
    return bool(found) and all("::" in value and "()." in value for value in found)


def _is_given_whole(members: ast.expr, tree: Tree) -> bool:
    """``json.dumps(x, default=lambda x: vars(x))``: as data, and nothing is looked for in it."""
    if _is_one_name(members, tree):
        return True
    parent = tree.parents.get(members)
    match parent:
        case ast.Lambda() | ast.Return() | ast.keyword(arg=None) | ast.Dict():
            return True
        case ast.Call(func=function):
            return function is not members and spelled(function) in _DUMPING
        case _:
            return False


def _is_walked(path: ast.expr, tree: Tree) -> bool:
    """Report whether the modules of a package are gone over, and not only its folder used."""
    return any(
        isinstance(ancestor, ast.Call) and spelled(ancestor.func) in _WALKERS
        for ancestor in tree.ancestors(path)
    )


def _files(tree: Tree) -> Iterator[str]:
    """The names and patterns of Python files that the module spells, each after a slash."""
    for node in tree.nodes(ast.Constant):
        if isinstance(node.value, str) and _FILE.fullmatch(node.value):
            yield f"/{node.value.lstrip('./')}"


def _some_names(call: ast.Call, tree: Tree) -> frozenset[str] | None:
    """``if name in {"a", "b"}: return globals()[name]``: the names that it may be, or None."""
    parent = tree.parents.get(call)
    if not isinstance(parent, ast.Subscript) or not isinstance(parent.slice, ast.Name):
        return None
    function, name = tree.function_of(call), parent.slice.id
    if (
        not isinstance(function, FUNCTIONS)
        or len(tree.scopes[function].bindings.get(name, ())) != 1
    ):
        return None  # it may be bound anew between the question and the answer
    child: ast.AST = parent
    for ancestor in tree.ancestors(parent):
        match ancestor:
            case ast.If(
                test=ast.Compare(
                    left=ast.Name(id=asked),
                    ops=[ast.In()],
                    comparators=[ast.Set(elts=elements) | ast.Tuple(elts=elements)],
                ),
                body=body,
            ) if asked == name and child in body:
                said = [e.value for e in elements if isinstance(e, ast.Constant)]
                return frozenset(map(str, said)) if len(said) == len(elements) else None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return None
            case _:
                child = ancestor
    return None


def _is_one_name(call: ast.expr, tree: Tree) -> bool:
    """``globals()["name"]``, ``globals().get("name")``, ``"name" in globals()``.

    The keys are only names: what is looked up by them is a mention of its own.
    """
    parent = tree.parents.get(call)
    match parent:
        case ast.Attribute(attr="keys"):
            return isinstance(tree.parents.get(parent), ast.Call)
        case ast.Subscript(slice=ast.Constant()) | ast.Compare():
            return True
        case ast.Attribute(attr="get" | "pop" | "setdefault"):
            around = tree.parents.get(parent)
            return (
                isinstance(around, ast.Call)
                and bool(around.args)
                and isinstance(around.args[0], ast.Constant)
            )
        case ast.Attribute(attr="update"):
            return True
        case _:
            return False


def _is_main(call: ast.Call, tree: Tree) -> bool:
    """Report whether a call is a whole statement under ``if __name__ == "__main__"``."""
    parent = tree.parents.get(call)
    if not isinstance(parent, ast.Expr) or tree.scope_of(call) is not tree.root:
        return False
    return any(
        isinstance(ancestor, ast.If) and "__name__" in ast.unparse(ancestor.test)
        for ancestor in tree.ancestors(call)
    )


def _is_foreign(call: ast.Call, values: Values) -> bool:
    """``fire.Fire()``: a function of another package may read the names of its caller."""
    found = values.of(call.func)
    plain = all("::" not in value and "()" not in value for value in found)
    return bool(found) and plain and not any(_INNOCENT.search(value) for value in found)


def patterns(
    tree: Tree, values: Values
) -> Iterator[tuple[ast.expr, re.Pattern[str], frozenset[str]]]:
    """``getattr(x, f"handle_{y}")``: (node, the names it may ask for, the values of x)."""
    for call in tree.nodes(ast.Call):
        if not values.of(call.func) & NAMING_MEMBERS or not call.args:
            continue
        method = ast.unparse(call.func).rpartition(".")[2]
        index = 1 if method in {"getattr", "hasattr"} else 0
        if index >= len(call.args):
            continue
        template = _template(call.args[index])
        if _HOLE in template and template.strip(_HOLE):
            parts = (re.escape(part) for part in template.split(_HOLE))
            receivers = values.of(call.args[0]) if index else frozenset()
            yield call, re.compile(r"\w*".join(parts)), receivers


def has_text(node: ast.expr) -> bool:
    """Report whether some of a name is there before the program runs: ``f"on_{event}"``."""
    template = _template(node)
    return _HOLE in template and bool(template.strip(_HOLE))


def _template(node: ast.expr) -> str:
    """The text of a string expression, with a hole for each part that is not known."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_template(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _template(left) + _template(right)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.sub(r"%\w", _HOLE, text)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
            return re.sub(r"\{[^}]*\}", _HOLE, text)
        case ast.Name(id="__package__" | "__name__"):
            return _HERE
        case ast.FormattedValue(value=ast.Name(id="__package__" | "__name__")):
            return _HERE
        case _:
            return _HOLE
