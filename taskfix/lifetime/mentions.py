"""Who else in the project has to do with a set: who replaces it, empties it or goes by its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from taskfix.index.lazily import Lazily
from taskfix.index.project import Project
from taskfix.model import Dealing, Function, Handling, Reference, SetFact
from taskfix.paths import is_test

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
        return frozenset(dealing.what for _, dealing in self.dealings(set_))

    def dealings(self, set_: SetFact) -> Iterator[tuple[str, Dealing]]:
        """What is done with a set, place by place, with the path of the module."""
        home = self.project.path_of(set_.id)
        for dealing in set_.dealings:
            yield from self._through(home, dealing)
        for path, mention in self.of(set_):
            if mention.kind != "store":
                dealing = Dealing(mention.handling, mention.function, mention.line, mention.handed)
                yield from self._through(path, dealing)

    def _through(self, path: str, dealing: Dealing) -> Iterator[tuple[str, Dealing]]:
        """What is done at one place, and what is done there by functions that are handed it."""
        yield path, dealing
        for callee, argument in sorted(dealing.handed):
            known = False
            values = self.project.resolve(callee, path)
            for value in sorted(values):
                function = self._called(value)
                reads = self._reads(function, argument) if function is not None else None
                if function is None or reads is None:
                    continue
                known = True
                if _parameter(function, argument) in function.cancels:
                    yield path, replace(dealing, what="ends", handed=frozenset())
                for read in reads:
                    yield path, replace(dealing, what=read.handling, handed=frozenset())
            if not known and any(map(self._is_here, values)):
                yield path, replace(dealing, what="reads", handed=frozenset())

    def _is_here(self, value: str) -> bool:
        """Report whether a value is something of a module of the project, as far as that has it."""
        path, mark, name = value.partition("::")
        return bool(mark) and name.partition(".")[0] in self.project.modules[path].bound_names

    def _called(self, value: str) -> Function | None:
        return self.project.functions.get(value) or self.project.functions.get(f"{value}.__init__")

    def _reads(self, function: Function, argument: str) -> tuple[Reference, ...] | None:
        """What a function does with an argument."""
        module = self.project.modules[self.project.path_of(function.id)]
        return module.reads(function.id, _parameter(function, argument))

    def added(self, set_: SetFact) -> Iterator[tuple[str, str]]:
        """Each value that is added to a set, with the path of the module that says so."""
        own = self.project.path_of(set_.id)
        yield from ((own, value) for value in set_.added)
        for path, mention in self.of(set_):
            yield from ((path, value) for value in mention.added)

    def is_replaced(self, set_: SetFact) -> bool:
        """Somebody binds its name to something else. Raises ``TooFar``."""
        if self._is_replaced_by_name(set_) or self._is_remade(set_):
            return True
        here = self.project.path_of(set_.id), set_.line
        return any(
            mention.kind == "store" and not mention.bare and (path, mention.line) != here
            for path, mention in self.of(set_)
        )

    def _is_remade(self, set_: SetFact) -> bool:
        """An instance that has such a set may get a new one, with all that it has."""
        if set_.scope != "instance" or set_.owner is None:
            return False
        paths = {self.project.path_of(set_.id), *(path for path, _ in self.of(set_))}
        family = {f"{one.id}()" for one in self.project.subclasses_of(set_.owner)}
        family |= {f"{one.id}()" for one in self.project.ancestors(set_.owner)}
        return any(
            self.project.resolve_all(remaking.of, path) & family
            for path in sorted(paths)
            for remaking in self.project.modules[path].remakings
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
