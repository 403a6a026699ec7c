"""Rule R6: nothing but its own class decides what a method looks like, and nobody reads it."""

from __future__ import annotations

from collections.abc import Iterator

from taskfix.apis.callables import ATTRS_CLASSES, DATACLASSES, FINAL
from taskfix.apis.plain_bases import SILENT_BASES, is_plain
from taskfix.apis.signature_readers import PLAIN_CLASS_DECORATORS
from taskfix.facts.receiving import BOUND
from taskfix.index.project import Project
from taskfix.model import Class, Function, Reason, Reference
from taskfix.paths import is_test
from taskfix.signatures.exposure import Exposure
from taskfix.signatures.instance_names import InstanceNames
from taskfix.signatures.receivers import Receivers
from taskfix.signatures.vagueness import is_vague

# Kinds of mentions that hand nothing over, or have a reason of their own.
_HARMLESS = frozenset({"base", "scan", "dispatch", "attribute", "store", "export"})
# Decorators of a class that look at its fields, and read nothing of its methods.
_PLAIN_DECORATORS = FINAL | DATACLASSES | ATTRS_CLASSES | PLAIN_CLASS_DECORATORS


class Methods:
    """Judges the methods of one project."""

    def __init__(self, project: Project, exposure: Exposure, receivers: Receivers) -> None:
        self.project = project
        self.exposure = exposure
        self.receivers = receivers
        self.strangers = exposure.strangers

    def reasons(self, function: Function) -> Iterator[Reason]:
        """Why a method may not change."""
        assert function.class_ is not None
        class_ = self.project.classes[function.class_]
        below = [class_, *self.project.subclasses_of(class_.id)]
        family = self.project.relatives(class_.id)
        for relative in family.values():
            yield from self._relative(function, relative, class_)
        yield from self._doubles(function, class_, family)
        yield from self._mentions(function, class_, {one.id for one in below}, family)
        for path, scan in self.strangers.reading_scans:
            message = f"{path}:{scan.line} may look at what {class_.name} has: {scan.text}"
            yield Reason("class-scanned", message)

    @property
    def instances(self) -> InstanceNames:
        return self.strangers.instances

    def _relative(self, function: Function, relative: Class, class_: Class) -> Iterator[Reason]:
        """What a base says, or a subclass, or another base of a subclass."""
        path = self.project.path_of(relative.id)
        where, name = f"{path}:{relative.line}", f"{class_.name}.{function.name}()"
        for base in self.project.bases(relative):
            told = self.receivers.told
            plain = not told.reads(base) and (is_plain(base) or told.calls(base))
            if base not in self.project.classes and not plain:
                yield Reason(
                    "foreign-base", f"{where} {relative.name} inherits from {_shown(base)}"
                )
        if relative.metaclass:
            message = f"{where} {relative.name} has a metaclass or class arguments"
            yield Reason("metaclass", message)
        for values in relative.decorators:
            resolved = self.project.resolve_all(values, path)
            if not resolved or not resolved <= _PLAIN_DECORATORS:
                yield Reason("class-decorated", f"{where} {relative.name} is decorated")
        if relative.id != class_.id and function.name in _defined(relative):
            # A method of the same name gets the parameter as well.
            if function.name not in relative.methods or is_test(path):
                yield Reason("overridden", f"{where} {name} is also defined in {relative.name}")
        if not self._looks_away(relative):
            yield Reason("class-hook", f"{where} {relative.name} may look at its methods")

    def _looks_away(self, class_: Class) -> bool:
        """Report whether a class reads no methods when it is inherited from, or an object asked."""
        if "__getattribute__" in class_.methods:
            return False
        if "__init_subclass__" not in class_.methods:
            return True
        path = self.project.path_of(class_.id)
        hook = self.project.functions.get(f"{class_.id}.__init_subclass__")
        first = next((p.name for p in hook.parameters), None) if hook is not None else None
        if hook is None or first is None or hook.dynamic:
            return False
        reads = self.project.modules[path].reads(hook.id, first)
        return reads is not None and all(self.receivers.only_uses(path, read) for read in reads)

    def _doubles(
        self, function: Function, class_: Class, family: dict[str, Class]
    ) -> Iterator[Reason]:
        """A class of a test that may stand in for this one."""
        for other in self.project.classes_defining(function.name):
            path = self.project.path_of(other.id)
            if is_test(path) and other.id not in family and function.name in other.methods:
                message = f"{path}:{other.line} {other.name} may stand in for {class_.name}"
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
                    if not (resolved & handed or (unsure and handed)):
                        continue
                    if _is_only_a_word(reference):
                        continue
                    if spelled or not self.receivers.only_uses(path, reference):
                        yield Reason("class-referenced", f"{where} uses {name} as a value")
        if not private:
            yield from self._handed_over(class_, meant, names)

    def objects(self, function: Function) -> set[str]:
        """The names that stand for an object whose method it is, and `self`."""
        if function.class_ is None:
            return set()
        return {"self", *self.instances.names(self.project.relatives(function.class_))}

    def dispatches(self, function: Function) -> Iterator[tuple[str, Reference]]:
        """The places that may call any method of an object, a given one among them."""
        if function.class_ is None:
            return
        family = self.project.relatives(function.class_)
        home = self.project.path_of(function.class_)
        for name in sorted({one.name for one in family.values()}):
            for path, reference in self.project.mentions(name, home):
                if reference.kind == "dispatch":
                    yield path, reference

    def foreign_caller(self, function: Function) -> Class | None:
        """The class, of those that a method may be of, whose base from outside may call it."""
        if function.class_ is None:
            return None
        known = self.project.classes
        for relative in self.project.relatives(function.class_).values():
            for base in self.project.bases(relative):
                if base not in known and base not in SILENT_BASES:
                    return relative
        return None

    def offered(self, function: Function) -> Reason | None:
        """Where a package offers the class to others, whose subclasses may override a method."""
        class_ = self.project.classes.get(function.class_ or "")
        if class_ is None or function.name.startswith("_"):
            return None
        exported = self.exposure.exported(class_)
        if exported is None:
            return None
        message = f"{exported} offers {class_.name}, so subclasses may define {function.name}()"
        return Reason("public-hook", message)

    def _handed_over(self, class_: Class, meant: set[str], names: set[str]) -> Iterator[Reason]:
        found = {id_.removesuffix("()") for id_ in meant}
        meant = meant | self.instances.factories(found)
        for name in sorted(self.instances.names(found) - names):
            home = self.project.path_of(class_.id)
            for path, reference in self.project.mentions_whole(name, home):
                if reference.kind not in {"value", "scan", "decorator"}:
                    continue
                if reference.kind == "value" and self.receivers.only_uses(path, reference):
                    continue
                resolved = self.project.resolve_all(reference.values, path)
                # `holder.server` of whatever holder it is, which a library gets
                unsure = not reference.bare and all(map(is_vague, resolved))
                unsure = unsure and self.receivers.is_foreign(path, reference)
                if unsure or not meant.isdisjoint(resolved):
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


def _is_only_a_word(reference: Reference) -> bool:
    """``KIND = "Server"``: a name that nobody is asked for, and that does not say where it is."""
    located = any(mark in text for text in reference.values for mark in ".:")
    return reference.kind == "string" and not located and reference.slot in {"", BOUND}


def _shown(base: str) -> str:
    return base.removeprefix("?").rpartition("::")[2]
