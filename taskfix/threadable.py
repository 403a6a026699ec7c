"""May a function receive a new parameter? Default-deny: rules R1 to R8 of the design, section 7.

Adding a parameter changes programs that read signatures, so every rule must hold, and each refusal
names what caused it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from taskfix.config import Config
from taskfix.model import Call, Class, Function, Reason, Reference
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
# Names that a framework gives a meaning: it calls the function, and may read its signature.
_CONVENTION = re.compile(
    r"^_?(?:on|watch|handle|do|action|exposed|visit|depart|test|pytest|setup|set_up|teardown|"
    r"tear_down|cog|async_setup|async_teardown|before|after|validate|compute|pre|post|task)_\w+$"
    r"|^(?:test|setup|teardown|main|app|application|handle|handler|lambda_handler|dispatch|"
    r"run_command|configure|includeme|register|upgrade|downgrade|setUp\w*|tearDown\w*|"
    r"asyncSetUp|asyncTearDown|on[A-Z]\w*|visit[A-Z]\w*)$"
    r"|^_\w+_(?:changed|fired|default)$"
)
_HTTP_VERBS = frozenset("get post put patch delete head options trace connect".split())
_FRAMEWORK_METHODS = frozenset("compose render mount run start dispatch forward process".split())


class Threadable:
    """Judges the functions of one project."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self._known: dict[str, Reason | None] = {}

    def refusal(self, function: Function) -> Reason | None:
        """Why a function may not receive the parameter; None where it may."""
        if function.id not in self._known:
            self._known[function.id] = next(self._reasons(function), None)
        return self._known[function.id]

    def local_refusal(self, function: Function) -> Reason | None:
        """The same, as far as the function's own module tells: cheap, and never too strict."""
        return next(self._local_reasons(function), None)

    # -- the rules -----------------------------------------------------------------------

    def _reasons(self, function: Function) -> Iterator[Reason]:
        yield from self._local_reasons(function)
        yield from self._mentions(function)
        if function.class_ is not None:
            yield from self._method(function, self.project.classes[function.class_])
        yield from self._calls(function)

    def _local_reasons(self, function: Function) -> Iterator[Reason]:
        name, path = function.name, self.project.path_of(function.id)
        for values, text in zip(function.decorators, function.decorator_texts, strict=True):
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= _DECORATORS:
                yield Reason("decorated", f"{name}() is decorated with @{text}")
        if name.startswith("__") and name.endswith("__"):
            yield Reason("dunder", f"{name}() is called by Python itself")
        if function.duplicated:
            yield Reason("defined-twice", f"{function.qualname}() has more than one definition")
        if function.forwards_kwargs:
            yield Reason("forwards-kwargs", f"{name}() forwards its **kwargs")
        if function.dynamic:
            yield Reason("dynamic-scope", f"{name}() looks at its own variables by name")
        if _is_convention(function):
            yield Reason("framework-name", f"{name}() is named like a framework's hook")
        if self.config.set_name in function.names:
            yield Reason("name-taken", f"{name}() already uses the name {self.config.set_name}")
        if is_test(path):
            yield Reason("test", f"{path} is test code")
        if f"{path}i" in self.project.paths:
            yield Reason("stub", f"{path}i declares the signature of {name}() as well")
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
        for path, reference in self.project.references.get(function.name, ()):
            if self._may_be(function, path, reference):
                where = f"{path}:{reference.line}"
                yield Reason("referenced", f"{where} uses {function.name}: {reference.text}")

    def _may_be(self, function: Function, path: str, reference: Reference) -> bool:
        if reference.kind == "string":
            return True
        resolved = self.project.resolve_all(reference.values, path)
        if function.id in resolved:
            return True
        own = self.project.path_of(function.id)
        if function.class_ is None:
            # An attribute of something unknown could only be this function through its module.
            return bool(resolved) and any(value.startswith(f"{own}::?") for value in resolved)
        # A method may be meant by an attribute of any object that is not known to be another's.
        return not resolved or all(_is_vague(value) for value in resolved)

    def _method(self, function: Function, class_: Class) -> Iterator[Reason]:
        """R6: nothing but this class decides what the method looks like."""
        name = f"{class_.name}.{function.name}()"
        for base in self.project.bases(class_):
            if base not in self.project.classes and base not in _PLAIN_BASES:
                yield Reason("foreign-base", f"{class_.name} inherits from {_shown(base)}")
        if class_.metaclass:
            yield Reason("metaclass", f"{class_.name} has a metaclass or class arguments")
        path = self.project.path_of(class_.id)
        for values in class_.decorators:
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= _CLASS_DECORATORS:
                yield Reason("class-decorated", f"{class_.name} is decorated")
        family = [*self.project.ancestors(class_.id), *self.project.subclasses.get(class_.id, ())]
        for relative in family:
            if relative.id != class_.id and function.name in relative.methods:
                yield Reason("overridden", f"{name} is also defined in {relative.name}")
        for relative in self.project.ancestors(class_.id):
            for base in self.project.bases(relative):
                if base not in self.project.classes and base not in _PLAIN_BASES:
                    yield Reason("foreign-base", f"{relative.name} inherits from {_shown(base)}")
        yield from self._class_mentions(function, class_)

    def _class_mentions(self, function: Function, class_: Class) -> Iterator[Reason]:
        """A class or instance that is handed over whole may have its methods read."""
        if function.name.startswith("_"):
            return
        for path, reference in self.project.references.get(class_.name, ()):
            resolved = self.project.resolve_all(reference.values, path)
            if reference.kind == "string" or class_.id in resolved or not resolved:
                if reference.kind != "base" and not self._is_plain_annotation(reference):
                    where = f"{path}:{reference.line}"
                    yield Reason("class-referenced", f"{where} uses {class_.name} as a value")

        for path, call in self.project.calls_of_class(class_):
            if call.argument_of:
                yield Reason("instance-passed", f"{path}:{call.span.line} hands an instance over")

    def _is_plain_annotation(self, reference: Reference) -> bool:
        """An annotation is harmless but where a framework builds the object from it."""
        return reference.kind == "annotation" and "Depends" not in reference.text

    def _calls(self, function: Function) -> Iterator[Reason]:
        """R4: no call by the bare name of an attribute is left unresolved."""
        for path, call in self.project.unresolved.get(function.name, ()):
            if self._could_call(function, call):
                where = f"{path}:{call.span.line}"
                yield Reason("unresolved-call", f"{where} may call it: {call.text}()")
        for path, call in self.project.callers.get(function.id, ()):
            if not call.argument_of and call.text.startswith("super("):
                yield Reason("super-call", f"{path}:{call.span.line} calls it through super()")

    def _could_call(self, function: Function, call: Call) -> bool:
        # Of a method through any receiver; of a plain function only by its bare name.
        return function.class_ is not None or "." not in call.text


def _is_convention(function: Function) -> bool:
    if _CONVENTION.match(function.name):
        return True
    return function.class_ is not None and function.name in _HTTP_VERBS | _FRAMEWORK_METHODS


def _is_vague(value: str) -> bool:
    """Report whether a value does not say which class an attribute belongs to."""
    return "#" in value or "()" in value and "::" not in value.rpartition(".")[0]


def _shown(base: str) -> str:
    return base.removeprefix("?").rpartition("::")[2]
