"""Who else in the project has to do with a set: who replaces it, empties it or goes by its size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from taskfix.index.lazily import Lazily
from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.model import Function, Handling, Reference, SetFact
from taskfix.paths import is_test

# Such a set is not ours to fill.
_FORBIDDING: frozenset[Handling] = frozenset({"steers", "drops", "collects"})
# Strings that name what is replaced.
_REPLACING_WORDS = (b"setattr", b"delattr", b"patch", b"globals", b"vars", b"__dict__")
_REPLACING_BYTES = rb"\b(?:" + b"|".join(_REPLACING_WORDS) + rb")\b"
_REPLACING = re.compile(_REPLACING_BYTES.decode())


class Mentions:
    """Answers for the sets of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Lazily[tuple[str, Reference]]] = {}

    def handled(self, set_: SetFact) -> frozenset[Handling]:
        """All that is done with a set."""
        found, handed = set(set_.handled), [(self.project.path_of(set_.id), set_.handed)]
        for path, mention in self.of(set_):
            if mention.kind != "store":
                found.add(mention.handling)
                handed.append((path, mention.handed))
        if any(self._is_cancelled(one, path) for path, every in handed for one in every):
            found.add("ends")
        return frozenset(found)

    def _is_cancelled(self, handed: tuple[str, str], path: str) -> bool:
        """Report whether a function of the project cancels what it is handed."""
        callee, argument = handed
        for value in self.project.resolve(callee, path):
            function = self.project.functions.get(value)
            if function is not None and _parameter(function, argument) in function.cancels:
                return True
        return False

    def added(self, set_: SetFact) -> Iterator[tuple[str, str]]:
        """Each value that is added to a set, with the path of the module that says so."""
        own = self.project.path_of(set_.id)
        yield from ((own, value) for value in set_.added)
        for path, mention in self.of(set_):
            yield from ((path, value) for value in mention.added)

    @if_too_far(True)
    def is_in_control(self, set_: SetFact) -> bool:
        """It is replaced somewhere, or its content decides what the program does."""
        if self.handled(set_) & _FORBIDDING or self._is_replaced_by_name(set_):
            return True
        here = self.project.path_of(set_.id), set_.line
        return any(
            mention.kind == "store" and not mention.bare and (path, mention.line) != here
            for path, mention in self.of(set_)
        )

    def of(self, set_: SetFact) -> Iterator[tuple[str, Reference]]:
        """The mentions outside of tests, as far as names tell."""
        if set_.id not in self._known:
            self._known[set_.id] = Lazily(self._find(set_))
        yield from self._known[set_.id]

    def _find(self, set_: SetFact) -> Iterator[tuple[str, Reference]]:
        name, home = set_.yielded or set_.name.rpartition(".")[2], self.project.path_of(set_.id)
        inside = self.project.imports.may_mean(home, name) if set_.scope == "module" else None
        for path, reference in self.project.mentions(name, home, inside=inside, computed=False):
            if not is_test(path) and self._means(reference, path, set_):
                yield path, reference

    def _means(self, reference: Reference, path: str, set_: SetFact) -> bool:
        if set_.scope == "attribute" or set_.yielded is not None:
            return any(value.endswith(f".{attributes(set_)}") for value in reference.values)
        if set_.scope == "module":
            home = self.project.path_of(set_.id), set_.name
            found = (self.project.imported(value, path) for value in reference.values)
            return any(one is not None and self.project.variable(*one) == home for one in found)
        if set_.scope in {"class", "instance"}:
            return self._is_of_class(reference, path, set_)
        return False

    def _is_of_class(self, reference: Reference, path: str, set_: SetFact) -> bool:
        """An attribute of an instance of the class, or of what may be one."""
        if reference.bare or not set_.owner:
            return False
        objects = {value.rpartition(".")[0] for value in reference.values}
        known = self.project.resolve_all(objects - {""}, path)
        classes = self.project.classes.among({value.removesuffix("()") for value in known})
        family = {set_.owner, *(c.id for c in self.project.subclasses_of(set_.owner))}
        family |= {class_.id for class_ in self.project.ancestors(set_.owner)}
        if classes:
            return bool(classes & family)
        owner = self.project.classes[set_.owner].name
        unknown = all("#" in value for value in known)
        return unknown and owner in self.project.modules[path].names

    def _is_replaced_by_name(self, set_: SetFact) -> bool:
        """``setattr(jobs, "tasks", [])``, in a test as well, where it would be no set then."""
        if set_.scope == "local":
            return False
        name, home = set_.name.rpartition(".")[2], self.project.path_of(set_.id)
        replacing = self.project.library.matching(_REPLACING_BYTES, *_REPLACING_WORDS)
        return any(
            reference.kind == "string" and _REPLACING.search(reference.text)
            for _, reference in self.project.mentions(name, home, inside=replacing, computed=False)
        )


def _parameter(function: Function, argument: str) -> str:
    """The name of the parameter that gets an argument, "" where there is none."""
    if not argument.isdigit():
        return argument
    names = [p.name for p in function.parameters if p.kind in {"positional", "args"}]
    if function.kind in {"method", "classmethod"}:
        names = names[1:]
    # What comes after the others goes to `*args`.
    return names[min(int(argument), len(names) - 1)] if names else ""


def attributes(set_: SetFact) -> str:
    """``state.tasks`` of ``app.state.tasks``, and of what a lifespan yields as ``tasks``."""
    if set_.yielded is not None:
        return f"state.{set_.yielded}"
    return set_.name.partition(".")[2]
