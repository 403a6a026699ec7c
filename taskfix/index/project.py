"""The code of several files together: names followed across files, callers and mentions found.

Only looks things up; what is dangling, rooted or threadable is decided elsewhere. A question reads
the files that it needs, and its answer does not depend on what else was asked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from taskfix.facts.loading import LOADERS, SOME_MODULES
from taskfix.index.definitions import Classes, Functions, Modules
from taskfix.index.imports import ImportGraph
from taskfix.index.lazily import Lazily
from taskfix.index.library import Library
from taskfix.index.module_names import ModuleNames, stem
from taskfix.model import Call, Class, Function, Judged, Reference
from taskfix.paths import is_test

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
# `class A[T](Base):`, over several lines
_INHERITING = (
    rb"\bclass\s+[\w\x80-\xff]+\s*(?:\[[^\]]*\]\s*)?\((?:[^()]|\([^()]*\))*\b(?:%(names)b)\b"
)
# `import f as g`, `g = f`; what is called gives something else.
_GIVEN_NAME = rb"\b%(name)b[ \t]+as\b|=[^=\n]*(?:[(\[,\\]\s*)?\b%(name)b\b(?!\s*\()"
# A module is named in a text, or by itself: `register(jobs)`, and not `jobs.poll()`.
_MODULE_IN_TEXT = rb"[\"'][\w.:/\x80-\xff]*%(name)b[\"']"
_WHOLE_MODULE = (
    rb"(?<![\w\x80-\xff.])%(name)b(?![\w\x80-\xff])(?!\s*\.\s*[\w\x80-\xff])(?!\s+import\b)"
)
# A function is named as a value, and not only called: of an object, or in a text.
_ATTRIBUTE = rb"\.\s*%(name)b(?![\w\x80-\xff])(?!\s*\()"
_LOCATED = rb"[\"'][^\"'\n]*[.:/]%(name)b(?![\w\x80-\xff])"
_IN_TEXT = rb"[\"']%(name)b(?:\(\))?[\"']|" + _LOCATED
# `poll = server.poll` at the top of a module
_GIVEN_METHOD = rb"^[\w\x80-\xff][^\n]*=[^\n]*\.\s*%(name)b(?![\w\x80-\xff])(?!\s*\()"
# `jobs.server = None`, by which another module binds a name anew
_BEFORE_STORE, _STORED = rb"\.", rb"[ \t]*(?:,|\)|\]|:[^=\n]+=|=(?!=)|\bin\b|[-+*/|&^@%]=)"


# More files than these are not looked at for one question.
MOST_FILES = 120
_PUT_TOGETHER = rb"\b(?:get|has)attr\(\s*[^\n,]+,\s*(?:f[\"']|[\w\"'.\[\]]+\s*[+%]|.*\.format)"


class TooFar(Exception):  # noqa: N818  (an answer, and no error)
    """A question would take too many files, so that it stays open."""

    def __init__(self, name: str, files: int) -> None:
        super().__init__(f"{files} files have the word {name}: too many to look at")


class Project:
    """One state of the files of a project, and the answers that take several of them."""

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
        self._calls_to: dict[str, Lazily[tuple[str, Call]]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, tuple[Class, ...]] = {}

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

    def subclasses_of(self, id_: str) -> tuple[Class, ...]:
        """Every project class that inherits from one, by place. Raises ``TooFar``."""
        if id_ not in self._below:
            found: dict[str, Class] = {}
            new = [id_]
            while new:
                direct = [class_ for one in new for class_ in self._inheriting(one)]
                new = [class_.id for class_ in direct if class_.id not in found]
                found.update((class_.id, class_) for class_ in direct)
            found.pop(id_, None)
            self._below[id_] = tuple(
                sorted(found.values(), key=lambda c: (self.path_of(c.id), c.line))
            )
        return self._below[id_]

    def _inheriting(self, id_: str) -> Iterator[Class]:
        words = [name.encode() for name in self.names_of(id_)]
        pattern = _INHERITING % {b"names": b"|".join(map(re.escape, words))}
        inheriting = set(self.library.matching(pattern, *words))
        for path in self._files_of(id_):
            if path not in inheriting:
                continue
            module = self.library.module(path)
            for class_id in sorted(module.class_ids) if module is not None else ():
                assert module is not None
                bases = frozenset[str]().union(*module.bases(class_id))
                if bases and id_ in self.resolve_all(bases, path):
                    yield self.classes[class_id]

    def relatives(self, id_: str) -> dict[str, Class]:
        """A class, its subclasses and all that these inherit from, by their ids."""
        below = [id_, *(class_.id for class_ in self.subclasses_of(id_))]
        return {one.id: one for start in below for one in self.ancestors(start)}

    def classes_defining(self, name: str) -> Iterator[Class]:
        """The classes that define a method or an attribute of a name. Raises ``TooFar``."""
        for path in self._few(name, self.library.spelling(name)):
            module = self.library.module(path)
            for class_ in module.classes if module is not None else ():
                if name in class_.methods or name in dict(class_.attributes):
                    yield class_

    # -- who calls, who mentions ---------------------------------------------------------

    def calls_to(self, id_: str) -> Lazily[tuple[str, Call]]:
        """The calls of a function or class of the project, nearest first, as (path, call).

        They are looked for as far as somebody goes on asking; that may raise ``TooFar``.
        """
        if id_ not in self._calls_to:
            self._calls_to[id_] = Lazily(self._find_calls(id_))
        return self._calls_to[id_]

    def _find_calls(self, id_: str) -> Iterator[tuple[str, Call]]:
        for path in self._files_of(id_):
            module = self.library.module(path)
            if module is None:
                continue
            found = {call for name in self.names_of(id_) for call in module.calls_named(name)}
            for call in sorted(found, key=lambda call: call.number):
                if id_ in self.resolve_all(call.callee, path):
                    yield path, call

    def names_of(self, id_: str) -> tuple[str, ...]:
        """The name of a definition, and those that modules give it: ``f as g``, ``g = f``."""
        if id_ not in self._names:
            own = id_.rpartition("::")[2].rpartition(".")[2]
            found = {own: None}
            homes = [(self.path_of(id_), own)]
            for home, name in homes:
                word = name.encode()
                kind = _GIVEN_METHOD if self._is_member(id_) else _GIVEN_NAME
                pattern = kind % {b"name": re.escape(word)}
                given = self.library.matching(pattern, word) if name.isascii() else ()
                for path in self._spelled_at(id_, home, name, given):
                    module = self.library.module(path)
                    for bound in module.bound_as(name) if module is not None else ():
                        if bound not in found and id_ in self.resolve_all(
                            self.exported(path, bound), path
                        ):
                            found[bound] = None
                            homes.append((path, bound))
            self._names[id_] = tuple(found)
        return self._names[id_]

    def _files_of(self, id_: str) -> Iterator[str]:
        """The files that may mean a definition, its own first."""
        home = self.path_of(id_)
        found = dict.fromkeys((home,))
        yield home
        for name in self.names_of(id_):
            for path in self._spelled_at(id_, home, name):
                if path not in found:
                    found[path] = None
                    yield path

    def _spelled_at(
        self, id_: str, home: str, name: str, inside: Iterable[str] | None = None
    ) -> Iterator[str]:
        """The files that may mean a definition by a name, nearest first. Raises ``TooFar``.

        A name at the top of a module comes by imports; a method through any object.
        """
        if not self._is_member(id_) or home != self.path_of(id_):
            files = self.imports.may_mean(home, name)
        else:
            files = self.library.spelling(name)
        if inside is not None:
            files = tuple(set(files).intersection(inside))
        yield from self._few(name, _nearest(files, home))

    def _is_member(self, id_: str) -> bool:
        """Report whether a definition is inside of another one, as a method is."""
        return "." in id_.rpartition("::")[2]

    def few_meaning(self, home: str, name: str) -> Iterator[str]:
        """The files that may mean what a file binds to a name, nearest first. Raises ``TooFar``."""
        yield from self._few(name, _nearest(self.imports.may_mean(home, name), home))

    def _few(self, name: str, files: Iterable[str]) -> Iterator[str]:
        """As many files as are looked at for one question."""
        every = tuple(files)
        yield from every[:MOST_FILES]
        if len(every) > MOST_FILES:
            raise TooFar(name, len(every))

    def calls_spelled(self, name: str, home: str = "") -> Iterator[tuple[str, Call]]:
        """The calls that spell a name, whatever it means, as (path, call). Raises ``TooFar``."""
        for path in self._few(name, _nearest(self.library.spelling(name), home)):
            module = self.library.module(path)
            for call in module.calls_named(name) if module is not None else ():
                if call.method == name:
                    yield path, call

    def calls_of_class(self, class_: Class) -> Lazily[tuple[str, Call]]:
        """The places where instances of a class are made, as (path, call)."""
        return self.calls_to(class_.id)

    def mentions(
        self,
        name: str,
        home: str = "",
        *,
        inside: Iterable[str] | None = None,
        computed: bool = True,
    ) -> Iterator[tuple[str, Reference]]:
        """The mentions of a name, other than calls, as (path, reference). Raises ``TooFar``.

        Those near to the file ``home`` come first. ``inside`` are the only files that matter, if
        that is known; ``computed`` tells whether names that are put together matter as well.
        """
        spelled = set(self.library.spelling(name))
        if inside is not None:
            spelled.intersection_update(inside)
        if computed:
            spelled.update(self.library.matching(_PUT_TOGETHER, b"attr("))
        for path in self._few(name, _nearest(spelled, home)):
            for reference in self._mentions_in(path, name):
                yield path, reference

    def mentions_of(self, id_: str, name: str) -> Iterator[tuple[str, Reference]]:
        """The mentions of a function by one of its names that may be of it. Raises ``TooFar``.

        At the top of a module it comes by imports, or in a text that says where it is; a method is
        an attribute of any object.
        """
        home, word = self.path_of(id_), name.encode()
        pattern = {b"name": re.escape(word)}
        if not name.isascii():
            inside: set[str] = set(self.library.spelling(name))
        elif self._is_member(id_):
            inside = {home, *self.library.matching(_ATTRIBUTE % pattern, word)}
            inside.update(self.library.matching(_IN_TEXT % pattern, word))
            inside.update(path for path in self.library.spelling(name) if is_test(path))
        else:
            inside = {*self.imports.may_mean(home, name)}
            inside.update(self.library.matching(_LOCATED % pattern, word))
        yield from self.mentions(name, home, inside=inside)

    def mentions_of_module(
        self, module: str, *, texts: bool = True
    ) -> Iterator[tuple[str, Reference]]:
        """The mentions of a module by its own name, as (path, reference). Raises ``TooFar``.

        Files that import it have a name for it; with ``texts`` also those that spell it in a text.
        """
        name = stem(module)
        word = name.encode("utf-8", "surrogateescape")
        pattern = {b"name": re.escape(word)}
        files = {*self.library.matching(_MODULE_IN_TEXT % pattern, word)} if texts else set()
        whole = re.compile(_WHOLE_MODULE % pattern)
        for path in (module, *self.imports.importers_of_module(module)):
            if path in self.paths and self.imports.names_whole(path, whole):
                files.add(path)
        yield from self.mentions(name, module, inside=files, computed=False)

    def loaders(self) -> Iterator[tuple[str, Reference]]:
        """The places that load modules by names which are put together, as (path, reference)."""
        words = [name.encode() for name in sorted(LOADERS)]
        pattern = rb"\b(?:" + b"|".join(words) + rb")\b"
        for path in self.library.matching(pattern, *words):
            module = self.library.module(path)
            for reference in module.mentions(SOME_MODULES) if module is not None else ():
                yield path, reference

    def star_importers(self) -> tuple[str, ...]:
        """The files that import all names of some module and can be read."""
        return tuple(path for path in self.imports.stars if path in self.modules)

    def is_steady(self, path: str, name: str) -> bool:
        """Report whether a name of a module is bound there once, and replaced from nowhere else."""
        home = self.variable(path, name)
        bound = self.library.module(home[0])
        if name not in self.modules[path].steady or (bound and home[1] not in bound.steady):
            return False
        stored = _BEFORE_STORE + re.escape(home[1]).encode() + _STORED
        places = self.library.matching(stored, home[1].encode())
        try:
            return not any(
                found is not None and self.variable(*found) == home
                for where in self._few(home[1], _nearest(places, home[0]))
                for reference in self._mentions_in(where, home[1])
                if reference.kind == "store" and not reference.bare
                for found in (self.imported(value, where) for value in reference.values)
            )
        except TooFar:
            return False

    def _mentions_in(self, path: str, name: str) -> tuple[Reference, ...]:
        module = self.library.module(path)
        return module.mentions(name) if module is not None else ()

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
        return frozenset({id_})

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
            if method in self.functions and not _is_property(self.functions[method]):
                return frozenset({method})
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


def _nearest(files: Iterable[str], home: str) -> list[str]:
    """Files in the order of how much of their path is that of ``home``, that file first."""
    parts = home.split("/")

    def distance(path: str) -> tuple[bool, int, str]:
        others = path.split("/")
        shared = 0
        while shared < min(len(parts), len(others)) and parts[shared] == others[shared]:
            shared += 1
        return path != home, -shared, path

    return sorted(files, key=distance)


def _is_property(function: Function) -> bool:
    return any("property" in text for text in function.decorator_texts)
