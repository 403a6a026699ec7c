"""Facts about mentions of a name that are not calls: what may hand a function to others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from taskfix.facts.apis import LOGGERS, LOGGING_METHODS
from taskfix.facts.handling import added, handling
from taskfix.facts.loading import loaded, patterns
from taskfix.facts.scopes import FUNCTIONS, Tree
from taskfix.facts.values import Values
from taskfix.model import Reference

# The last name of "name", "pkg.mod.name", "pkg.mod:name", "tests/a.py::name" or "Class.name"
_LAST_NAME = re.compile(r"(?:^|[.:])([A-Za-z_]\w*)(?:\(\))?$")
_WHOLE = re.compile(r"[\w.:/ \-\[\]]+(?:\(\))?")
# What only a test double has.
_OF_A_DOUBLE = re.compile(r"^(?:assert_|call_|await_|mock_|called$|awaited$|return_value|side_eff)")
# What a function is called, and not what it does.
_LABELS = frozenset({"__name__", "__qualname__", "__doc__", "__module__"})
# Look at an object without keeping it or reading its members.
_LOOKING = frozenset(
    f"builtins.{name}" for name in ("isinstance", "issubclass", "type", "id", "repr", "str", "len")
) | {
    "importlib.reload",
    "weakref.ref",
    "weakref.proxy",
    "builtins.super",
    "builtins.print",
    "typing.cast",
}
_SPELLED = (ast.Name, ast.Attribute)
_BY_NAME = frozenset({"builtins.getattr", "builtins.hasattr", "builtins.setattr"})
# Read all members of an object.
_SCANNING = frozenset(
    {"builtins.dir", "builtins.vars", "inspect.getmembers", "inspect.getmembers_static"}
)


class References:
    """Finds every mention of ``names`` in one module."""

    def __init__(self, tree: Tree, values: Values, names: frozenset[str]) -> None:
        self.tree = tree
        self.values = values
        self.names = names

    def collect(self) -> Iterator[Reference]:
        if not self.names:
            return
        for node in self.tree.nodes(ast.Name, ast.Attribute, ast.Constant):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    if self._wanted(name, node):
                        yield from self._mention(node, name)
                case ast.Constant(value=str(text)):
                    yield from self._string(node, text)
        yield from self._dynamic()

    def _wanted(self, name: str, node: ast.expr) -> bool:
        if name in self.names:
            return True
        return any(last_name(v) in self.names for v in self.values.of(node))

    def _mention(self, node: ast.expr, name: str) -> Iterator[Reference]:
        whole = self._whole(node)
        parent = self.tree.parents.get(whole)
        if isinstance(parent, ast.Call) and parent.func is whole:
            yield from self._made(parent, name)
        elif not isinstance(getattr(node, "ctx", None), ast.Load):
            yield from self._references(node, name, "store")
        elif isinstance(parent, ast.Attribute):
            # `name.attr` looks into it; the attribute is a mention of its own
            if parent.attr == "__dict__":
                yield from self._references(node, name, "scan")
            elif _OF_A_DOUBLE.match(parent.attr):
                yield from self._references(node, name, "value")
            elif parent.attr not in _LABELS:
                yield from self._references(node, name, "attribute")
        else:
            yield from self._references(node, name, self._kind(whole))

    def _whole(self, node: ast.expr) -> ast.expr:
        """``type(name)`` and ``name.__class__`` show the same methods as ``name``."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Attribute(attr="__class__"):
                return self._whole(parent)
            case ast.Call(func=ast.Name(id="type"), args=[only]) if only is node:
                return self._whole(parent)
            case _:
                return node

    def _made(self, call: ast.Call, name: str) -> Iterator[Reference]:
        """``register(Server())`` hands an instance over."""
        around = self.tree.parents.get(call)
        handed = isinstance(around, (ast.keyword, ast.List, ast.Tuple, ast.Set, ast.Dict))
        handed = handed or (isinstance(around, ast.Call) and call in around.args)
        if handed and name[:1].isupper() and name in self.names:
            kind = self._kind(call)
            yield self._reference(call, name, kind, self.values.of(call))

    def _references(self, node: ast.expr, name: str, kind: str) -> Iterator[Reference]:
        """One for the name as it is spelled, and one for each thing that it stands for."""
        values = self.values.of(node)
        # An instance that is handed over whole is a mention of its class.
        every = {name, *(last_name(value) for value in values)}
        if kind in {"attribute", "store"}:
            every = {n for n in every if f"{n}()" not in "|".join(values)} or {name}
        for one in sorted(every & self.names):
            yield self._reference(node, one, kind, values)

    def _kind(self, node: ast.expr) -> str:
        child: ast.AST = node
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, (*FUNCTIONS, ast.ClassDef)):
                if child in ancestor.decorator_list:
                    return "decorator"
                if isinstance(ancestor, ast.ClassDef):
                    return "base" if child in ancestor.bases else "value"
                return "annotation" if child is ancestor.returns else "value"
            if isinstance(ancestor, ast.arg):
                return "annotation"
            if isinstance(ancestor, ast.Call) and child in ancestor.args:
                kind = self._given_to(ancestor, child, node)
                if kind is not None:
                    return kind
            if isinstance(ancestor, ast.AnnAssign) and child is ancestor.annotation:
                return "annotation"
            if isinstance(ancestor, ast.Return) and child is node and self._is_instance(node):
                return "annotation"  # what the caller does with it is a mention of its own
            child = ancestor
        return "value"

    def _is_instance(self, node: ast.expr) -> bool:
        values = self.values.of(node)
        return bool(values) and all(value.endswith("()") for value in values)

    def _given_to(self, call: ast.Call, argument: ast.AST, node: ast.expr) -> str | None:
        """What a well-known function does with its argument."""
        callees = self.values.of(call.func)
        if callees & _BY_NAME and argument is call.args[0] is node:
            by_constant = len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
            # A constant name is a mention of its own.
            return "annotation" if by_constant else "scan"
        if callees & _SCANNING and argument is call.args[0]:
            return "scan"
        return "annotation" if callees & _LOOKING and argument is node else None

    def _reference(self, node: ast.expr, name: str, kind: str, values: frozenset[str]) -> Reference:
        function = self.tree.function_of(node)
        return Reference(
            name=name,
            values=values,
            kind=kind,  # type: ignore[arg-type]
            line=node.lineno,
            text=self._text(node),
            function=self.values.definition(function) if isinstance(function, FUNCTIONS) else None,
            bare=isinstance(node, ast.Name),
            handling=handling(node, self.tree) if isinstance(node, _SPELLED) else "passes",
            added=added(node, self.tree, self.values) if kind == "attribute" else frozenset(),
        )

    def _text(self, node: ast.expr) -> str:
        return ast.unparse(self.tree.statement_of(node)).splitlines()[0][:100]

    # -- names that are put together or read at run time ---------------------------------------

    def _dynamic(self) -> Iterator[Reference]:
        for node, name, values in loaded(self.tree, self.values):
            yield self._reference(node, name, "value", values)
        for node, pattern, receivers in patterns(self.tree, self.values):
            for name in sorted(self.names):
                if pattern.fullmatch(name):
                    values = frozenset(f"{receiver}.{name}" for receiver in receivers)
                    kind = "value" if values else "string"
                    yield self._reference(node, name, kind, values)
        for keyword in self.tree.nodes(ast.keyword):
            call = self.tree.parents.get(keyword)
            if keyword.arg in self.names and isinstance(call, ast.Call):
                if ast.unparse(call.func).endswith(("patch.multiple", "mock_module")):
                    yield self._reference(keyword.value, keyword.arg, "string", frozenset())

    # -- strings -------------------------------------------------------------------------

    def _string(self, node: ast.Constant, text: str) -> Iterator[Reference]:
        match = _LAST_NAME.search(text)
        if match is None or match[1] not in self.names or not _WHOLE.fullmatch(text):
            return
        if not self._is_harmless(node):
            yield self._reference(node, match[1], "string", frozenset({text}))

    def _is_harmless(self, node: ast.Constant) -> bool:
        """Report whether a string is only text: a docstring, a message, a key that is compared."""
        parent = self.tree.parents.get(node)
        match parent:
            case ast.Expr() | ast.Compare() | ast.FormattedValue() | ast.JoinedStr():
                return True
            case ast.MatchValue() | ast.Slice():
                return True
            case ast.Subscript(value=value):
                return not _is_namespace(value) or self._only_reloads(parent)
            case ast.Dict(keys=keys) if node in keys:
                return True
            case ast.List() | ast.Tuple() | ast.Set():
                around = self.tree.parents.get(parent)
                targets = ast.unparse(around).partition("=")[0] if around is not None else ""
                if isinstance(around, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                    return "__all__" in targets or "__slots__" in targets
                return isinstance(around, ast.Compare)
            case ast.Call() if node in parent.args:
                return self._only_reads(parent, node)
            case _:
                return self._is_logged(node)

    def _only_reads(self, call: ast.Call, node: ast.Constant) -> bool:
        """``d.get("name")``, ``raise Error("name")``, ``@app.on_event("name")``, ``print``.

        ``hasattr(x, "name")`` says that it is there, and not what it takes.
        """
        name = ast.unparse(call.func).rpartition(".")[2]
        if name == "import_module":
            # What is done with the module is a mention of its own, where it gets a name.
            around = self.tree.parents.get(call)
            return isinstance(around, (ast.Assign, ast.Attribute, ast.Expr)) or (
                self._only_reloads(call)
            )
        if "builtins.hasattr" in self.values.of(call.func):
            return True
        if name in {"print", "on_event", "getLogger", "get_logger", "getenv", "NewType", "TypeVar"}:
            return True
        if name.endswith(("Error", "Exception", "Warning")):
            return True
        match call.func:
            case ast.Attribute(attr="pop" | "delitem"):
                return True
            case ast.Attribute(attr="get" | "setdefault", value=value):
                return call.args[0] is node and not _is_namespace(value)
            case ast.Attribute(attr="startswith" | "endswith" | "join" | "split" | "replace"):
                return True
            case _:
                return self._is_logged(node)

    def _only_reloads(self, module: ast.expr) -> bool:
        """``importlib.reload(sys.modules["app"])``, ``del sys.modules["app"]``, a fake for it."""
        around = self.tree.parents.get(module)
        if not isinstance(getattr(module, "ctx", None), (ast.Load, type(None))):
            return "sys.modules" in ast.unparse(module)
        return isinstance(around, ast.Call) and ast.unparse(around.func).endswith("reload")

    def _is_logged(self, node: ast.expr) -> bool:
        for ancestor in self.tree.ancestors(node):
            if isinstance(ancestor, ast.stmt):
                return False
            match ancestor:
                case ast.Call(func=ast.Attribute(attr=method, value=receiver)):
                    if method in LOGGING_METHODS and self._is_logger(receiver):
                        return True
        return False

    def _is_logger(self, node: ast.expr) -> bool:
        if ast.unparse(node).rpartition(".")[2].strip("_").lower() in LOGGERS:
            return True
        return any(
            value.rpartition(".")[2].lower() in {"getlogger()", "get_logger()"}
            for value in self.values.of(node)
        )


def last_name(value: str) -> str:
    """``Server`` of ``app/a.py::Server()``."""
    match = _LAST_NAME.search(value)
    return match[1] if match else ""


def _is_namespace(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return any(word in text for word in ("globals", "__dict__", "vars(", "locals", "sys.modules"))
