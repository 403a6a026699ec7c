"""May a function receive a new parameter? Default-deny: rules R1 to R8 of the design, section 7.

Adding a parameter changes programs that read signatures, so every rule must hold, and each refusal
names what caused it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from taskfix.config import Config
from taskfix.model import Call, Class, Function, Reason, Reference
from taskfix.passing.conventions import is_convention, is_loaded, looks_like_hook
from taskfix.passing.exposure import Exposure, said_of
from taskfix.passing.stubs import Stubs
from taskfix.paths import is_test
from taskfix.project import Project

_DECORATORS = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
        "typing.override",
        "typing.final",
        "typing_extensions.override",
        "typing_extensions.final",
        "functools.wraps",
        "functools.wraps()",
    }
)
_CLASS_DECORATORS = frozenset(
    {"typing.final", "typing_extensions.final", "dataclasses.dataclass", "dataclasses.dataclass()"}
)
_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Generic[]"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


class Threadable:
    """Judges the functions of one project."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self.exposure = Exposure(project)
        self.stubs = Stubs(project)
        self._known: dict[str, Reason | None] = {}

    def refusal(self, function: Function) -> Reason | None:
        """Why a function may not receive the parameter; None where it may."""
        if function.id not in self._known:
            self._known[function.id] = next(self._reasons(function), None)
        return self._known[function.id]

    def boundary_refusal(self, function: Function) -> Reason | None:
        """The same for a function that nobody in sight calls: it must look like plain API."""
        hint = looks_like_hook(function)
        if hint is not None:
            message = f"{function.name}() looks like a function that a framework calls, {hint}"
            return Reason("framework-hook", message)
        return self.refusal(function)

    def local_refusal(self, function: Function) -> Reason | None:
        """As much of it as the function's own module tells: cheap, and never too strict."""
        return next(self._local_reasons(function), None)

    # -- the rules -----------------------------------------------------------------------

    def _reasons(self, function: Function) -> Iterator[Reason]:
        yield from self._local_reasons(function)
        declared = self.stubs.declarations(function)
        if isinstance(declared, Reason):
            yield declared
        yield from self._mentions(function)
        yield from self.exposure.reasons(function)
        if function.class_ is not None:
            yield from self._method(function, self.project.classes[function.class_])
        yield from self._calls(function)

    def _local_reasons(self, function: Function) -> Iterator[Reason]:
        name, path = function.name, self.project.path_of(function.id)
        for values, text in zip(function.decorators, function.decorator_texts, strict=True):
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= _DECORATORS:
                where = f"{path}:{function.key.line}"
                yield Reason("decorated", f"{where} {name}() is decorated with @{text}")
        if name.startswith("__") and name.endswith("__"):
            yield Reason("dunder", f"{name}() is called by Python itself")
        if function.duplicated:
            yield Reason("defined-twice", f"{function.qualname}() has more than one definition")
        if function.forwards_kwargs:
            yield Reason("forwards-kwargs", f"{name}() forwards its **kwargs")
        if function.dynamic:
            yield Reason("dynamic-scope", f"{name}() looks at its own variables by name")
        if is_convention(function):
            yield Reason("framework-name", f"{name}() is named like a framework's hook")
        if self.config.set_name in function.names:
            yield Reason("name-taken", f"{name}() already uses the name {self.config.set_name}")
        if is_test(path):
            yield Reason("test", f"{path} is test code")
        if is_loaded(path):
            yield Reason("framework-file", f"{path} is loaded by a tool that looks for its name")
        if function.parent is not None:
            yield Reason("nested", f"{name}() is defined inside of another function")
        yield from self._configured(function)

    def _configured(self, function: Function) -> Iterator[Reason]:
        path = self.project.path_of(function.id)
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for reference in self.config.packaging_references:
            target, _, attribute = reference.partition(":")
            if attribute.split(".")[-1:] == [function.name] and module.endswith(target):
                yield Reason("entry-point", f"the packaging metadata names {reference}")
        for boundary in self.config.boundaries:
            target, _, attribute = boundary.partition(":")
            if attribute == function.qualname and module.endswith(target):
                yield Reason("boundary", f"the configuration makes {boundary} a boundary")

    def _mentions(self, function: Function) -> Iterator[Reason]:
        """R3, R8: every mention is the callee of a direct call."""
        for name in self.exposure.names_of(function):
            for path, reference in self.project.references.get(name, ()):
                if self._may_be(function, path, reference):
                    where, what = f"{path}:{reference.line}", said_of(reference, name)
                    yield Reason("referenced", f"{where} {what}: {reference.text}")

    def _may_be(self, function: Function, path: str, reference: Reference) -> bool:
        if reference.kind == "string":
            return any(self.exposure.may_name(text, function) for text in reference.values or {""})
        resolved = self.project.resolve_all(reference.values, path)
        if function.id in resolved:
            return True
        if reference.kind == "attribute":
            return False
        own = self.project.path_of(function.id)
        if function.class_ is None:
            # An attribute of something unknown could only be this function through its module.
            if not resolved and reference.bare:
                return self.exposure.imports_all(path, own)
            return bool(resolved) and any(value.startswith(f"{own}::?") for value in resolved)
        if reference.bare or self._of_others(function, reference):
            return False
        # A method may be meant by an attribute of any object that is not known to be another's.
        return not resolved or all(_is_vague(value) for value in resolved)

    def _of_others(self, function: Function, reference: Reference) -> bool:
        """Report whether a reference says what it is an attribute of: an unrelated class."""
        owners = {
            value.rpartition(".")[0].removesuffix("()")
            for value in reference.values
            if "::" in value
        }
        if not owners or not owners <= self.project.classes.keys():
            return False
        assert function.class_ is not None
        own = {c.id for c in self.project.subclasses.get(function.class_, ())}
        own |= {c.id for c in self.project.ancestors(function.class_)}
        return not any(own & {c.id for c in self.project.ancestors(owner)} for owner in owners)

    def _method(self, function: Function, class_: Class) -> Iterator[Reason]:
        """R6: nothing but this class decides what the method looks like."""
        name = f"{class_.name}.{function.name}()"
        for relative in self.project.ancestors(class_.id):
            where = f"{self.project.path_of(relative.id)}:{relative.line}"
            for base in self.project.bases(relative):
                if base not in self.project.classes and base not in _PLAIN_BASES:
                    message = f"{where} {relative.name} inherits from {_shown(base)}"
                    yield Reason("foreign-base", message)
        if class_.metaclass:
            yield Reason("metaclass", f"{class_.name} has a metaclass or class arguments")
        path = self.project.path_of(class_.id)
        for values in class_.decorators:
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= _CLASS_DECORATORS:
                yield Reason("class-decorated", f"{class_.name} is decorated")
        family = [*self.project.ancestors(class_.id), *self.project.subclasses.get(class_.id, ())]
        for relative in family:
            where = f"{self.project.path_of(relative.id)}:{relative.line}"
            defined = relative.methods | {attribute for attribute, _ in relative.attributes}
            if relative.id != class_.id and function.name in defined:
                yield Reason("overridden", f"{where} {name} is also defined in {relative.name}")
            if "__init_subclass__" in relative.methods or "__getattribute__" in relative.methods:
                yield Reason("class-hook", f"{where} {relative.name} may look at its methods")
        yield from self._same_name(function, class_, {relative.id for relative in family})
        yield from self._class_mentions(function, class_)

    def _same_name(self, function: Function, class_: Class, family: set[str]) -> Iterator[Reason]:
        """A protocol that the class may fulfil, a double that may stand in for it."""
        for other in self.project.classes.values():
            if other.id in family or function.name not in other.methods:
                continue
            where = f"{self.project.path_of(other.id)}:{other.line}"
            if _PROTOCOLS & set(self.project.bases(other)):
                yield Reason("protocol", f"{where} {other.name} asks for {function.name}()")
            elif is_test(self.project.path_of(other.id)):
                message = f"{where} {other.name} may stand in for {class_.name}"
                yield Reason("test-double", message)

    def _class_mentions(self, function: Function, class_: Class) -> Iterator[Reason]:
        """A class or instance that is handed over whole may have its methods read."""
        private = function.name.startswith("_")
        for path, reference in self.project.references.get(class_.name, ()):
            resolved = self.project.resolve_all(reference.values, path)
            of_class = class_.id in resolved or f"{class_.id}()" in resolved
            where = f"{path}:{reference.line}"
            if reference.kind == "base":
                if not resolved:
                    message = f"{where} may inherit from {class_.name}: {reference.text}"
                    yield Reason("unknown-subclass", message)
            elif reference.kind == "scan":
                if of_class:
                    message = f"{where} looks at what {class_.name} has: {reference.text}"
                    yield Reason("class-scanned", message)
            elif reference.kind in {"attribute", "store"} or private:
                continue
            elif reference.kind == "string" or of_class or not resolved:
                if not self._is_plain_annotation(reference):
                    yield Reason("class-referenced", f"{where} uses {class_.name} as a value")
        if private:
            return
        exported = self.exposure.exported(class_)
        if exported is not None:
            message = f"{exported} offers {class_.name}, so subclasses may define {function.name}()"
            yield Reason("public-hook", message)
        for path, call in self.project.calls_of_class(class_):
            if call.argument_of:
                yield Reason("instance-passed", f"{path}:{call.span.line} hands an instance over")

    def _is_plain_annotation(self, reference: Reference) -> bool:
        """An annotation is harmless but where a framework builds the object from it."""
        return reference.kind == "annotation" and "Depends" not in reference.text

    def _calls(self, function: Function) -> Iterator[Reason]:
        """R4: each call is resolved, and says how many arguments it passes."""
        for path, call in self.project.unresolved.get(function.name, ()):
            if self._could_call(function, call):
                where = f"{path}:{call.span.line}"
                yield Reason("unresolved-call", f"{where} may call it: {call.text}()")
        if function.class_ is not None:
            for path, call in self._vague_calls.get(function.name, ()):
                message = f"{path}:{call.span.line} may call it: {call.text}()"
                yield Reason("unresolved-call", message)
        for path, call in self.project.callers.get(function.id, ()):
            where = f"{path}:{call.span.line}"
            if not call.argument_of and call.text.startswith("super("):
                yield Reason("super-call", f"{where} calls it through super()")
            if call.stars:
                message = f"{where} passes arguments that it does not name: {call.text}()"
                yield Reason("unpacked-arguments", message)
            if call.positional > _positional(function):
                message = f"{where} passes more arguments than {function.name}() takes"
                yield Reason("too-many-arguments", message)

    @cached_property
    def _vague_calls(self) -> dict[str, list[tuple[str, Call]]]:
        """The calls through a receiver that may be anything, by the name that is called."""
        found: dict[str, list[tuple[str, Call]]] = defaultdict(list)
        for path, module in self.project.modules.items():
            for call in module.calls:
                resolved = self.project.resolve_all(call.callee, path)
                if "." in call.text and resolved and all(map(_is_vague, resolved)):
                    found[call.method].append((path, call))
        return found

    def _could_call(self, function: Function, call: Call) -> bool:
        # Of a method through any receiver; of a plain function only by its bare name.
        return function.class_ is not None or "." not in call.text


def _positional(function: Function) -> int:
    """How many positional arguments a call can pass."""
    if any(parameter.kind == "args" for parameter in function.parameters):
        return 1000
    return sum(parameter.kind == "positional" for parameter in function.parameters)


def _is_vague(value: str) -> bool:
    """Report whether a value does not say which class an attribute belongs to."""
    return "#" in value or "()" in value and "::" not in value.rpartition(".")[0]


def _shown(base: str) -> str:
    return base.removeprefix("?").rpartition("::")[2]
