"""How a module can name a function of another one, where an import of it closes no circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemods.edits import AddImport
from taskfix.index.project import Project
from taskfix.lifetime.helpers import Keeper, Keepers
from taskfix.model import Call, Function
from taskfix.paths import is_test


@dataclass(frozen=True, slots=True)
class Reached:
    """An expression for a keeper of another module, with the import that it needs."""

    keeper: Keeper
    expression: str
    imports: tuple[AddImport, ...] = ()


def elsewhere(
    function: Function | None, path: str, call: Call, keepers: Keepers
) -> Iterator[Reached]:
    """The public keepers of other modules that can be named in a function, the nearest first.

    A module that is imported already comes first. Else the import must not close a circle: all
    that the other module imports from the project is imported here too.
    """
    project = keepers.project
    known = _Imports(project, path)
    found = [keeper for keeper in keepers.all.values() if _is_public(keeper, path, project)]
    found.sort(key=lambda keeper: keeper.function.id)
    hidden = call.hidden | (function.locals if function is not None else frozenset())
    for keeper in found:
        yield from _through_an_import(keeper, known, hidden)
    for keeper in found:
        if known.is_free(keeper.function.name) and known.may_import(_path_of(keeper, project)):
            yield from _through_a_new_import(keeper, known)


def _is_public(keeper: Keeper, path: str, project: Project) -> bool:
    function, home = keeper.function, _path_of(keeper, project)
    if function.class_ is not None or function.name.startswith("_") or home == path:
        return False
    return not is_test(home) and home in project.modules


def _path_of(keeper: Keeper, project: Project) -> str:
    return project.path_of(keeper.function.id)


def _through_an_import(
    keeper: Keeper, known: _Imports, hidden: frozenset[str]
) -> Iterator[Reached]:
    home, name = _path_of(keeper, known.project), keeper.function.name
    for module, rest, bound in known.of(home):
        if not rest and bound not in hidden:
            yield Reached(keeper, f"{bound}.{name}")
        elif rest and known.is_free(name):
            yield Reached(keeper, name, (AddImport(module, name),))


def _through_a_new_import(keeper: Keeper, known: _Imports) -> Iterator[Reached]:
    spelled = known.spelling_of(_path_of(keeper, known.project))
    if spelled is not None:
        name = keeper.function.name
        yield Reached(keeper, name, (AddImport(spelled, name),))


class _Imports:
    """What one module imports from the project whenever it is imported itself."""

    def __init__(self, project: Project, path: str) -> None:
        self.project = project
        self.path = path
        self.module = project.modules[path]
        self.files = frozenset(_imported_files(project, path))

    def is_free(self, name: str) -> bool:
        return name not in self.module.names

    def of(self, home: str) -> Iterator[tuple[str, str, str]]:
        """The imports from a file, as (its module as it is spelled, the rest, the bound name)."""
        for dotted, bound in self.module.imports.names:
            located = _located(dotted, self.path, self.project)
            if located is not None and located[0] == home:
                yield located[1], located[2], bound

    def may_import(self, home: str) -> bool:
        """Report whether a new import of a file runs nothing that has not run anyway."""
        around = {*self.files, *_packages(self.path)}
        around |= {package for file in self.files for package in _packages(file)}
        needed = {*_imported_files(self.project, home), *_packages(home)} - {home}
        return {file for file in needed if file in self.project.paths} <= around

    def spelling_of(self, home: str) -> str | None:
        """The name of a file's module, absolute or relative as this module's imports are."""
        dotted = [name for name, _ in self.module.imports.names]
        absolute = (self._absolute(name, home) for name in dotted if not name.startswith("."))
        found = next((name for name in absolute if name is not None), None)
        relative = any(name.startswith(".") for name in dotted)
        return self._relative(home) if found is None and relative else found

    def _absolute(self, sibling: str, home: str) -> str | None:
        """The name of ``home`` below the folder where the import of a sibling starts."""
        located = _located(sibling, self.path, self.project)
        if located is None:
            return None
        file, module, _ = located
        parts, names = _names(file), module.split(".")
        root = parts[: len(parts) - len(names)]
        wanted = _names(home)
        if wanted[: len(root)] != root or wanted[len(root)] != names[0]:
            return None
        return self._verified(".".join(wanted[len(root) :]), home)

    def _relative(self, home: str) -> str | None:
        here, there = self.path.split("/")[:-1], _names(home)
        shared = 0
        while shared < len(here) and here[: shared + 1] == there[: shared + 1]:
            shared += 1
        dots = "." * (len(here) - shared + 1)
        return self._verified(dots + ".".join(there[shared:]), home) if shared else None

    def _verified(self, name: str, home: str) -> str | None:
        located = _located(name, self.path, self.project)
        return name if located is not None and located[0] == home and not located[2] else None


def _names(path: str) -> list[str]:
    """``app/jobs/__init__.py`` is the module ``app.jobs``."""
    parts = path.removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" else parts


def _imported_files(project: Project, path: str) -> Iterator[str]:
    imports = project.modules[path].imports
    for dotted in (*(name for name, _ in imports.names), *imports.stars):
        located = _located(dotted, path, project)
        if located is not None:
            yield located[0]


def _located(dotted: str, path: str, project: Project) -> tuple[str, str, str] | None:
    """The file that a dotted path leads to, the part that names it, and the rest."""
    dots = len(dotted) - len(dotted.lstrip("."))
    names = [name for name in dotted[dots:].split(".") if name]
    found = project.files.find(dots, names, path)
    if found is None:
        return None
    file, used = found
    return file, dotted[:dots] + ".".join(names[:used]), ".".join(names[used:])


def _packages(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for length in range(len(parts), 0, -1):
        yield "/".join([*parts[:length], "__init__.py"])
