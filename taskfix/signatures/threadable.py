"""May a function receive a new parameter? Default-deny: rules R1 to R8 of the design, section 7.

Adding a parameter changes programs that read signatures, so every rule must hold, and each refusal
names what caused it.
"""

from __future__ import annotations

from collections.abc import Iterator

from taskfix.apis.callables import DECORATORS
from taskfix.config import Config
from taskfix.index.project import Project
from taskfix.model import Call, Function, Reason, Reference
from taskfix.paths import is_test
from taskfix.signatures.conventions import is_convention, is_loaded, looks_like_hook
from taskfix.signatures.exposure import Exposure, said_of
from taskfix.signatures.methods import Methods
from taskfix.signatures.stubs import Stubs


class Threadable:
    """Judges the functions of one project."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self.exposure = Exposure(project)
        self.stubs = Stubs(project)
        self.methods = Methods(project, self.exposure)
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
            yield from self.methods.reasons(function)
        yield from self._calls(function)

    def _local_reasons(self, function: Function) -> Iterator[Reason]:
        name, path = function.name, self.project.path_of(function.id)
        for values, text in zip(function.decorators, function.decorator_texts, strict=True):
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= DECORATORS:
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
            for path, reference in self.project.mentions_of(function.id, name):
                if self._may_be(function, path, reference):
                    where, what = f"{path}:{reference.line}", said_of(reference, name)
                    yield Reason("referenced", f"{where} {what}: {reference.text}")

    def _may_be(self, function: Function, path: str, reference: Reference) -> bool:
        if reference.kind == "export":
            return False
        if reference.kind in {"string", "key"}:
            return any(self.exposure.may_name(text, function) for text in reference.values or {""})
        resolved = self.project.resolve_all(reference.values, path)
        if function.id in resolved:
            return True
        if reference.kind == "attribute":
            return False
        own = self.project.path_of(function.id)
        if is_test(path) and not reference.bare and self._is_double(reference):
            return True
        if function.class_ is None:
            # An attribute of something unknown could only be this function through its module.
            if not resolved and reference.bare:
                return self.exposure.imports_all(path, {own, *self.exposure.binders(function)})
            return bool(resolved) and any(value.startswith(f"{own}::?") for value in resolved)
        if reference.bare or self._of_others(function, reference):
            return False
        relatives = self.project.relatives(function.class_)
        if any(v.rpartition(".")[0].removesuffix("()") in relatives for v in resolved):
            return True  # a name of the class that no class defines: `_Server__refresh`
        # A method may be meant by an attribute of any object that is not known to be another's.
        return not resolved or all(_is_vague(value) for value in resolved)

    def _is_double(self, reference: Reference) -> bool:
        """``fake.startup = ...``, ``fake.startup.assert_called_with()`` of an unknown object."""
        said = said_of(reference, reference.name)
        vague = all(
            value.partition("::")[0] not in self.project.modules for value in reference.values
        )
        return vague and said.startswith(("asserts", "replaces"))

    def _of_others(self, function: Function, reference: Reference) -> bool:
        """Report whether a reference says what it is an attribute of: an unrelated class."""
        owners = {
            value.rpartition(".")[0].removesuffix("()")
            for value in reference.values
            if "::" in value
        }
        if not owners or self.project.classes.among(owners) != owners:
            return False
        assert function.class_ is not None
        own = {c.id for c in self.project.subclasses_of(function.class_)}
        own |= {c.id for c in self.project.ancestors(function.class_)}
        return not any(own & {c.id for c in self.project.ancestors(owner)} for owner in owners)

    def _calls(self, function: Function) -> Iterator[Reason]:
        """R4: each call is resolved, and says how many arguments it passes."""
        own = self.project.path_of(function.id)
        for path, call in self.project.calls_spelled(function.name, own):
            resolved = self.project.resolve_all(call.callee, path)
            if not resolved and self._could_call(function, call):
                where = f"{path}:{call.span.line}"
                yield Reason("unresolved-call", f"{where} may call it: {call.text}()")
        if function.class_ is not None:
            for path, call in self._calls_through_bases(function):
                message = f"{path}:{call.span.line} calls it through a base: {call.text}()"
                yield Reason("unresolved-call", message)
            for path, call in self._vague_calls(function):
                message = f"{path}:{call.span.line} may call it: {call.text}()"
                yield Reason("unresolved-call", message)
        for path, call in self.project.calls_to(function.id):
            where = f"{path}:{call.span.line}"
            if not call.argument_of and call.text.startswith("super("):
                yield Reason("super-call", f"{where} calls it through super()")
            if call.stars:
                message = f"{where} passes arguments that it does not name: {call.text}()"
                yield Reason("unpacked-arguments", message)
            if call.positional > _positional(function):
                message = f"{where} passes more arguments than {function.name}() takes"
                yield Reason("too-many-arguments", message)

    def _calls_through_bases(self, function: Function) -> Iterator[tuple[str, Call]]:
        """``self.refresh()`` in a base that does not define it."""
        relatives = self.project.relatives(function.class_ or "")
        callees = {f"{id_}().{function.name}" for id_ in relatives}
        own = self.project.path_of(function.id)
        for path, call in self.project.calls_spelled(function.name, own):
            if not callees.isdisjoint(self.project.resolve_all(call.callee, path)):
                yield path, call

    def _vague_calls(self, function: Function) -> Iterator[tuple[str, Call]]:
        """The calls of its name through a receiver that may be anything."""
        own = self.project.path_of(function.id)
        for path, call in self.project.calls_spelled(function.name, own):
            resolved = self.project.resolve_all(call.callee, path)
            if "." in call.text and resolved and all(map(_is_vague, resolved)):
                yield path, call

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
