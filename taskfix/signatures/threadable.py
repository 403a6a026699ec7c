"""Does anything read the signature of a function? Rules R1 to R8 of the design, section 7.

Adding a parameter changes programs that read signatures, and no others. So each refusal names who
does, or who is not known not to. Whoever only calls the function denies nothing: see ``openings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from taskfix.apis.plain_callers import FOREIGN_OBJECTS
from taskfix.apis.signature_readers import READERS_OF_WORDS
from taskfix.config import Config
from taskfix.facts.receiving import COMPUTED
from taskfix.index.project import Project, TooFar
from taskfix.model import Call, Function, Reason, Reference
from taskfix.paths import is_test
from taskfix.signatures.conventions import imports_one, reading_convention
from taskfix.signatures.decorators import Decorators
from taskfix.signatures.exposure import Exposure, said_of, spellings
from taskfix.signatures.methods import Methods
from taskfix.signatures.receivers import Receivers
from taskfix.signatures.stubs import Stubs
from taskfix.signatures.vagueness import Vagueness, is_vague

_AS_VALUE = "called-as-value"
# The kinds of mentions that hand over the function itself, and not its name.
_OF_VALUES = frozenset({"value", "kept", "annotation"})


@dataclass(frozen=True, slots=True)
class Opening:
    """A place that calls a function, or may, and that cannot pass a set."""

    path: str
    line: int
    function: str | None  # the function around it
    reason: Reason


class Threadable:
    """Judges the functions of one project."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self.receivers = Receivers(project, config)
        self.exposure = Exposure(project, self.receivers)
        self.stubs = Stubs(project)
        self.vagueness = Vagueness(project)
        self.decorators = Decorators(project, self.receivers)
        self.methods = Methods(project, self.exposure, self.receivers)
        self._known: dict[str, Reason | None] = {}
        self._openings: dict[str, tuple[Opening, ...]] = {}

    def refusal(self, function: Function) -> Reason | None:
        """Why a function may not receive the parameter; None where it may."""
        if function.id not in self._known:
            self._known[function.id] = self._find_refusal(function)
        return self._known[function.id]

    def family(self, function: Function) -> tuple[Function, ...]:
        """A method with those that override it, or that it overrides: all get it, or none."""
        if function.class_ is None or function.name.startswith("__"):
            return (function,)
        found = [
            self.project.functions[f"{class_.id}.{function.name}"]
            for class_ in self.project.relatives(function.class_).values()
            if function.name in class_.methods
        ]
        return (function, *(one for one in found if one.id != function.id))

    def overriding(self, function: Function) -> tuple[Function, ...]:
        """The methods of subclasses that override one."""
        if function.class_ is None:
            return ()
        below = {class_.id for class_ in self.project.subclasses_of(function.class_)}
        return tuple(one for one in self.family(function)[1:] if one.class_ in below)

    def _find_refusal(self, function: Function) -> Reason | None:
        try:
            reasons = (reason for one in self.family(function) for reason in self._reasons(one))
            return next(reasons, None)
        except TooFar as far:
            return Reason("too-far", str(far))

    def unpassable(self, function: Function) -> Reason | None:
        """Why no call may pass anything: what it reaches may be out of sight, and take nothing."""
        try:
            return self.methods.offered(function)
        except TooFar as far:
            return Reason("too-far", str(far))

    def openings(self, function: Function) -> tuple[Opening, ...]:
        """Who calls a function, or may, without being a call that a set can be added to."""
        if function.id not in self._openings:
            self._openings[function.id] = tuple(self._known_openings(function))
        return self._openings[function.id]

    def _known_openings(self, function: Function) -> Iterator[Opening]:
        """What there is to find, and that there may be more."""
        try:
            for one in self.family(function):
                yield from self._find_openings(one)
        except TooFar as far:
            own = self.project.path_of(function.id)
            yield Opening(own, function.key.line, None, Reason("too-far", str(far)))

    def calls(self, function: Function) -> list[tuple[str, Call]]:
        """The calls that are known to be of a function, as (path, call), as far as they are."""
        found: dict[tuple[str, Call], None] = {}
        with suppress(TooFar):
            for one in self.family(function):
                for path, call in self.project.calls_to(one.id):
                    if call.callee_span != call.span:  # else it is handed on, and not called
                        found[path, call] = None
        return list(found)

    def by_keyword_only(self, function: Function) -> bool:
        """Report whether a call might fill one more positional parameter by accident.

        Whoever has the function as a value, a ``partial`` of it too, may pass more than fits.
        """
        try:
            for one in self.family(function):
                if next(self._references(one), None) is not None or self._is_called_blindly(one):
                    return True
        except TooFar:
            return True
        return any(
            call.stars or call.positional > _positional(one)
            for one in self.family(function)
            for _, call in (*self.calls(function), *self._doubtful_calls(one))
        )

    def _doubtful_calls(self, function: Function) -> Iterator[tuple[str, Call]]:
        with suppress(TooFar):
            yield from self._doubtful(function)

    def _is_called_blindly(self, function: Function) -> bool:
        """Report whether what calls it may be nothing that the project spells."""
        home = self.project.path_of(function.id)
        return (
            self.exposure.may_be_loaded(home)
            or any(self.decorators.are_calling(values, home) for values in function.decorators)
            or self.methods.foreign_caller(function) is not None
            or next(self.methods.dispatches(function), None) is not None
            or next(self.methods.strangers.callers(function), None) is not None
            or any(self._event_decorators(function))
        )

    def _event_decorators(self, function: Function) -> Iterator[str]:
        """The decorators that keep it for events, as they are spelled."""
        home = self.project.path_of(function.id)
        for values, text in zip(function.decorators, function.decorator_texts, strict=True):
            if self.decorators.are_calling(values, home):
                yield text

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

    def _local_reasons(self, function: Function) -> Iterator[Reason]:
        name, path = function.name, self.project.path_of(function.id)
        for values, text in zip(function.decorators, function.decorator_texts, strict=True):
            if not self.decorators.are_plain(values, path):
                where = f"{path}:{function.key.line}"
                message = f"{where} @{text} may read the parameters of {name}()"
                yield Reason("decorated", message)
        if name.startswith("__") and name.endswith("__"):
            yield Reason("dunder", f"{name}() is called by Python itself")
        if function.duplicated:
            yield Reason("defined-twice", f"{function.qualname}() has more than one definition")
        taken = function.forwards_kwargs and self._passes_the_name
        if taken:
            message = f"{name}() forwards its **kwargs, and {taken} passes {self.config.set_name}"
            yield Reason("forwards-kwargs", message)
        if function.dynamic:
            yield Reason("dynamic-scope", f"{name}() looks at its own variables by name")
        convention = reading_convention(function, self.project)
        if convention is not None:
            message = f"{convention.framework} looks for {name}(): {convention.reads}"
            yield Reason("framework-name", message)
        if self.config.set_name in function.names:
            yield Reason("name-taken", f"{name}() already uses the name {self.config.set_name}")
        if is_test(path):
            yield Reason("test", f"{path} is test code")
        if function.parent is not None:
            yield Reason("nested", f"{name}() sees what the function around it has")
        yield from self._configured(function)

    @cached_property
    def _passes_the_name(self) -> str | None:
        """A file in which the name of the parameter is already a keyword, if there is any."""
        word = self.config.set_name.encode()
        pattern = rb"[(,]\s*%b\s*=(?!=)" % re.escape(word)
        return next(iter(self.project.library.matching_near(pattern, word, above=1)), None)

    def _configured(self, function: Function) -> Iterator[Reason]:
        path = self.project.path_of(function.id)
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for reference in self.config.packaging_references:
            target, _, attribute = reference.partition(":")
            if attribute.split(".")[-1:] == [function.name] and f".{module}".endswith(f".{target}"):
                yield Reason("entry-point", f"the packaging metadata names {reference}")
        for boundary in self.config.boundaries:
            target, _, attribute = boundary.partition(":")
            if attribute == function.qualname and f".{module}".endswith(f".{target}"):
                yield Reason("boundary", f"the configuration makes {boundary} a boundary")

    def _mentions(self, function: Function) -> Iterator[Reason]:
        """R3, R8: who gets hold of the function otherwise only calls it."""
        for name, path, reference in self._references(function):
            if reference.slot == COMPUTED and all(map(is_vague, reference.values)):
                continue  # data of something unknown, which nothing asks for its parameters
            read = reference.kind not in _OF_VALUES
            if read or not self.receivers.only_calls(path, reference):
                where, what = f"{path}:{reference.line}", said_of(reference, name)
                yield Reason("referenced", f"{where} {what}: {reference.text}")

    def _references(self, function: Function) -> Iterator[tuple[str, str, Reference]]:
        """The mentions that may be of a function, other than its calls, each with the name."""
        own = spellings(function)
        loaded = self.exposure.may_be_loaded(self.project.path_of(function.id))
        for name in self.exposure.names_of(function):
            for path, reference in self.project.mentions_of(function.id, name, loaded=loaded):
                if reference.kind == "store" and reference.bare and name not in own:
                    continue  # `g = f` is what makes it a name of the function
                if self._may_be(function, path, reference):
                    yield name, path, reference

    def _may_be(self, function: Function, path: str, reference: Reference) -> bool:
        if reference.kind == "export":
            return False
        if reference.kind in {"string", "key"}:
            return self._may_name(function, path, reference)
        resolved = self.project.resolve_all(reference.values, path)
        if function.id in resolved:
            return True
        if reference.made:
            return False  # what a call gives is not the function, nor has it its methods
        if reference.kind == "attribute":
            return False
        own = self.project.path_of(function.id)
        if is_test(path) and not reference.bare and self._is_double(reference):
            return True
        if function.class_ is None:
            # An attribute of something unknown could only be this function through its module.
            if not resolved and not reference.bare:
                return self.exposure.may_be_loaded(own)
            if not resolved:
                return self.exposure.imports_all(path, {own, *self.exposure.binders(function)})
            return bool(resolved) and any(value.startswith(f"{own}::?") for value in resolved)
        return self._may_be_method(function, reference, resolved)

    def _may_be_method(
        self, function: Function, reference: Reference, resolved: frozenset[str]
    ) -> bool:
        assert function.class_ is not None
        if resolved and all(value.startswith(FOREIGN_OBJECTS) for value in resolved):
            return False
        relatives = self.project.relatives(function.class_)
        names = spellings(function)
        meant = [value for value in resolved if value.rpartition(".")[2] in names]
        if any(value.rpartition(".")[0].removesuffix("()") in relatives for value in meant):
            return True  # a name of the class that no class defines: `_Server__refresh`
        if reference.bare:
            return any(map(is_vague, meant))
        if self.vagueness.is_of_others(function, reference):
            return False
        # A method may be meant by an attribute of any object that is not known to be another's.
        return not resolved or all(map(self.vagueness.is_unsure, resolved))

    def _may_name(self, function: Function, path: str, reference: Reference) -> bool:
        """A text names a function where it says what that is in, or who is asked for it."""
        if not reference.values:
            return True
        for text in reference.values:
            located = any(mark in text for mark in ".:")
            if located and self.exposure.may_name(text, function, self.methods.objects(function)):
                return True
            if not located and self._is_asked_for(function, path, reference):
                return True
        return False

    def _is_asked_for(self, function: Function, path: str, reference: Reference) -> bool:
        """``setattr(jobs, "startup", f)``, ``globals()["startup"]``, ``invoke(x, "refresh")``."""
        if reference.kind == "key":
            return True
        if function.class_ is not None and imports_one(path, READERS_OF_WORDS, self.project):
            return True
        if reference.slot == "0":
            return function.class_ is not None and any(
                callee.startswith("operator.") for callee in reference.given
            )
        if reference.slot != "1":
            return False
        held = self.project.resolve_all(reference.of, path)
        if function.class_ is None:
            own = {self.project.path_of(function.id), *self.exposure.binders(function)}
            return any(self.project.module_of(value, path) in own for value in reference.of)
        family = self.project.relatives(function.class_)
        if not held or all(map(is_vague, held)):
            return True
        return any(value.removesuffix("()") in family for value in held)

    def _is_double(self, reference: Reference) -> bool:
        """``fake.startup = ...``, ``fake.startup.assert_called_with()`` of an unknown object."""
        said = said_of(reference, reference.name)
        vague = all(
            value.partition("::")[0] not in self.project.modules for value in reference.values
        )
        return vague and said.startswith(("asserts", "replaces"))

    def _find_openings(self, function: Function) -> Iterator[Opening]:
        """R4: what may call it, and is not known to; and who has it as a value."""
        for _, path, reference in self._references(function):
            if self.receivers.is_call(reference):
                message = f"{path}:{reference.line} has it as a value: {reference.text}"
                reason = Reason(_AS_VALUE, message)
                yield Opening(path, reference.line, reference.function, reason)
        loader = self.exposure.loader(self.project.path_of(function.id))
        if loader is not None:
            path, line = loader
            reason = Reason("module-loaded", f"{path}:{line} loads its module by its name")
            yield Opening(path, line, None, reason)
        home = self.project.path_of(function.id)
        for text in self._event_decorators(function):
            reason = Reason("unresolved-call", f"{home}:{function.key.line} @{text} calls it")
            yield Opening(home, function.key.line, None, reason)
        heir = self.methods.foreign_caller(function)
        if heir is not None:
            path = self.project.path_of(heir.id)
            message = f"{path}:{heir.line} a base of {heir.name} may call it"
            yield Opening(path, heir.line, None, Reason("foreign-base", message))
        dispatches, strangers = self.methods.dispatches, self.methods.strangers.callers
        for path, reference in (*dispatches(function), *strangers(function)):
            message = f"{path}:{reference.line} may call it: {reference.text}"
            reason = Reason("unresolved-call", message)
            yield Opening(path, reference.line, reference.function, reason)
        for path, call in self._doubtful(function):
            message = f"{path}:{call.span.line} may call it: {call.text}()"
            reason = Reason("unresolved-call", message)
            yield Opening(path, call.span.line, call.function, reason)

    def _doubtful(self, function: Function) -> Iterator[tuple[str, Call]]:
        own = self.project.path_of(function.id)
        for path, call in self.project.calls_spelled(function.name, own):
            # Of a method through any receiver; of a plain function only by its bare name.
            if function.class_ is not None or "." not in call.text:
                if not self.project.resolve_all(call.callee, path):
                    yield path, call
        if function.class_ is not None:
            yield from self._calls_through_bases(function)
            yield from self._vague_calls(function)

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
            if "." in call.text and resolved and all(map(self.vagueness.is_unsure, resolved)):
                yield path, call


def _positional(function: Function) -> int:
    """How many positional arguments a call can pass."""
    if any(parameter.kind == "args" for parameter in function.parameters):
        return 1000
    return sum(parameter.kind == "positional" for parameter in function.parameters)
