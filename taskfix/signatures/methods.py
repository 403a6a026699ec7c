"""Rule R6: nothing but its own class decides what a method looks like, and nobody reads it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.callables import DATACLASSES, FINAL, PLAIN_BASES
from taskfix.index.project import Project
from taskfix.model import Class, Function, Reason, Reference
from taskfix.paths import is_test
from taskfix.signatures.exposure import Exposure
from taskfix.signatures.instance_names import InstanceNames

# Kinds of mentions that hand nothing over, or have a reason of their own.
_HARMLESS = frozenset({"base", "scan", "attribute", "store", "export"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


class Methods:
    """Judges the methods of one project."""

    def __init__(self, project: Project, exposure: Exposure) -> None:
        self.project = project
        self.exposure = exposure

    def reasons(self, function: Function) -> Iterator[Reason]:
        """Why a method may not change."""
        assert function.class_ is not None
        class_ = self.project.classes[function.class_]
        below = [class_, *self.project.subclasses_of(class_.id)]
        family = self.project.relatives(class_.id)
        for relative in family.values():
            yield from self._relative(function, relative, class_)
        yield from self._same_name(function, class_, family)
        yield from self._mentions(function, class_, {one.id for one in below}, family)

    @cached_property
    def instances(self) -> InstanceNames:
        return InstanceNames(self.project)

    def _relative(self, function: Function, relative: Class, class_: Class) -> Iterator[Reason]:
        """What a base says, or a subclass, or another base of a subclass."""
        path = self.project.path_of(relative.id)
        where, name = f"{path}:{relative.line}", f"{class_.name}.{function.name}()"
        for base in self.project.bases(relative):
            if base not in self.project.classes and base not in PLAIN_BASES:
                yield Reason(
                    "foreign-base", f"{where} {relative.name} inherits from {_shown(base)}"
                )
        if relative.metaclass:
            message = f"{where} {relative.name} has a metaclass or class arguments"
            yield Reason("metaclass", message)
        for values in relative.decorators:
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= FINAL | DATACLASSES:
                yield Reason("class-decorated", f"{where} {relative.name} is decorated")
        if relative.id != class_.id and function.name in _defined(relative):
            yield Reason("overridden", f"{where} {name} is also defined in {relative.name}")
        if "__init_subclass__" in relative.methods or "__getattribute__" in relative.methods:
            yield Reason("class-hook", f"{where} {relative.name} may look at its methods")

    def _same_name(
        self, function: Function, class_: Class, family: dict[str, Class]
    ) -> Iterator[Reason]:
        """A protocol that the class may fulfil, a double that may stand in for it."""
        for other in self.project.classes_defining(function.name):
            if other.id in family or function.name not in _defined(other):
                continue
            where = f"{self.project.path_of(other.id)}:{other.line}"
            if _PROTOCOLS & set(self.project.bases(other)):
                yield Reason("protocol", f"{where} {other.name} asks for {function.name}()")
            elif is_test(self.project.path_of(other.id)) and function.name in other.methods:
                message = f"{where} {other.name} may stand in for {class_.name}"
                yield Reason("test-double", message)

    def _mentions(
        self, function: Function, class_: Class, below: set[str], family: dict[str, Class]
    ) -> Iterator[Reason]:
        """A class or instance that is handed over whole may have its methods read."""
        private = function.name.startswith("_")
        # An instance of a base may be one of the class.
        meant = below | {f"{id_}()" for id_ in family}
        names = {one.name for one in family.values()}
        for name in sorted(names):
            for path, reference in self.project.mentions(name, self.project.path_of(class_.id)):
                where = f"{path}:{reference.line}"
                resolved = self.project.resolve_all(reference.values, path)
                spelled = reference.kind in {"string", "key"} or not resolved
                unsure = spelled and name == class_.name
                if reference.kind == "base" and unsure:
                    message = f"{where} may inherit from {name}: {reference.text}"
                    yield Reason("unknown-subclass", message)
                elif reference.kind == "scan" and resolved & meant:
                    message = f"{where} looks at what {name} has: {reference.text}"
                    yield Reason("class-scanned", message)
                elif not private and reference.kind not in _HARMLESS:
                    handed = _handed(reference, meant, below)
                    if resolved & handed or (unsure and handed):
                        yield Reason("class-referenced", f"{where} uses {name} as a value")
        if not private:
            yield from self._handed_over(function, class_, meant, names)

    def _handed_over(
        self, function: Function, class_: Class, meant: set[str], names: set[str]
    ) -> Iterator[Reason]:
        exported = self.exposure.exported(class_)
        if exported is not None:
            message = f"{exported} offers {class_.name}, so subclasses may define {function.name}()"
            yield Reason("public-hook", message)
        for path, call in self.project.calls_of_class(class_):
            if call.argument_of:
                yield Reason("instance-passed", f"{path}:{call.span.line} hands an instance over")
        found = {id_.removesuffix("()") for id_ in meant}
        meant = meant | self.instances.factories(found)
        for name in sorted(self.instances.names(found) - names):
            for path, reference in self.project.mentions(name, self.project.path_of(class_.id)):
                if reference.kind not in {"value", "scan", "decorator"}:
                    continue
                if not meant.isdisjoint(self.project.resolve_all(reference.values, path)):
                    message = f"{path}:{reference.line} hands an instance over: {reference.text}"
                    yield Reason("instance-passed", message)


def _defined(class_: Class) -> frozenset[str]:
    return class_.methods | {attribute for attribute, _ in class_.attributes}


def _handed(reference: Reference, meant: set[str], below: set[str]) -> set[str]:
    """What a mention must be of to hand over an object whose methods may be read."""
    if reference.kind == "annotation":
        # Harmless but where a framework builds the object from it.
        return meant if "Depends" in reference.text else set()
    # What a variable or a caller gets is followed, if it is an instance.
    return below if reference.kind == "kept" else meant


def _shown(base: str) -> str:
    return base.removeprefix("?").rpartition("::")[2]
