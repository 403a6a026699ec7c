"""Names followed across files: what an expression of one file means in another.

A question reads the files that it needs, and its answer does not depend on what else was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from taskfix.index.definitions import Classes, Functions, Modules
from taskfix.index.imports import ImportGraph
from taskfix.index.library import Library
from taskfix.index.module_names import ModuleNames
from taskfix.model import Call, Class, Function, Judged

_STEP = re.compile(r"[A-Za-z_<][\w>]*|\(\)|!|#\w+")
# asyncio.tasks.create_task is asyncio.create_task ...
_SUBMODULE = re.compile(
    r"^asyncio\.(?:tasks|events|base_events|futures|runners|unix_events|windows_events|"
    r"selector_events|taskgroups|locks|queues)\."
)
# ... and so is what another package offers under that name.
_REEXPORTED = re.compile(
    r"^[\w.]+\.asyncio\.(?=(?:create_task|ensure_future|gather|shield|get_event_loop|"
    r"get_running_loop|new_event_loop|run_coroutine_threadsafe|run|wait|wait_for)\b)"
)
MAX_DEPTH = 12
# More values than these of one name are as good as unknown.
MOST_STATES = 64


class Resolution:
    """Resolves values in one state of the files of a project."""

    def __init__(self, library: Library, roots: Iterable[str]) -> None:
        self.library = library
        self.paths = frozenset(library.sources)
        self.files = ModuleNames(self.paths, roots)
        self.imports = ImportGraph(library, self.files)
        self.modules = Modules(library)
        self.functions = Functions(library)
        self.classes = Classes(library)
        self._resolved: dict[tuple[str, str], frozenset[str]] = {}
        self._active: set[tuple[str, str]] = set()

    def exported(self, path: str, name: str) -> frozenset[str]:
        """What a name at the top of a module may be; nothing for another file."""
        module = self.library.module(path)
        return module.exported(name) if module is not None else frozenset()

    def calls_in(self, function: Function) -> tuple[Call, ...]:
        """The calls in a function's own body."""
        return self.modules[self.path_of(function.id)].calls_in(function.id)

    def judged(self, path: str, call: Call) -> Judged:
        """What becomes of the result of a call."""
        return self.modules[path].judged(call)

    # -- names ---------------------------------------------------------------------------

    def resolve(self, value: str, path: str) -> frozenset[str]:
        """The canonical values of ``value`` as the module at ``path`` says it.

        A project definition is ``file::Qual.name``, anything else its dotted name, with
        ``asyncio.`` in front of whatever asyncio defines.
        """
        key = (value, path)
        if key not in self._resolved:
            if key in self._active or len(self._active) > 40:
                return frozenset()
            self._active.add(key)
            found = self._walk(value, path)
            self._active.discard(key)
            if self._active:
                return found
            self._resolved[key] = found
        return self._resolved[key]

    def resolve_all(self, values: Iterable[str], path: str) -> frozenset[str]:
        return frozenset().union(*(self.resolve(value, path) for value in values))

    def path_of(self, id_: str) -> str:
        return id_.partition("::")[0]

    def function_at(self, path: str, line: int) -> Function | None:
        """The innermost function around a line of a module."""
        return self.modules[path].function_at(line)

    def variable(self, path: str, name: str) -> tuple[str, str]:
        """Where a name of a module is bound, imports followed: the module and the name there."""
        seen: set[tuple[str, str]] = set()
        while (path, name) not in seen:
            seen.add((path, name))
            values = self.exported(path, name)
            found = self.imported(next(iter(values)), path) if len(values) == 1 else None
            if found is None:
                break
            path, name = found
        return path, name

    def imported_name(self, path: str, name: str) -> tuple[str, str] | None:
        """The module and the name in it that a name of a module is imported from, if it is."""
        values = self.exported(path, name)
        return self.imported(next(iter(values)), path) if len(values) == 1 else None

    def module_of(self, value: str, path: str) -> str:
        """The path of the module that a value of another module is; "" where it is none."""
        dots = len(value) - len(value.lstrip("."))
        names = [name for name in value[dots:].split(".") if name]
        found = self.files.find(dots, names, path)
        return found[0] if found is not None and found[1] == len(names) else ""

    def imported(self, value: str, path: str) -> tuple[str, str] | None:
        """The module and the name in it that a value of another module means."""
        dots = len(value) - len(value.lstrip("."))
        names = value[dots:].split(".")
        if not all(name.isidentifier() for name in names):
            return None
        found = self.files.find(dots, names, path)
        if found is None or found[1] != len(names) - 1:
            return None
        return found[0], names[-1]

    def bases(self, class_: Class) -> Iterator[str]:
        """The canonical values of the bases; an unknown base is its spelling with ``?``."""
        for values, text in zip(class_.bases, class_.base_texts, strict=True):
            resolved = self.resolve_all(values, self.path_of(class_.id))
            yield from resolved or {f"?{text}"}

    def ancestors(self, id_: str, seen: frozenset[str] = frozenset()) -> Iterator[Class]:
        """The project classes that a class inherits from, itself first."""
        class_ = self.classes.get(id_)
        if class_ is None or id_ in seen:
            return
        yield class_
        for base in self.bases(class_):
            yield from self.ancestors(base, seen | {id_})

    # -- following a value ---------------------------------------------------------------

    def _walk(self, value: str, path: str) -> frozenset[str]:
        file, mark, rest = value.partition("::")
        if mark:
            steps = _STEP.findall(rest)
            return self._follow(frozenset({f"{file}::"}), steps)
        dots = len(value) - len(value.lstrip("."))
        names = value[dots:].split(".") if value[dots:] else []
        plain: list[str] = []
        for name in names:
            if not name.isidentifier():
                break
            plain.append(name)
        found = self.files.find(dots, plain, path)
        if found is not None:
            target, used = found
            package = self._package_of(target, names[-1]) if used == len(names) > 0 else None
            if package is not None:
                return self._follow(frozenset({f"{package}::"}), [names[-1]])
            rest = ".".join(names[used:])
            return self._follow(frozenset({f"{target}::"}), _STEP.findall(rest))
        return frozenset({_external(value.lstrip("."))})

    def _package_of(self, module: str, name: str) -> str | None:
        """The package that has something else under the name of its module ``module``.

        ``from .startup import startup`` in a package hides its module ``startup``.
        """
        folder = module.removesuffix("/__init__.py").rpartition("/")[0]
        package = f"{folder}/__init__.py"
        values = self.exported(package, name) if folder else frozenset[str]()
        for value in values:
            dots = len(value) - len(value.lstrip("."))
            parts = value[dots:].split(".")
            if not all(part.isidentifier() for part in parts):
                continue
            found = self.files.find(dots, parts, package)
            if found == (module, len(parts)):
                return None
        return package if values else None

    def _follow(self, states: frozenset[str], steps: list[str]) -> frozenset[str]:
        for step in steps[: MAX_DEPTH * 2]:
            states = frozenset().union(*(self._step(state, step) for state in states))
            if len(states) > MOST_STATES:
                return frozenset()
        return frozenset(_external(s) for s in states if not s.endswith("::"))

    def _step(self, state: str, step: str) -> frozenset[str]:
        file, mark, qualname = state.partition("::")
        if not mark:
            return frozenset(
                {
                    f"{state}{step}"
                    if not step[0].isalpha() and step[0] != "_"
                    else f"{state}.{step}"
                }
            )
        if not qualname:
            return self._member(file, step)
        if step == "()":
            return self._called(state)
        if step == "!":
            return self._awaited(state)
        if step.startswith("#"):
            return frozenset({f"{state}{step}"})
        return self._attribute(state, step)

    def _member(self, file: str, name: str) -> frozenset[str]:
        """A name at the top of a module: a definition, or whatever the name is bound to."""
        id_ = f"{file}::{name}"
        module = self.library.module(file)
        bound = module is not None and name in module.bound_names
        exported = self.exported(file, name)
        if bound and exported != {id_}:
            return self.resolve_all(exported - {id_}, file) | (exported & {id_})
        if not bound:
            package = self.files.submodule(file, name)
            if package is not None:
                return frozenset({f"{package}::"})
            return self._from_stars(file, name) or frozenset({id_})
        return frozenset({id_})

    def _from_stars(self, file: str, name: str) -> frozenset[str]:
        """``from .jobs import *``: what a name means that a module has from others."""
        module = self.library.module(file)
        key = f"*{name}", file
        if module is None or name.startswith("_") or key in self._active:
            return frozenset()
        self._active.add(key)
        found: set[str] = set()
        for star in module.imports.stars:
            other = self.library.module(self.module_of(star, file))
            if other is not None:
                bound = name in other.bound_names
                found |= (
                    self._member(other.path, name) if bound else self._from_stars(other.path, name)
                )
        self._active.discard(key)
        return frozenset(found)

    def _called(self, state: str) -> frozenset[str]:
        function = self.functions.get(state)
        if function is None:
            return frozenset({f"{state}()"})
        if function.entered:
            path = self.path_of(function.id)
            return self.resolve_all(function.entered, path) or frozenset({f"{state}()"})
        if function.is_async or function.yields is not None:
            return frozenset({f"{state}()"})
        return self._returned(function) or frozenset({f"{state}()"})

    def _awaited(self, state: str) -> frozenset[str]:
        function = self.functions.get(state.removesuffix("()"))
        if function is None or not function.is_async:
            return frozenset({f"{state}!"})
        return self._returned(function) or frozenset({f"{state}!"})

    def _returned(self, function: Function) -> frozenset[str]:
        path = self.path_of(function.id)
        return self.resolve_all(function.returns, path)

    def _attribute(self, state: str, name: str) -> frozenset[str]:
        instance = state.endswith("()")
        class_id = state.removesuffix("()")
        found: set[str] = set()
        for class_ in self.ancestors(class_id):
            method = f"{class_.id}.{name}"
            home = self.modules[self.path_of(class_.id)]
            if method in home.function_ids:
                if not home.is_property(method):
                    return frozenset({method})
                found |= self._returned(self.functions[method]) if instance else frozenset()
            for attribute, values in class_.attributes:
                if attribute == name:
                    found |= self.resolve_all(values, self.path_of(class_.id))
            if found:
                return frozenset(found)
        for class_ in self.ancestors(class_id):
            for base in self.bases(class_):
                if "::" not in base and not base.startswith("?"):
                    found.add(f"{base}{'()' if instance else ''}.{name}")
        return frozenset(found) or frozenset({f"{state}.{name}"})


def _external(value: str) -> str:
    """``asyncio.tasks.create_task`` and ``syncer.asyncio.create_task`` are asyncio's."""
    if "asyncio" not in value or "::" in value:
        return value
    value = value.removeprefix("_") if value.startswith("_asyncio.") else value
    return _SUBMODULE.sub("asyncio.", _REEXPORTED.sub("asyncio.", value))
