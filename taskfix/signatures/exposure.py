"""Who may come across a function through its module: scanners, loaders of plugins, strings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cached_property

from taskfix.apis.callables import MEMBERS
from taskfix.facts.loading import ANY_NAME, SOME_NAMES, THIS_MODULE
from taskfix.facts.receiving import COMPUTED
from taskfix.index.module_names import packages_around, stem
from taskfix.index.project import Project
from taskfix.index.too_far import nearest
from taskfix.model import Class, Function, Reason, Reference
from taskfix.paths import is_example, is_test
from taskfix.signatures.receivers import Receivers
from taskfix.signatures.strangers import Strangers

_HANDED_OVER = frozenset({"value", "kept", "scan", "dispatch", "decorator"})
# Statements in which a single word is likely to be the name of a module.
_WORDS = "import|load|plugin|extension|include|discover|module|scan|wire"
_LOADS = re.compile(rf"(?:{_WORDS})\w*\s*(?:\(|=\s*[\[({{])", re.I)
_LOADING = re.compile(f"{_WORDS}|package|app", re.I)
# Statements in which it is likely to be that of a package whose modules are all looked at.
_SEARCHES = re.compile(r"discover|scan|wire|plugin|extension", re.I)

_ASSERTS = re.compile(r"\.(?:assert_\w+|call_args|call_count|await_args|mock_calls|called)\b")
_REPLACES = re.compile(r"\b(?:mock\.)?patch(?:\.\w+)?\(|\bmonkeypatch\.|\bsetattr\(")


class Exposure:
    """Answers for the functions of one project."""

    def __init__(self, project: Project, receivers: Receivers) -> None:
        self.project = project
        self.receivers = receivers
        self.strangers = Strangers(project, receivers)
        self._loader: dict[str, tuple[str, int] | None] = {}
        self._bound: dict[str, frozenset[str]] = {}

    def reasons(self, function: Function) -> Iterator[Reason]:
        """Each place where the module of a function is handed over whole, or found by its name."""
        own = self.project.path_of(function.id)
        yield from self._own_scans(function, own)
        named = False
        packages, stars = [*packages_around(own)], set(self.project.imports.stars)
        for module in (own, *packages, *sorted(self._may_bind(function) - {own, *packages})):
            known = module == own or module in packages
            # Of a star it is known for all modules at once; else the mentions are the shorter way.
            if not known and module in stars and not self._binds(module, function):
                continue
            mentions = self.project.mentions_of_module(module, texts=known)
            if not known and (not mentions or not self._binds(module, function)):
                continue
            for path, reference in mentions:
                where = f"{path}:{reference.line}"
                fakes = reference.kind == "key" and "sys.modules" in reference.text
                if reference.kind == "string" or fakes:
                    whole = module not in packages or _SEARCHES.search(reference.text) is not None
                    if not whole or not self._text_names(reference, path, module):
                        continue
                    if self._is_only_loaded(path, reference):
                        named = True
                        yield from self._named_loads(function, path, module)
                    else:
                        message = f"{where} names the module {stem(module)}: {reference.text}"
                        yield Reason("module-named", message)
                elif reference.kind in _HANDED_OVER and self._is_module(reference, path, module):
                    if module in packages and self._stays(path, reference):
                        continue
                    if function.class_ is not None and _is_by_name(reference):
                        continue  # it is the class that is looked up
                    message = f"{where} hands the module {stem(module)} over: {reference.text}"
                    yield Reason("module-scanned", message)
        yield from self._loaders(function, own, named=named)

    def _named_loads(self, function: Function, path: str, module: str) -> Iterator[Reason]:
        """What is done with a module where it is loaded by its whole name."""
        for reference in self.project.loading_one(path):
            if any(self._find(value, path) == (module, True) for value in reference.values):
                scan = self._scan_of_loaded(function, path, reference)
                if scan is not None:
                    message = f"{path}:{reference.line} loads {stem(module)} by its name: {scan}"
                    yield Reason("module-loaded", message)

    def _own_scans(self, function: Function, own: str) -> Iterator[Reason]:
        for path in sorted(self.project.reading_themselves() & {own, *self._may_bind(function)}):
            if path not in self.project.modules:
                continue
            if path != own and not self._binds(path, function):
                continue
            for reference in self.project.modules[path].mentions(THIS_MODULE):
                where = f"{path}:{reference.line}"
                message = f"{where} may read all names of the module: {reference.text}"
                yield Reason("module-scanned", message)

    def _is_only_loaded(self, path: str, reference: Reference) -> bool:
        """Report whether a text with the name of a module gets nowhere but to loaders of it.

        What is done with what they load is judged where they are.
        """
        if reference.kind != "string":
            return False
        return self.receivers.only_uses(path, replace(reference, kind="value"))

    def _may_bind(self, function: Function) -> frozenset[str]:
        """The modules that may have a function under a name of theirs, as their imports say."""
        places = self.project.places_of(function.id)
        if function.class_ is not None:
            places = places[1:]  # in its own module it is a name of the class
        return frozenset(
            path for place, name in places for path in self.project.imports.may_mean(place, name)
        )

    def _binds(self, path: str, function: Function) -> bool:
        """Report whether a module has a function under a name of its own."""
        if path in self.project.imports.stars:
            return path in self.binders(function)
        return path in self._may_bind(function) and self._has(path, function)

    def _has(self, path: str, function: Function) -> bool:
        """Report whether a module binds a function to a name, stars aside."""
        return any(
            function.id in self.project.resolve_all(self.project.exported(path, name), path)
            for name in self.names_of(function)
        )

    def binders(self, function: Function) -> frozenset[str]:
        """The modules that have a function under a name of theirs, so that it is found there."""
        if function.id not in self._bound:
            own = self.project.path_of(function.id)
            spelled = {
                path
                for name in self.names_of(function)
                for path in self.project.library.spelling(name)
            }
            near = self.project.library.few(
                function.name, nearest(spelled & self._may_bind(function), own)
            )
            found = {path for path in near if self._has(path, function)}
            new = {own, *found}
            while new:  # a star passes on what another one brought
                new = {*self.project.imports.importing_all(new)} - found - {own}
                found |= new
            self._bound[function.id] = frozenset(found)
        return self._bound[function.id]

    def _loaders(self, function: Function, own: str, *, named: bool) -> Iterator[Reason]:
        """``named`` tells whether a text with the name of the module gets to a loader."""
        for path, reference in self._some_modules:
            for start in sorted(reference.values):
                if not self._may_load(start, path, own) and not (named and start == ""):
                    continue
                scan = self._scan_of_loaded(function, path, reference)
                if scan is not None:
                    text = f"{path}:{reference.line} may load {stem(own)} by its name"
                    yield Reason("module-loaded", f"{text}: {scan}")

    def _scan_of_loaded(self, function: Function, path: str, reference: Reference) -> str | None:
        """What may come across a function in a module that is loaded at a reference, in words.

        Nothing where the module is only asked for what the code spells, or what it loads by names.
        """
        if reference.name == SOME_NAMES:
            loads = [one for where, one in self._some_modules if where == path]
            loads = [one for one in loads if one.name != SOME_NAMES]
            found = (self._scan_of_loaded(function, path, one) for one in loads)
            return next(filter(None, found), None) if loads else reference.text
        if reference.ends is None:
            return reference.text
        for end in reference.ends:
            if function.class_ is not None and _is_by_name(end):
                continue
            if not self.receivers.only_uses(path, end):
                return f"{path}:{end.line} {end.text}"
        scans = (*self.project.scans_near(path), *self.strangers.reading_scans)
        return next((f"{where}:{scan.line} {scan.text}" for where, scan in scans), None)

    def _stays(self, path: str, reference: Reference) -> bool:
        """Report whether only the project has what a package is given to, and scans nothing."""
        callees = self.project.resolve_all(reference.given, path)
        homes = {path, *(callee.partition("::")[0] for callee in callees)}
        return (
            reference.kind == "value"
            and bool(callees)
            and homes <= self.project.paths
            and not any(True for home in homes for _ in self.project.scans_in(home))
        )

    def _may_load(self, start: str, path: str, own: str) -> bool:
        if start.startswith("/"):
            return fnmatchcase(f"/{own}", f"*{start}") and path != own
        if start == "":
            # Whatever nobody imports may be a plugin of the same program.
            same = path.rpartition("/")[0] == own.rpartition("/")[0] and path != own
            same = same or ("/" in own and path.startswith(f"{own.partition('/')[0]}/"))
            return same and not is_test(path) and not self._is_imported(own)
        return self._starts(start, path, own)

    def _starts(self, start: str, path: str, own: str) -> bool:
        """Report whether the name of a module may start as given; the empty start says nothing.

        What comes after ``ANY_NAME`` is how it ends.
        """
        start, _, end = start.partition(ANY_NAME)
        if not dotted(own).endswith(end):
            return False
        if start.startswith("."):
            dots = len(start) - len(start.lstrip("."))
            folder = path.split("/")[:-dots]
            prefix = "/".join([*folder, *start[dots:].split(".")])
            return own.startswith(prefix) and own != path
        return not start or f".{start}" in f".{dotted(own)}."

    def _is_imported(self, own: str) -> bool:
        """Report whether another module imports a module by a statement."""
        return next(self.project.imports.importers(own), None) is not None

    @cached_property
    def _some_modules(self) -> list[tuple[str, Reference]]:
        """Where modules are loaded that only their names tell, as (path, reference)."""
        return list(self.project.loaders())

    def loader(self, own: str) -> tuple[str, int] | None:
        """The place that may load a module by a name that is put together at run time."""
        if own not in self._loader:
            places = (
                (path, reference.line)
                for path, reference in self._some_modules
                if any(self._may_load(start, path, own) for start in reference.values)
            )
            self._loader[own] = next(places, None)
        return self._loader[own]

    def may_be_loaded(self, own: str) -> bool:
        """Report whether a module may be loaded by a name that is put together at run time."""
        return self.loader(own) is not None

    def imports_all(self, path: str, modules: Iterable[str]) -> bool:
        """Report whether the module at ``path`` star-imports one of some modules."""
        stars = self.project.modules[path].imports.stars
        wanted = {(module, True) for module in modules}
        return any(self._find(star, path) in wanted for star in stars)

    def exported(self, class_: Class) -> str | None:
        """The module that offers a class to others, who may inherit from it out of sight."""
        own = self.project.path_of(class_.id)
        for path in nearest(self.project.listing(class_.name), own):
            if not is_test(path) and self._lists(path, class_.name):
                return path
        for path in self.project.files_meaning(own, class_.name):
            if path.endswith("__init__.py") and path != own and not is_test(path):
                values = self.project.exported(path, class_.name)
                if class_.id in self.project.resolve_all(values, path):
                    return path
                if self.imports_all(path, {own}):
                    return path
        return None

    def is_offered(self, function: Function) -> bool:
        """Report whether a function belongs to what a package documents for other programs.

        Its module lists it in ``__all__``, or the ``__init__`` of a package has it by its name.
        """
        own = self.project.path_of(function.id)
        if function.parent is not None or is_test(own) or is_example(own):
            return False
        for path in self.project.listing(function.name):
            bound = path == own or self._binds(path, function)
            if bound and self._lists(path, function.name):
                return True
        return not function.name.startswith("_") and any(
            path.endswith("__init__.py") and path != own and self._binds(path, function)
            for path in self._may_bind(function)
            if not is_test(path)
        )

    def _lists(self, path: str, name: str) -> bool:
        """Report whether a module has a name in its ``__all__``."""
        module = self.project.modules.get(path)
        mentions = module.mentions(name) if module is not None else ()
        return any(reference.kind == "export" for reference in mentions)

    def names_of(self, function: Function) -> list[str]:
        """The name of a function, and those that modules give it: ``import f as g``, ``g = f``."""
        names = [*spellings(function)]
        return [*names, *sorted(set(self.project.names_of(function.id)).difference(names))]

    # -- names ---------------------------------------------------------------------------------

    def _find(self, value: str, path: str) -> tuple[str, bool] | None:
        """The file that a dotted name starts with, and whether it is all of the name."""
        dots = len(value) - len(value.lstrip("."))
        names = value[dots:].split(".") if value[dots:] else []
        if not all(name.isidentifier() for name in names):
            return None
        found = self.project.files.find(dots, names, path)
        return None if found is None else (found[0], found[1] == len(names))

    def _is_module(self, reference: Reference, path: str, module: str) -> bool:
        return any(self._find(value, path) == (module, True) for value in reference.values)

    def _text_names(self, reference: Reference, path: str, own: str) -> bool:
        for text in reference.values:
            if ":" in text or "/" in text:
                continue
            if "." not in text and reference.kind != "key" and not _is_for_loaders(reference):
                continue
            if self._imports_as(text, path, own):
                return True
            found = self._find(text, path)
            # Of a name that leads nowhere from here, all of what it says must be the module's.
            ending = f".{text.lstrip('.')}"
            elsewhere = "." in text and found is None and f".{dotted(own)}".endswith(ending)
            if found == (own, True) or elsewhere:
                return True
        return False

    def _imports_as(self, text: str, path: str, own: str) -> bool:
        """``app.main.jobs``, where ``app/main.py`` imports the module ``jobs``."""
        prefix, _, name = text.rpartition(".")
        found = self._find(prefix, path) if prefix else None
        if found is None or not found[1] or found[0] not in self.project.modules:
            return False
        imports = self.project.modules[found[0]].imports.names
        return any(
            name == bound and self._find(imported, found[0]) == (own, True)
            for imported, bound in imports
        )

    def may_name(self, text: str, function: Function, objects: Set[str] = frozenset()) -> bool:
        """Report whether a string such as ``name`` or ``pkg.mod:name`` may mean a function.

        ``objects`` are the names that stand for an object whose method it is.
        """
        prefix = text.replace("::", ".").replace(":", ".").removesuffix("()").rpartition(".")[0]
        if not prefix:
            return True
        own = self.project.path_of(function.id)
        last = prefix.rpartition(".")[2]
        if function.class_ is not None:
            classes = {self.project.classes[function.class_].name}
            related = self.project.subclasses_of(function.class_)
            classes |= {c.name for c in [*self.project.ancestors(function.class_), *related]}
            return last in classes or last in objects or last == stem(own)
        if function.id in self.project.resolve(f"{prefix}.{function.name}", own):
            return True
        found = self._find(prefix, own)
        if found is not None and found[1]:
            return self._binds(found[0], function) if found[0] in self.project.modules else False
        return last == stem(own)


def _is_by_name(reference: Reference) -> bool:
    """``getattr(module, name)`` that is called, or that only variables and callers get."""
    kept = reference.kind == "scan" and reference.slot == COMPUTED
    called = reference.kind == "dispatch" and not MEMBERS.isdisjoint(reference.given)
    return kept or called


def _is_for_loaders(reference: Reference) -> bool:
    """Report whether a single word is likely to be the name of a module, as what gets it says."""
    for end in (reference, *(reference.ends or ())):
        if end.slot.isidentifier():
            return _LOADING.search(end.slot) is not None
    return _LOADS.search(reference.text) is not None


def spellings(function: Function) -> list[str]:
    """The name of a function, and that which Python gives to ``__refresh`` of a class."""
    if function.class_ is None or not function.name.startswith("__"):
        return [function.name]
    class_ = function.class_.rpartition("::")[2].rpartition(".")[2].lstrip("_")
    return [function.name, f"_{class_}{function.name}"]


def said_of(reference: Reference, name: str) -> str:
    """What a mention does with a function, in words."""
    if _ASSERTS.search(reference.text):
        return f"asserts the arguments of {name}()"
    if _REPLACES.search(reference.text) or (reference.kind == "store" and not reference.bare):
        return f"replaces {name}()"
    match reference.kind:
        case "string":
            return f"names {name} in a string"
        case "store":
            return f"binds {name} to something else"
        case "decorator":
            return f"decorates with {name}"
        case _:
            return f"uses {name} as a value"


def dotted(path: str) -> str:
    """``app.jobs`` of ``app/jobs.py``, ``app`` of ``app/__init__.py``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
