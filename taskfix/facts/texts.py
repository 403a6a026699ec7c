"""Strings that may name something: which are a mention of it, and which are only text."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.callables import LOGGERS, LOGGING_METHODS, RUNNING_TEXT, TELLING_MEMBERS
from taskfix.facts.scopes import Tree
from taskfix.facts.values import Values

# The last name of "name", "pkg.mod.name", "pkg.mod:name", "tests/a.py::name" or "Class.name"
_LAST_NAME = re.compile(r"(?:^|[.:])([A-Za-z_]\w*)(?:\(\)!?)?$")
_WHOLE = re.compile(r"[\w.:/ \-\[\]]+(?:\(\))?")
# What stands for the module in "%s.name" and "{}.name"
_HOLE = re.compile(r"^(?:%\w|%\(\w+\)s|\{[^{}]*\})(?=[.:])")
# "app.jobs:startup" and "Server.start" in a longer text: a table of jobs, a command line
_PATH = re.compile(r"\b(?:[^\W\d]\w*[.:])+([^\W\d]\w*)")
_IMPORTING = re.compile(r"(?:^|\n)[ \t]*(?:from|import)[ \t]+$")
_WORD = re.compile(r"[^\W\d]\w*")
_PRINTING = frozenset({"print", "on_event", "getLogger", "get_logger", "getenv"})
_OF_TEXT = frozenset({"startswith", "endswith", "join", "split", "replace"})


def last_name(value: str) -> str:
    """``Server`` of ``app/a.py::Server()``, ``make`` of ``app/a.py::make()!``."""
    match = _LAST_NAME.search(value)
    return match[1] if match else ""


class Texts:
    """Judges the strings of one module."""

    def __init__(self, tree: Tree, values: Values) -> None:
        self.tree = tree
        self.values = values

    def with_word(self, name: str) -> list[ast.Constant]:
        """The strings that have a name in them as a word."""
        return self._words.get(name, [])

    @cached_property
    def _words(self) -> dict[str, list[ast.Constant]]:
        found: dict[str, list[ast.Constant]] = defaultdict(list)
        for node in self.tree.nodes(ast.Constant):
            if isinstance(node.value, str) and not self._is_statement(node):
                for word in {*_WORD.findall(node.value)}:
                    found[word].append(node)
        return found

    def _is_statement(self, node: ast.Constant) -> bool:
        """Report whether a string is a docstring, or stands where it does nothing."""
        return isinstance(self.tree.parents.get(node), ast.Expr)

    def mentions(self, node: ast.Constant, name: str) -> Iterator[tuple[str, frozenset[str]]]:
        """(kind of the mention, what is said of it), where a string with a name mentions it."""
        text = str(node.value)
        if self._is_run(node):
            yield "string", frozenset()
        elif self._is_annotation(node):
            yield from self._annotated(node, text, name)
        else:
            text = _HOLE.sub("", text)
            match = _LAST_NAME.search(text)
            if match is None or not _WHOLE.fullmatch(text):
                yield from self._paths(node, text, name)
                return
            if match[1] != name:
                return
            if self._is_exported(node):
                yield "export", frozenset()
            elif not self._is_harmless(node, located=match.start() < match.start(1)):
                yield "key" if self._is_key(node) else "string", frozenset({text})

    def _paths(
        self, node: ast.Constant, text: str, name: str
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """A name in a longer text, where it says too what it is in."""
        found = [m for m in _PATH.finditer(text) if m[1] == name and _is_located(m[0])]
        # Code that imports a module does nothing else with it, where it may be run at all.
        found = [m for m in found if not _IMPORTING.search(text[: m.start()])]
        if found and not self._is_shown(node):
            yield from (("string", frozenset({match[0]})) for match in found)

    # -- code in strings -----------------------------------------------------------------------

    def _is_run(self, node: ast.Constant) -> bool:
        """``eval("name()")``"""
        call = self.tree.parents.get(node)
        return (
            isinstance(call, ast.Call)
            and call.args[:1] == [node]
            and bool(self.values.of(call.func) & RUNNING_TEXT)
        )

    def _is_annotation(self, node: ast.Constant) -> bool:
        child: ast.AST = node
        for ancestor in self.tree.ancestors(node):
            match ancestor:
                case ast.arg():
                    return True
                case ast.AnnAssign(annotation=annotation):
                    return child is annotation
                case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                    return child is returns
                case ast.Subscript(value=value) if ast.unparse(value).endswith("Literal"):
                    return False
                case ast.expr() if not isinstance(ancestor, ast.Call):
                    child = ancestor
                case _:
                    return False
        return False

    def _annotated(
        self, node: ast.Constant, text: str, name: str
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """A name in an annotation: ``"Server"``, ``"Annotated[int, Depends(startup)]"``."""
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError):
            return
        calls = [inner for inner in ast.walk(tree) if isinstance(inner, ast.Call)]
        handed = {part for call in calls for part in ast.walk(call)}
        for part in ast.walk(tree):
            match part:
                case ast.Name(id=spelled) | ast.Attribute(attr=spelled) if spelled == name:
                    kind = "value" if part in handed else "annotation"
                    yield kind, self._quoted(part, node)
                case _:
                    pass

    def _quoted(self, part: ast.expr, node: ast.Constant) -> frozenset[str]:
        """What a name or an attribute in a quoted annotation means."""
        match part:
            case ast.Name(id=name):
                return self.values.of_name(name, self.tree.scope_of(node))
            case ast.Attribute(value=value, attr=attr):
                return frozenset(f"{base}.{attr}" for base in self._quoted(value, node))
            case _:
                return frozenset()

    # -- text ----------------------------------------------------------------------------------

    def _is_exported(self, node: ast.Constant) -> bool:
        """``__all__ = ["name"]``"""
        around = self.tree.parents.get(self.tree.parents[node])
        if not isinstance(around, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            return False
        return "__all__" in ast.unparse(around).partition("=")[0]

    def _is_key(self, node: ast.Constant) -> bool:
        match self.tree.parents.get(node):
            case ast.Dict(keys=keys):
                return node in keys
            case ast.Subscript(slice=index):
                return node is index
            case _:
                return False

    def _is_harmless(self, node: ast.Constant, *, located: bool) -> bool:
        """Report whether a string is only text: a docstring, a message, a key that is compared.

        A string that says where a name is, as ``pkg.mod:name`` does, is seldom only text.
        """
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Expr() | ast.Compare() | ast.FormattedValue() | ast.MatchValue():
                return True
            case ast.BinOp(op=ast.Div()):
                return True  # a part of a path
            case ast.JoinedStr(values=parts):
                return not located or node is not parts[-1] or self._is_shown(parent)
            case ast.Call() if node in parent.args:
                return self._only_reads(parent, node, located=located)
            case ast.Subscript(value=value) if ast.unparse(value) == "sys.modules":
                return isinstance(parent.ctx, ast.Del) or self._is_loaded_again(parent)
            case _ if located:
                return self._is_shown(node)
            case ast.Slice():
                return True
            case ast.Subscript(value=value):
                return not _is_namespace(value)
            case ast.Dict(keys=keys) if node in keys:
                return True
            case ast.List() | ast.Tuple() | ast.Set():
                around = self.tree.parents.get(parent)
                targets = ast.unparse(around).partition("=")[0] if around is not None else ""
                if isinstance(around, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                    return "__slots__" in targets
                return isinstance(around, ast.Compare)
            case _:
                return self._is_shown(node)

    def _only_reads(self, call: ast.Call, node: ast.Constant, *, located: bool) -> bool:
        """``d.get("name")``, ``raise Error("name")``, ``@app.on_event("name")``, ``print``.

        ``hasattr(x, "name")`` says that it is there, and not what it takes.
        """
        name = ast.unparse(call.func).rpartition(".")[2]
        if name == "import_module":
            # What is done with the module is a mention of its own, where it gets a name.
            around = self.tree.parents.get(call)
            return isinstance(around, (ast.Assign, ast.Attribute, ast.Expr)) or (
                self._is_loaded_again(call)
            )
        if TELLING_MEMBERS & self.values.of(call.func) or name in {"NewType", "TypeVar"}:
            return True
        match call.func:
            case ast.Attribute(attr="pop" | "delitem"):
                return not located or "sys.modules" in ast.unparse(call)
            case ast.Attribute(attr="get" | "setdefault", value=value):
                return not located and call.args[0] is node and not _is_namespace(value)
            case ast.Attribute(attr=attr) if attr in _OF_TEXT:
                return True
            case _:
                return self._is_shown(node)

    def _is_loaded_again(self, module: ast.expr) -> bool:
        """``importlib.reload(sys.modules["app"])``: no name is looked for in it."""
        around = self.tree.parents.get(module)
        return isinstance(around, ast.Call) and ast.unparse(around.func).endswith("reload")

    def _is_shown(self, node: ast.expr) -> bool:
        """Report whether a string is printed, logged, or the message of an exception."""
        for ancestor in self.tree.ancestors(node):
            match ancestor:
                case ast.stmt():
                    return False
                case ast.Call(func=function):
                    name = ast.unparse(function).rpartition(".")[2]
                    if name in _PRINTING or name.endswith(("Error", "Exception", "Warning")):
                        return True
                    if isinstance(function, ast.Attribute) and name in LOGGING_METHODS:
                        if self._is_logger(function.value):
                            return True
        return False

    def _is_logger(self, node: ast.expr) -> bool:
        if ast.unparse(node).rpartition(".")[2].strip("_").lower() in LOGGERS:
            return True
        return any(
            value.rpartition(".")[2].lower() in {"getlogger()", "get_logger()"}
            for value in self.values.of(node)
        )


def _is_located(path: str) -> bool:
    """``server.start`` in a text may be words; ``app.server.start``, ``Server.start`` are not."""
    return path.count(".") > 1 or ":" in path or path[0].isupper()


def _is_namespace(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return any(word in text for word in ("globals", "__dict__", "vars(", "locals", "sys.modules"))
