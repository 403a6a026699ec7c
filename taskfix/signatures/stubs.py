"""Finds the stubs of a project that declare the signature of one of its functions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from taskfix.index.project import Project
from taskfix.model import Function, Reason

# The folders that type checkers look for stubs in.
_FOLDERS = frozenset({"typings", "stubs"})
_DECORATORS = frozenset(
    {
        *("staticmethod", "classmethod", "contextmanager", "asynccontextmanager"),
        *("override", "final", "abstractmethod"),
    }
)


class Stubs:
    """Answers for the functions of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def declarations(self, function: Function) -> list[tuple[str, Function]] | Reason:
        """The definitions that must change with a function, as (path of the stub, definition)."""
        found = []
        for stub in self._stubs_of(self.project.path_of(function.id)):
            declared = self.project.functions.get(f"{stub}::{function.qualname}")
            if declared is None:
                message = f"{stub} does not define {function.qualname}()"
                return Reason("stub", message)
            where = f"{stub}:{declared.key.line}"
            if declared.duplicated:
                return Reason("stub", f"{where} defines {function.qualname}() more than once")
            foreign = [
                t for t in declared.decorator_texts if t.rpartition(".")[2] not in _DECORATORS
            ]
            if foreign:
                return Reason("stub", f"{where} decorates {function.qualname}() with @{foreign[0]}")
            found.append((stub, declared))
        return found

    def _stubs_of(self, path: str) -> Iterator[str]:
        beside = f"{path}i"
        if beside in self.project.paths:
            yield beside
        parts = path.removesuffix(".py").split("/")
        for stub, module in self._apart:
            folder = "/".join(parts[: -len(module)])
            package = bool(folder) and f"{folder}/__init__.py" in self.project.paths
            if parts[-len(module) :] == module and not package:
                yield stub

    @cached_property
    def _apart(self) -> list[tuple[str, list[str]]]:
        """The stubs that do not stand beside their modules, with the names of those."""
        found = []
        for stub in sorted(path for path in self.project.paths if path.endswith(".pyi")):
            parts = stub.removesuffix(".pyi").split("/")
            marks = [i for i, part in enumerate(parts[:-1]) if _is_mark(part)]
            if marks:
                last = marks[-1]
                own = parts[last].removesuffix("-stubs")
                found.append(
                    (stub, parts[last + 1 :] if own in _FOLDERS else [own, *parts[last + 1 :]])
                )
        return found


def _is_mark(folder: str) -> bool:
    return folder in _FOLDERS or folder.endswith("-stubs")
